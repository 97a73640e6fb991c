"""The list of denied lines: the same lines that the KPIs count, found, narrowed, paged and opened."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from dashboards import cache, denial_list, words
from dashboards.denial_list import PAGE_ROWS, Wanted
from pipelines.measure import Scope, measure
from pipelines.store import Store
from tests.dashboards.conftest import Open, said
from tests.dashboards.stores import DENIED, PAID, make_store, remittance

SCOPES = [
    Scope(),
    Scope(denial_scope="broad"),
    Scope(procedures=("97110", "73721")),
    Scope(categories=("medical_necessity",)),
    Scope(root_causes=("lcd_ncd_policy",), denial_scope="broad"),
]


@pytest.fixture
def build(home: Path) -> Iterator[str]:
    """The demo's build, as pages know it."""
    yield str(Store(home).current_build())


@pytest.mark.parametrize("scope", SCOPES)
def test_the_list_adds_up_to_the_kpis(build: str, scope: Scope) -> None:
    """Lines, dollars and open dollars equal Denied lines, Denied dollars and Denied and open for the same filters."""
    names = ["denied_lines", "denied_amount", "open_denied_amount"]
    lines, dollars, still = (found.value or 0 for found in measure(Store().connect(), names, (), scope))
    found = denial_list.totals(build, Wanted(scope))
    assert (lines, dollars, still) == (found.line_count, found.denied_amount, found.open_amount)
    assert found.line_count > 0


def test_every_line_is_on_exactly_one_page(build: str) -> None:
    """Pages are cut in SQL; together they hold each line once, in the order asked for."""
    wanted, order = Wanted(Scope(denial_scope="broad")), denial_list.ORDERS["Largest first"]
    whole = denial_list.rows(build, wanted, order)
    pages = [denial_list.rows(build, wanted, order, 5, offset) for offset in range(0, len(whole), 5)]
    assert list(whole["denial_id"]) == [key for page in pages for key in page["denial_id"]]
    assert sorted(whole["denied_amount"], reverse=True) == list(whole["denied_amount"])
    assert PAGE_ROWS <= 2_000  # rows that a browser gets at once


@pytest.mark.parametrize(
    "text", ["CO-50", "co-50", "50", "n115", "necessary", "97110", "northfield health", "' or 1=1 --", "100%", "_"]
)
def test_each_word_of_a_search_is_found_in_every_line(build: str, text: str) -> None:
    """A reason code finds that code; other words a part of any text; nothing a person types is SQL or a wildcard."""
    frame = denial_list.rows(build, Wanted(Scope(), text=text), "denial_id")
    if text in ("' or 1=1 --", "100%", "_"):
        assert frame.empty
        return
    assert 0 < len(frame) < denial_list.totals(build, Wanted(Scope())).line_count
    if text.upper() in ("CO-50", "50"):
        assert {"50"} == set(frame["carc"])


def test_a_claim_is_found_by_its_number_and_by_the_payers(build: str) -> None:
    """Both numbers lead to the claim's lines."""
    one = denial_list.rows(build, Wanted(Scope()), "denial_id").iloc[0]
    payers = cache.query(
        build, "select payer_claim_control_number from claim_event where family_id = ?", (one["family_id"],)
    ).iloc[0, 0]
    for number in (one["patient_control_number"], payers):
        found = denial_list.rows(build, Wanted(Scope(), text=str(number).lower()), "denial_id")
        assert {one["family_id"]} == set(found["family_id"])


def test_codes_states_and_tiers_part_the_list(build: str) -> None:
    """The parts by state add up to the whole, and so do those by tier."""
    whole = denial_list.totals(build, Wanted(Scope()))
    for field, values in (("states", denial_list.STATES), ("tiers", denial_list.TIERS)):
        parts = [denial_list.totals(build, Wanted(Scope(), **{field: (value,)})) for value in values]
        assert whole.line_count == sum(part.line_count for part in parts)
        assert whole.denied_amount == sum(part.denied_amount for part in parts)


def test_no_patient_is_in_the_list_or_its_files(build: str) -> None:
    """Neither a name nor a member id of a patient leaves in the list, even with every column."""
    names = cache.query(build, "select distinct patient_last_name, patient_id from claim_event")
    frame = denial_list.rows(build, Wanted(Scope()), "denial_id")
    text = denial_list.for_people(build, frame.drop(columns=["provider"]).assign(provider=""), is_whole=True).to_csv()
    assert [] == [value for value in names.to_numpy().ravel() if value and len(value) > 3 and value in text]


def test_the_page_says_the_kpis_numbers(home: Path, open_page: Open) -> None:
    """Headline and KPI line carry the same count; both change with the filters of the URL."""
    app = open_page("denials", period="All dates")
    table = app.dataframe[0].value
    kpis = {row.kpi: row.value for row in measure(Store().connect(), ["denied_lines", "denied_amount"])}
    assert kpis["denied_lines"] == len(table)
    assert float(kpis["denied_amount"] or 0) == table["Denied"].sum()
    assert f"<h1 class='db-headline'>{len(table)} denied lines of" in said(app)
    assert f"Denied lines {len(table)}, Denied dollars {words.cents(kpis['denied_amount'])}: the same" in said(app)
    narrowed = open_page("denials", period="All dates", q="CO-50")
    assert "narrowed further here" in said(narrowed)
    assert 0 < len(narrowed.dataframe[0].value) < len(table)


def test_filters_of_this_page_live_in_the_url(home: Path, open_page: Open) -> None:
    """A view can be sent: category, root cause, code, state and order are read from the address."""
    app = open_page("denials", period="All dates", state="Overturned", sort="Oldest denial first")
    table = app.dataframe[0].value
    assert {"Overturned"} == set(table["State"])
    assert sorted(table["Denied on"]) == list(table["Denied on"])
    app = open_page("denials", period="All dates", carc="50 Payer says not medically necessary")
    assert all("-50 " in reason for reason in app.dataframe[0].value["Reason"])


def test_pages_and_a_page_too_far(home: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page number lives in the URL; one beyond the end shows the first page instead of nothing."""
    monkeypatch.setattr(denial_list, "PAGE_ROWS", 5)
    first, second, beyond = (open_page("denials", period="All dates", page=page) for page in ("1", "2", "99"))
    assert (5, 5) == (len(first.dataframe[0].value), len(second.dataframe[0].value))
    assert "Lines 6 to 10 of" in said(second)
    assert not set(first.dataframe[0].value["Claim"]) & set(second.dataframe[0].value["Claim"])
    assert first.dataframe[0].value.equals(beyond.dataframe[0].value)


def test_a_search_for_nothing_says_what_to_do(home: Path, open_page: Open) -> None:
    """An empty list is words and a way on, never an empty table."""
    app = open_page("denials", q="nowhere-to-be-found")
    assert "Nothing matches the search" in said(app)
    assert [] == list(app.dataframe)


def test_a_year_without_denials_and_an_empty_store(empty_home: Path, open_page: Open) -> None:
    """Nothing loaded, and nothing denied, are both said."""
    assert "Nothing has been loaded yet" in said(open_page("denials"))
    make_store(empty_home, remittance(PAID, PAID, paid=160))
    assert "No denied line" in said(open_page("denials"))


def test_one_denial_is_one_row(empty_home: Path, open_page: Open) -> None:
    """A list of one line is a list, and text of a file stays text."""
    make_store(empty_home, remittance(DENIED, payer="<b>PAYER</b> [x](y)"))
    app = open_page("denials")
    assert "1 denied line of 1 claim: $100" in said(app)
    assert [Decimal("100.00")] == [Decimal(str(value)) for value in app.dataframe[0].value["Denied"]]
    assert "<b>PAYER</b>" not in said(app)


def test_a_picked_row_opens_its_claim(home: Path, open_page: Open) -> None:
    """The claim of the row is shown, and the way back keeps the search."""
    app = open_page("denials", period="All dates", q="CO-50")
    build = str(Store().current_build())
    one = denial_list.rows(build, Wanted(Scope(), text="CO-50"), denial_list.ORDERS["Largest first"]).iloc[0]
    app.session_state["claim-wanted"] = {"claim": one["family_id"], "line": one["line_key"]}
    app.session_state["claim-left"] = ("denials", {"q": ["CO-50"]})
    app.run()
    assert str(one["patient_control_number"]) in said(app)
    assert "What happened" in said(app)
    assert one["family_id"] == app.query_params["claim"]


def test_what_expires_soon_is_open_with_a_day_ahead(build: str) -> None:
    """The kind beside the states finds the open lines of the next 14 days, alone or with a state."""
    whole = denial_list.rows(build, Wanted(Scope()), "denial_id")
    is_soon = (whole["state"] == "denied_open") & whole["days_left"].between(0, denial_list.SOON_DAYS - 1)
    soon = denial_list.rows(build, Wanted(Scope(), states=(denial_list.SOON,)), "denial_id")
    assert list(whole.loc[is_soon, "denial_id"]) == list(soon["denial_id"])
    both = denial_list.totals(build, Wanted(Scope(), states=(denial_list.SOON, "paid_after_denial")))
    assert both.line_count == is_soon.sum() + (whole["state"] == "paid_after_denial").sum()


def test_sorted_by_deadline_the_next_open_line_comes_first(build: str) -> None:
    """Open lines with a day ahead, then those whose day has passed, then what is settled."""
    frame = denial_list.rows(build, Wanted(Scope()), denial_list.ORDERS["Deadline"])
    places = [2 if row.state != "denied_open" else 1 if row.days_left < 0 else 0 for row in frame.itertuples()]
    assert sorted(places) == places
    ahead = frame[[place == 0 for place in places]]
    assert sorted(ahead["days_left"]) == list(ahead["days_left"])


def test_each_line_says_where_it_stands_and_until_when(home: Path, open_page: Open) -> None:
    """State, deadline, days left and what has to be done by then are in the list, all in words."""
    rows = open_page("denials", period="All dates").dataframe[0].value
    assert set(rows["State"]) <= set(denial_list.STATES.values())
    dated = rows[rows["Deadline"].notna()]
    assert len(dated) and set(dated["To do by then"]) <= set(denial_list.LIMITS.values())
    assert dated["Days left"].notna().all()
    assert {denial_list.STATES["denied_open"]} == set(dated["State"])


def test_what_has_ended_has_no_deadline_any_more(build: str) -> None:
    """Overturned, written off, denied for good: nothing is due, so no day stands there."""
    frame = denial_list.rows(build, Wanted(Scope()), denial_list.ORDERS["Claim"])
    shown = denial_list.for_people(build, frame)
    ended = shown[(frame["state"] != "denied_open").to_numpy()]
    assert len(ended) and frame.loc[frame["state"] != "denied_open", "deadline_date"].notna().any()
    assert not ended[["Deadline", "Days left", "To do by then"]].notna().to_numpy().any()
