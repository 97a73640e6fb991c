"""The triplets of a CAS segment: reason, amount and quantity, up to six of them after the group code."""

from pipelines.rows import Cents, Milli
from pipelines.x12.values import ValueReader

TRIPLET = 3
Triplet = tuple[str | None, Cents | None, Milli | None]  # carc, amount, quantity


def read_triplets(values: ValueReader, elements: list[str], number: int, offset: int) -> list[Triplet]:
    """Return every triplet of elements without blanks; an empty one between others is told and passed over."""
    triplets: list[Triplet] = []
    for index in range(2, len(elements), TRIPLET):
        if not any(elements[index : index + TRIPLET]):
            continue
        if len(triplets) < (index - 2) // TRIPLET:
            values.tell("adjustment_gap", elements, index, number, offset, "comes after an empty triplet")
        carc = elements[index].upper() or None
        if carc is None:
            values.tell("adjustment_without_reason", elements, index, number, offset, "is missing")
        amount = values.amount(elements, index + 1, number, offset, required=True)
        triplets.append((carc, amount, values.quantity(elements, index + 2, number, offset)))
    if len({triplet[:2] for triplet in triplets}) < len(triplets):
        values.tell("adjustment_repeated", elements, 1, number, offset, "has a reason and amount twice")
    return triplets
