"""What one file holds, counted from its rows batch by batch while they go to disk."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pipelines.check import EMPTY_TRANSACTIONS
from pipelines.rows.batch import RowBatch

if TYPE_CHECKING:
    import pyarrow as pa

TOTALS = {  # what a file's total adds up; of several, the first that is not zero
    "remit_claim": ("paid_amount",),
    "submission": ("charge_amount",),
    "log_row": ("charge_amount", "denied_amount"),
}
LOG_CLAIM = ("claim_id", "account", "denial_id")  # what names the claim of a log's row: the first that is there


class Tally:
    """What one file holds, counted while its rows go by; the same numbers as `denials check` gives."""

    def __init__(self) -> None:
        self.line_count = self.rejected_row_count = self._claim_count = 0
        self._transactions: set[int | tuple[int | None, int | None]] = set()
        self._log_claims: set[str] = set()
        self._cents: dict[str, int] = {}

    @property
    def counts(self) -> dict[str, Any]:
        """The counting fields of the file's row."""
        amounts = [cents for cents in self._cents.values() if cents] or list(self._cents.values())
        return {
            "transaction_count": len(self._transactions),
            "claim_count": self._claim_count + len(self._log_claims),
            "line_count": self.line_count,
            "rejected_row_count": self.rejected_row_count,
            "total_amount": amounts[0] if amounts else None,
        }

    def take_in(self, other: "Tally") -> None:
        """Count what another piece of the same file holds."""
        self.line_count += other.line_count
        self.rejected_row_count += other.rejected_row_count
        self._claim_count += other._claim_count
        self._transactions |= other._transactions
        self._log_claims |= other._log_claims
        for amount, cents in other._cents.items():
            self._cents[amount] = self._cents.get(amount, 0) + cents

    def add(self, batch: RowBatch) -> None:
        """Count one batch of one table."""
        table, rows = batch
        if table in ("remit", "submission", "acknowledgement"):
            self._transactions.update(rows["transaction_no"].unique().to_pylist())
        if table == "oddity":
            self._transactions.update(
                (segment_no, byte_offset)
                for code, segment_no, byte_offset in _tuples(rows, "code", "segment_no", "byte_offset")
                if code in EMPTY_TRANSACTIONS
            )
        if table in ("remit_claim", "submission"):
            self._claim_count += len(rows)
        if table == "acknowledgement":
            self._claim_count += sum(level == "claim" for (level,) in _tuples(rows, "level"))
        if table == "log_row":
            claims = (claim or account or denial for claim, account, denial in _tuples(rows, *LOG_CLAIM))
            self._log_claims.update(claim for claim in claims if claim)
        if table in ("remit_line", "submission_line", "log_row"):
            self.line_count += len(rows)
        if table == "log_reject":
            self.rejected_row_count += len(rows)
        for amount in TOTALS.get(table, ()):
            self._cents[amount] = self._cents.get(amount, 0) + _cents(rows[amount])


def _tuples(rows: "pa.Table", *names: str) -> Iterator[tuple[Any, ...]]:
    """The values of these columns, row by row."""
    return zip(*(rows[name].to_pylist() for name in names), strict=True)


def _cents(amounts: "pa.ChunkedArray") -> int:
    """The sum of a DECIMAL(18,2) column in whole cents; 0 where all are NULL."""
    import pyarrow.compute as pc

    total = pc.sum(amounts).as_py()
    return 0 if total is None else int(total.scaleb(2))
