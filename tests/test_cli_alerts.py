"""The commands about alerts: what they write, print and refuse."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipelines import register
from pipelines.cli_app import app_for
from pipelines.errors import NoBuild
from pipelines.ledger import Ledger
from pipelines.store import Store
from tests.commands import refused
from tests.mail_server import HOST, Postbox, free_port, serving

ADD = ("alerts", "add", "denial_rate", "--owner", "A. Manager", "--where", "payer=NORTHFIELD")


@pytest.fixture
def store(breach_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A copy of the breach's store that the test may change."""
    monkeypatch.setenv("DENIALS_HOME", str(shutil.copytree(breach_home, tmp_path / "store")))
    return Store()


def run(*words: str, status: int = 0) -> Result:
    """What came of the command."""
    done = CliRunner().invoke(app_for(None), list(words), catch_exceptions=False)
    assert status == done.exit_code
    return done


def mail_through(store: Store, port: int) -> None:
    """The store's mail server is on this computer."""
    path = store.home / "settings.toml"
    path.write_text(f'[smtp]\nhost = "{HOST}"\nport = {port}\nsecurity = "none"\nsender = "board@practice.example"\n')
    path.chmod(0o600)


def test_a_rule_is_added_checked_listed_and_withdrawn(store: Store) -> None:
    """From its first to its last day; each run of months is told once."""
    name = run(*ADD, "--target", "10 %", "--email", "m@practice.example").output.split()[1].rstrip(";")
    (rule,) = register.alert_rules(Ledger(store.ledger_path))
    assert (name, "0.1", ("m@practice.example",)) == (rule.rule_id, str(rule.target), rule.emails)
    assert "alert          Denial rate, NORTHFIELD: above the target" in run("alerts", "check").output
    assert "alert " not in run("alerts", "check").output
    (shown,) = json.loads(run("alerts", "list", "--format", "json").output)
    assert (name, "NORTHFIELD", "broken since Aug 2026, 2 months") == (shown["rule"], shown["in"], shown["stands"])
    run("alerts", "withdraw", name)
    assert [] == register.alert_rules(Ledger(store.ledger_path))


def test_a_build_tells_what_is_new_and_does_not_fail_with_the_mail(store: Store) -> None:
    """The same check follows every build, which is there whatever the mail server does; a check alone ends with 1."""
    run(*ADD, "--email", "m@practice.example")
    mail_through(store, free_port())
    done = run("build")
    assert "alert          Denial rate, NORTHFIELD: above its upper limit, since Aug 2026" in done.output
    assert "nothing was sent" in done.stderr
    again = run("alerts", "check", status=1)
    assert "alert  " not in again.output and "nothing was sent" in again.stderr


def test_a_trial_mail_shows_that_the_settings_work(store: Store) -> None:
    """It arrives and says nothing of anybody; without a server it says where one is set."""
    assert "settings.toml" in refused("alerts", "test-mail", "m@practice.example")
    postbox = Postbox()
    with serving(postbox) as port:
        mail_through(store, port)
        assert "sent " in run("alerts", "test-mail", "m@practice.example").output
    assert ["A trial of the mail settings, asked for just now"] == [letter["Subject"] for letter in postbox.letters]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((*ADD, "--where", "procedure"), "wanted DIM=VALUE"),
        ((*ADD, "--where", "payer=Aetna"), "given twice"),
        ((*ADD, "--where", "payer_class=x"), "no such dimension"),
        ((*ADD, "--target", "much"), "not a share"),
        ((*ADD, "--target", "5"), "not a share"),
        ((*ADD, "--email", "nobody"), "not an e-mail address"),
        ((*ADD, "--email", "a@b.example\nBcc: x@y.example"), "not an e-mail address"),
        (("alerts", "add", "denied_amount", "--owner", "me"), "not a share"),
        (("alerts", "withdraw", "nothing"), "no such rule; there are none"),
    ],
)
def test_what_cannot_be_meant_is_refused(store: Store, words: tuple[str, ...], expected: str) -> None:
    """Nothing is written where the number, the cell, the target or the address is not clear."""
    assert expected in refused(*words)
    assert [] == Ledger(store.ledger_path).events()


def test_without_a_build_there_is_nothing_to_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what to do first."""
    monkeypatch.setenv("DENIALS_HOME", str(tmp_path / "store"))
    for command in ("list", "check"):
        with pytest.raises(NoBuild):
            run("alerts", command)
