import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboards import words
from dashboards.limits_choice import of_unit, shares
from pipelines.build import build
from pipelines.ingest import ingest
from pipelines.ledger import Ledger
from pipelines.register_types import Baseline
from pipelines.scope import Scope
from pipelines.sources import expand
from pipelines.store import Store
from pipelines.trend import trend
from tests.dashboards.conftest import Open, said
from tests.dashboards.stores import DENIED, PAID, make_store, remittance

SP = words.SPACE
ALL = {"period": "All dates"}
FIRST, LAST = "Oct 2025", "Nov 2026"


def month(number: int) -> str:
    """The fifth of the month so many after October 2025."""
    return f"{2025 + (9 + number) // 12}{(9 + number) % 12 + 1:02}05"


@pytest.fixture(scope="module")
def year_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fourteen months, three of thirty claims denied in each, fifteen in the last: one is above its limit."""
    denied = [3] * 13 + [15]
    files = [
        remittance(*[PAID] * (30 - count), *[DENIED] * count, paid=80 * (30 - count), day=month(place))
        for place, count in enumerate(denied)
    ]
    files.append(remittance(PAID, paid=80, day="20261215"))  # so that November 2026 is over
    return make_store(tmp_path_factory.mktemp("year") / "store", *files)


@pytest.fixture
def year(year_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """That store is the dashboard's; for looking only."""
    monkeypatch.setenv("DENIALS_HOME", str(year_home))
    return year_home


def heading(app: AppTest) -> str:
    """The page's answer."""
    found = [element.proto.body for element in app.get("html") if "db-headline" in element.proto.body]
    return found[0].partition(">")[2].partition("<")[0]


def test_the_answer_is_what_the_chart_says(year: Path, open_page: Open) -> None:
    """The page, the Overview and the module say the same months outside their limits."""
    with Store(year).connect() as connection:
        told = trend(connection, "denial_rate", Scope()).said
    assert told.endswith("Nov 2026 above its upper limit")
    assert f"Denial rate: {told}" == heading(open_page("trends_page", **ALL))
    assert told in said(open_page(**ALL))


def test_the_table_has_the_limits_and_the_rule(year: Path, open_page: Open) -> None:
    """What is drawn can be read and taken away: mean, limits, and which rule a month breaks."""
    app = open_page("trends_page", **ALL)
    app.toggle(key="table-trend").set_value(True).run()
    table = next(frame.value for frame in app.dataframe if "Upper limit" in frame.value.columns)
    assert ["Mean", "Lower limit", "Upper limit", "Outside"] == list(table.columns)[-4:]
    assert "above its upper limit" == table["Outside"].iloc[13]
    assert 10.0 == round(float(table["Mean"].iloc[0]), 6)


def test_every_share_can_be_chosen_by_the_address(home: Path, open_page: Open) -> None:
    """Its name stands in the answer; the unit that all pages share says what is counted."""
    app = open_page("trends_page", kpi="Necessity denials per adjudicated", **ALL)
    assert "necessity_denial_rate" == app.session_state["kpi"]
    assert heading(app).startswith("Necessity denials per adjudicated: ")
    assert {"denial_rate", "m_code_ratio", "overturned_share"} < set(shares())
    assert not {"denial_rate_lines", "denied_amount", "balanced_dollar_share"} & set(shares())
    assert "denial_rate_dollars" == of_unit("denial_rate", "dollars") and "m_code_ratio" == of_unit(
        "m_code_ratio", "lines"
    )


def test_dollars_have_no_limits_and_the_page_says_so(year: Path, open_page: Open) -> None:
    """One large claim moves a share of dollars: count by claims or lines."""
    text = said(open_page("trends_page", unit="dollars", **ALL))
    assert "Dollars have no limits" in text and "Freeze" not in text


def test_a_reason_narrows_what_is_denied_and_not_what_is_adjudicated(year: Path, open_page: Open) -> None:
    """All denials here have one cause: with it chosen the numbers are the same, with another there is none."""
    app = open_page("trends_page", **ALL)
    both = [app.multiselect(key=key) for key in ("category", "root_cause")]
    assert [1, 1] == [len(one.options) for one in both]
    app.multiselect(key="root_cause").select(both[1].options[0]).run()
    assert heading(app).endswith("Nov 2026 above its upper limit")


def test_a_rate_that_counts_no_denials_has_no_reason(year: Path, open_page: Open) -> None:
    """Clean claims are not of a cause: the two filters cannot be used."""
    app = open_page("trends_page", kpi="First-pass resolution", **ALL)
    assert [True, True] == [app.multiselect(key=key).disabled for key in ("category", "root_cause")]
    assert heading(app).startswith("First-pass resolution: ")


def test_a_baseline_can_be_frozen_and_let_go(
    year_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_page: Open
) -> None:
    """What is frozen is in the ledger with its reason, counts at once, and can be taken back."""
    home = Path(shutil.copytree(year_home, tmp_path / "store"))
    monkeypatch.setenv("DENIALS_HOME", str(home))
    app = open_page("trends_page", **ALL)
    app.button(key="FormSubmitter:freeze-Freeze these months").click().run()
    assert ["Say why: who reads the limits later will ask."] == [error.value for error in app.error]
    app.text_input(key="freeze-why").input("all of it")
    app.button(key="FormSubmitter:freeze-Freeze these months").click().run()
    (event,) = Ledger(Store(home).ledger_path).current("baseline_set")
    assert {"from": "2025-10", "to": "2026-11", "reason": "all of it"} == event.body
    assert "denial_rate|{}" == event.subject == Baseline.of([event]).subject
    assert "frozen: all of it" in said(app) and f"Limits frozen at {FIRST} to {LAST}." in said(app)
    app.button(key="unfreeze").click().run()
    assert [] == Ledger(Store(home).ledger_path).current("baseline_set")
    assert "learnt, nobody froze them" in said(app)


def test_weeks_without_a_denial_and_alert_rules_stand_below(year: Path, open_page: Open) -> None:
    """Runs are of all dates, whatever the period: fourteen weeks with adjudications, none of them free."""
    app = open_page("trends_page", period="3 months")
    text = said(app)
    assert "None of 14 weeks was without a denial" in text and "Medical necessity" in text
    assert "What the limits are learnt from" in text and "Watch another number" in [one.label for one in app.expander]


@pytest.mark.parametrize(
    ("claims", "unit"), [((), "claims"), ((PAID,), "claims"), ((DENIED,), "dollars"), ((PAID,) * 30, "lines")]
)
def test_the_page_stands_on_almost_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_page: Open, claims: tuple[str, ...], unit: str
) -> None:
    """Nothing readable, one claim and one month are answers, not errors."""
    monkeypatch.setenv("DENIALS_HOME", str(tmp_path / "store"))
    make_store(tmp_path / "store", remittance(*claims, paid=80 * claims.count(PAID)) if claims else "no remittance")
    text = said(open_page("trends_page", unit=unit))
    assert ("data through" if claims else "no payment yet") in text


def test_an_empty_store_says_what_to_do(empty_home: Path, open_page: Open) -> None:
    """No error, no empty chart: drop a file, or look at the demo."""
    assert "Nothing has been loaded yet" in said(open_page("trends_page"))


def test_a_store_of_logs_alone_has_no_rate_and_no_free_week(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_page: Open
) -> None:
    """A log does not say of how many: no limits, no weeks without a denial, and the way out."""
    monkeypatch.setenv("DENIALS_HOME", str(tmp_path / "store"))
    (tmp_path / "log.csv").write_text(
        "Acct,DOS,Payer,CPT,Charges,Denial Date,Denial Code\nA1,2026-03-01,Aetna,99213,100.00,2026-04-10,CO-50\n"
    )
    store = Store(tmp_path / "store")
    ingest(store, expand(tmp_path / "log.csv"), workers=1)
    build(store, workers=1)
    app = open_page("trends_page")
    assert "No rate: these denials stand only in denial logs" == heading(app)
    assert "No week to tell of" in said(app)


def test_under_twelve_months_the_answer_is_what_limits_need(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_page: Open
) -> None:
    """Three months of one payer: no limits, no panels, no form to freeze; the months are drawn against the target."""
    monkeypatch.setenv("DENIALS_HOME", str(tmp_path / "store"))
    claims = [*[PAID] * 27, *[DENIED] * 3]
    make_store(tmp_path / "store", *[remittance(*claims, paid=80 * 27, day=month(place)) for place in range(3)])
    app = open_page("trends_page")
    assert "Denial rate: limits need 12 settled months of 20 or more; there are 2" == heading(app)
    assert f"Above the target of 5.0{SP}% in every whole month" in said(app)
    assert "Freezing needs 12 settled months; there are 2." in said(app)
    assert "each against limits of its own" not in said(app)
