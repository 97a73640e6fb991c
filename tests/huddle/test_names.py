"""Names that are made to hurt, in everything that is printed and sent: they are texts there, nothing is made of them.

The pack, letter and note of the busy practice, with its payers called otherwise.
"""

import collections
import dataclasses
import datetime
import email
import email.policy
import html.parser
import io
import re
import zipfile
from typing import Any

import duckdb
import openpyxl
import pptx
import pypdfium2
import pytest

from pipelines import alert_words, mail, playbook
from pipelines.huddle import monthly
from pipelines.huddle.pack import Pack, pack
from pipelines.huddle.pdf import pack_pdf
from pipelines.huddle.pptx import pack_pptx
from pipelines.huddle.typeset import typeset
from pipelines.huddle.xlsx import pack_xlsx
from pipelines.ledger import Ledger
from pipelines.playbook_print import sheet
from tests.huddle.busy import FORMULA_PAYER
from tests.huddle.test_forms import MONTH, TODAY, pdf_text, slide_text
from tests.test_playbook import KNEE, PAST

SIGNS = (
    '*bold* #import "@preview/x:1.0.0" $x$ <script>odd()</script> <img src=http://x/a> {{ 7*7 }} {% x %} &amp; \\ @ref '
    '_u_ `raw` [link](http://x) =HYPERLINK("http://x") _x0041_ %s {0} </div> --> ]]>'
)
MADE = "<r>odd<b></r>"  # XlsxWriter takes it for ready-made XML
BROKEN = "Odd\x00\x07\x1b[2J\x7f\x9b\udcff\ufffe\u202egnol\u2066\r\nBcc: all@x.example\x0b\u2028Payer"
READ = "Odd [2J gnol Bcc: all@x.example Payer"
NAMES = {"Aetna": SIGNS, "Cigna": MADE + BROKEN + MADE, FORMULA_PAYER: "W" * 10_000}
CALLED = {"Aetna": SIGNS, "Cigna": MADE + READ + MADE, FORMULA_PAYER: "W" * 200}


def renamed(value: Any) -> Any:
    """The same with the payers called otherwise, wherever they are named."""
    if isinstance(value, str):
        for payer, name in NAMES.items():
            value = value.replace(payer, name)
        return value
    if isinstance(value, tuple | list | frozenset):
        return type(value)(renamed(one) for one in value)
    if isinstance(value, dict):
        return {name: renamed(one) for name, one in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        given = {field.name: renamed(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return dataclasses.replace(value, **given)
    return value


def missing(text: str) -> list[str]:
    """The payers whose names a reader does not see, blanks and what has no width apart."""
    seen = _close(text)
    return [payer for payer, name in CALLED.items() if _close(name) not in seen]


def _close(text: str) -> str:
    return re.sub(r"[\s\u200b\u2060\ufffd\ufffe]|\(cid:\d+\)", "", text)


def leads_out(content: bytes) -> list[str]:
    """The parts of an Office file that point to somewhere outside of it."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return [name for name in parts.namelist() if name.endswith(".rels") and b"External" in parts.read(name)]


def tags(text: str) -> collections.Counter[tuple[str, tuple[str, ...]]]:
    """Every element of the page with the names of its attributes."""
    found: collections.Counter[tuple[str, tuple[str, ...]]] = collections.Counter()
    reader = html.parser.HTMLParser()
    reader.handle_starttag = lambda tag, given: found.update([(tag, tuple(n for n, _ in given))])  # type: ignore[method-assign]
    reader.feed(text)
    return found


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """A ledger with nothing in it."""
    return Ledger(tmp_path_factory.mktemp("names") / "ledger.sqlite")


@pytest.fixture(scope="module")
def hostile(connection: duckdb.DuckDBPyConnection, ledger: Ledger) -> Pack:
    """The pack with everything that a pack can hold, of payers with these names."""
    found: Pack = renamed(pack(connection, ledger, "2026Q3", lift_small_cells=True))
    return found


def test_paper_shows_names_as_texts(hostile: Pack) -> None:
    """The PDF still meets its standard, holds every name and no link; no text is lost below a page."""
    content = pack_pdf(hostile, TODAY)
    pages = pypdfium2.PdfDocument(content)
    texts = [one for page in pages for one in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT])]
    assert min(one.get_bounds()[1] for one in texts) > 0
    assert b"pdfuaid" in content
    assert [] == missing(pdf_text(content))
    assert {0} == {pypdfium2.raw.FPDFPage_GetAnnotCount(page) for page in pages}


def test_no_word_runs_over_the_edge() -> None:
    """A word that is longer than a line is broken: no letter stands in the margin."""
    page = pypdfium2.PdfDocument(typeset("playbook", _playbook("W" * 300), TODAY))[0]
    edges = [one.get_bounds()[2] for one in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT])]
    assert max(edges) <= 612 - 0.8 * 72


def _playbook(name: str) -> dict[str, Any]:
    part = {"payer": name, "reference": name, "in_force": name, "owner": name, "points": [[name, name]]}
    past = {"total": dict.fromkeys(("denied", "of", "rate", "amount"), "1"), "period": name, "note": name}
    line = {**past["total"], "name": name} if isinstance(past["total"], dict) else {}
    return {
        **dict.fromkeys(("procedure", "title", "made_on", "owner"), name),
        "items": [dict.fromkeys(("topic", "text", "why"), name)],
        "payers": [{**part, "checklist": [name]}],
        "history": {**past, "payers": [line], "causes": [line]},
        "is_demo": True,
    }


def test_a_playbook_shows_names_as_texts() -> None:
    """The names of payers and owners, and what people wrote."""
    parts = [
        part
        for name in NAMES.values()
        for part in playbook.payer_parts([dataclasses.replace(KNEE, payer=name, checklist=(name,))], "20610")
    ]
    past = dataclasses.replace(PAST, payers=renamed(PAST.payers))
    assert [] == missing(pdf_text(sheet("20610", parts, past, TODAY)))


def test_slides_show_names_as_texts(hostile: Pack) -> None:
    """Titles, tables, notes and what a screen reader says; nothing leads out of the file."""
    content = pack_pptx(hostile, TODAY)
    assert [] == missing(slide_text(content))
    assert [] == leads_out(content)
    said = [shape._element.xpath(".//p:cNvPr")[0].get("descr", "") for slide in _slides(content) for shape in slide]
    assert [] == [text for text in said if "_x00" in text.replace("_x0041_", "")]
    assert max(len(slide.title.text) for slide in _slides(content)) <= 200


def _slides(content: bytes) -> list[Any]:
    return [slide.shapes for slide in pptx.Presentation(io.BytesIO(content)).slides]


def test_a_workbook_shows_names_as_texts(hostile: Pack) -> None:
    """Each name is the text of a cell, none is a formula or a link, also one that looks like XML of a workbook."""
    content = pack_xlsx(hostile)
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [] == missing(" ".join(str(cell.value) for cell in cells))
    assert [] == [cell.value for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert [] == leads_out(content)


@pytest.mark.parametrize("make", [monthly.letter, monthly.note])
def test_a_page_of_the_month_has_no_element_of_a_name(
    connection: duckdb.DuckDBPyConnection, ledger: Ledger, make: Any
) -> None:
    """HTML: the same elements with the same attributes as with plain names; and the PDF is made."""
    plain = make(connection, ledger, MONTH, lift_small_cells=True)
    plain = dataclasses.replace(plain, said=(*plain.said, *NAMES), headline=f"{plain.headline} Aetna Cigna")
    odd = renamed(plain)
    made = monthly.as_html(odd)
    assert tags(monthly.as_html(plain)) == tags(made)
    assert [] == re.findall("[^\\n\\x20-\\x7e\\xa0-\\u2027\\u202f-\\ufffc]", made.replace("\ufffd", ""))
    assert [] == missing(pdf_text(monthly.as_pdf(odd, datetime.date(2026, 11, 1))))


def test_a_mail_has_no_header_and_no_link_of_a_name() -> None:
    """Subject, sender and recipients are ours; a name begins no line, is no element, and its addresses are no links."""
    told = [
        alert_words.Told(f"Denial rate, {name}: above", "in Sep 2026", "sure", "http://h/a", "http://h/b")
        for name in reversed(NAMES.values())
    ]
    plain = [one._replace(what="Denial rate: above") for one in told]
    sent = mail.compose("board@practice.example", alert_words.letter(told[::-1], False), ["ana@practice.example"])
    got = email.message_from_bytes(sent.as_bytes(), policy=email.policy.default)
    ours = ["Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"]
    assert ours == got.keys()
    assert ("board@practice.example", "ana@practice.example") == (got["From"], got["To"])
    assert got["Subject"].startswith("Denial rate, *bold* #import ") and len(got["Subject"]) <= mail.LONGEST_SUBJECT
    text, page = (got.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert len(alert_words.letter(plain, False).text.splitlines()) == len(text.splitlines())
    assert ["http://h/a", "http://h/b"] * len(NAMES) == re.findall(r"\w+://\S+", text)
    assert tags(alert_words.letter(plain, False).html) == tags(page)
    assert max(map(len, text.splitlines())) < 500
    assert [] == re.findall("[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066]", text)
