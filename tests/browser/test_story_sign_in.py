"""Several people: each signs in at the practice's provider and sees what the role holds until the token ends."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pipelines.audit import broken_links
from pipelines.store import Store
from tests.browser.board import Board
from tests.browser.conftest import HOST, ROOT, wait_for
from tests.oidc_server import CLIENT, SECRET, Provider, provider

SETTINGS = """
[dashboard]
address = "{address}"
[people]
"vi@example.org" = "viewer"
"bo@example.org" = "biller"
[sign_in]
issuer = "{issuer}"
client = "{client}"
"""
LONG_ENOUGH = 5  # letters of a word that stands nowhere by chance


@pytest.fixture
def at_door() -> Iterator[Provider]:
    """The practice's provider."""
    with provider() as found:
        yield found


@pytest.fixture
def shared(demo_home: Path, tmp_path: Path, at_door: Provider) -> Iterator[tuple[str, Store]]:
    """The address of a dashboard that `denials serve` started for several people, and its store."""
    home = Path(shutil.copytree(demo_home, tmp_path / "store"))
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    address = f"http://{HOST}:{port}"
    path = home / "settings.toml"
    path.write_text(SETTINGS.format(address=address, issuer=at_door.issuer, client=CLIENT))
    path.chmod(0o600)
    environment = {**os.environ, "DENIALS_HOME": str(home), "DENIALS_SIGN_IN_SECRET": SECRET}
    command = [sys.executable, "-m", "pipelines", "serve", "--port", str(port)]
    log = tmp_path / "server.log"
    with log.open("wb") as told:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=told, stderr=subprocess.STDOUT)
        try:
            wait_for(address, process, log)
            yield address, Store(home)
        finally:
            process.terminate()
            process.wait(20)
    assert SECRET not in log.read_text()


def private(store: Store) -> tuple[set[str], str]:
    """What only who may see claims may get: accounts, numbers and last names of patients; and one claim's family."""
    names = "patient_control_number", "patient_id", "patient_last_name"
    with store.connect() as build:
        found = [build.execute(f"select distinct {name} from claim_event").fetchall() for name in names]
        ((family,),) = build.execute("select min(family_id) from denial where family_id is not null").fetchall()
    return {str(value) for rows in found for (value,) in rows if value and len(str(value)) >= LONG_ENOUGH}, family


class Words(bytes):
    """Bytes in which words are looked for."""

    def __and__(self, wanted: set[str]) -> set[str]:
        return {word for word in wanted if word.encode() in self}


class Arrived:
    """One person's browser and every byte that it was sent."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.page: Page = browser.new_context().new_page()
        self.board = Board(self.page, address)
        self.received: list[bytes] = []
        self.page.on("websocket", lambda socket: socket.on("framereceived", self._keep))

    def _keep(self, frame: bytes | str) -> None:
        self.received.append(frame.encode() if isinstance(frame, str) else frame)

    def signs_in(self) -> "Arrived":
        """The person came to the dashboard and pressed the button."""
        self.page.goto(self.board.address)
        expect(self.board.main).to_contain_text("Sign in to see the practice's numbers.")
        expect(self.page.get_by_test_id("stSidebarNav")).to_have_count(0)
        self.board.main.locator(".st-key-sign-in button").click()
        return self

    @property
    def got(self) -> "Words":
        """All that was received, of which `got & words` are the words that stand in it."""
        return Words(b"".join(self.received))

    @property
    def menu(self) -> list[str]:
        """The pages that are offered."""
        self.page.get_by_test_id("stSidebarNavLink").first.wait_for()
        return self.page.get_by_test_id("stSidebarNavLink").all_inner_texts()


def test_each_sees_what_the_role_holds(browser: Browser, shared: tuple[str, Store], at_door: Provider) -> None:
    """A viewer gets a summary and not one patient or claim in any byte; a biller claims, until the token ends.

    Who is not in the table, or whose e-mail nobody verified, gets a sentence; the ledger names who came and who not.
    """
    address, store = shared
    secret, family = private(store)
    at_door.as_person("Vi@Example.org")
    vi = Arrived(browser, address).signs_in()
    vi.board.says("of lines were denied")
    assert 0 == vi.page.get_by_test_id("stSidebarNavLink").count(), "there is one page, so no menu"
    vi.board.says("withheld")
    for path in ("denials", "overview", f"claim?claim={family}", "who_did_what"):
        vi.page.goto(f"{address}/{path}")
        vi.board.says("As viewer you may not")
    assert set() == vi.got & {*secret, family}
    vi.page.locator(".st-key-sign-out button").click()
    vi.board.says("Sign in to see the practice's numbers.")

    for email, is_verified in (("eve@example.org", True), ("bo@example.org", False)):
        at_door.as_person(email, is_verified)
        eve = Arrived(browser, address).signs_in()
        eve.board.says("nobody gave you a role here" if is_verified else "was verified, so it is not taken")
        assert set() == eve.got & secret

    at_door.as_person("bo@example.org")
    bo = Arrived(browser, address).signs_in()
    assert {"Denials", "Claim", "Import"} < set(bo.menu) and not {"Who did what"} & set(bo.menu)
    bo.board.go("overview", payer="Medicare")
    assert f"{address}/?payer=Medicare" == bo.page.url, "the first page has two addresses, and both are its own"
    assert 0 == bo.page.get_by_role("dialog").count()
    bo.board.go("denials")
    assert bo.got & secret, "what is looked for in bytes would be found in them"
    bo.page.goto(f"{address}/who_did_what")
    bo.board.says("As biller you may not see who did what: ask whoever keeps the settings for another role.")

    at_door.as_person("bo@example.org", seconds=2)
    late = Arrived(browser, address).signs_in()
    late.board.says("Your sign-in has ended: sign in again.")
    expect(late.page.get_by_test_id("stSidebarNav")).to_have_count(0)

    events = [(event.kind, event.subject, event.who) for event in store.ledger.events()]
    expected = [("signed_in", "vi"), ("sign_in_refused", "eve"), ("sign_in_refused", "bo"), ("signed_in", "bo")]
    assert [(kind, f"{who}@example.org", f"{who}@example.org") for kind, who in expected] == events[:4]
    assert [] == broken_links(store.ledger)
