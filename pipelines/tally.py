"""What one file holds, counted from its rows batch by batch while they go to disk."""

from typing import Any

from pipelines.check import EMPTY_TRANSACTIONS

TOTALS = {  # what a file's total adds up; of several, the first that is not zero
    "remit_claim": ("paid_amount",),
    "submission": ("charge_amount",),
    "log_row": ("charge_amount", "denied_amount"),
}


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

    def add(self, table: str, batch: list[Any]) -> None:
        """Count one batch of one table."""
        if table in ("remit", "submission", "acknowledgement"):
            self._transactions.update(row.transaction_no for row in batch)
        if table == "oddity":
            self._transactions.update(
                (row.segment_no, row.byte_offset) for row in batch if row.code in EMPTY_TRANSACTIONS
            )
        if table in ("remit_claim", "submission"):
            self._claim_count += len(batch)
        if table == "acknowledgement":
            self._claim_count += sum(row.level == "claim" for row in batch)
        if table == "log_row":
            self._log_claims.update(row.claim_id or row.account or row.denial_id or "" for row in batch)
            self._log_claims.discard("")
        if table in ("remit_line", "submission_line", "log_row"):
            self.line_count += len(batch)
        if table == "log_reject":
            self.rejected_row_count += len(batch)
        for amount in TOTALS.get(table, ()):
            self._cents[amount] = self._cents.get(amount, 0) + sum(getattr(row, amount) or 0 for row in batch)
