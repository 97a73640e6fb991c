"""The charge of a whole claim that an export repeats on each line of it: counted once, or the claim would cost thrice.

Headers do not settle it (`Total Charges` is a line's in some systems), so the rows do: lines of one claim that bill
different procedures hardly ever have the same charge, unless it is the claim's.
"""

from collections.abc import Iterable

from pipelines.denial_log.mapping import Column
from pipelines.denial_log.sheet import Cells, cell, is_blank
from pipelines.denial_log.synonyms import words
from pipelines.rows import LogRow

TELLING = frozenset({"claim", "total"})
LEAST_CLAIMS, LEAST_SHARE = 2, 0.9
ClaimKey = tuple[object, ...]


def settle_claim_totals(columns: list[Column], rows: Iterable[Cells]) -> None:
    """The charge column knows whether it holds the claim's total; only headers that may mean it are looked into."""
    by_field = {column.field: column for column in columns if column.field}
    charge, claim, procedure = (by_field.get(name) for name in ("charge_amount", "claim_id", "procedure_code"))
    if charge is None or claim is None or procedure is None or not TELLING & set(words(charge.header)):
        return
    if claim.profile is None or claim.profile.filled_count == len(claim.profile.distinct):
        return  # one row per claim
    found = _charges_of_claims(rows, *(column.column_no - 1 for column in (claim, procedure, charge)))
    several = [charges for procedures, charges in found if len(procedures) > 1]
    if len(several) >= LEAST_CLAIMS and sum(len(charges) == 1 for charges in several) >= LEAST_SHARE * len(several):
        charge.is_claim_total = True
        charge.reason += "; the charge of the whole claim, repeated on its lines: it is kept on the first"


def _charges_of_claims(rows: Iterable[Cells], claim: int, procedure: int, charge: int) -> list[tuple[set[str], ...]]:
    """The different procedures and charges of each claim."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    for cells in rows:
        number, amount = cell(cells, claim), cell(cells, charge)
        if not is_blank(number) and not is_blank(amount):
            procedures, charges = found.setdefault(number.strip(), (set(), set()))
            procedures.add(cell(cells, procedure).strip())
            charges.add(amount.strip())
    return list(found.values())


class ClaimTotals:
    """Leaves the charge on the first row of each claim as it was sent, and off the others."""

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self.repeated_count = 0

    def settle(self, row: LogRow) -> None:
        """The row has a charge only if it is the first of its claim."""
        key: ClaimKey = (row.claim_id, row.account, row.payer_name, row.payer_id, row.submission_date)
        if row.charge_amount is None or row.claim_id is None:
            return
        if hash(key) in self._seen:
            row.charge_amount = None
            self.repeated_count += 1
        self._seen.add(hash(key))
