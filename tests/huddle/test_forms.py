"""The pack as paper, workbook and slides, the monthly letter and note: same numbers, no patient, nothing that runs."""

import datetime
import io
from pathlib import Path

import duckdb
import openpyxl
import pptx
import pypdfium2
import pytest
from typer.testing import CliRunner

from pipelines.cli_app import app_for
from pipelines.errors import UsageError
from pipelines.huddle import monthly
from pipelines.huddle.behaviour import Behaviour
from pipelines.huddle.causes import pareto
from pipelines.huddle.facts import Facts
from pipelines.huddle.pack import Pack, pack
from pipelines.huddle.pdf import pack_pdf
from pipelines.huddle.period import month_period
from pipelines.huddle.pptx import pack_pptx
from pipelines.huddle.scorecard import Score
from pipelines.huddle.summary import sentences
from pipelines.huddle.suppress import Hidden
from pipelines.huddle.xlsx import pack_xlsx
from pipelines.ledger import Ledger
from tests.huddle.busy import FORMULA_PAYER
from tests.warehouse import query

TODAY = datetime.date(2026, 11, 1)
MONTH = "2026-09"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """A ledger with nothing in it."""
    return Ledger(tmp_path_factory.mktemp("forms") / "ledger.sqlite")


@pytest.fixture(scope="module")
def internal(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> Pack:
    """The pack with everything that a pack can hold."""
    return pack(connection, ledger, "2026Q3", lift_small_cells=True)


def pdf_text(content: bytes) -> str:
    """What is written on all pages, line ends as spaces."""
    pages = pypdfium2.PdfDocument(content)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())


def slide_text(content: bytes) -> str:
    """What stands on all slides and in their notes."""
    found = []
    for slide in pptx.Presentation(io.BytesIO(content)).slides:
        found.append(slide.notes_slide.notes_text_frame.text if slide.has_notes_slide else "")
        for shape in slide.shapes:
            found.append(shape.text_frame.text if shape.has_text_frame else "")
            if shape.has_table:
                found += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(found)


def test_no_form_tells_who_the_patient_is(
    connection: duckdb.DuckDBPyConnection, internal: Pack, ledger: Ledger
) -> None:
    """Neither a name nor a number of a claim is in any form, not even in the internal ones."""
    telling = {"MUSTERFRAU", "ERIKA"} | {
        str(value)
        for row in query(connection, "select patient_control_number, payer_claim_control_number from claim_event")
        for value in row
    }
    book = openpyxl.load_workbook(io.BytesIO(pack_xlsx(internal)))
    cells = " ".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    letter, note = (make(connection, ledger, MONTH, lift_small_cells=True) for make in (monthly.letter, monthly.note))
    forms = [pdf_text(pack_pdf(internal, TODAY)), cells, slide_text(pack_pptx(internal, TODAY))]
    forms += [monthly.as_html(letter), monthly.as_html(note), pdf_text(monthly.as_pdf(note, TODAY))]
    assert len(telling) > 300
    assert [[]] * 6 == [[one for one in telling if one in form] for form in forms]


def test_the_paper_has_numbered_pages_and_can_be_read_aloud(internal: Pack) -> None:
    """US Letter, tagged for a screen reader, each page says which of how many it is; headline and total are on it."""
    content = pack_pdf(internal, TODAY)
    pages = pypdfium2.PdfDocument(content)
    assert b"pdfuaid" in content
    assert {(612.0, 792.0)} == {page.get_size() for page in pages}
    said = pdf_text(content)
    assert f"Page {len(pages)} of {len(pages)}" in said
    assert internal.headline.replace("\u00a0", " ") in said
    assert content == pack_pdf(internal, TODAY)


def test_the_workbook_holds_numbers_and_no_formula(internal: Pack) -> None:
    """One sheet per table; a count is a number, a rate a number shown as percent; a payer's odd name is a text."""
    book = openpyxl.load_workbook(io.BytesIO(pack_xlsx(internal)))
    assert 1 + len(internal.tables) == len(book.sheetnames)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [] == [cell.value for cell in cells if cell.data_type == "f"]
    assert {"s"} == {cell.data_type for cell in cells if str(cell.value).startswith(FORMULA_PAYER)}
    total = book["Root causes"][4 + len(internal.causes.rows)]
    assert list(internal.causes.rows[-1][1:3]) == [cell.value for cell in total[1:3]]
    rate = book["Scorecard"]["B5"]
    assert ("n", "0.0 %") == (rate.data_type, rate.number_format)
    target, change = book["Scorecard"]["D5"], book["Scorecard"]["G5"]
    assert ("n", '"< "0.0 %') == (target.data_type, target.number_format)
    assert ("n", "0.0 %") == (change.data_type, change.number_format)


def test_the_slides_have_charts_that_can_be_edited(internal: Pack) -> None:
    """Trend and causes are native charts with the pack's own numbers; titles are sentences; notes say what it is of."""
    deck = pptx.Presentation(io.BytesIO(pack_pptx(internal, TODAY)))
    charts = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    values = [[round(value, 6) for value in chart.plots[0].series[0].values] for chart in charts]
    rates = [round(point["rate"], 6) for point in internal.trend["points"]]
    dollars = [float(row[2]) for row in internal.causes.rows[:-1]][::-1]
    assert [rates, dollars] == values
    assert internal.headline == deck.slides[0].shapes.title.text
    assert "By remittance" in deck.slides[0].notes_slide.notes_text_frame.text


def test_a_mail_shows_names_as_names(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> None:
    """A payer's name that looks like HTML is shown, not run; nothing is loaded from elsewhere."""
    made = monthly.as_html(monthly.note(connection, ledger, MONTH, lift_small_cells=True))
    assert "<b>Co" not in made
    assert [] == [word for word in ("http", "src=", "<script", "url(") if word in made]


def test_the_note_names_the_commonest_avoidable_denial(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> None:
    """What the record could have mended goes before what it could not; an example without payer, month or dollars."""
    made = monthly.note(connection, ledger, MONTH)
    causes = "inner join ref_root_cause using (root_cause) where is_preventable and ref_root_cause.is_determined"
    commonest = query(
        connection,
        f"""select label from denial {causes} and month = date '2026-09-01'
        and owner in ('clinical documentation', 'coding') group by label order by count(*) desc, label""",
    )[0][0]
    said = made.headline.removeprefix(f"“{commonest}” was the commonest ").removesuffix(" in September 2026")
    ranked = query(
        connection,
        f"""select label from denial {causes} and month = date '2026-09-01' group by label, owner
        order by count(*) desc, owner in ('clinical documentation', 'coding') desc, label""",
    )
    assert ("avoidable denial" if ranked[0][0] == commonest else "denial that the record could have avoided") == said
    assert made.instead and made.example
    assert [] == [word for word in ("Aetna", "Cigna", "$", "2026", "(not given)") if word in made.example]


@pytest.mark.parametrize("month", ["2019-01", "2031-01"])
def test_a_month_without_data_is_not_told_as_a_good_one(
    connection: duckdb.DuckDBPyConnection, ledger: Ledger, month: str
) -> None:
    """Of a month that the data do not reach there is neither letter nor note; which months there are is said."""
    first, last = query(connection, "select min(month), max(month) from claim_fact where month is not null")[0]
    wanted = f"{month}: nothing was decided in that month, wanted one of {first:%Y-%m} to {last:%Y-%m}"
    for make in (monthly.letter, monthly.note):
        with pytest.raises(UsageError, match=f"^{wanted}$"):
            make(connection, ledger, month)


def test_data_without_a_decision_have_no_month() -> None:
    """Where no month can be named, that is said."""
    with duckdb.connect() as sent:
        sent.execute(
            """create table data_span as select cast(null as date) as first_date,
            cast(null as date) as newest_payment_date, cast(null as date) as as_of_date"""
        )
        with pytest.raises(UsageError, match=f"^{MONTH}: there is no month to write of"):
            month_period(sent, MONTH)


def test_a_period_before_that_is_withheld_is_not_told_as_missing(
    connection: duckdb.DuckDBPyConnection, ledger: Ledger
) -> None:
    """Where the month before may not be shown, the letter does not say that there is none."""
    facts = Facts(connection)
    now, before = (facts.figure("denial_rate", month_period(connection, month).scope) for month in (MONTH, "2026-08"))
    hidden = Hidden(frozenset(before.value.of), 11)
    one = Score("denial_rate", "Denial rate", "share", now, before, None)
    found = pareto(facts, month_period(connection, MONTH).scope, {})
    said = sentences([one], found, Behaviour((), 0, 0, (), 0), {}, hidden)
    assert said[0].endswith("; the period before has too few to be told.")


def test_the_letter_says_the_month_s_numbers(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> None:
    """The letter's rate is the month's; what is no month is refused."""
    made = monthly.letter(connection, ledger, MONTH)
    assert "of claims were denied at first in September 2026" in made.headline
    assert made.headline.replace("&", "&amp;") in monthly.as_html(made)
    with pytest.raises(UsageError, match="2026-13: not a month, wanted one such as 2026-10"):
        monthly.letter(connection, ledger, "2026-13")


def test_the_commands_write_a_private_file(demo_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each ending makes its form, readable by its owner alone; another ending is refused before anything is read."""
    monkeypatch.setenv("DENIALS_HOME", str(demo_home))
    for words in (("huddle", "--quarter", "2026Q3"), ("letter", "--month", "2026-09"), ("note", "--month", "2026-09")):
        ending = ".xlsx" if words[0] == "huddle" else ".html"
        out = tmp_path / f"{words[0]}{ending}"
        said = CliRunner().invoke(app_for(None), [*words, "--out", str(out)], catch_exceptions=False).output
        assert said.startswith(f"{out}: ")
        assert 0o600 == out.stat().st_mode & 0o777
        with pytest.raises(UsageError, match=r"pack\.doc: ends in \.doc, wanted "):
            CliRunner().invoke(app_for(None), [*words, "--out", str(tmp_path / "pack.doc")], catch_exceptions=False)
