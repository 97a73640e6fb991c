"""Root causes: necessity denials by cause, cell and rule; each sum is the KPI's and leads to its lines."""

import dataclasses
import datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboards import cache, denial_list, necessity, words
from dashboards.controls import View
from pipelines.measure import Scope, measure
from pipelines.store import Store
from tests.dashboards.conftest import Open, said
from tests.dashboards.stores import DENIED, PAID, make_store, remittance

EVERYTHING = {"period": "All dates"}


@pytest.fixture
def view(home: Path) -> View:
    """The demo's build over all dates."""
    return View(str(Store(home).current_build()), Scope(), None, "claims", datetime.date(2026, 10, 31))


@pytest.mark.parametrize("tier", necessity.TIERS)
def test_causes_add_up_to_the_m_code_ratio(view: View, tier: str) -> None:
    """Dollars and lines by cause sum to the numerators of the ratio, strict and extended."""
    names = [necessity.RATIO[tier], f"{necessity.RATIO[tier]}_dollars"]
    lines, dollars = (found.numerator for found in measure(Store().connect(), names, (), view.scope))
    frame = necessity.by_cause(view, tier)
    assert (lines, dollars) == (frame["n"].sum(), frame["value"].sum())


@pytest.mark.parametrize("tier", necessity.TIERS)
def test_rules_outcomes_and_lines_tell_of_the_same_denials(view: View, tier: str) -> None:
    """Evidence, remedies and list count the same lines and dollars as the Pareto, as a whole and for each cause."""
    frame = necessity.by_cause(view, tier)
    for cause, lines, dollars in [
        ("", frame["n"].sum(), frame["value"].sum()),
        *frame[["key", "n", "value"]].to_numpy(),
    ]:
        chosen = necessity.wanted(view, tier, cause, None)
        rules, outcomes = necessity.by_rule(view.build, chosen), necessity.by_outcome(view.build, chosen)
        found = denial_list.totals(view.build, chosen)
        assert (lines, dollars) == (found.line_count, found.denied_amount)
        assert (lines, dollars) == (rules["n"].sum(), rules["amount"].sum())
        assert (lines, dollars) == (outcomes["n"].sum(), outcomes["amount"].sum())


def test_a_cell_is_the_lines_behind_it(view: View) -> None:
    """The n of each cell of CPT and payer equals the necessity denials in rates that the evidence lists."""
    cells = necessity.by_cell(view, "extended", "")
    cells = cells[cells["n"].astype(float) > 0]
    assert len(cells)
    for cell in cells.itertuples():
        chosen = necessity.wanted(view, "extended", "", (cell.procedure, cell.payer))
        lines = denial_list.rows(view.build, chosen, "denial_id")
        assert cell.n == lines["is_in_rate"].astype(bool).sum()


def test_what_is_undetermined_adds_up_to_its_share(view: View) -> None:
    """The reason codes without a determined cause sum to the KPI's numerator."""
    (found,) = measure(Store().connect(), ["undetermined_share"], (), view.scope)
    assert found.numerator == necessity.undetermined(view)["n"].sum()


def test_every_cause_has_a_remedy_and_an_owner(view: View) -> None:
    """No cause leaves its reader without a next step."""
    known = necessity.causes(view.build)
    assert known[["label", "definition", "remedy", "owner"]].notna().all(axis=None)


def headline(app: AppTest) -> str:
    """The page's one sentence."""
    return said(app).split("<h1 class='db-headline'>")[1].split("</h1>")[0]


def test_the_page_says_what_costs_most(home: Path, open_page: Open, view: View) -> None:
    """The headline names the cause with the most dollars; extended counts at least as much as strict."""
    frame = necessity.by_cause(view, "strict")
    top = frame[~frame["is_context"].astype(bool)].iloc[0]
    strict, extended = (open_page("root_causes", **EVERYTHING, tier=tier) for tier in ("strict", "extended"))
    assert words.markup(f"{top['name']} costs most: {words.money(top['value'])}") in headline(strict)
    assert headline(strict) != headline(extended)


def test_a_chosen_cell_shows_its_evidence_and_its_chip(home: Path, open_page: Open, view: View) -> None:
    """The URL names cause and cell; evidence is theirs, and an x takes the choice back."""
    line = denial_list.rows(view.build, necessity.wanted(view, "extended", "", None), "denial_id").iloc[0]
    query = {"tier": "extended", "cell_cpt": line["procedure_code"], "cell_payer": line["payer_key"]}
    app = open_page("root_causes", **EVERYTHING, **query, cause=line["root_cause"])
    assert {f"{line['denied_amount']:.2f}"} <= {f"{value:.2f}" for value in app.dataframe[-1].value["Denied"]}
    assert {"chip-cause", "chip-cell"} <= {button.key for button in app.button}
    app.button(key="chip-cell").click().run()
    assert not {"cell_cpt", "cell_payer"} & set(app.query_params)
    assert "cause" in app.query_params


def test_a_cell_without_denials_says_so(home: Path, open_page: Open) -> None:
    """A choice that this view knows nothing of is said, not an error."""
    app = open_page("root_causes", **EVERYTHING, cell_cpt="00000", cell_payer="Nobody")
    assert "No such denial in this view" in said(app)


def test_nothing_loaded_nothing_denied_and_one_denial(empty_home: Path, open_page: Open) -> None:
    """The page works with an empty store and with a single denial, and says what a payer did not."""
    assert "Nothing has been loaded yet" in said(open_page("root_causes"))
    make_store(empty_home, remittance(PAID, DENIED, paid=80))
    app = open_page("root_causes")
    assert "$100 denied for medical necessity, and no payer said why" in headline(app)
    assert "100.0\u00a0% of denials have no determined root cause" in said(app)


def test_a_year_without_necessity_denials(empty_home: Path, open_page: Open) -> None:
    """All paid: words instead of charts."""
    make_store(empty_home, remittance(PAID, PAID, paid=160))
    app = open_page("root_causes")
    assert "Nothing was denied for medical necessity" in headline(app)
    assert [] == list(app.get("plotly_chart"))


def test_names_of_files_are_text(empty_home: Path, open_page: Open) -> None:
    """A payer called like a tag is shown as it is written."""
    make_store(empty_home, remittance(*[DENIED] * 30, payer="<img src=x> **B**"))
    app = open_page("root_causes", cell_cpt="99213", cell_payer="<IMG SRC=X> **B**")
    assert "<img" not in said(app).lower().replace("<img class='db-spark'", "")
    build = str(Store().current_build())
    assert Decimal(3000) == denial_list.totals(build, denial_list.Wanted(dataclasses.replace(Scope()))).denied_amount
    assert cache.payer_ranks(build)


def test_no_row_or_column_of_the_heat_map_is_empty() -> None:
    """A payer with much denied, but for procedures that are not shown, is not; nor a procedure of such payers alone."""
    denied = [("A", "P", 30), ("A", "Q", 9), ("B", "P", 20), ("C", "Z", 19), ("D", "Y", 12), ("D", "P", 0)]
    frame = pd.DataFrame(denied, columns=["row", "column", "n"], dtype="object")
    cells, rows, columns = necessity.grid(frame, 2, 2)
    assert (["A", "B"], ["P", "Q"], 3) == (rows, columns, len(cells))
    assert (["A", "B", "C"], ["P", "Z"]) == necessity.grid(frame, 3, 2)[1:]
    assert (["A", "B"], ["P"]) == necessity.grid(frame, 3, 1)[1:]
