"""Where in an 835 the reader is: the open transaction, claim and line, and the rows made so far."""

from pipelines.rows import Cents, Date, Detail, Oddity, ProviderSummary, Remit, RemitClaim, RemitLine, Row
from pipelines.x12 import balance
from pipelines.x12.envelope import Envelope
from pipelines.x12.remittance_key import as_text, with_part
from pipelines.x12.remittance_values import RemittanceValues


class RemittanceState:
    """The open transaction, claim and line of one file. Rows of an open claim wait in `loop_rows` until it ends."""

    __slots__ = (
        "adjustment_no", "charges_are_known", "claim", "claim_adjusted", "claim_no", "dated_line", "detail_no",
        "envelope", "foreign", "header_detail_no", "key", "line", "line_keys", "line_no", "lines",
        "lines_charge", "loop_rows", "lx_number", "lx_offset", "oddities", "paid_is_known", "party",
        "provider_adjustment_no", "provider_is_known", "remark_no", "remit", "rows", "summary", "summary_no",
        "transaction_no", "values",
    )  # fmt: skip

    def __init__(self, oddities: list[Oddity], component: str) -> None:
        self.oddities = oddities
        self.values = RemittanceValues(oddities, component)
        self.envelope = Envelope(oddities, self.values)
        self.rows: list[Row] = []
        self.foreign: tuple[int, str] | None = None  # segment and type of the first transaction that is no 835
        self.remit: Remit | None = None
        self.transaction_no = self.claim_no = 0
        self._forget_claim()
        self._forget_transaction()

    def _forget_transaction(self) -> None:
        self.party = ""
        self.paid_is_known = self.provider_is_known = True
        self.summary: ProviderSummary | None = None
        self.summary_no = self.provider_adjustment_no = self.header_detail_no = 0
        self.lx_number: str | None = None
        self.lx_offset: int | None = None  # of an LX after which no claim has begun yet

    def _forget_claim(self) -> None:
        self.claim: RemitClaim | None = None
        self.line: RemitLine | None = None
        self.dated_line: RemitLine | None = None  # the line that last got its date from a DTM*472
        self.line_no = self.adjustment_no = self.remark_no = self.detail_no = 0
        self.claim_adjusted = self.lines_charge = 0
        self.charges_are_known = True
        self.lines: list[RemitLine] = []
        self.key = 0
        self.line_keys: list[str] = []
        self.loop_rows: list[Row] = []

    def tell(self, code: str, number: int, offset: int, message: str) -> None:
        """Record an oddity at a segment."""
        self.oddities.append(Oddity(code, number, offset, message))

    def tell_orphan(self, number: int, offset: int, segment_id: str) -> None:
        """Record a segment that needs a claim where none is open; those of other transactions are not ours to judge."""
        if self.is_ours():
            self.tell("segment_out_of_place", number, offset, f"{segment_id} stands outside any claim")

    def is_ours(self) -> bool:
        """Say whether no transaction of another kind is open."""
        return self.remit is not None or not self.envelope.in_transaction

    def tell_outside(self, number: int, offset: int, segment_id: str) -> None:
        """Record a segment of a header where no transaction is open at all."""
        if not self.envelope.in_transaction:
            self.tell("segment_out_of_place", number, offset, f"{segment_id} stands outside any transaction")

    def open_remit(self, number: int, offset: int) -> None:
        """Begin the transaction that the envelope has just opened."""
        envelope = self.envelope
        self._forget_transaction()
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

    def begin_implied(self, number: int, offset: int, segment_id: str) -> None:
        """Begin a transaction that no ST opened, because what belongs into it is there all the same."""
        if self.remit is None and not self.envelope.in_transaction:
            self.envelope.open_implied(number, offset, "835", f"{segment_id} without ST before it")
            self.open_remit(number, offset)

    def close_remit(self, offset: int) -> None:
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
            ("payment_missing", remit.handling_code or remit.payment_amount, "payment (BPR)"),
            ("payer_missing", remit.payer_name or remit.payer_id, "payer (N1*PR)"),
            ("trace_missing", remit.trace_number, "trace number (TRN02)"),
            ("payment_date_missing", remit.payment_date or remit.production_date, "payment date (BPR16, DTM*405)"),
        ):
            if value is None:
                self.tell(code, remit.segment_no, remit.byte_offset, f"the transaction names no {what}")
        self.rows.append(remit)
        self.remit = None

    def open_claim(self, claim: RemitClaim, part: int) -> None:
        """Begin a claim and count it in its transaction."""
        self.claim = claim
        self.loop_rows.append(claim)
        self.key = part
        charge, paid, remit = claim.charge_amount, claim.paid_amount, self.remit
        claim.off_amount = balance.left_open(charge, paid)
        if remit is None:
            return
        remit.claim_count += 1
        if paid is None:
            self.paid_is_known = False
        else:
            remit.claim_paid_amount += paid  # type: ignore[assignment]

    def close_claim(self, offset: int) -> None:
        """End the open claim, if any: balance its lines, give it its content key, and hand out its rows."""
        claim, lines = self.claim, self.lines
        if claim is None:
            return
        claim.end_byte_offset = offset if self.lx_offset is None else self.lx_offset
        claim.line_count = len(lines)
        if self.claim_adjusted:
            balance.settle_lines(lines, self.claim_adjusted)
        charge = claim.charge_amount
        if lines and charge is not None and self.charges_are_known and charge != self.lines_charge:
            message = f"the claim's charge is {(charge - self.lines_charge) / 100:.2f} more than its lines' charges"
            self.tell("lines_do_not_sum_to_claim", claim.segment_no, claim.byte_offset, message)
        claim.content_key = as_text(self.key)
        if self.remit is not None:
            self.remit.line_count += len(lines)
        self.rows += self.loop_rows
        self._forget_claim()

    def add_part(self, part: int) -> None:
        """One more part of the claim goes into its content key."""
        self.key = with_part(self.key, part)

    def pass_claims(self, offset: int, claims: int, lines: int, paid: int) -> int:
        """So many whole claims from `offset` on are read elsewhere; return the number of the first of them."""
        self.close_claim(offset)
        self.lx_offset = None
        first = self.claim_no + 1
        self.claim_no += claims
        if self.remit is not None:
            self.remit.claim_count += claims
            self.remit.line_count += lines
            self.remit.claim_paid_amount = Cents(self.remit.claim_paid_amount + paid)
        return first

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
        if self.claim is None:
            self.header_detail_no += 1
            claim_no, line_no, detail_no, rows = 0, 0, self.header_detail_no, self.rows
        else:
            self.detail_no += 1
            line_no = 0 if is_of_claim else self.line_no
            claim_no, detail_no, rows = self.claim_no, self.detail_no, self.loop_rows
        place = self.transaction_no, claim_no, line_no, detail_no, number, offset
        rows.append(Detail(*place, segment_id, qualifier, text_value, amount, date_value))
