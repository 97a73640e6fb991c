import io
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.import_words import NEXT
from dashboards.log_mapping import samples
from dashboards.looking import ASK, HERE, NEW, REFUSED, SeenColumn, at_hand, look
from pipelines.errors import UsageError
from pipelines.ledger import Ledger
from pipelines.sources import expand
from pipelines.store import Store
from tests.dashboards.conftest import Open, said
from tests.dashboards.stores import DENIED, PAID, make_store, remittance

GOOD = ("march.835", remittance(PAID, DENIED, paid=80).encode(), "")
BROKEN = ("<b>notes.txt", b"hello", "")
UNCLEAR = b"Code,Amt,Ref,Carrier\nCO-50,120.00,R-1001,AETNA\nCO-97,35.50,R-1002,CIGNA\n"


def dropped(app: AppTest, *files: tuple[str, bytes, str]) -> AppTest:
    """The page after these files were dropped on it."""
    app.file_uploader[0].set_value(list(files))
    return app.run()


def loaded(app: AppTest) -> AppTest:
    """The page after the button was clicked and everything was done."""
    app.button(key="load").click().run()
    assert [] == [error.value for error in app.exception]
    return app


def test_an_empty_store_says_what_to_drop(empty_home: Path, open_page: Open) -> None:
    """Import works where there is nothing yet, and makes nothing before something is loaded."""
    text = said(open_page("import_page"))
    assert "Drop a remittance" in text and "denials demo DIR" in text
    assert not empty_home.exists()


def test_a_file_is_described_before_it_is_loaded(empty_home: Path, open_page: Open) -> None:
    """Kind, claims, lines, dollars and whether it adds up stand there while nothing is stored yet."""
    text = said(dropped(open_page("import_page"), GOOD))
    assert "One file: one can be loaded" in text
    assert "remittance (835)" in text and NEXT[NEW] in text and "$80.00" in text and "yes, at 5 places" in text
    assert [] == Store(empty_home).records()
    assert [] == list((empty_home / "work").iterdir())


def test_a_claim_export_says_that_it_is_no_denial_log(open_page: Open) -> None:
    """What the rows of a table will be counted as stands there before it is loaded."""
    data = b"Claim ID,Payer,Date Submitted,CPT\nC1,Aetna,2026-03-04,97110\nC2,Aetna,2026-03-04,97140\n"
    text = said(dropped(open_page("import_page"), ("claims.csv", data, "text/csv")))
    assert "can be loaded, as claims sent, not denials: 2 claims sent" in text


def test_loading_makes_the_pages_follow(empty_home: Path, open_page: Open) -> None:
    """After the click the file is in, a build is current, the drop zone is empty and the Overview has numbers."""
    app = loaded(dropped(open_page("import_page"), GOOD))
    assert "One loaded" in said(app)
    assert Store(empty_home).current_build().exists()
    assert [] == list((empty_home / "work").iterdir())
    assert not app.file_uploader[0].value
    assert "1 of 2 claims denied at first" in said(open_page("overview"))


def test_a_file_that_is_here_already_says_so(empty_home: Path, open_page: Open) -> None:
    """The same bytes under another name change nothing and are known before they are loaded."""
    make_store(empty_home, GOOD[1].decode())
    app = dropped(open_page("import_page"), ("renamed.edi", GOOD[1], ""))
    assert NEXT[HERE] in said(app)
    assert app.button(key="load").disabled


def test_a_refused_file_says_where_and_what_to_do(empty_home: Path, open_page: Open) -> None:
    """Segment, what was found, what was wanted and the next step stand there; loaded with others it is put aside."""
    app = dropped(open_page("import_page"), GOOD, BROKEN)
    text = said(app)
    assert NEXT[REFUSED] in text
    assert "At segment 1 there is a file that begins" in text and "save" in text
    assert "<b>notes" not in text and "&lt;b&gt;notes.txt" in text
    assert "One loaded and one put aside" in said(loaded(app))


def test_a_log_waits_for_a_word_and_is_remembered(empty_home: Path, open_page: Open) -> None:
    """An unclear log is left out until a person says what a column holds; the next one like it is read so."""
    app = dropped(open_page("import_page"), ("log.csv", UNCLEAR, ""))
    assert NEXT[ASK] in said(app)
    assert app.button(key="load").disabled
    key = app.data_editor[0].key
    app.session_state[key] = {"edited_rows": {2: {"Holds": "claim number"}}, "added_rows": [], "deleted_rows": []}
    app.run()
    assert "claim number" == app.data_editor[0].value["Holds"][2]
    assert NEXT[NEW] in said(app)
    assert "One loaded" in said(loaded(app))
    (event,) = Ledger(empty_home / "ledger.sqlite").events("log_mapping")
    assert {"Ref": "claim_id"} == event.body["mapping"]
    again = dropped(open_page("import_page"), ("april.csv", UNCLEAR.replace(b"R-1", b"R-2"), ""))
    assert "as you said for a log with these columns before" in said(again)
    assert NEXT[NEW] in said(again)


def test_a_table_with_unknown_headers_can_be_told(empty_home: Path) -> None:
    """What no header says a person can: the page asks, and with their words the table is a log."""
    content = b"Ref,When,Who,Bucks,Why not\nA1,2026-03-01,Aetna,150.00,CO-197\n"
    path = empty_home.parent / "odd.csv"
    path.write_bytes(content)
    source = next(iter(expand(path)))
    asked = look(Store(empty_home), ("one", 0), source, {})
    told = look(Store(empty_home), ("one", 0), source, {"Ref": "claim_id", "Who": "payer_name"})
    assert (ASK, 5) == (asked.status, len(asked.columns))
    assert (NEW, 1) == (told.status, told.report["lines"])


def test_every_file_of_an_archive_has_its_own_row(empty_home: Path, open_page: Open) -> None:
    """An archive is opened; what is in it is described one by one."""
    import zipfile

    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("a.835", GOOD[1])
        archive.writestr("b/log.csv", UNCLEAR)
    text = said(dropped(open_page("import_page"), ("both.zip", held.getvalue(), "")))
    assert "both.zip/a.835" in text and "both.zip/b/log.csv" in text


def test_files_that_no_build_shows_are_offered(empty_home: Path, open_page: Open) -> None:
    """A load that was left half-way leaves files that the pages do not show: one click and they do."""
    make_store(empty_home, GOOD[1].decode())
    for build in (empty_home / "builds").iterdir():
        build.unlink()
    app = open_page("import_page")
    assert "not on the pages yet: 1" in said(app)
    app.button(key="catch-up").click().run()
    assert "not on the pages yet: " not in said(app)
    assert Store(empty_home).current_build().exists()


@pytest.mark.parametrize(
    ("expected", "header", "field", "value"),
    [
        ("xxxxxx, xxxx", "Patient", "patient_name", "Miller, Jane"),
        ("xxx 999-9", "Member #", None, "AB1 234-5".replace("1", "C")),
        ("xxxxxx, xxxx", "Who", None, "Miller, Jane"),
        ("AETNA", "Payer name", "payer_name", "AETNA"),
        ("CO-50", "Code", "carc", "CO-50"),
    ],
)
def test_values_about_a_patient_keep_only_their_shape(
    expected: str, header: str, field: str | None, value: str
) -> None:
    """Samples of a column that may name a patient show letters as x and digits as 9."""
    column = SeenColumn(header, None, field, "", "high", (value,), False, False)
    assert expected == samples(column)


def test_files_of_one_name_count_each(empty_home: Path) -> None:
    """What is taken together is the sum of all files, also where two are called the same."""
    store = Store()
    store.prepare()
    path = store.home / "settings.toml"
    path.write_text("[limits]\nuploads_mb = 1\n")
    path.chmod(0o600)
    half = SimpleNamespace(name="a.835", file_id="1", getbuffer=lambda: memoryview(bytes(600_000)))
    with pytest.raises(UsageError, match="1,200,000 bytes at once"), at_hand(store, [half, half]):
        pass
