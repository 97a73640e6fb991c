"""Where in an 835 the reader is: the open transaction, claim and line, and the rows made so far."""

from hashlib import blake2b

from pipelines.rows import Cents, Date, Detail, Oddity, ProviderSummary, Remit, RemitClaim, RemitLine, Row
from pipelines.x12 import balance
from pipelines.x12.envelope import Envelope
from pipelines.x12.values import ValueReader

KEY_BYTES = 8


class RemittanceState:
    """The open transaction, claim and line of one file. Rows of an open claim wait in `loop_rows` until it ends."""

    __slots__ = (
        "adjustment_no", "claim", "claim_adjusted", "claim_no", "component", "detail_no", "envelope", "foreign",
        "key_parts", "line", "line_keys", "line_no", "lines", "loop_rows", "lx_number", "lx_offset", "oddities",
        "paid_is_known", "party", "provider_adjustment_no", "provider_is_known", "remark_no", "remit", "rows",
        "summary", "summary_no", "transaction_no", "values",
    )  # fmt: skip

    def __init__(self, oddities: list[Oddity], component: str) -> None:
        self.oddities, self.component = oddities, component
        self.values = ValueReader(oddities)
        self.envelope = Envelope(oddities, self.values)
        self.rows: list[Row] = []
        self.foreign: tuple[int, str] | None = None  # segment and type of the first transaction that is no 835
        self.remit: Remit | None = None
        self.claim: RemitClaim | None = None
        self.line: RemitLine | None = None
        self.transaction_no = self.claim_no = self.line_no = 0
        self._reset_claim()
        self._reset_transaction()

    def _reset_transaction(self) -> None:
        self.party = ""
        self.paid_is_known = self.provider_is_known = True
        self.summary: ProviderSummary | None = None
        self.summary_no = self.provider_adjustment_no = self.detail_no = 0
        self.lx_number: str | None = None
        self.lx_offset: int | None = None

    def _reset_claim(self) -> None:
        self.claim, self.line, self.line_no = None, None, 0
        self.claim_adjusted = self.adjustment_no = self.remark_no = self.detail_no = 0
        self.lines: list[RemitLine] = []
        self.key_parts: list[str] = []
        self.line_keys: list[str] = []
        self.loop_rows: list[Row] = []

    def tell(self, code: str, number: int, offset: int, message: str) -> None:
        """Record an oddity at a segment."""
        self.oddities.append(Oddity(code, number, offset, message))

    def tell_orphan(self, number: int, offset: int, segment_id: str) -> None:
        """Record a segment that needs a claim where none is open; those of other transactions are not ours to judge."""
        if self.foreign is None or self.remit is not None:
            self.tell("segment_out_of_place", number, offset, f"{segment_id} stands outside any claim")

    def open_remit(self, number: int, offset: int) -> None:
        """Begin the transaction that the envelope has just opened."""
        envelope = self.envelope
        self._reset_transaction()
        self.transaction_no = envelope.transaction_no
        self.remit = Remit(
            transaction_no=envelope.transaction_no,
            segment_no=number,
            byte_offset=offset,
            transaction_control_number=envelope.transaction_control_number,
            version_code=envelope.version_code,
            interchange_control_number=envelope.interchange_control_number,
            interchange_date=envelope.interchange_date,
        )

    def close_remit(self, number: int, offset: int) -> None:
        """End the open claim and transaction, if any, and hand out the transaction's row."""
        self.close_claim(offset)
        if (remit := self.remit) is None:
            return
        remit.off_amount = balance.transaction_off(
            remit.payment_amount,
            remit.credit_debit_code,
            remit.claim_paid_amount if self.paid_is_known else None,
            remit.provider_adjustment_amount if self.provider_is_known else None,
        )
        for code, value, what in (
            ("payer_missing", remit.payer_name or remit.payer_id, "payer (N1*PR)"),
            ("trace_missing", remit.trace_number, "trace number (TRN02)"),
            ("payment_date_missing", remit.payment_date or remit.production_date, "payment date (BPR16, DTM*405)"),
        ):
            if value is None:
                self.tell(code, remit.segment_no, remit.byte_offset, f"the transaction names no {what}")
        self.rows.append(remit)
        self.remit = None

    def open_claim(self, claim: RemitClaim) -> None:
        """Begin a claim; one that was open has ended where this one, or the LX before it, begins."""
        self.close_claim(claim.byte_offset)
        self.claim = claim
        self.loop_rows.append(claim)
        claim.off_amount = balance.unadjusted(claim.charge_amount, claim.paid_amount)
        remit = self.remit
        if remit is not None:
            remit.claim_count += 1
            if claim.paid_amount is None:
                self.paid_is_known = False
            else:
                remit.claim_paid_amount = Cents(remit.claim_paid_amount + claim.paid_amount)

    def close_claim(self, offset: int) -> None:
        """End the open claim, if any: balance its lines, give it its content key, and hand out its rows."""
        claim = self.claim
        if claim is None:
            return
        claim.end_byte_offset = offset if self.lx_offset is None else self.lx_offset
        claim.line_count = len(self.lines)
        if self.claim_adjusted:
            balance.settle_lines(self.lines, self.claim_adjusted)
        short = balance.lines_short_of(claim, self.lines)
        if short:
            message = f"the claim's charge is {short / 100:.2f} more than its lines' charges"
            self.tell("lines_do_not_sum_to_claim", claim.segment_no, claim.byte_offset, message)
        key = "\n".join(self.key_parts).encode("utf-8", "replace")
        claim.content_key = blake2b(key, digest_size=KEY_BYTES).hexdigest()
        if self.remit is not None:
            self.remit.line_count += len(self.lines)
        self.rows += self.loop_rows
        self._reset_claim()

    def add_detail(
        self,
        number: int,
        offset: int,
        segment_id: str,
        qualifier: str | None,
        text_value: str | None,
        amount: Cents | None = None,
        date_value: Date | None = None,
        is_of_claim: bool = False,
    ) -> None:
        """Keep what has no column of its own, on the open line or claim; `claim_no` 0 is the transaction's header."""
        self.detail_no += 1
        claim_no = 0 if self.claim is None else self.claim_no
        line_no = 0 if is_of_claim else self.line_no
        rows = self.rows if self.claim is None else self.loop_rows
        rows.append(
            Detail(
                self.transaction_no, claim_no, line_no, self.detail_no, number, offset,
                segment_id, qualifier, text_value, amount, date_value,
            )
        )  # fmt: skip
