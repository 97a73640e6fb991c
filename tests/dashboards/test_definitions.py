from pathlib import Path

import pytest

from dashboards import cache
from pipelines.kpis import KPIS
from pipelines.ledger import Ledger
from tests.dashboards.conftest import Open, said


def test_every_number_is_defined_here(empty_home: Path, open_page: Open) -> None:
    """Each KPI stands on the page with its words, without any data and in the words of kpis.py."""
    text = said(open_page("definitions"))
    assert [] == [kpi.name for kpi in KPIS.values() if f"{kpi.name};" not in text or kpi.label not in text]
    assert "rate_denied_core|broad_count ÷ claim_count of claim_fact" in text


def test_search_finds_every_word_in_any_part(empty_home: Path, open_page: Open) -> None:
    """What is typed must stand somewhere in a number's words, in any case and order."""
    app = open_page("definitions")
    app.text_input(key="kpi").set_value("MEDIAN resubmission").run()
    assert "days_to_resubmission;" in said(app)
    assert "denial_rate;" not in said(app)


def test_a_search_without_result_says_what_to_do(empty_home: Path, open_page: Open) -> None:
    """No number of that name: the page says so, and where else to look."""
    app = open_page("definitions")
    app.text_input(key="kpi").set_value("zebra").run()
    assert "No number is called so" in said(app)


def test_a_target_typed_here_counts_at_once(own_home: Path, open_page: Open) -> None:
    """An edited cell is an event of the ledger, and every page holds the number against it without a new build."""
    app = open_page("definitions", show="Targets")
    build = cache.build()
    assert build and 0.05 == cache.targets(build)["denial_rate"].value
    app.session_state["target-editor-0"] = edited(0, 4.5)
    app.run()
    (event,) = Ledger(own_home / "ledger.sqlite").events("target_set")
    assert ("denial_rate", {"target": "0.045"}) == (event.subject, event.body)
    assert 0.045 == cache.targets(build)["denial_rate"].value
    assert 4.5 == app.data_editor[0].value["Target"][0]


def test_an_emptied_target_is_the_projects_again(own_home: Path, open_page: Open) -> None:
    """Taking the number away takes the word back."""
    app = open_page("definitions", show="Targets")
    app.session_state["target-editor-0"] = edited(2, 3)
    app.run()
    app.session_state["target-editor-1"] = edited(2, None)
    app.run()
    assert 2 == app.data_editor[0].value["Target"][2]
    assert [] == Ledger(own_home / "ledger.sqlite").current("target_set")


@pytest.mark.parametrize("typed", [-1, 101])
def test_a_target_that_cannot_be_is_refused_in_words(own_home: Path, open_page: Open, typed: float) -> None:
    """A rate below nothing or above everything is not written."""
    app = open_page("definitions", show="Targets")
    app.session_state["target-editor-0"] = edited(0, typed)
    app.run()
    assert "cannot be reached" in app.error[0].value
    assert [] == Ledger(own_home / "ledger.sqlite").events()


def test_published_figures_stand_with_their_basis(empty_home: Path, open_page: Open) -> None:
    """No published number without what it counts and who says so."""
    text = said(open_page("definitions", show="Targets"))
    assert "hospital-heavy, share of billed dollars" in text
    assert "Kodiak through HFMA" in text


def test_code_lists_say_how_old_they_are(empty_home: Path, open_page: Open) -> None:
    """A list stands with its date or with why there is none, and is searched by code and word."""
    app = open_page("definitions", show="Codes")
    assert "as last seen in public copies of the X12 list" in said(app)
    app.text_input(key="code").set_value("necess").run()
    assert "50" in list(app.dataframe[0].value["Code"])


def test_the_rules_of_payers_stand_with_their_source_and_what_is_assumed(empty_home: Path, open_page: Open) -> None:
    """Days to appeal by payer; who reads them sees whether anyone looked them up, and where to change them."""
    app = open_page("definitions", show="Codes", list="Payer rules: days to file, correct and appeal")
    rules = app.dataframe[0].value
    assert {"Appeal within", "Assumed", "Source"} <= set(rules.columns)
    assert len(rules) and "data/reference/payer_rules.csv" in said(app)


def test_words_are_those_of_the_glossary(empty_home: Path, open_page: Open) -> None:
    """The glossary and the rules of docs/kpis.md are on the page."""
    text = said(open_page("definitions", show="Words"))
    assert "First paid, later reversed and denied" in text
    assert "Line denied" in text


def edited(row: int, target: float | None) -> dict[str, object]:
    """The state of the editor after one target was typed."""
    return {"edited_rows": {row: {"Target": target}}, "added_rows": [], "deleted_rows": []}
