"""Segments of an 835 that repeat word for word (SVC, CAS, DTM, ...) -> what they say, apart from where they stand.

A remittance says `DTM*472*20260302` and `CAS*CO*45*20` over and over, so the reader takes in each distinct text once,
through one of these functions, and remembers the result. Each gets (elements, number, offset, values, component).
"""

import datetime
from typing import NamedTuple

from pipelines.rows import Cents, Date, Milli
from pipelines.x12.values import ValueReader, element, text

PROCEDURE_QUALIFIERS = frozenset(
    ("HC", "AD", "ER", "HP", "IV", "N4", "N6", "NU", "RB", "UI", "WK", "EN", "EO", "HI", "ON")
)
TRIPLET = 3


class Procedure(NamedTuple):
    """A composite medical procedure: `HC:73721:RT:26`."""

    qualifier: str | None
    code: str | None
    modifiers: str | None


class Service(NamedTuple):
    """An SVC: `fields` are RemitLine's from procedure_qualifier on, `key` is its part of the claim's content key."""

    fields: tuple[str | Cents | Milli | None, ...]
    charge: Cents | None
    paid: Cents | None
    key: str


class Adjustments(NamedTuple):
    """A CAS: its group and triplets, their sum (None where an amount is unknown) and its part of the content key."""

    group_code: str | None
    triplets: tuple[tuple[str | None, Cents | None, Milli | None], ...]
    total: int | None
    key: str


class Dated(NamedTuple):
    """A DTM or DTP: the qualifier, its date (a range's first day), a range's last day, and the text as given."""

    qualifier: str
    date: Date | None
    end_date: Date | None
    as_given: str | None
    key: str


class Valued(NamedTuple):
    """An AMT, QTY or LQ: the qualifier, what stands with it, and that as an amount where it is one."""

    qualifier: str | None
    as_given: str | None
    amount: Cents | None


class Outpatient(NamedTuple):
    """An MIA or MOA: its remark codes, and its other elements as (element number, amount, text)."""

    segment_id: str
    remarks: tuple[str, ...]
    others: tuple[tuple[str, Cents | None, str], ...]


def read_procedure(
    elements: list[str], index: int, number: int, offset: int, values: ValueReader, component: str
) -> Procedure:
    """Return a composite procedure; told if it has no qualifier, or another component separator than the ISA names."""
    value = element(elements, index)
    if not value:
        return Procedure(None, None, None)
    mark = value[2:3]
    if component not in value and value[:2].upper() in PROCEDURE_QUALIFIERS and mark and not mark.isalnum():
        values.tell(
            "component_separator_differs", elements, index, number, offset, f"is {value!r}, not with {component!r}"
        )
        component = mark
    parts = [part.strip().upper() for part in value.split(component)]
    if len(parts) == 1:
        values.tell("procedure_without_qualifier", elements, index, number, offset, f"is {value!r}")
        return Procedure(None, text(parts[0]), None)
    return Procedure(parts[0] or None, parts[1] or None, " ".join(part for part in parts[2:6] if part) or None)


def read_service(elements: list[str], number: int, offset: int, values: ValueReader, component: str) -> Service:
    """Return an SVC's procedures, amounts and units."""
    procedure = read_procedure(elements, 1, number, offset, values, component)
    submitted = read_procedure(elements, 6, number, offset, values, component)
    charge = values.amount(elements, 2, number, offset, required=True)
    paid = values.amount(elements, 3, number, offset, required=True)
    revenue_code = text(element(elements, 4)) or (procedure.code if procedure.qualifier == "NU" else None)
    units = values.quantity(elements, 5, number, offset)
    submitted_units = values.quantity(elements, 7, number, offset)
    fields = (*procedure, revenue_code, charge, paid, units, submitted.code, submitted.modifiers, submitted_units)
    return Service(fields, charge, paid, f"SVC|{procedure.code}|{procedure.modifiers}|{charge}|{paid}")


def read_adjustments(elements: list[str], number: int, offset: int, values: ValueReader, component: str) -> Adjustments:
    """Return a CAS's triplets; an empty triplet between others is told and passed over."""
    group_code = element(elements, 1).upper() or None
    triplets: list[tuple[str | None, Cents | None, Milli | None]] = []
    for index in range(2, len(elements), TRIPLET):
        if not any(element(elements, place) for place in range(index, index + TRIPLET)):
            continue
        if len(triplets) < (index - 2) // TRIPLET:
            values.tell("adjustment_gap", elements, index, number, offset, "comes after an empty triplet")
        carc = element(elements, index).upper() or None
        amount = values.amount(elements, index + 1, number, offset, required=True)
        if carc is None:
            values.tell("adjustment_without_reason", elements, index, number, offset, "is missing")
        triplets.append((carc, amount, values.quantity(elements, index + 2, number, offset)))
    if len({triplet[:2] for triplet in triplets}) < len(triplets):
        values.tell("adjustment_repeated", elements, 0, number, offset, "has the same reason and amount twice")
    amounts = [amount for _, amount, _ in triplets if amount is not None]
    total = sum(amounts) if len(amounts) == len(triplets) else None
    key = "|".join(f"{carc}|{amount}" for carc, amount, _ in triplets)
    return Adjustments(group_code, tuple(triplets), total, f"CAS|{group_code}|{key}")


def read_date(elements: list[str], number: int, offset: int, values: ValueReader, component: str) -> Dated:
    """Return a DTM, or a DTP (`472*D8*20260302`) that stands where a DTM belongs."""
    qualifier, place = element(elements, 1), 2
    if elements[0] == "DTP" or element(elements, 2).upper() in ("D8", "RD8", "DT"):
        values.tell("dtp_for_dtm", elements, 2, number, offset, f"is {element(elements, 2)!r}, where DTM has its date")
        place = 3
    value = element(elements, place)
    first, dash, last = value.partition("-")
    if not (dash and len(first) == len(last) == 8):
        first, last = value, ""
    parted = [elements[0], first, last]
    date, end_date = values.date(parted, 1, number, offset), values.date(parted, 2, number, offset)
    return Dated(qualifier, date, end_date, text(value), f"DTM|{qualifier}|{date and date_key(date)}")


def date_key(date: datetime.date) -> int:
    """Return a date as a number, CCYYMMDD."""
    return date.year * 10_000 + date.month * 100 + date.day


def read_amount(elements: list[str], number: int, offset: int, values: ValueReader, component: str) -> Valued:
    """Return an AMT."""
    amount = values.amount(elements, 2, number, offset, required=True)
    return Valued(element(elements, 1).upper() or None, text(element(elements, 2)), amount)


def read_code(elements: list[str], number: int, offset: int, values: ValueReader, component: str) -> Valued:
    """Return a QTY or LQ, both a qualifier and a text."""
    return Valued(element(elements, 1).upper() or None, text(element(elements, 2)), None)


REMARK_PLACES = {"MIA": (5, 20, 21, 22, 23), "MOA": (3, 4, 5, 6, 7)}
QUANTITY_PLACES = {"MIA": (1, 3, 15), "MOA": (1,)}  # days, a count, a rate: not money


def read_outpatient(elements: list[str], number: int, offset: int, values: ValueReader, component: str) -> Outpatient:
    """Return an MIA's or MOA's remark codes, amounts and the rest."""
    segment_id = elements[0]
    places, quantities = REMARK_PLACES[segment_id], QUANTITY_PLACES[segment_id]
    remarks, others = [], []
    for index in range(1, len(elements)):
        value = element(elements, index)
        if value and index in places:
            remarks.append(value.upper())
        elif value:
            amount = None if index in quantities else values.amount(elements, index, number, offset)
            others.append((f"{index:02d}", amount, value))
    return Outpatient(segment_id, tuple(remarks), tuple(others))
