"""One SV1, SV2 or SV3 segment of an 837 -> the service that a line bills."""

from pipelines.rows import SubmissionDecision, SubmissionLine
from pipelines.x12.values import ValueReader, element, text

QUALIFIERS = frozenset(("HC", "AD", "ER", "HP", "IV", "N4", "WK", "ZZ"))
SERVICE_FORM = {"SV1": "837P", "SV2": "837I", "SV3": "837D"}
Procedural = SubmissionLine | SubmissionDecision


class ServiceReader:
    """Fills lines from service segments; `component` is the interchange's component separator."""

    def __init__(self, values: ValueReader) -> None:
        self._values = values
        self.component = ":"

    def fill(self, line: SubmissionLine, number: int, offset: int, elements: list[str]) -> None:
        """The line holds procedure, charge, units and pointers of its service segment."""
        {"SV1": self._professional, "SV2": self._institutional, "SV3": self._dental}[elements[0]](
            line, number, offset, elements
        )

    def _professional(self, line: SubmissionLine, number: int, offset: int, elements: list[str]) -> None:
        self.procedure(line, 1, number, offset, elements)
        line.charge_amount = self._values.amount(elements, 2, number, offset, required=True)
        line.unit_code = text(element(elements, 3))
        line.units = self._values.quantity(elements, 4, number, offset)
        line.place_of_service_code = text(element(elements, 5))
        line.diagnosis_pointers = self.pointers(element(elements, 7))

    def _institutional(self, line: SubmissionLine, number: int, offset: int, elements: list[str]) -> None:
        if self.component in element(elements, 1):
            self._values.tell("elements_shifted", elements, 1, number, offset, "is a procedure, not a revenue code")
            elements = [elements[0], "", *elements[1:]]
        line.revenue_code = text(element(elements, 1))
        self.procedure(line, 2, number, offset, elements)
        line.charge_amount = self._values.amount(elements, 3, number, offset, required=True)
        line.unit_code = text(element(elements, 4))
        line.units = self._values.quantity(elements, 5, number, offset)

    def _dental(self, line: SubmissionLine, number: int, offset: int, elements: list[str]) -> None:
        self.procedure(line, 1, number, offset, elements)
        line.charge_amount = self._values.amount(elements, 2, number, offset, required=True)
        line.place_of_service_code = text(element(elements, 3))
        line.units = self._values.quantity(elements, 6, number, offset)
        line.diagnosis_pointers = self.pointers(element(elements, 11))

    def procedure(self, line: Procedural, index: int, number: int, offset: int, elements: list[str]) -> None:
        """Qualifier, code and modifiers just as a remittance is read, so that a line and its answer can be matched."""
        value, component = element(elements, index).upper(), self.component
        mark = value[2:3]
        if component not in value and value[:2] in QUALIFIERS and mark and not mark.isalnum():
            what = f"is {value[:40]!r}, not with {component!r}"
            self._values.tell("component_separator_differs", elements, index, number, offset, what)
            component = mark
        parts = [text(part) for part in value.split(component)]
        if len(parts) > 1:
            line.procedure_qualifier, line.procedure_code = parts[:2]
            line.modifiers = " ".join(part for part in parts[2:6] if part) or None
        elif value:
            self._values.tell("procedure_without_qualifier", elements, index, number, offset, f"is {value[:40]!r}")
            line.procedure_code = parts[0]

    def pointers(self, composite: str) -> str | None:
        """Return the pointers as "1 2"."""
        return " ".join(value for part in composite.split(self.component) if (value := text(part))) or None
