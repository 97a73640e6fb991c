"""Strategies for whole claims as an 837 can say them: with codes, other payers, decisions, adjustments and details."""

import datetime
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from pipelines.rows import (
    Cents,
    Date,
    Milli,
    Row,
    Submission,
    SubmissionAdjustment,
    SubmissionCode,
    SubmissionDecision,
    SubmissionDetail,
    SubmissionLine,
    SubmissionPayer,
)
from tests.x12.claim_writer import Claim, Style, day, dollars

DATES = st.dates(datetime.date(2000, 1, 1), datetime.date(2035, 12, 31))
AMOUNTS = st.integers(0, 10**9).map(Cents)
UNITS = st.integers(0, 10**7).map(Milli)
WORDS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -", min_size=1, max_size=12).map(lambda text: f"X{text.strip()}")
NUMBERS = st.integers(10**9, 10**10 - 1).map(str)
MAYBE_WORDS = st.none() | WORDS
MAYBE_NUMBERS = st.none() | NUMBERS
MODIFIERS = st.none() | st.lists(st.sampled_from(["25", "59", "RT", "LT"]), min_size=1, max_size=4).map(" ".join)
PROCEDURES = st.from_regex("[A-Z0-9][0-9]{4}", fullmatch=True)
DIAGNOSES = st.from_regex(r"[A-TV-Z][0-9][0-9](\.[0-9A-Z]{1,4})?", fullmatch=True)
TURNS = st.sampled_from("PST")
FILING = st.sampled_from(["CI", "MB", "MC", "ZZ"])
STYLES = st.builds(
    Style,
    element=st.sampled_from("*|&"),
    component=st.sampled_from(":>"),
    terminator=st.sampled_from(["~", "!"]),
    newline=st.sampled_from(["", "\n", "\r\n"]),
) | st.builds(Style, terminator=st.just("\n"), newline=st.just(""))

Told = tuple[str, str | None, str, Cents | None, Date | None]  # segment, qualifier, text, amount, date
CLAIM_DETAILS: st.SearchStrategy[Told] = st.one_of(
    st.tuples(st.just("REF"), st.sampled_from(["9F", "P4", "LX", "4N"]), WORDS, st.none(), st.none()),
    DATES.map(lambda date: ("DTP", "439", day(date), None, date)),
    AMOUNTS.map(lambda amount: ("AMT", "F3", dollars(amount), amount, None)),
    WORDS.map(lambda word: ("CRC", "07", f"Y*{word}", None, None)),
    WORDS.map(lambda word: ("CN1", None, f"02**{word}", None, None)),
    st.tuples(WORDS, WORDS, NUMBERS).map(lambda who: ("NM1", "71", f"{who[0]}, {who[1]} {who[2]}", None, None)),
)
PAYER_DETAILS: st.SearchStrategy[Told] = st.one_of(
    st.tuples(st.just("REF"), st.sampled_from(["G1", "D9", "EA", "T4", "2U"]), WORDS, st.none(), st.none()),
    AMOUNTS.map(lambda amount: ("AMT", "EAF", dollars(amount), amount, None)),
    st.tuples(WORDS, WORDS, NUMBERS).map(lambda who: ("NM1", "82", f"{who[0]}, {who[1]} {who[2]}", None, None)),
)
LINE_DETAILS: st.SearchStrategy[Told] = st.one_of(
    st.tuples(st.just("REF"), st.sampled_from(["F4", "9B", "X4"]), WORDS, st.none(), st.none()),
    DATES.map(lambda date: ("DTP", "607", day(date), None, date)),
    AMOUNTS.map(lambda amount: ("AMT", "T", dollars(amount), amount, None)),
    st.sampled_from(["1", "3"]).map(lambda count: ("QTY", "PT", count, None, None)),
)
CODES: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.fixed_dictionaries({"qualifier": st.sampled_from(["BH", "BBR", "BBQ"]), "code": WORDS, "date_value": DATES}),
    st.tuples(WORDS, DATES, st.integers(0, 30)).map(
        lambda span: {
            "qualifier": "BI",
            "code": span[0],
            "date_value": span[1],
            "end_date": span[1] + datetime.timedelta(days=span[2]),
        }
    ),
    st.fixed_dictionaries({"qualifier": st.just("BE"), "code": WORDS, "amount": AMOUNTS}),
    st.fixed_dictionaries({"qualifier": st.sampled_from(["BG", "DR", "TC"]), "code": WORDS}),
)


class Numbered:
    """Hands out the rows of one claim, each kind numbered as it comes."""

    def __init__(self, claim_no: int) -> None:
        self.claim_no = claim_no
        self.rows: list[Row] = []

    def next(self, kind: type) -> int:
        """The number of the next row of this kind."""
        return sum(isinstance(row, kind) for row in self.rows) + 1

    def add(self, kind: Callable[..., Row], *numbers: int, **values: Any) -> None:
        """One more row; its place in the file is left out."""
        self.rows.append(kind(1, self.claim_no, *numbers, 0, 0, **values))

    def add_details(self, told: list[Told], line_no: int, payer_no: int) -> None:
        """One row per detail."""
        for segment_id, qualifier, text, amount, date in told:
            number = self.next(SubmissionDetail)
            self.add(SubmissionDetail, line_no, payer_no, number, segment_id=segment_id, qualifier=qualifier,
                     text_value=text, amount=amount, date_value=date)  # fmt: skip

    def add_adjustments(self, drawn: list[tuple[str, int, Cents, Milli | None]], *owner: int) -> None:
        """One row per adjustment; `owner` is line, payer and decision."""
        for group, carc, amount, quantity in drawn:
            number = self.next(SubmissionAdjustment)
            self.add(SubmissionAdjustment, *owner, number, group_code=group, carc=str(carc), amount=amount,
                     quantity=quantity)  # fmt: skip


ADJUSTMENTS = st.lists(
    st.tuples(st.sampled_from(["CO", "OA", "PR"]), st.integers(1, 253), AMOUNTS, st.none() | UNITS),
    max_size=8,
    unique_by=lambda row: row[1],
)


@st.composite
def others(draw: st.DrawFn, claim_no: int, line_count: int) -> list[Row]:
    """Codes, details, other payers and decisions of one claim, in the order of an 837."""
    made = Numbered(claim_no)
    made.add_details(draw(st.lists(CLAIM_DETAILS, max_size=3)), 0, 0)
    for place, diagnosis in enumerate(draw(st.lists(DIAGNOSES, max_size=14))):
        admitted = draw(st.none() | st.sampled_from("YN"))
        qualifier = "ABF" if place else "ABK"
        made.add(SubmissionCode, place + 1, qualifier=qualifier, code=diagnosis, present_on_admission_code=admitted)
    for values in draw(st.lists(CODES, max_size=4)):
        made.add(SubmissionCode, made.next(SubmissionCode), **values)
    for payer_no in range(1, draw(st.integers(0, 2)) + 1):
        draw(payers(made, payer_no))
    for line_no in range(1, line_count + 1):
        made.add_details(draw(st.lists(LINE_DETAILS, max_size=2)), line_no, 0)
        for _ in range(draw(st.integers(0, 2))):
            draw(decisions(made, line_no))
    return made.rows


@st.composite
def payers(draw: st.DrawFn, made: Numbered, payer_no: int) -> None:
    """One other payer with its adjustments and details."""
    made.add(
        SubmissionPayer,
        payer_no,
        sequence_code=draw(TURNS),
        claim_filing_code=draw(FILING),
        payer_name=draw(WORDS),
        payer_id=draw(WORDS),
        subscriber_id=draw(WORDS),
        paid_amount=draw(st.none() | AMOUNTS),
        payer_claim_control_number=draw(MAYBE_WORDS),
        decision_date=draw(st.none() | DATES),
    )
    made.add_adjustments(draw(ADJUSTMENTS), 0, payer_no, 0)
    made.add_details(draw(st.lists(PAYER_DETAILS, max_size=3)), 0, payer_no)


@st.composite
def decisions(draw: st.DrawFn, made: Numbered, line_no: int) -> None:
    """What another payer did with a line."""
    decision_no = made.next(SubmissionDecision)
    made.add(
        SubmissionDecision,
        line_no,
        decision_no,
        payer_id=draw(WORDS),
        paid_amount=draw(AMOUNTS),
        procedure_qualifier="HC",
        procedure_code=draw(PROCEDURES),
        modifiers=draw(MODIFIERS),
        revenue_code=draw(st.none() | st.sampled_from(["0420"])),
        paid_units=draw(st.none() | UNITS),
        bundled_line=draw(st.none() | st.sampled_from(["1", "2"])),
        decision_date=draw(st.none() | DATES),
    )
    made.add_adjustments(draw(ADJUSTMENTS), line_no, 0, decision_no)


@st.composite
def billing_providers(draw: st.DrawFn) -> Submission:
    """A claim that holds only what stands above claims: provider, subscriber, payer, patient."""
    subscriber = (draw(WORDS), draw(WORDS))
    patient = draw(st.just(subscriber) | st.tuples(WORDS, WORDS))
    has_pay_to = draw(st.booleans())
    return Submission(
        1,
        0,
        0,
        0,
        transaction_control_number="0001",
        group_control_number="1",
        interchange_control_number="000000001",
        billing_name=draw(WORDS),
        billing_npi=draw(NUMBERS),
        billing_taxonomy_code=draw(MAYBE_WORDS),
        pay_to_name=draw(WORDS) if has_pay_to else None,
        pay_to_npi=draw(NUMBERS) if has_pay_to else None,
        payer_sequence_code=draw(TURNS),
        claim_filing_code=draw(FILING),
        payer_name=draw(WORDS),
        payer_id=draw(WORDS),
        subscriber_id=draw(WORDS),
        subscriber_last_name=subscriber[0],
        subscriber_first_name=subscriber[1],
        patient_last_name=patient[0],
        patient_first_name=patient[1],
        patient_birth_date=draw(DATES),
    )


@st.composite
def line_rows(draw: st.DrawFn, form: str, claim_no: int, line_no: int) -> SubmissionLine:
    """One line with what its form can say."""
    first = draw(DATES)
    is_range = draw(st.booleans())
    line = SubmissionLine(
        1,
        claim_no,
        line_no,
        0,
        0,
        procedure_qualifier="AD" if form == "837D" else "HC",
        procedure_code=draw(PROCEDURES),
        modifiers=draw(MODIFIERS),
        charge_amount=draw(AMOUNTS),
        units=draw(UNITS),
        service_date=first,
        service_end_date=first + datetime.timedelta(days=draw(st.integers(0, 40))) if is_range else None,
        line_control_number=draw(MAYBE_WORDS),
        authorization_number=draw(MAYBE_WORDS),
        rendering_npi=draw(MAYBE_NUMBERS),
        note=draw(MAYBE_WORDS),
    )
    if form == "837I":
        return replace(line, revenue_code=draw(st.sampled_from(["0278", "0420"])), unit_code="UN")
    pointers = draw(st.none() | st.lists(st.sampled_from("123456789"), min_size=1, max_size=4).map(" ".join))
    place = draw(st.none() | st.sampled_from(["11", "22", "02"]))
    return replace(
        line, diagnosis_pointers=pointers, place_of_service_code=place, unit_code="UN" if form == "837P" else None
    )


@st.composite
def claim_rows(draw: st.DrawFn, above: Submission, form: str, claim_no: int) -> Claim:
    """One claim with its lines and all else that an 837 of this form can say of it."""
    rows = [draw(line_rows(form, claim_no, line_no + 1)) for line_no in range(draw(st.integers(1, 4)))]
    more = draw(others(claim_no, len(rows)))
    diagnoses = [row.code for row in more if isinstance(row, SubmissionCode) and row.qualifier in ("ABK", "ABF")]
    has_rendering, has_facility = draw(st.booleans()), draw(st.booleans())
    claim = replace(
        above,
        claim_no=claim_no,
        claim_form=form,
        patient_control_number=draw(WORDS),
        charge_amount=Cents(sum(row.charge_amount or 0 for row in rows)),
        patient_paid_amount=draw(st.none() | AMOUNTS),
        facility_code=draw(st.sampled_from(["11", "13", "22"])),
        frequency_code=draw(st.sampled_from("178")),
        original_reference_number=draw(MAYBE_WORDS),
        authorization_number=draw(MAYBE_WORDS),
        clearinghouse_number=draw(MAYBE_WORDS),
        medical_record_number=draw(MAYBE_WORDS),
        rendering_name=f"{draw(WORDS)}, {draw(WORDS)}" if has_rendering else None,
        rendering_npi=draw(NUMBERS) if has_rendering else None,
        rendering_taxonomy_code=draw(WORDS) if has_rendering else above.billing_taxonomy_code,
        supervising_npi=draw(MAYBE_NUMBERS),
        service_facility_name=draw(WORDS) if has_facility else None,
        service_facility_npi=draw(NUMBERS) if has_facility else None,
        principal_diagnosis_code=diagnoses[0] if diagnoses else None,
        diagnosis_codes=" ".join(diagnoses) or None,
        note=draw(MAYBE_WORDS),
        line_count=len(rows),
    )
    first, last = draw(spans(form, rows))
    return replace(claim, service_from_date=first, service_to_date=last), rows, more


@st.composite
def spans(draw: st.DrawFn, form: str, rows: list[SubmissionLine]) -> tuple[Date, Date]:
    """The days of a claim: told by itself, or in an 837P spanned by its lines."""
    if form != "837P":
        first = draw(DATES)
        return first, first + datetime.timedelta(days=draw(st.integers(0, 40)))
    firsts = [row.service_date for row in rows if row.service_date]
    lasts = [row.service_end_date or row.service_date for row in rows]
    return min(firsts), max(last for last in lasts if last)


@st.composite
def files(draw: st.DrawFn) -> tuple[str, list[Claim]]:
    """A form and its claims; several stand under the same provider, subscriber or patient."""
    form = draw(st.sampled_from(["837P", "837I", "837D"]))
    batch = {"created_date": draw(DATES), "batch_reference": draw(WORDS), "submitter_name": draw(MAYBE_WORDS)}
    above = [replace(row, **batch) for row in draw(st.lists(billing_providers(), min_size=1, max_size=3))]
    chosen = draw(st.lists(st.sampled_from(above), min_size=1, max_size=5))
    return form, [draw(claim_rows(row, form, place + 1)) for place, row in enumerate(chosen)]
