"""What the rows of a log will be counted as: denials, claims sent, both or neither, told before it is loaded."""

from pipelines.denial_log.outcome import is_denial_code
from pipelines.rows import LogCode, LogRow
from pipelines.words import counted


class Use:
    """Counts rows while they go by; `words` says what they come to."""

    def __init__(self) -> None:
        self._claims_sent: set[tuple[object, ...]] = set()  # each day of submission apart
        self._denied_count = 0
        self._is_open = False  # the row at hand does not say itself whether it was denied: its codes may

    def add(self, row: LogRow | LogCode) -> None:
        """Take a row, and after it its codes."""
        if isinstance(row, LogCode):
            if self._is_open and (row.kind == "local" or is_denial_code(row)):
                self._denied_count += 1
                self._is_open = False
            return
        claim = row.claim_id or row.account
        if claim is not None and row.submission_date is not None:
            self._claims_sent.add((claim, row.payer_name or row.payer_id, row.submission_date))
        self._denied_count += row.is_denied is True
        self._is_open = row.is_denied is None and not row.paid_amount

    def words(self) -> str:
        """`12 denied rows, and 40 claims sent`."""
        denied = counted(self._denied_count, "denied row")
        sent = f"{counted(len(self._claims_sent), 'claim')} sent"
        if self._claims_sent and self._denied_count:
            return f"denials and claims sent: {denied}, {sent}"
        if self._claims_sent:
            return f"claims sent, not denials: {sent}, and no row says that it was denied"
        if self._denied_count:
            return f"denials, not claims sent: {denied}, and no row has both a claim number and a day of submission"
        return "neither denials nor claims sent: no row was denied, none has a claim number with a day of submission"
