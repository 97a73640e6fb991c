"""Our own made-up logs, read to the last cell."""

import io
import zipfile
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.denial_log import propose_mapping, read_log
from pipelines.errors import DenialboardError
from pipelines.rows import LogColumn, LogRow, Oddity
from pipelines.x12.oddities import ODDITIES
from tests.denial_log.tables import codes, read, rejects, rows

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "logs"
NASTY_TEXTS = (
    "||  |\x0b|nan|1/2/26|31/12/2026|(5.00)|1.234,5|CO-50|N115|Total|C1|yes|é|\ufeff|999999999999999999999|"
    "Claim ID|Payer|DOS|"
    'Denial Code|Paid|"|\n|1E+11|2026-02-30|46082|Denied|-|$ -|((|\x1c'
)
NASTY = st.sampled_from(NASTY_TEXTS.split("|"))


def test_a_practices_own_sheet() -> None:
    """Titles, semicolons, day-first dates with points, decimal commas, words after a code, a local flag, a total."""
    data = (FIXTURES / "practice_denials.csv").read_bytes()
    found = rows(data, "practice_denials.csv")
    assert [
        ("H-1001", "Muster, Ada", date(2026, 3, 2), date(2026, 3, 16), "73721", "RT", 123450, 123450, "M", True),
        ("H-1002", "Muster, Ben", date(2026, 3, 3), date(2026, 3, 18), "20610", None, 21000, -21000, None, True),
        ("H-1003", "Beispiel, Cleo", date(2026, 3, 4), date(2026, 3, 19), "27447", None, 1840000, 1840000, None, True),
    ] == [_told(row) for row in found]
    assert [
        (5, "CARC", "CO", "50"),
        (5, "RARC", None, "N115"),
        (6, "CARC", "CO", "16"),
        (7, "CARC", "PR", "204"),
    ] == codes(data, "practice_denials.csv")
    assert [(9, "a total row (‘Total’)")] == rejects(data, "practice_denials.csv")


def _told(row: LogRow) -> tuple[object, ...]:
    who = (row.claim_id, row.patient_name, row.service_date, row.denial_date)
    return *who, row.procedure_code, row.modifiers, row.charge_amount, row.denied_amount, row.local_flag, row.is_denied


def test_an_export_of_all_claims() -> None:
    """Paid, denied and pending claims of a program: the index column is no data, and what is open is not decided."""
    data = (FIXTURES / "claim_export.csv").read_bytes()
    assert [("E-1", False), ("E-2", True), ("E-3", None), ("E-4", True)] == [
        (row.claim_id, row.is_denied) for row in rows(data, "claim_export.csv")
    ]
    assert [(2, "45"), (3, "50"), (3, "N115"), (5, "45"), (5, "16"), (5, "M127")] == [
        (row_no, code) for row_no, _, _, code in codes(data, "claim_export.csv")
    ]
    assert ["F41.1", "F43.10", "F33.1 Z63.0", "F41.1"] == [
        row.diagnosis_codes for row in rows(data, "claim_export.csv")
    ]


def test_an_open_document_sheet_is_read_like_any_other() -> None:
    """ODS goes through the same door."""
    cell = "<table:table-cell office:value-type='string'><text:p>{}</text:p></table:table-cell>"
    lines = [["Claim ID", "Payer", "Denial Code"], ["C1", "Aetna", "CO-50"]]
    body = "".join(f"<table:table-row>{''.join(map(cell.format, line))}</table:table-row>" for line in lines)
    names = {name: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for name in ("office", "table", "text")}
    spaces = " ".join(f"xmlns:{name}='{uri}'" for name, uri in names.items())
    content = (
        f"<?xml version='1.0'?><office:document-content {spaces}><office:body>"
        f"<office:spreadsheet><table:table table:name='Log'>{body}</table:table></office:spreadsheet>"
        "</office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<?xml version='1.0'?><manifest/>")
        archive.writestr("content.xml", content)
    assert [(2, "CARC", "CO", "50")] == codes(stream.getvalue(), "log.ods")


@settings(deadline=None, max_examples=150)
@given(st.lists(st.lists(NASTY, min_size=1, max_size=6), min_size=1, max_size=12), st.sampled_from([",", ";", "\t"]))
def test_a_table_is_read_or_refused_and_nothing_else(table: list[list[str]], separator: str) -> None:
    """Whatever the cells, each row below the header is a row, a reject or blank, and each oddity has its label."""
    data = "\n".join(separator.join(line) for line in table).encode()
    try:
        found = list(read_log(io.BytesIO(data), "log.csv"))
    except DenialboardError as refused:
        assert "\n" not in str(refused)
        return
    numbers = [row.row_no for row in found if type(row).__name__ in {"LogRow", "LogReject"}]
    assert sorted(set(numbers)) == numbers
    assert all(oddity.code in ODDITIES for oddity in found if isinstance(oddity, Oddity))


def test_reading_takes_time_in_proportion_to_the_rows() -> None:
    """Twenty thousand rows are read whole, and the proposal keeps no more than samples of them."""
    line = "C{0},Doe,3/14/2026,99213,Aetna,$1{0}.50,CO-50,Denied\n"
    data = (
        "Claim ID,Patient,DOS,CPT,Payer,Charge,Denial Code,Status\n" + "".join(map(line.format, range(20_000)))
    ).encode()
    proposal = propose_mapping(io.BytesIO(data), "log.csv")
    assert 20_000 == len(rows(data))
    assert 2000 >= max(len(column.profile.distinct) for column in proposal.columns if column.profile)
    assert 8 == sum(isinstance(row, LogColumn) for row in read(data))
