from pipelines.denial_log.header import column_letters, find_header, is_total, unique_names
from pipelines.denial_log.sheet import Merge, Sheet
from tests.denial_log.tables import fields, rejects, rows, text_bytes, workbook_bytes


def sheet(table: list[list[str]], merges: list[Merge] | None = None) -> Sheet:
    """A sheet of these rows."""
    return Sheet(None, lambda: iter([list(row) for row in table]), merges or [])


ROW = ["C1", "Aetna", "2026-03-01", "CO-50"]


def test_the_header_is_found_below_titles_and_blank_rows() -> None:
    """Title, date of the export and blank rows are not column names."""
    table = [["Denials Q1"], ["Printed 3/1/2026", ""], [], ["Claim ID", "Payer", "DOS", "Denial Code"], ROW]
    header = find_header(sheet(table))
    assert header is not None
    assert (4, ("Claim ID", "Payer", "DOS", "Denial Code")) == (header.row_no, header.names)


def test_data_that_reads_like_headers_is_no_header() -> None:
    """'Paid' and 'Insurance' in a data row do not outweigh the row of names above it."""
    table = [["Ref", "Status", "Payer"], ["C1", "Paid", "Insurance"], ["C2", "Denied", "Plan"]]
    header = find_header(sheet(table))
    assert header is not None
    assert 1 == header.row_no


def test_rows_without_any_row_of_names_have_no_header() -> None:
    """A table that begins with data cannot be understood by its names."""
    assert find_header(sheet([ROW, ROW])) is None
    assert find_header(sheet([])) is None


def test_a_merged_group_above_the_header_names_its_columns() -> None:
    """'Denial' merged over 'Date' and 'Code' makes 'Denial Date' and 'Denial Code'."""
    table = [["", "", "Denial", ""], ["Claim ID", "Payer", "Date", "Code"], ["C1", "Aetna", "2026-03-01", "CO-50"]]
    header = find_header(sheet(table, [Merge(0, 2, 0, 3)]))
    assert header is not None
    assert ("Claim ID", "Payer", "Denial Date", "Denial Code") == header.names


def test_names_are_made_unique() -> None:
    """A second column of the same name can be spoken about."""
    assert ("CARC", "RARC", "carc (2)", "", "") == unique_names(["CARC", "RARC", "carc", "", ""])
    assert ["A", "Z", "AA", "XFD"] == [column_letters(number) for number in (1, 26, 27, 16384)]


def test_rows_of_sums_are_known_by_their_words() -> None:
    """Total rows in their many forms; a plan that happens to have the word is none."""
    assert all(
        map(
            is_total,
            ["Total", "Grand Total", "Sub-total:", "Aetna Total", "Totals (12 claims)", "Total for March", "SUM"],
        )
    )
    assert not any(map(is_total, ["Total Health Plan", "C1", "Totally", "Aetna"]))


def test_total_rows_footers_and_repeated_headers_are_rejected_with_their_reason() -> None:
    """What stands in the table and is no row is kept, with why."""
    header = ["Claim ID", "Payer", "DOS", "Denial Code", "Charge"]
    table = [
        header,
        ["C1", "Total Health Plan", "2026-03-01", "CO-50", "10.00"],
        ["", "", "", "", ""],
        header,
        ["C2", "Aetna", "2026-03-02", "CO-97", "20.00"],
        ["Grand Total", "", "", "", "30.00"],
        ["", "", "", "Total", "30.00"],
        ["Printed on 3/1/2026", "", "", "", ""],
        ["", "Aetna", "2026-03-02", "CO-97", "20.00"],
        ["C3", "Aetna", "2026-03-02", "CO-97", "1", "234.50"],
    ]
    assert [2, 5] == [row.row_no for row in rows(text_bytes(table))]
    assert [
        (4, "the row of column names again"),
        (6, "a total row (‘Grand Total’)"),
        (7, "a total row (‘Total’)"),
        (8, "a single cell: a note or a footer, not a row"),
        (9, "no claim or account, nor a patient with a date"),
        (10, "more cells than the 5 columns of the header: a separator stands within a value"),
    ] == rejects(text_bytes(table))


def test_titles_merges_and_totals_of_a_workbook() -> None:
    """A printed report: title, a payer merged over its lines, a merged amount that is not multiplied, a total."""
    table = [
        ["Denials Q1"],
        [],
        ["Claim ID", "Payer", "CPT", "Charge"],
        ["C1", "Aetna", 99213, 300],
        ["C1", None, 99214, None],
        ["C2", "Cigna", 20610, 50],
        ["Total", None, None, 350],
    ]
    data = workbook_bytes({"March": table}, [(3, 1, 4, 1, "Aetna"), (3, 3, 4, 3, "300")])
    found = [(row.row_no, row.payer_name, row.procedure_code, row.charge_amount) for row in rows(data, "log.xlsx")]
    assert [(4, "Aetna", "99213", 30000), (5, "Aetna", "99214", None), (6, "Cigna", "20610", 5000)] == found
    assert [(7, "a total row (‘Total’)")] == rejects(data, "log.xlsx")


def test_blank_columns_and_a_running_number_are_not_taken_for_data() -> None:
    """A nameless column of 0, 1, 2 is an index; a column without name and values does not exist."""
    table = [["", "Claim ID", "", "Payer", "Denial Code"], *([str(n), f"C{n}", "", "Aetna", "CO-50"] for n in range(3))]
    assert {"(column A)": None, "Claim ID": "claim_id", "Payer": "payer_name", "Denial Code": "carc"} == fields(table)
