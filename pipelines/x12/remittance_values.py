"""Segments of an 835 that repeat word for word (SVC, CAS, DTM, ...) -> what they say, apart from where they stand.

A remittance says `DTM*472*20260302` and `CAS*CO*45*20` over and over, so the reader takes in each distinct text once,
through a method of RemittanceValues, and remembers the result. Results are plain tuples, which are quicker to make than
named ones; the aliases below say what is in them. A `part` is the segment's part of its claim's content key.
"""

from collections.abc import Sequence

from pipelines.rows import Cents, Date, Milli, Oddity
from pipelines.x12.balance import left_open
from pipelines.x12.remittance_key import ADJUSTMENT, SERVICE, SERVICE_DATE, code_number, part_number
from pipelines.x12.triplets import Triplet, read_triplets
from pipelines.x12.values import ValueReader, text

Procedure = tuple[str | None, str | None, str | None]  # qualifier, code, modifiers
ServiceFields = tuple[  # RemitLine's from procedure_qualifier to submitted_units
    str | None,
    str | None,
    str | None,
    str | None,
    Cents | None,
    Cents | None,
    Milli | None,
    str | None,
    str | None,
    Milli | None,
]
Service = tuple[ServiceFields, Cents | None, Cents | None, int]  # fields, charge, charge less payment, part
Adjustments = tuple[  # group, triplets, their sum (None: unknown), what it says in short, part
    str | None, tuple[Triplet, ...], int | None, str, int
]
Dated = tuple[str, Date | None, Date | None, str | None, int]  # qualifier, date, last day of a range, as given, part
Valued = tuple[str | None, str | None, Cents | None]  # qualifier, as given, amount
Outpatient = tuple[str, tuple[str, ...], tuple[tuple[str, Cents | None, str], ...]]  # id, remarks, others by place

PROCEDURE_QUALIFIERS = frozenset(("HC", "AD", "ER", "HP", "IV", "N4", "N6", "NU", "RB", "UI", "WK", "EN", "EO", "HI"))
NO_PROCEDURE: Procedure = (None, None, None)
SVC_LENGTH = 8
DATE_FORMATS = ("D8", "RD8", "DT")
REMARK_PLACES = {"MIA": (5, 20, 21, 22, 23), "MOA": (3, 4, 5, 6, 7)}
QUANTITY_PLACES = {"MIA": (1, 3, 15), "MOA": (1,)}  # days, a count, a rate: not money


def read_procedure(
    elements: list[str], index: int, number: int, offset: int, values: ValueReader, component: str
) -> Procedure:
    """Return a composite such as HC:73721:RT; told if it has no qualifier or another separator than the ISA's."""
    value = elements[index] if index < len(elements) else ""
    if not value:
        return NO_PROCEDURE
    mark = value[2:3]
    if component not in value and value[:2].upper() in PROCEDURE_QUALIFIERS and mark and not mark.isalnum():
        what = f"is {value!r}, not with {component!r}"
        values.tell("component_separator_differs", elements, index, number, offset, what)
        component = mark
    parts = [(text(part) or "").upper() for part in value.split(component)]
    if len(parts) == 1:
        values.tell("procedure_without_qualifier", elements, index, number, offset, f"is {value!r}")
        return None, parts[0] or None, None
    return parts[0] or None, parts[1] or None, " ".join(part for part in parts[2:6] if part) or None


def _adjusted(group_code: str | None, triplets: Sequence[Triplet]) -> tuple[str, int]:
    """Return what a CAS says in short, and its part of the content key."""
    said = "|".join(f"{carc}|{amount}" for carc, amount, _ in triplets)
    numbers = (number for carc, amount, _ in triplets for number in (code_number(carc), amount))
    return f"CAS|{group_code}|{said}", part_number(ADJUSTMENT, code_number(group_code), *numbers)


class RemittanceValues(ValueReader):
    """Reads whole segments; elements have no blanks around them. `component` is the present interchange's."""

    def __init__(self, oddities: list[Oddity], component: str) -> None:
        super().__init__(oddities)
        self.component = component
        self.procedures: dict[str, Procedure] = {"": NO_PROCEDURE}

    def use(self, component: str) -> None:
        """Read composites with another separator from here on."""
        self.component = component
        self.procedures = {"": NO_PROCEDURE}

    def service(self, elements: list[str], number: int, offset: int) -> Service:
        """Return an SVC's procedures, amounts and units."""
        if len(elements) < SVC_LENGTH:
            elements += [""] * (SVC_LENGTH - len(elements))
        composite, submitted_composite = elements[1], elements[6]
        procedure = self.procedures.get(composite) or self._procedure(elements, 1, number, offset)
        submitted = self.procedures.get(submitted_composite) or self._procedure(elements, 6, number, offset)
        charge, paid = self.cents[elements[2]], self.cents[elements[3]]
        if charge is None or paid is None:
            charge = self.amount(elements, 2, number, offset, required=True)
            paid = self.amount(elements, 3, number, offset, required=True)
        qualifier, code, modifiers = procedure
        units = self.quantity(elements, 5, number, offset)
        submitted_units = self.quantity(elements, 7, number, offset) if elements[7] else None
        revenue_code = elements[4] or (code if qualifier == "NU" else None)
        fields = (
            qualifier, code, modifiers, revenue_code, charge, paid, units, submitted[1], submitted[2], submitted_units,
        )  # fmt: skip
        part = part_number(SERVICE, code_number(code), code_number(modifiers), charge, paid)
        return fields, charge, left_open(charge, paid), part

    def _procedure(self, elements: list[str], index: int, number: int, offset: int) -> Procedure:
        """Return a composite procedure, remembered unless it was odd."""
        told = len(self.oddities)
        procedure = read_procedure(elements, index, number, offset, self, self.component)
        if len(self.oddities) == told:
            self.procedures[elements[index]] = procedure
        return procedure

    def adjustments(self, elements: list[str], number: int, offset: int) -> Adjustments:
        """Return a CAS's triplets."""
        group_code = elements[1].upper() if len(elements) > 1 and elements[1] else None
        if len(elements) == 4 and elements[2]:
            carc, amount = elements[2].upper(), self.cents[elements[3]]
            if amount is not None:
                return group_code, ((carc, amount, None),), amount, *_adjusted(group_code, ((carc, amount, None),))
        triplets = read_triplets(self, elements, number, offset)
        amounts = [amount for _, amount, _ in triplets if amount is not None]
        total = sum(amounts) if len(amounts) == len(triplets) else None
        return group_code, tuple(triplets), total, *_adjusted(group_code, triplets)

    def date_of(self, elements: list[str], number: int, offset: int) -> Dated:
        """Return a DTM, or a DTP (`472*D8*20260302`) that stands where a DTM belongs."""
        elements += [""] * (4 - len(elements))
        qualifier, place = elements[1], 2
        if elements[0] == "DTP" or elements[2].upper() in DATE_FORMATS:
            self.tell("dtp_for_dtm", elements, 2, number, offset, f"is {elements[2]!r}, where DTM has its date")
            place = 3
        value = elements[place]
        if not value and any(elements[place + 1 :]):
            self.tell("elements_shifted", elements, place, number, offset, "is empty, and what follows it is not")
        first, dash, last = value.partition("-")
        if not (dash and len(first) == len(last) == 8):
            first, last = value, ""
        parted = [*elements[:place], first, last]
        date = self.date(parted, place, number, offset)
        end_date = self.date(parted, place + 1, number, offset)
        part = part_number(SERVICE_DATE, code_number(qualifier), date.toordinal() if date else None)
        return qualifier, date, end_date, value or None, part

    def amount_of(self, elements: list[str], number: int, offset: int) -> Valued:
        """Return an AMT."""
        elements += [""] * (3 - len(elements))
        amount = self.amount(elements, 2, number, offset, required=True)
        return elements[1].upper() or None, elements[2] or None, amount

    def code_of(self, elements: list[str], number: int, offset: int) -> Valued:
        """Return a QTY or LQ, both a qualifier and a text."""
        elements += [""] * (3 - len(elements))
        return elements[1].upper() or None, elements[2].upper() or None, None

    def outpatient(self, elements: list[str], number: int, offset: int) -> Outpatient:
        """Return an MIA's or MOA's remark codes, amounts and the rest."""
        segment_id = elements[0]
        places, quantities = REMARK_PLACES[segment_id], QUANTITY_PLACES[segment_id]
        remarks = tuple(value.upper() for index, value in enumerate(elements) if value and index in places)
        others = tuple(
            (f"{index:02d}", None if index in quantities else self.amount(elements, index, number, offset), value)
            for index, value in enumerate(elements)
            if index and value and index not in places
        )
        return segment_id, remarks, others
