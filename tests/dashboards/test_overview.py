import dataclasses
import html
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from dashboards import words
from pipelines.build import build
from pipelines.ingest import ingest
from pipelines.ledger import Ledger
from pipelines.measure import Scope, measure
from pipelines.months import first_of
from pipelines.sources import expand
from pipelines.store import Store
from tests.dashboards.conftest import Open, said
from tests.dashboards.stores import DENIED, PAID, make_store, remittance

CARDS = ("Denial rate", "M-code ratio", "Days to resubmission", "Denied and open", "Overturned")


def last_year(home: Path) -> Scope:
    """The twelve months up to the newest payment: what the page shows at first."""
    with Store(home).connect() as connection:
        ((last,),) = connection.execute("select max(last_payment_date) from source_file").fetchall()
    return Scope(date_from=first_of(last, 11), date_to=last)


def test_the_five_numbers_stand_first_and_are_those_of_the_command_line(home: Path, open_page: Open) -> None:
    """A card says what `denials kpi` says for the same months."""
    text = said(open_page())
    assert [] == [label for label in CARDS if label not in text]
    with Store(home).connect() as connection:
        rate, amount = measure(connection, ["denial_rate", "open_denied_amount"], (), last_year(home))
    assert words.rate(rate.value) in text and words.money(amount.value) in text


def test_what_expires_soon_stands_with_what_is_open(home: Path, open_page: Open) -> None:
    """Dollars whose deadline is within two weeks, as `denials kpi expiring_amount` says; else nothing."""
    text = said(open_page(period="All dates"))
    with Store(home).connect() as connection:
        (expiring,) = measure(connection, ["expiring_amount"], (), Scope())
    told = f"{words.money(expiring.value)} expire &lt; 14{words.SPACE}d"
    assert (told in text) == bool(expiring.value) and ("expire" in text) == bool(expiring.value)


def test_clean_claims_stand_with_the_rest_where_there_are_acknowledgements(home: Path, open_page: Open) -> None:
    """The rate that `denials kpi clean_claim_rate` gives, and how many claims never reached the payer."""
    text = said(open_page(period="All dates"))
    with Store(home).connect() as connection:
        rate, lost = measure(connection, ["clean_claim_rate", "never_reached_share"], (), Scope())
    assert "Clean claims" in text and words.rate(rate.value) in text
    assert f"{words.counted(int(lost.numerator), 'claim')} never reached the payer" in text


def test_without_acknowledgements_nothing_is_said_of_clean_claims(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_page: Open
) -> None:
    """A store of remittances alone has no such rate, and no empty card."""
    monkeypatch.setenv("DENIALS_HOME", str(tmp_path / "store"))
    make_store(tmp_path / "store", remittance(PAID, paid=80))
    assert "Clean claims" not in said(open_page())


def test_the_view_comes_from_the_address(home: Path, open_page: Open) -> None:
    """Scope, unit and period of a link that a colleague sent are those of the page."""
    text = said(open_page(scope="broad", unit="dollars", period="All dates"))
    assert "Denial rate, dollars" in text
    assert "core and broad denials, all dates" in text


def test_an_address_that_asks_for_an_unknown_payer_is_told(home: Path, open_page: Open) -> None:
    """Its filter falls away and more is shown than the colleague meant: that is said."""
    told = [warning.value for warning in open_page(payer="Nobody*").warning]
    assert 1 == len(told) and "Nobody\\*" in told[0]
    assert [] == list(open_page(place="11 Office").warning)


def test_broad_denials_are_not_held_against_the_target_of_core_ones(home: Path, open_page: Open) -> None:
    """The target of 5 % is for core denials."""
    assert "over the target" not in said(open_page(scope="broad"))


def test_what_is_narrowed_is_shown_and_can_be_taken_back(home: Path, open_page: Open) -> None:
    """Each filter value is a chip; its x takes it away."""
    with Store(home).connect() as connection:
        first, second = measure(connection, ["denial_rate_lines"], ["payer"], last_year(home))[:2]
    names = [str(row.dimensions["payer"]) for row in (first, second)]
    app = open_page(payer=names)
    assert names == app.session_state["payer"]
    app.button(key=f"chip-payer-{names[0]}").click().run()
    assert [names[1]] == app.session_state["payer"]
    app.button(key=f"chip-payer-{names[1]}").click().run()
    assert [] == app.session_state["payer"]


def test_own_dates_come_from_the_address_and_are_a_chip_too(home: Path, open_page: Open) -> None:
    """Taking them back shows the usual twelve months."""
    app = open_page(period="Own dates", **{"from": "2026-02-01", "to": "2026-02-28"})
    assert "1 Feb 2026 to 28 Feb 2026" in said(app)
    app.button(key="chip-period").click().run()
    assert "12 months" == app.session_state["period"]


def test_own_dates_begin_as_the_usual_ones(home: Path, open_page: Open) -> None:
    """Who chooses own dates starts from what was on the screen."""
    app = open_page()
    app.selectbox(key="period").select("Own dates").run()
    usual = last_year(home)
    assert (usual.date_from, usual.date_to) == (app.session_state["from"], app.session_state["to"])


def test_every_chart_has_its_table(home: Path, open_page: Open) -> None:
    """The table has the chart's numbers, their n and their interval."""
    app = open_page()
    app.toggle(key="table-trend").set_value(True).run()
    columns = list(app.dataframe[0].value.columns)
    assert ["Month", "Rate", "Interval from", "Interval to", "Denied", "Adjudicated"] == columns


def test_the_lines_behind_a_mover_can_be_opened(home: Path, open_page: Open) -> None:
    """The link beside a mover leads to its denied lines: as many as it says, of its payer, procedure and cause."""
    text = said(open_page(period="3 months", scope="broad"))
    mover = text.partition("db-mover")[2].partition("</div>")[0]
    link = parse_qs(html.unescape(mover.partition("href='denials?")[2].partition("'")[0]))
    assert ["3 months"] == link["period"] and ["broad"] == link["scope"]
    assert {"payer", "cpt", "root_cause"} < set(link)
    lines = mover.partition("→ ")[2].partition(",")[0]
    found = said(open_page("denials", **{key: values[0] for key, values in link.items()}))
    assert f"{lines.replace(' line', ' denied line')} (core and broad)" in found


def test_a_target_that_was_set_is_the_target(own_home: Path, open_page: Open) -> None:
    """What people decided goes before the reference table, from the next look on."""
    Ledger(Store(own_home).ledger_path).append("target_set", "denial_rate", {"target": "0.99"})
    text = said(open_page())
    assert f"target &lt; 99.0{words.SPACE}%: reached" in text


def test_demo_data_is_called_so(home: Path, open_page: Open) -> None:
    """Nobody takes the made-up practice for a real one."""
    assert "DEMO DATA" in said(open_page())


def test_own_files_among_the_demo_are_told(own_home: Path, tmp_path: Path, open_page: Open) -> None:
    """Nobody reads that no real patient is in it once a file of his own is."""
    assert "No real patient is in it" in said(open_page())
    (tmp_path / "own.835").write_text(remittance(PAID, paid=80))
    store = Store(own_home)
    ingest(store, expand(tmp_path / "own.835"), workers=1)
    build(store, workers=1)
    text = said(open_page())
    assert "are mixed here" in text and "No real patient" not in text


def test_an_empty_store_says_what_to_do(empty_home: Path, open_page: Open) -> None:
    """No error, no empty chart: drop a file, or look at the demo."""
    assert "Nothing has been loaded yet" in said(open_page())


@pytest.fixture(
    scope="module", params=["nothing readable", "one paid claim", "one denied claim", "a year without denials"]
)
def small_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Stores with almost nothing in them, each made once; for looking only."""
    year = [remittance(*[PAID] * 30, paid=2400, day=f"2025{month:02}05") for month in range(1, 13)]
    texts = {
        "nothing readable": ["this is no remittance"],
        "one paid claim": [remittance(PAID, paid=80)],
        "one denied claim": [remittance(DENIED)],
        "a year without denials": year,
    }
    return make_store(tmp_path_factory.mktemp("small") / "store", *texts[request.param])


@pytest.fixture
def small_home(small_store: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One of these stores is the dashboard's."""
    monkeypatch.setenv("DENIALS_HOME", str(small_store))
    return small_store


@pytest.mark.parametrize("unit", ["claims", "dollars"])
def test_the_page_stands_on_almost_nothing(small_home: Path, open_page: Open, unit: str) -> None:
    """Zero rows, one row, one payer and a year without denials are answers, not errors."""
    for period in ("12 months", "All dates"):
        assert any(words in said(open_page(unit=unit, period=period)) for words in ("data through", "no payment yet"))


def test_only_a_log_gives_no_empty_trend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_page: Open) -> None:
    """A log of denials does not say of how many: no chart without points, and the way out is to load remittances."""
    monkeypatch.setenv("DENIALS_HOME", str(tmp_path / "store"))
    make_store(tmp_path / "store", remittance(PAID, paid=80, day="20240302"))
    log = "Acct,DOS,Payer,CPT,Charges,Denial Date,Denial Code\nA1,2026-03-01,Aetna,99213,100.00,2026-04-10,CO-50\n"
    (tmp_path / "log.csv").write_text(log + log.splitlines()[1].replace("A1", "A2").replace("-04-", "-05-") + "\n")
    store = Store(tmp_path / "store")
    ingest(store, expand(tmp_path / "log.csv"), workers=1)
    build(store, workers=1)
    text = said(open_page(period="Own dates", **{"from": "2026-04-01", "to": "2026-05-31"}))
    assert 2 == text.count("No rate: these denials stand only in denial logs")
    assert "Too few cases in any whole month" not in text


def test_recent_denials_are_not_compared_for_what_was_overturned(home: Path, open_page: Open) -> None:
    """They had less time than those of the year before: no change is said, and no noise."""
    card = said(open_page()).partition(">Overturned<")[2].partition("role='listitem'")[0]
    assert card and "before" not in card and "noise" not in card


def test_a_payers_name_is_never_markup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_page: Open) -> None:
    """Whatever a file calls its payer is shown as it stands."""
    monkeypatch.setenv("DENIALS_HOME", str(tmp_path / "store"))
    hostile = remittance(*[DENIED] * 30, payer="<img src=x onerror=alert(1)>")
    make_store(tmp_path / "store", hostile, remittance(*[PAID] * 30, paid=2400))
    text = said(open_page())
    assert "&lt;img" in text.lower() and "<img src=x" not in text.lower()


def test_the_same_months_before_end_at_the_same_day() -> None:
    """A period that is cut is compared with one that is cut alike."""
    from datetime import date

    from dashboards.months import before

    scope = Scope(date_from=date(2025, 12, 1), date_to=date(2026, 11, 14))
    end_of_month = Scope(date_from=date(2026, 3, 1), date_to=date(2026, 3, 31))
    february = dataclasses.replace(end_of_month, date_from=date(2026, 2, 1), date_to=date(2026, 2, 28))
    assert february == before(end_of_month, date(2024, 12, 20))
    expected = dataclasses.replace(scope, date_from=date(2024, 12, 1), date_to=date(2025, 11, 14))
    assert expected == before(scope, date(2024, 12, 20))
    assert None is before(scope, date(2025, 1, 1))
    assert None is before(Scope(), date(2025, 1, 1))
