from pathlib import Path

import pytest

from dashboards import cache, issues
from pipelines.errors import StoreError
from tests.dashboards.conftest import Open, said
from tests.dashboards.stores import DENIED, PAID, make_store, remittance

OFF_BY_FIVE = PAID.replace("CAS*CO*45*20", "CAS*CO*45*15")
UNKNOWN_CODE = DENIED.replace("CO*50", "CO*998")


def store_of(home: Path, *texts: str) -> Path:
    """A store at `home` with these remittances."""
    return make_store(home, *texts)


def test_an_empty_store_says_where_to_go(empty_home: Path, open_page: Open) -> None:
    """Without any file the page leads to Import."""
    assert "Nothing has been loaded yet" in said(open_page("data_quality"))


def test_whole_data_is_said_to_be_whole(empty_home: Path, open_page: Open) -> None:
    """One remittance that adds up: one sentence, and what was looked for in vain."""
    store_of(empty_home, remittance(PAID, DENIED, paid=80))
    text = said(open_page("data_quality"))
    assert "The data is whole: everything that could be checked balances" in text
    assert "Lines that do not balance" in text


def test_what_needs_somebody_stands_in_the_headline(empty_home: Path, open_page: Open) -> None:
    """A refused file, a payment and a claim off balance, and an unknown code are counted in the first sentence."""
    store_of(empty_home, remittance(OFF_BY_FIVE, UNKNOWN_CODE, paid=50), "hello")
    text = said(open_page("data_quality"))
    assert "one file was refused, one payment does not balance and four more matters" in text


@pytest.mark.parametrize(
    ("issue", "column", "expected"),
    [
        ("quarantined_file", "Wanted", "an 835, 837, 277CA or 999, or a denial log as CSV, TSV, XLSX or XLS"),
        ("payment_off", "Off by", -30.0),
        ("claim_off", "Off by", 5.0),
        ("line_off", "Off by", 5.0),
        ("unknown_carc", "Code", "998"),
        ("claim_off", "Segment", 9),
    ],
)
def test_each_matter_opens_to_its_cases(
    empty_home: Path, open_page: Open, issue: str, column: str, expected: object
) -> None:
    """Inside stand the case with its place and amount, what to do, and the list to take away."""
    store_of(empty_home, remittance(OFF_BY_FIVE, UNKNOWN_CODE, paid=50), "hello")
    app = open_page("data_quality")
    app.session_state[f"issue-{issue}"] = True
    app.run()
    assert expected == app.dataframe[0].value[column][0]
    assert issues.ADVICE[issue][1] in said(app)
    assert f"csv-issue-{issue}" in {button.key for button in app.get("download_button")}


def test_the_same_payment_in_two_files_is_told_and_counted_once(empty_home: Path, open_page: Open) -> None:
    """A payment that came again stands among what was taken care of."""
    text = remittance(PAID, paid=80)
    store_of(
        empty_home, text, text.replace("*000000001*0*P", "*000000002*0*P").replace("IEA*1*000000001", "IEA*1*000000002")
    )
    app = open_page("data_quality")
    labels = [box.label for box in app.expander]
    assert any("Claim payments that came again" in label for label in labels)
    assert "The data is whole" in said(app)


def test_a_build_of_another_version_is_called_so(home: Path) -> None:
    """A table that an older program did not make is no riddle: the sentence says how to get it."""
    build = cache.build()
    assert build
    with pytest.raises(StoreError, match="`denials build` makes a new one"):
        cache.read(build, "select * from member_count_of_tomorrow")


def test_every_issue_has_advice_and_cases(home: Path) -> None:
    """Whatever a build looks for, the page knows what to do about it and can list it."""
    build = cache.build()
    assert build
    found = issues.found(build)
    assert [] == [issue for issue in found["issue"] if issue not in issues.ADVICE]
    for row in found.itertuples():
        cases, _ = issues.cases(build, row.where_to_look)
        if row.where_to_look.split()[0] not in ("line_reason", "log_reason", "file_oddity"):  # those are listed by code
            assert (row.issue, row.issue_count) == (row.issue, len(cases))


def test_rejected_rows_show_their_place_and_reason_only(home: Path, open_page: Open) -> None:
    """What stood in a row of a log that could not be used is never on the page."""
    app = open_page("data_quality")
    app.session_state["issue-rejected_log_row"] = True
    app.run()
    assert ["File", "Row", "Reason"] == list(app.dataframe[0].value.columns)


def test_the_files_say_what_they_are_and_of_which_days(home: Path, open_page: Open) -> None:
    """Claims and acknowledgements have days too, and a log is called by words, not by a name of a column."""
    files = next(table.value for table in open_page("data_quality").dataframe if "Kind" in table.value)
    assert "denial_log" not in set(files["Kind"]) and "log or export" in set(files["Kind"])
    sendings = files[files["Kind"] == "837P"]
    assert len(sendings) and sendings["From"].notna().all() and (sendings["From"] <= sendings["To"]).all()


def test_names_of_files_are_shown_as_text(empty_home: Path, open_page: Open) -> None:
    """Markup in a file's reason is not markup on the page."""
    store_of(empty_home, remittance(PAID, paid=80), "<b>hello</b>")
    app = open_page("data_quality")
    assert "<b>hello" not in said(app)
