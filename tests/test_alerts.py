import contextlib
import dataclasses
import datetime
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from pipelines import alert_links, alert_words, alerts, register
from pipelines.alert_telling import tell
from pipelines.alerts import Alert, check, check_rule, watch
from pipelines.control_chart import Point, Span, p_chart
from pipelines.errors import UsageError
from pipelines.ledger import Ledger
from pipelines.register import AlertRaised, AlertRule
from pipelines.scope import Scope
from pipelines.store import Store
from pipelines.trend import Trend
from tests.mail_server import HOST, Postbox, free_port, serving

if TYPE_CHECKING:
    import duckdb

AUGUST, SEPTEMBER = datetime.date(2026, 8, 1), datetime.date(2026, 9, 1)
MANAGER, CODER = "manager@practice.example", "coder@practice.example"
RULE = AlertRule(
    rule_id="northfield-1",
    kpi="denial_rate_lines",
    cell=(("payer", "NORTHFIELD"), ("root_cause", "missing_auth")),
    by="limit",
    owner="A. Manager",
    emails=(MANAGER,),
)
FIRST_PASS = {"kpi": "first_pass_resolution_rate", "cell": (("payer", "NORTHFIELD"),)}


def month(text: str) -> datetime.date:
    """`2026-08` as a date."""
    return datetime.date.fromisoformat(f"{text}-01")


@pytest.fixture
def connection(breach_home: Path) -> "Iterator[duckdb.DuckDBPyConnection]":
    """The build in which NORTHFIELD began to want authorisation in Aug 2026."""
    with contextlib.closing(Store(breach_home).connect()) as found:
        yield found


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """A ledger of the test's own."""
    return Ledger(tmp_path / "ledger.sqlite")


@pytest.fixture
def store(breach_home: Path, tmp_path: Path) -> Store:
    """A copy of the breach's store with the rule set."""
    store = Store(shutil.copytree(breach_home, tmp_path / "store"))
    register.record(Ledger(store.ledger_path), RULE)
    return store


def only(connection: "duckdb.DuckDBPyConnection", ledger: Ledger, rule: AlertRule) -> Alert | None:
    """The alert of the one rule that is set."""
    register.record(ledger, rule)
    (found,) = watch(connection, ledger)
    assert "" == found.problem
    return found.alert


def test_without_rules_the_two_rates_of_everything_are_watched(
    connection: "duckdb.DuckDBPyConnection", ledger: Ledger
) -> None:
    """They are shown, and belong to nobody: not new, so never told."""
    rules = [watched.rule.kpi for watched in watch(connection, ledger)]
    assert ["denial_rate", "necessity_denial_rate"] == rules
    (found,) = check(connection, ledger)
    assert ("denial_rate", True, False) == (found.rule.kpi, found.is_built_in, found.is_new)


def test_the_planted_breach_is_found_with_its_beginning(
    connection: "duckdb.DuckDBPyConnection", ledger: Ledger
) -> None:
    """From Aug to Sep 2026, above the limit; October is not over and says nothing."""
    found = only(connection, ledger, RULE)
    assert found is not None
    assert (AUGUST, SEPTEMBER, 2, ("above",)) == (found.since, found.until, found.months, found.signals)
    assert (12, 30, True) == (found.mark.numerator, found.mark.denominator, found.is_new)
    assert "northfield-1|2026-08" == found.key


@pytest.mark.parametrize(
    ("changed", "signals"),
    [
        ({"cell": (("payer", "Aetna"),)}, None),
        ({"cell": (("payer", "NORTHFIELD"), ("category", "medical_necessity"))}, None),
        (FIRST_PASS, ("below",)),
        ({"kpi": "denial_rate", "cell": (("procedure", "20610"), ("payer", "NORTHFIELD"))}, ("above",)),
        ({"by": "target", "target": Decimal("0.1")}, ()),
        ({"by": "target", "target": Decimal("0.25")}, None),  # 12 of 30: the interval from 24.6 % on holds it
        ({"by": "target", "kpi": "denial_rate", "cell": (("payer", "NORTHFIELD"),)}, ()),
        (FIRST_PASS | {"by": "target", "target": Decimal("0.9")}, ()),
        (FIRST_PASS | {"by": "target", "target": Decimal("0.5")}, None),
    ],
)
def test_only_what_is_worse_than_chance_is_an_alert(
    connection: "duckdb.DuckDBPyConnection", ledger: Ledger, changed: dict[str, Any], signals: tuple[str, ...] | None
) -> None:
    """Other cells are quiet; higher is worse for some numbers and lower for others; a target needs the interval."""
    found = only(connection, ledger, dataclasses.replace(RULE, **changed))
    assert signals == (found.signals if found else None)


def test_a_target_that_people_set_is_the_rules_own_where_it_has_none(
    connection: "duckdb.DuckDBPyConnection", ledger: Ledger
) -> None:
    """The reference table's 5 % is missed; a target of 60 % in the ledger is not."""
    rule = AlertRule("r", "denial_rate", (("payer", "NORTHFIELD"),), "target", "me")
    found = only(connection, ledger, rule)
    assert found is not None and Decimal("0.05") == found.target
    ledger.append("target_set", "denial_rate", {"target": "0.6"})
    assert None is watch(connection, ledger)[0].alert


@pytest.mark.parametrize(
    ("since", "until", "is_new"),
    [
        ("2026-08", "2026-09", False),  # told as it stands
        ("2026-08", "2026-08", False),  # told a month ago
        ("2026-09", "2026-09", False),  # told when its first month was still within limits
        ("2026-05", "2026-07", False),  # its first months have come to lie within limits since
        ("2026-05", "2026-06", True),  # another run: July lies between
        ("2025-03", "2025-03", True),
    ],
)
def test_no_run_is_told_twice(
    connection: "duckdb.DuckDBPyConnection", ledger: Ledger, since: str, until: str, is_new: bool
) -> None:
    """A run that overlaps one that was told, or follows it without a quiet month, is the same run."""
    told = AlertRaised(f"northfield-1|{since}", "northfield-1", month(since), "b", "told", (), month(until))
    register.record(ledger, told)
    found = only(connection, ledger, RULE)
    assert found is not None and is_new == found.is_new
    assert (f"northfield-1|{'2026-08' if is_new else since}") == found.key


def test_another_rules_alert_is_not_this_ones(connection: "duckdb.DuckDBPyConnection", ledger: Ledger) -> None:
    """Each rule tells of its own runs."""
    register.record(ledger, AlertRaised("other|2026-08", "other", AUGUST, "b", "told", (), SEPTEMBER))
    found = only(connection, ledger, RULE)
    assert found is not None and found.is_new


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"kpi": "denied_amount"}, "not a share of things counted"),
        ({"kpi": "denial_rate_dollars"}, "not a share of things counted"),
        ({"kpi": "nonsense"}, "no such KPI"),
        ({"cell": (("carc", "50"),)}, "no such dimension of a rule"),
        ({"cell": (("payer", "NOBODY"),)}, "there are Aetna, NORTHFIELD"),
        ({"kpi": "m_code_ratio", "by": "target"}, "a target of its own"),
        ({"kpi": "zero_pay_rate", "by": "target"}, "there is no target"),
        ({"kpi": "appeal_rate", "by": "target"}, "neither more nor less"),
        ({"kpi": "first_pass_resolution_rate"}, "what was not denied has no root cause"),
        ({"clock": "service"}, "clock service"),
    ],
)
def test_a_rule_that_can_never_be_checked_is_refused(
    connection: "duckdb.DuckDBPyConnection", ledger: Ledger, changed: dict[str, Any], said: str
) -> None:
    """The words say what was not understood and what there is."""
    with pytest.raises(UsageError, match=said):
        check_rule(connection, ledger, dataclasses.replace(RULE, **changed))


def test_a_rule_that_the_data_outgrew_stops_no_other(connection: "duckdb.DuckDBPyConnection", ledger: Ledger) -> None:
    """A payer that is not there any more, or a KPI of another version: said, and the rest is checked."""
    for number, changed in enumerate([{"cell": (("payer", "GONE"),)}, {"kpi": "of_another_version"}, {}]):
        register.record(ledger, dataclasses.replace(RULE, rule_id=f"r{number}", **changed))
    stands = [alert_words.standing(watched) for watched in watch(connection, ledger)]
    assert "nothing of it is in the data" == stands[0]
    assert stands[1].startswith("of_another_version: no such KPI")
    assert "broken since Aug 2026, 2 months" == stands[2]


def test_an_alert_says_what_since_when_and_how_sure(connection: "duckdb.DuckDBPyConnection", ledger: Ledger) -> None:
    """With n, interval and limits, and every number as elsewhere."""
    found = only(connection, ledger, RULE)
    assert found is not None
    what = alert_words.what(found, {"missing_auth": "Authorisation missing"})
    assert "Denial rate, lines, NORTHFIELD, Authorisation missing: above its upper limit" == what
    assert "since Aug 2026, 2 months" == alert_words.since(found)
    said = alert_words.sure(found).replace("\xa0", " ")
    assert said.startswith("Sep 2026: 40.0 % (12 of 30; 95 % interval 24.6 % to 57.7 %); usual ")


def test_a_long_run_on_one_side_is_an_alert_of_its_own(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its newest month is within limits, as one before was not; it began where the run began, and says the usual."""
    days = [datetime.date(2024 + place // 12, place % 12 + 1, 1) for place in range(25)]
    counts = [50 + (place % 3) * 5 for place in range(13)] + [70, 70, 200, *[70] * 9]
    points = [Point(day, count, 1000) for day, count in zip(days, counts, strict=True)]
    chart = p_chart(points, Span(days[0], days[12]))
    monkeypatch.setattr(alerts, "trend", lambda *asked: Trend("denial_rate", Scope(), chart))
    register.record(ledger, dataclasses.replace(RULE, cell=()))
    (watched,) = watch(None, ledger)  # type: ignore[arg-type]
    found = watched.alert
    assert found is not None
    assert (days[13], days[24], ("shift_above",)) == (found.since, found.until, found.signals)
    assert alert_words.what(found, {}).endswith(": in a long run above the centre")
    assert f"12 months in a row on one side of the usual, up to {chart.longest_run} are" in alert_words.sure(found)


def test_small_cells_stay_here(connection: "duckdb.DuckDBPyConnection", ledger: Ledger) -> None:
    """Below the minimum no count is sent, nor a rate that gives it away; above it the numbers are."""
    found = only(connection, ledger, RULE)
    assert found is not None
    few = "Sep 2026: fewer than 13 cases on one side, so no number is sent"
    assert few == alert_words.sure_to_send(found, 13)
    assert alert_words.sure(found) == alert_words.sure_to_send(found, 12)
    few_left = dataclasses.replace(found.mark, numerator=25)
    assert alert_words.is_small(few_left, 11) and not alert_words.is_small(
        dataclasses.replace(found.mark, numerator=0), 11
    )


def test_the_links_say_what_the_filters_bind(connection: "duckdb.DuckDBPyConnection", ledger: Ledger) -> None:
    """The lines are those of the settled months of the run; a cause is said as the filter says it."""
    rule = dataclasses.replace(RULE, denial_scope="broad", cell=(*RULE.cell, ("place_of_service", "11")))
    found = only(connection, ledger, rule)
    assert found is not None
    (cause,) = connection.execute("select label from ref_root_cause where root_cause = 'missing_auth'").fetchone() or ()
    shared = {"payer": ["NORTHFIELD"], "place": ["11 Office"], "scope": ["broad"], "unit": ["lines"]}
    view, lines = (urlsplit(link(connection, found)) for link in (alert_links.view, alert_links.lines))
    shared["root_cause"] = [cause]
    assert ("trends", shared | {"period": ["24 months"]}) == (view.path, parse_qs(view.query))
    dates = {"period": ["Own dates"], "from": ["2026-08-01"], "to": ["2026-09-30"]}
    assert ("denials", shared | dates) == (lines.path, parse_qs(lines.query))


def test_the_links_of_a_necessity_rate_say_its_tiers_and_its_clock(
    connection: "duckdb.DuckDBPyConnection", ledger: Ledger
) -> None:
    """The lines are those that the rate counts, of the months that the rule judges."""
    rate = AlertRule("r", "necessity_denial_rate_extended", (), "limit", "me", clock="submission")
    found = only(connection, ledger, RULE)
    assert found is not None
    alert = dataclasses.replace(found, rule=rate)
    view, lines = (parse_qs(urlsplit(link(connection, alert)).query) for link in (alert_links.view, alert_links.lines))
    assert (["Necessity denials per adjudicated, extended"], ["submission"]) == (view["kpi"], view["clock"])
    assert (["A, clinical judgement", "B, coverage rule"], ["submission"]) == (lines["tiers"], lines["clock"])


def settings(store: Store, port: int) -> None:
    """The store's mail server is on this computer."""
    path = store.home / "settings.toml"
    path.write_text(
        f'[smtp]\nhost = "{HOST}"\nport = {port}\nsecurity = "none"\nsender = "board@practice.example"\n'
        '[dashboard]\naddress = "https://denials.practice.example/board/"\n'
    )
    path.chmod(0o600)


def text_of(letter: EmailMessage) -> str:
    """The plain part."""
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_a_new_alert_is_mailed_once(store: Store) -> None:
    """The mail says what, since when, how sure and where to look; the next check sends nothing."""
    postbox = Postbox()
    with serving(postbox) as port:
        settings(store, port)
        told = tell(store)
        assert ((MANAGER,), "") == (told.sent_to, told.problem)
        assert ((), ()) == (tell(store).new, tell(store).sent_to)
    (letter,) = postbox.letters
    text = text_of(letter)
    assert str(letter["Subject"]) in text and "NORTHFIELD" in letter["Subject"] and "12 of 30" in text
    links = [line.partition(": ")[2] for line in text.splitlines() if "https://" in line]
    assert ["/board/trends", "/board/denials"] == [urlsplit(link).path for link in links]
    (raised,) = register.alerts_raised(Ledger(store.ledger_path))
    assert (AUGUST, SEPTEMBER, (MANAGER,)) == (raised.since, raised.until, raised.sent_to)


def test_a_mail_that_could_not_be_sent_is_sent_later(store: Store) -> None:
    """The alert is in the ledger at once, without a receiver; the first check that reaches the server sends it."""
    settings(store, free_port())
    told = tell(store)
    assert 1 == len(told.new) and "nothing was sent" in told.problem
    assert [()] == [raised.sent_to for raised in register.alerts_raised(Ledger(store.ledger_path))]
    postbox = Postbox()
    with serving(postbox) as port:
        settings(store, port)
        told = tell(store)
    assert ((), (MANAGER,), "") == (told.new, told.sent_to, told.problem)
    assert 1 == len(postbox.letters)


def test_only_who_has_no_mail_gets_one(store: Store) -> None:
    """A refused address is tried again, and the others are left in peace; a new address gets its first."""
    ledger = Ledger(store.ledger_path)
    register.record(ledger, dataclasses.replace(RULE, emails=(MANAGER, CODER)))
    refusing, taking = Postbox(CODER), Postbox()
    with serving(refusing) as port:
        settings(store, port)
        assert f"{CODER}: 550" in tell(store).problem
    with serving(taking) as port:
        settings(store, port)
        assert (CODER,) == tell(store).sent_to
    assert [[[MANAGER]], [[CODER]]] == [refusing.recipients, taking.recipients]


def test_several_alerts_for_the_same_people_are_one_mail(store: Store) -> None:
    """The subject tells how many."""
    target = dataclasses.replace(RULE, rule_id="second", by="target", target=Decimal("0.1"))
    register.record(Ledger(store.ledger_path), target)
    postbox = Postbox()
    with serving(postbox) as port:
        settings(store, port)
        tell(store)
    (letter,) = postbox.letters
    assert letter["Subject"].endswith("(and 1 more)") and 2 == text_of(letter).count("See it:")


def test_two_builds_at_once_send_one_mail(store: Store) -> None:
    """The command line and a page may end a build in the same moment: one waits for the other and finds it told."""
    postbox = Postbox()
    with serving(postbox) as port:
        settings(store, port)
        with ThreadPoolExecutor(4) as pool:
            told = list(pool.map(lambda _: tell(store), range(4)))
    assert (1, 1) == (sum(len(one.new) for one in told), len(postbox.letters))


def test_what_is_wrong_with_the_settings_stops_no_build(store: Store) -> None:
    """It is said; the alert is kept and waits."""
    (store.home / "settings.toml").write_text("nonsense")
    told = tell(store)
    assert "settings.toml" in told.problem
    assert 1 == len(register.alerts_raised(Ledger(store.ledger_path)))


def test_the_ledger_follows_a_run_without_raising_it_again(store: Store) -> None:
    """A run that goes on is the same alert: its newest month is noted, who was told stays told."""
    ledger = Ledger(store.ledger_path)
    register.record(ledger, AlertRaised("northfield-1|2026-08", "northfield-1", AUGUST, "b", "t", (MANAGER,), AUGUST))
    assert () == tell(store).new
    (raised,) = register.alerts_raised(ledger)
    assert (AUGUST, SEPTEMBER, (MANAGER,)) == (raised.since, raised.until, raised.sent_to)
    tell(store)
    assert 2 == len(ledger.history("alert_raised", "northfield-1|2026-08"))


def test_a_letter_shows_a_payers_name_as_it_stands() -> None:
    """Whatever a file calls its payer is no markup; made-up data are called so."""
    told = alert_words.Told("<img src=x> & co: above", "in Sep 2026", "sure", "http://h/?a=1&b=2", "http://h/denials")
    letter = alert_words.letter([told], is_demo=True)
    assert "<img" not in letter.html and "&lt;img src=x&gt; &amp; co" in letter.html
    assert "href='http://h/?a=1&amp;b=2'" in letter.html
    assert letter.subject.startswith("[DEMO DATA] ")
