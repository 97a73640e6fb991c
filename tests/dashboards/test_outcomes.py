"""Outcomes: what became of denied lines; the flow loses nothing, every list leads to its claims."""

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from dashboards import cache, claim_link, controls, outcome_blocks, outcome_data, outcomes, unfiled, words
from dashboards.controls import View
from pipelines.measure import Scope
from pipelines.store import Store
from tests.dashboards.conftest import Open, said
from tests.dashboards.stores import DENIED, PAID, make_store, remittance

SP = words.SPACE


@pytest.fixture
def view(home: Path) -> View:
    """Everything in the demo's store, core denials."""
    build = str(Store(home).current_build())
    last = cache.freshness(build).last_payment_date
    assert last is not None
    return View(build, Scope(), None, "claims", last)


def flow(*rows: tuple[str, str, int, int]) -> pd.DataFrame:
    """A flow of these: done, state, lines, dollars; of what was won all of it was paid."""
    columns = ["done", "state", "line_count", "denied_amount"]
    frame = pd.DataFrame(rows, columns=columns, dtype="object")
    won = [amount if state == "paid_after_denial" else 0 for _, state, _, amount in rows]
    return frame.assign(recovered_amount=pd.Series(won, dtype="object"))


SOME = flow(
    ("resubmitted", "paid_after_denial", 2, 500), ("nothing", "denied_open", 1, 300), ("nothing", "written_off", 1, 200)
)


def test_the_headline_parts_the_dollars() -> None:
    """Overturned, open and lost are shares of what was denied."""
    expected = f"$1,000 was denied at first: 50.0{SP}% of it was overturned, 30.0{SP}% is open, 20.0{SP}% is lost"
    assert expected == outcomes.headline(SOME)
    assert "Nothing was denied at first in this view" == outcomes.headline(flow())


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("lines", f"50.0{SP}% of 4 lines denied at first was paid later; of 2 lines nothing is known to be done"),
        ("dollars", f"50.0{SP}% of $1,000 denied at first was paid later; of $500 nothing is known to be done"),
    ],
)
def test_the_flow_says_what_was_won_and_what_was_left_alone(unit: str, expected: str) -> None:
    """The title is about lines or dollars, as the chart is."""
    assert expected == outcome_blocks.flow_title(SOME, unit)


def test_the_ends_of_the_flow_are_all_that_was_denied(view: View) -> None:
    """In lines and in dollars the flow's ends add up to the KPIs Denied lines and Denied dollars."""
    frame = outcome_data.flow(view)
    measures = cache.measures(view.build, ("denied_lines", "denied_amount"), (), view.scope)
    for unit, value in zip(("lines", "dollars"), measures["value"], strict=True):
        assert value == outcome_data.ribbons(frame, unit)["value"].sum()


def test_what_the_cards_say_is_what_the_flow_ends_in(view: View) -> None:
    """Recovered, written off and open are the same dollars on the cards as in the flow."""
    frame = outcome_data.flow(view)
    kpis = ("recovered_amount", "written_off_amount", "open_denied_amount")
    recovered, written_off, still_open = cache.measures(view.build, kpis, (), view.scope)["value"]
    by_state = frame.groupby("state")["denied_amount"].sum()
    assert recovered == frame["recovered_amount"].sum()
    assert written_off == by_state.get("written_off", 0)
    assert still_open == by_state["denied_open"]


def test_what_expires_is_open_and_the_next_comes_first(view: View) -> None:
    """Only open lines with a day ahead, by days left; the sums beside the list count the same lines."""
    frame, sums = outcome_data.expiring(view), outcome_data.open_sums(view)
    assert {"denied_open"} == set(frame["state"])
    assert sorted(frame["days_left"]) == list(frame["days_left"]) and frame["days_left"].min() >= 0
    assert sums["ahead_count"] == len(frame)
    soon = frame[frame["days_left"] < outcome_data.SOON_DAYS]
    assert (sums["soon_count"], sums["soon_amount"]) == (len(soon), soon["denied_amount"].sum())
    expiring = cache.measures(view.build, ("expiring_amount",), (), view.scope)["value"][0]
    assert expiring == sums["soon_amount"]


def test_every_open_line_has_a_day_ahead_behind_or_none(view: View) -> None:
    """Ahead, past and undated are all that is open."""
    sums = outcome_data.open_sums(view)
    still_open = outcome_data.flow(view)
    count = still_open.loc[still_open["state"] == "denied_open", "line_count"].sum()
    assert count == sums["ahead_count"] + sums["past_count"] + sums["undated_count"]


def test_claims_that_never_reached_a_payer_are_listed(view: View, home: Path, open_page: Open) -> None:
    """As many as the KPI counts, with what they are worth; the next limit first, limits that have passed last."""
    frame = unfiled.rejected(view)
    never = cache.measures(view.build, ("never_reached_share",), (), view.scope)["numerator"][0]
    assert never == len(frame) > 0
    assert list(frame["days_left"]) == sorted(frame["days_left"], key=lambda days: (days < 0, days))
    assert unfiled.title(frame) in said(open_page("outcomes"))
    assert unfiled.title(frame) in said(open_page("outcomes", clock="submission"))  # what was not decided has no clock


@pytest.mark.parametrize("unit", ["lines", "dollars"])
def test_the_page_shows_the_flow_in_lines_and_in_dollars(home: Path, open_page: Open, unit: str) -> None:
    """The address holds the unit, the title speaks of it, and the table holds every ribbon and their sum."""
    app = open_page("outcomes", period="All dates", flow_unit=unit)
    text = said(app)
    assert "denied at first was paid later" in text and ("lines denied at first was" in text) == (unit == "lines")
    app.toggle(key="table-flow").set_value(True).run()
    table = next(frame.value for frame in app.dataframe if "What was done" in frame.value)
    assert table["Denied"].iloc[:-1].sum() == pytest.approx(table["Denied"].iloc[-1])


def test_a_row_that_expires_opens_its_claim(home: Path, open_page: Open) -> None:
    """Picking a line leads to the Claim page, and from there back to Outcomes."""
    app = open_page("outcomes", period="All dates")
    build = str(Store(home).current_build())
    denial_id = cache.query(build, "select min(denial_id) from denial where source = '835'").iloc[0, 0]
    app.session_state["claim-wanted"] = claim_link.address(denial_id)
    app.session_state["claim-left"] = ("outcomes", {})
    app.run()
    assert "In the files" in said(app)
    assert "Back to outcomes" in app.get("page_link")[0].proto.label


def test_the_end_of_a_flow_leads_to_its_lines(home: Path, open_page: Open) -> None:
    """Open lines clicked in the flow are the open lines on the Denials page."""
    app = open_page("outcomes", period="All dates")
    chart = next(chart for chart in app.get("plotly_chart") if "flow" in chart.proto.id)
    assert "denied_open" in chart.proto.spec


def test_nothing_denied_is_said_in_words(empty_home: Path, open_page: Open) -> None:
    """An empty store leads to Import; one of paid claims says that nothing was denied, short or taken back."""
    assert "Nothing has been loaded yet" in said(open_page("outcomes"))
    make_store(empty_home, remittance(PAID, paid=80))
    text = said(open_page("outcomes", period="All dates"))
    for expected in ("Nothing was denied at first", "No line was paid below", "Nothing was taken back"):
        assert expected in text


def test_without_a_log_no_appeal_is_known_and_it_is_said_what_to_load(empty_home: Path, open_page: Open) -> None:
    """Remittances do not tell of appeals."""
    make_store(empty_home, remittance(PAID, DENIED, paid=80))
    assert "No appeal is known in this view" in said(open_page("outcomes", period="All dates"))


def rates(*rows: tuple[str, int, int, float]) -> pd.DataFrame:
    """Groups of name, won, decided and the low end of the interval."""
    frame = pd.DataFrame(rows, columns=["name", "numerator", "denominator", "low"], dtype="object")
    return frame.assign(value=[won / decided for _, won, decided, _ in rows])


def test_a_group_is_named_only_if_it_lies_clearly_above_all() -> None:
    """Too few, none clearly above, and the one that is."""
    assert "Too few decided appeals of any payer to compare" == outcome_blocks.overturned_title(
        rates(("A", 5, 6, 0.4)), 0.5, "Payer"
    )
    assert "No payer stands out" in outcome_blocks.overturned_title(rates(("A", 15, 30, 0.33)), 0.5, "Payer")
    assert f"A: 90.0{SP}% of decided appeals are won, n 30" == outcome_blocks.overturned_title(
        rates(("A", 27, 30, 0.74), ("B", 10, 30, 0.19)), 0.5, "Payer"
    )


def test_what_expires_is_said_in_dollars_and_lines() -> None:
    """Nothing within two weeks is said as well."""
    found = {"soon_count": 2, "soon_amount": Decimal(940)}
    assert "$940 on 2 open lines expires within 14 days" == outcome_blocks.expiring_title(found)
    assert "Nothing expires within 14 days" == outcome_blocks.expiring_title({"soon_count": 0})


def test_reversals_and_recoupments_are_taken_back_once(empty_home: Path, open_page: Open) -> None:
    """A reversal counts less what was paid anew that day; a takeback of a PLB counts with its claim."""
    reversal = "CLP*{0}*22*-100*-80**12*ICN{0}*11*1~SVC*HC:99213*-100*-80~DTM*472*20260105~CAS*CO*45*-20~"
    anew = "CLP*{0}*1*100*50**12*ICN{0}*11*1~SVC*HC:99213*100*50~DTM*472*20260105~CAS*CO*45*50~"
    first = remittance(PAID, paid=80, day="20260302")
    name = "P202603021"
    back = remittance(reversal.format(name), anew.format(name), paid=-30, day="20260402")
    moved = remittance(PAID, paid=68, day="20260502").replace("SE*9*", f"PLB*1*20261231*WO:ICN{name}*12~SE*9*")
    make_store(empty_home, first, back, moved)
    app = open_page("outcomes", period="All dates")
    rows = next(frame.value for frame in app.dataframe if "Taken back" in frame.value)
    assert [12.0, 30.0] == list(rows["Taken back"])
    assert [name, name] == list(rows["Claim"])
    assert "$42 was taken back in 2 steps" in said(app)


def test_a_view_without_a_claim_files_words(view: View) -> None:
    """Every line of the flow has words: no key of ours is on the page."""
    frame = outcome_data.flow(view)
    assert set(frame["done"]) <= set(outcome_data.DONE)
    assert [] == [state for state in frame["state"] if "_" in outcome_data.state_words(state)]
    assert controls.PERIODS
