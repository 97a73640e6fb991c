import datetime
import io

import pytest

from pipelines.denial_log import propose_mapping, read_log
from pipelines.errors import MappingNeeded, UsageError
from pipelines.rows import LogColumn, LogRow
from tests.denial_log.tables import codes, columns, oddities, read, rejects, rows, text_bytes, workbook_bytes

MARCH_1, JANUARY_3 = datetime.date(2026, 3, 1), datetime.date(2026, 1, 3)


def log(header: str, *lines: str) -> bytes:
    """A comma-separated log; the cells of a line are written with | between them."""
    return text_bytes([header.split("|"), *(line.split("|") for line in lines)])


def test_a_row_of_a_denial_log_is_read_whole() -> None:
    """Each cell lands in its field, exact and typed; what is blank is None."""
    data = log(
        "Claim #|Acct No|Last Name|First Name|DOB|DOS|CPT|Units|DX|Payer|Charge|Denied Amt|Denial Date|Denial Code|"
        "Remark Codes|Denial Reason|Status|Appeal Date|Appeal Deadline|Assigned To|Notes|Location|NPI|POS",
        "00123|A-9|Doe|Jane|4/9/61|3/1/26 - 3/4/26|99213-25|1.5|M1711;Z96651|Aetna|$1,234.50|(45.00)|3/14/2026|CO-50|"
        "N115|Not necessary|Denied|4/1/2026|9/10/2026|Kim|called|Main St|1234567893|11",
    )
    expected = LogRow(
        row_no=2,
        claim_id="00123",
        account="A-9",
        patient_name="Doe, Jane",
        patient_birth_date=datetime.date(1961, 4, 9),
        service_date=MARCH_1,
        service_end_date=datetime.date(2026, 3, 4),
        procedure_code="99213",
        modifiers="25",
        units=1500,  # type: ignore[arg-type]
        diagnosis_codes="M17.11 Z96.651",
        payer_name="Aetna",
        charge_amount=123450,  # type: ignore[arg-type]
        denied_amount=-4500,  # type: ignore[arg-type]
        denial_date=datetime.date(2026, 3, 14),
        reason_text="Not necessary",
        claim_status="Denied",
        is_denied=True,
        is_appealed=True,
        appeal_date=datetime.date(2026, 4, 1),
        deadline_date=datetime.date(2026, 9, 10),
        owner="Kim",
        note="called",
        location="Main St",
        rendering_npi="1234567893",
        place_of_service_code="11",
    )
    assert [expected] == rows(data)
    assert [(2, "CARC", "CO", "50"), (2, "RARC", None, "N115")] == codes(data)


@pytest.mark.parametrize(
    ("values", "expected", "reason"),
    [
        (["3/1/26", "3/14/26"], MARCH_1, "month first: 1 of its dates can only be read so"),
        (["3/1/26", "14/3/26"], JANUARY_3, "day first: 1 of its dates can only be read so"),
        (["03.01.2026", "04.01.2026"], JANUARY_3, "day first assumed: no date in it is over 12"),
        (["3/1/26", "4/1/26"], MARCH_1, "month first assumed: no date in it is over 12"),
        (["2026-03-01", "2026-03-14"], MARCH_1, "its values are dates"),
    ],
)
def test_day_and_month_are_settled_for_the_whole_column(
    values: list[str], expected: datetime.date, reason: str
) -> None:
    """One date over 12 settles all others of its column, and the column says so."""
    table = [["Claim ID", "Payer", "DOS"], *(["C1", "Aetna", value] for value in values)]
    assert expected == rows(text_bytes(table))[0].service_date
    assert columns(table)["DOS"].reason.endswith(reason)


def test_an_unsettled_column_follows_the_other_dates_of_its_table() -> None:
    """A practice writes its dates in one way: what one column shows holds for the next."""
    data = log("Claim ID|Payer|DOS|Denial Date", "C1|Aetna|1/3/26|14/3/26", "C2|Aetna|2/3/26|15/3/26")
    assert MARCH_1 == rows(data)[0].service_date
    assert [] == oddities(data)


def test_an_assumed_order_is_told_and_can_be_overridden() -> None:
    """Month first is assumed as in the United States, told once, and a person's word is above it."""
    data = log("Claim ID|Payer|DOS", "C1|Aetna|3/1/26", "C2|Aetna|3/3/26")
    told = "column ‘DOS’: month first was assumed for 1 dates that can be read both ways"
    assert [("date_order_assumed", told)] == oddities(data)
    assert JANUARY_3 == rows(data, mapping={"DOS": "service_date:dmy"})[0].service_date
    assert propose_mapping(io.BytesIO(data), "log.csv").is_clear


def test_dates_that_contradict_their_column_are_none_and_told() -> None:
    """The majority settles the order; the others are unreadable, never read the other way round."""
    data = log("Claim ID|Payer|DOS", "C1|Aetna|3/14/26", "C2|Aetna|3/15/26", "C3|Aetna|16/3/26")
    assert [None] == [row.service_date for row in rows(data)][2:]
    assert ["date_order_mixed", "value_unreadable"] == [code for code, _ in oddities(data)]


def test_dates_that_a_spreadsheet_half_converted_are_told() -> None:
    """True dates up to the 12th beside day-first texts above it: day and month may be swapped."""
    data = log("Claim ID|Payer|DOS", "C1|Aetna|2026-01-03", "C2|Aetna|2026-02-03", "C3|Aetna|14/3/26")
    assert ["dates_half_converted"] == [code for code, _ in oddities(data)]


def test_a_value_that_cannot_be_read_is_none_and_told_with_its_row() -> None:
    """The row stays; the value is None; the message names sheet, column and row, but no birth date."""
    lines = [f"C{n}|Aetna|10.00|3/14/2026|1/2/1960" for n in range(4)]
    data = log("Claim ID|Payer|Charge|DOS|DOB", *lines, "C9|Aetna|ten|soon|40/40/1960")
    last = rows(data)[-1]
    assert (None, None, None) == (last.charge_amount, last.service_date, last.patient_birth_date)
    assert [
        "column ‘Charge’, row 6: ‘ten’ is no charge amount",
        "column ‘DOS’, row 6: ‘soon’ is no service date",
        "column ‘DOB’, row 6: a value is no patient birth date",
    ] == [message for code, message in oddities(data) if code == "value_unreadable"]


def test_unreadable_values_are_told_up_to_a_hundred_and_then_counted() -> None:
    """A column full of rubbish does not drown the others."""
    good = [f"C{n}|Aetna|10.00" for n in range(300)]
    data = log("Claim ID|Payer|Charge", *good, *(f"D{n}|Aetna|?{n}" for n in range(150)))
    told = [message for _, message in oddities(data)]
    assert (101, "column ‘Charge’: 50 more values cannot be read") == (len(told), told[-1])


def test_rounding_and_mangled_identifiers_are_told_once_per_column() -> None:
    """Amounts with more than cents, and numbers that a spreadsheet shortened, are counted."""
    data = log("Claim ID|Payer|Charge", "1.23E+11|Aetna|10.005", "1.24E+11|Aetna|10.005", "C3|Aetna|20.00")
    assert [1000, 1000, 2000] == [row.charge_amount for row in rows(data)]
    assert [
        ("id_mangled", "column ‘Claim ID’: 2 identifiers were shortened by a spreadsheet (1.23E+11)"),
        ("amount_rounded", "column ‘Charge’: 2 amounts were rounded to cents"),
    ] == oddities(data)


def test_decimal_commas_are_settled_for_the_whole_column() -> None:
    """1.234 is a thousand and more where another cell shows that the comma is the decimal sign."""
    data = text_bytes([["Claim ID", "Payer", "Charge"], ["C1", "Aetna", "1.234"], ["C2", "Aetna", "45,50"]], ";")
    assert [123400, 4550] == [row.charge_amount for row in rows(data)]


def test_groups_amounts_and_codes_of_numbered_columns_belong_together() -> None:
    """adj_1_group and adj_1_amount are those of adj_1_code; a code told twice comes once."""
    data = log(
        "claim_id|payer|adj_0_code|adj_0_group|adj_0_amount|adj_1_code|adj_1_group|adj_1_amount|all_carc_codes|rem_0_code",
        "C1|Aetna|45|CO|10.00|50|PR|20.00|45, 50|N115",
    )
    assert [(2, "CARC", "CO", "45"), (2, "CARC", "PR", "50"), (2, "RARC", None, "N115")] == codes(data)
    assert [1000, 2000, None] == [row.amount for row in read(data) if type(row).__name__ == "LogCode"]


def test_words_among_codes_are_kept_as_the_reason() -> None:
    """A code column's words are lost neither beside a code nor without one."""
    data = log(
        "Claim ID|Payer|Denial Code",
        "C1|Aetna|CO-50 - not deemed necessary",
        "C2|Aetna|CO-16",
        "C3|Aetna|CO-97",
        "C4|Aetna|missing records",
    )
    assert ["CO-50 - not deemed necessary", None, None, "missing records"] == [row.reason_text for row in rows(data)]
    assert [(2, "CARC", "CO", "50"), (3, "CARC", "CO", "16"), (4, "CARC", "CO", "97")] == codes(data)


def test_codes_in_a_sentence_count_only_with_their_group() -> None:
    """'denied CO-50' names a code; 'over 30 days' does not."""
    data = log("Claim ID|Payer|Denial Reason", "C1|Aetna|denied CO-50 for lack of records", "C2|Aetna|over 30 days")
    assert [(2, "CARC", "CO", "50")] == codes(data)


def test_the_practices_own_flags_are_kept_as_such() -> None:
    """NR, NMR and M among the codes are local flags, whatever the payer's codes say."""
    data = log("Claim ID|Payer|Denial Code", "C1|Aetna|NR", "C2|Aetna|CO-50, M", "C3|Aetna|CO-97")
    assert ["NR", "M", None] == [row.local_flag for row in rows(data)]
    assert [(2, "local", None, "NR"), (3, "CARC", "CO", "50"), (3, "local", None, "M")] == codes(data)[:3]


@pytest.mark.parametrize(
    ("header", "line", "expected"),
    [
        ("Denied|Paid", "Yes|0", True),
        ("Denied|Paid", "No|0", False),
        ("Status|Paid", "Denied|0", True),
        ("Status|Paid", "Denied - appealed|0", True),
        ("Status|Paid", "Paid|80.00", False),
        ("Status|Paid", "Pending|0", None),
        ("Status|Paid", "Unpaid|0", None),
        ("Status|Paid", "Not denied|0", False),
        ("Status|Denial Date", "Paid|3/14/2026", True),
        ("Denied Amount|Paid", "50.00|0", True),
        ("Denied Amount|Paid", "50.00|80.00", False),
        ("CARC|Paid", "CO-50|0", True),
        ("CARC|Paid", "CO-45|0", None),
        ("CARC|Paid", "CO-50|80.00", False),
        ("RARC|Paid", "N115|0", None),
        ("Payer Id|Paid", "60054|0", None),
    ],
)
def test_whether_a_row_was_denied(header: str, line: str, expected: bool | None) -> None:
    """Flag, denial date, status, denied amount, payment with a denial code: the first that speaks; else None."""
    data = log(f"Claim ID|Payer|{header}", f"C1|Aetna|{line}", "C2|Aetna|" + "|" * header.count("|"))
    assert expected == rows(data, "export.csv")[0].is_denied


def test_in_a_log_of_denials_each_row_is_one() -> None:
    """A file called denials whose rows all have a reason and no payment is a log of denials; an export is not."""
    data = log("Claim ID|Payer|CARC", "C1|Aetna|CO-50", "C2|Aetna|CO-45")
    assert [True, True] == [row.is_denied for row in rows(data, "denials_march.csv")]
    assert [None, None] == [row.is_denied for row in rows(data, "export.csv")]


def test_what_says_that_nothing_was_denied_is_no_reason() -> None:
    """'Not Denied' in a reason column is a blank."""
    data = log("Claim ID|Payer|Denial Reason|Denied", "C1|Aetna|Not Denied|0", "C2|Aetna|Auth missing|1")
    assert [None, "Auth missing"] == [row.reason_text for row in rows(data)]


def test_columns_come_first_and_rejected_rows_keep_their_cells() -> None:
    """Nothing is dropped in silence: each column and each unused row is told."""
    data = log("Claim ID|Payer|Xyz", "C1|Aetna|1", "|Aetna|2")
    found = read(data)
    assert ["Claim ID", "Payer", "Xyz"] == [row.header for row in found[:3] if isinstance(row, LogColumn)]
    assert '["", "Aetna", "2"]' == found[-1].raw_text  # type: ignore[union-attr]


def test_rows_that_repeat_cell_for_cell_are_told() -> None:
    """A repeated row is kept, as two equal services may be meant, and counted."""
    data = log("Claim ID|Payer|CPT", "C1|Aetna|99213", "C1|Aetna|99213", "C2|Aetna|99213")
    assert [("row_repeated", "1 row stands in the log more than once, cell for cell")] == oddities(data)


def test_sheets_of_a_workbook_are_read_once_each_and_numbered_apart() -> None:
    """Months in sheets are one log; a summary, a hidden sheet and rows that stand in another sheet are told."""
    header = ["Claim ID", "Payer", "Denial Code"]
    march, april = [header, ["C1", "Aetna", "CO-50"]], [header, ["C1", "Aetna", "CO-50"], ["C2", "Cigna", "CO-97"]]
    sheets = {"March": march, "April": april, "Summary": [["Month", "Sum"], ["March", 1]], "Old": march}
    data = workbook_bytes(sheets, hidden="Old")
    assert [("March", 2, "C1"), ("April", 10_000_003, "C2")] == [
        (row.sheet_name, row.row_no, row.claim_id) for row in rows(data, "log.xlsx")
    ]
    assert [(10_000_002, "the same row stands in sheet ‘March’, row 2")] == rejects(data, "log.xlsx")
    assert [
        "sheet ‘Old’ was not read: hidden",
        "sheet ‘Summary’ was not read: its columns are not those of a denial log",
    ] == [message for _, message in oddities(data, "log.xlsx")]


UNCLEAR = log("Ref|Payer|Denial Reason", "X1|Aetna|Auth missing", "X2|Cigna|")


def test_an_unclear_log_is_refused_in_one_line_with_what_to_type() -> None:
    """The line says what is not settled and how to settle it, and holds no value of the log."""
    with pytest.raises(MappingNeeded) as refused:
        read(UNCLEAR, "my log.csv")
    assert (
        "my log.csv: No column surely names the claim or account (or the patient with a date). Which one does? "
        "denials ingest 'my log.csv' --map Payer=payer_name --map 'Denial Reason=reason_text' --map HEADER=claim_id"
    ) == str(refused.value)


def test_a_persons_word_settles_it() -> None:
    """With the column named the log is read; header names are compared without regard to case and signs."""
    assert ["X1", "X2"] == [row.claim_id for row in rows(UNCLEAR, mapping={"REF": "claim_id"})]
    assert ["as asked"] == [row.reason for row in read(UNCLEAR, mapping={"Ref": "claim_id"})[:1]]  # type: ignore[union-attr]


def test_a_person_may_accept_a_log_that_names_no_claim() -> None:
    """Confirmed columns are enough: each row with a reason is a denial of its own, one without is rejected."""
    mapping: dict[str, str | None] = {"Denial Reason": "reason_text", "Ref": ""}
    assert ["Auth missing"] == [row.reason_text for row in rows(UNCLEAR, mapping=mapping)]
    assert [(3, "neither an identifier nor a denial reason")] == rejects(UNCLEAR, mapping=mapping)


def test_a_proposal_repeated_as_a_mapping_gives_the_same_rows() -> None:
    """What was remembered for these headers reads the next file as the proposal would."""
    data = log("Claim ID|Payer|Denial Code|DOS", "C1|Aetna|CO-50|3/14/2026")
    proposal = propose_mapping(io.BytesIO(data), "log.csv")
    assert rows(data) == rows(data, mapping=dict(proposal.mapping))


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"Nope": "claim_id"}, "log.csv: there is no column ‘Nope’; its columns are Ref, Payer, Denial Reason"),
        ({"Ref": "claimid"}, "--map ‘Ref=claimid’: there is no field ‘claimid’, perhaps claim_id"),
        ({"Ref": "claim_id:dmy"}, "--map ‘Ref=claim_id:dmy’: only dates take an order, and it is dmy or mdy"),
    ],
)
def test_words_that_cannot_be_meant_are_refused(mapping: dict[str, str | None], message: str) -> None:
    """An unknown column, field or order is a mistake to be told, not ignored."""
    with pytest.raises(UsageError) as refused:
        list(read_log(io.BytesIO(UNCLEAR), "log.csv", mapping))
    assert str(refused.value).startswith(message)


def test_a_fingerprint_is_that_of_the_headers_alone() -> None:
    """Order, case and values make no difference; another header does."""
    prints = [
        propose_mapping(io.BytesIO(data), "log.csv").fingerprint
        for data in (
            log("Claim ID|Payer|CARC", "C1|Aetna|50"),
            log("carc|PAYER|claim_id", "97|Cigna|C9"),
            log("Claim ID|Payer|CARC|DOS", "C1|Aetna|50|3/1/26"),
        )
    ]
    assert (prints[0], False) == (prints[1], prints[0] == prints[2])
