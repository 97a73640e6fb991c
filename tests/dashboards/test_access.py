"""Who may see and do what on the pages: refused before anything is read, whatever was kept for others."""

import ast
import inspect
import itertools
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboards import access, access_files, access_ways, cache, server, uploads
from dashboards.navigation import ENTRIES
from pipelines.access import RIGHTS, Person, Right
from pipelines.access_settings import ROLES, Access, Proxy, Secret, SignIn
from pipelines.errors import AccessRefused, SignInNeeded
from pipelines.ledger import Ledger, Said
from pipelines.measure import Scope
from pipelines.settings import read_settings
from pipelines.store import Store
from tests.dashboards.conftest import Open, said

ROOT = Path(__file__).parent.parent.parent
ISSUER = "https://login.example.org"
NOW = 1_800_000_000.0
NO_RIGHT_NEEDED = {"build", "denials_sql", "kept", "needs"}  # a path, a text, and the guards themselves
SECRET = Secret("proxy", "DENIALS_TEST_SECRET", None)
PEOPLE = {f"{role}@example.org": role for role in ROLES}
SIGN_IN = Access(PEOPLE, SignIn(ISSUER, "denials", SECRET))
PROXY = Access(PEOPLE, proxy=Proxy("X-Forwarded-Email", "X-Secret", SECRET))
TOKEN = {
    "is_logged_in": True,
    "iss": ISSUER,
    "iat": NOW - 60,
    "exp": NOW + 60,
    "email": "Biller@Example.org",
    "email_verified": True,
}
DRAWN = "class='db-headline'"  # what every page begins with
SETTINGS = f"""
[dashboard]
address = "https://denials.example.org"
[people]
"viewer@example.org" = "viewer"
"manager@example.org" = "manager"
[sign_in]
issuer = "{ISSUER}"
client = "denials"
"""

AsRole = Callable[[str], Person]


@pytest.fixture
def as_role(monkeypatch: pytest.MonkeyPatch) -> AsRole:
    """From then on somebody in this role asks."""

    def chosen(role: str) -> Person:
        person = Person(f"{role}@example.org", role, None, "sign-in")
        monkeypatch.setattr(access, "_arrived", lambda: person)
        return person

    return chosen


@pytest.fixture
def shared_home(own_home: Path) -> Path:
    """The dashboard's store is the demo's, with a sign-in set up."""
    path = own_home / "settings.toml"
    path.write_text(SETTINGS)
    path.chmod(0o600)
    return own_home


def doors() -> dict[str, Any]:
    """Every public function of cache.py."""
    return {name: found for name, found in vars(cache).items() if _is_door(name, found)}


def _is_door(name: str, found: Any) -> bool:
    is_own = inspect.isfunction(found) and found.__module__ in (cache.__name__, "dashboards.kept")
    return is_own and not name.startswith("_") and name not in NO_RIGHT_NEEDED


def test_every_door_says_its_right() -> None:
    """No function of cache.py gives anything to somebody whose right it did not ask for."""
    assert len(doors()) > 15
    assert [] == [name for name, found in doors().items() if not isinstance(getattr(found, "right", None), Right)]


@pytest.mark.parametrize("role", ROLES)
def test_doors_refuse_before_they_read(as_role: AsRole, role: str) -> None:
    """Who lacks the right is refused by name of the right; there is no build that could be read here."""
    as_role(role)
    for found in doors().values():
        nothing = [None] * sum(one.default is one.empty for one in inspect.signature(found).parameters.values())
        if found.right not in RIGHTS[role]:
            with pytest.raises(AccessRefused, match=f"As {role} you may not {found.right}"):
                found(*nothing)


def test_what_is_kept_for_one_is_not_given_to_another(home: Path, as_role: AsRole) -> None:
    """An answer that a biller got a moment ago is still refused to a viewer: the check is outside the cache."""
    as_role("biller")
    build = str(cache.build())
    assert len(cache.measures(build, ("denied_lines",), ("payer",), Scope()))
    as_role("viewer")
    with pytest.raises(AccessRefused, match="see all numbers"):
        cache.measures(build, ("denied_lines",), ("payer",), Scope())


def test_only_guarded_doors_lead_to_data() -> None:
    """No page opens a ledger, a build or a download but through access.py, takeaways.py and cache.py."""
    guards = {"access.py", "takeaways.py", "cache.py", "sign_in.py"}
    doing = {"ledger", "ledger_path", "segments", "connect", "download_button"}
    found = [
        f"{path.name}: {ast.unparse(node)}"
        for path in (ROOT / "dashboards").glob("*.py")
        if path.name not in guards
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in doing
        and ast.unparse(node.value) in ("Store()", "store", "st")
    ]
    assert ["looking.py: store.ledger"] == found, "an upload's own columns, on a page that needs the right to load"


def test_each_role_may_what_those_before_it_may() -> None:
    """Rights only grow from viewer to admin; a viewer sees the summary alone, decisions and files need a manager."""
    assert all(RIGHTS[low] < RIGHTS[high] for low, high in itertools.pairwise(ROLES))
    assert {Right.SUMMARY} == RIGHTS["viewer"]
    assert {Right.DECIDE, Right.EXPORT, Right.AUDIT} == RIGHTS["manager"] - RIGHTS["biller"]
    pages = [entry for entries in ENTRIES.values() for entry in entries]
    assert [] == [entry.title for entry in pages if entry.right in RIGHTS["viewer"]]
    assert ["Who did what"] == [entry.title for entry in pages if entry.right not in RIGHTS["biller"]]


@pytest.mark.parametrize(
    ("more", "kind", "why"),
    [
        ({"exp": NOW}, SignInNeeded, "has ended"),
        ({"iat": NOW - 12 * 3_600}, SignInNeeded, "has ended"),
        ({"exp": None}, AccessRefused, "does not say until when"),
        ({"exp": "later"}, AccessRefused, "does not say until when"),
        ({"iat": True}, AccessRefused, "does not say until when"),
        ({"email_verified": "true"}, AccessRefused, "verified"),
        ({"email_verified": None}, AccessRefused, "verified"),
        ({"email": "eve@example.org"}, AccessRefused, "nobody gave you a role"),
        ({"email": None}, AccessRefused, "nobody gave you a role"),
        ({"iss": "https://evil.example.org"}, SignInNeeded, "another provider"),
        ({"is_logged_in": False}, SignInNeeded, "Sign in to see"),
        ({"is_logged_in": "yes"}, SignInNeeded, "Sign in to see"),
    ],
)
def test_a_token_that_is_not_taken(more: dict[str, Any], kind: type[AccessRefused], why: str) -> None:
    """Expired, unverified, of somebody else or half there: each refuses in a sentence that says why."""
    with pytest.raises(kind, match=why):
        access_ways.by_token(SIGN_IN, TOKEN | more, NOW)


def test_a_token_that_is_taken() -> None:
    """The role is that of the e-mail in whatever case; it lasts as long as the token, at most the settings' hours."""
    expected = Person("biller@example.org", "biller", NOW + 60, "sign-in", NOW - 60)
    assert expected == access_ways.by_token(SIGN_IN, TOKEN, NOW)
    long = access_ways.by_token(SIGN_IN, TOKEN | {"exp": NOW + 10**6}, NOW)
    assert NOW - 60 + 12 * 3_600 == long.until


def test_letters_that_become_others_are_another_person() -> None:
    """The sign of Kelvin is a k in small letters, and was never the address that the settings name."""
    with pytest.raises(AccessRefused, match="nobody gave you a role"):
        access_ways.by_token(
            Access({"kim@example.org": "admin"}, SIGN_IN.sign_in), TOKEN | {"email": "\u212aim@example.org"}, NOW
        )


def test_who_signed_out_is_out_in_every_tab(monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy of the token opens nothing any more; a later sign-in does."""
    monkeypatch.setattr(access_ways, "_signed_out", {})
    access_ways.sign_out(access_ways.by_token(SIGN_IN, TOKEN, NOW))
    with pytest.raises(SignInNeeded, match="You have signed out"):
        access_ways.by_token(SIGN_IN, TOKEN, NOW)
    assert "biller" == access_ways.by_token(SIGN_IN, TOKEN | {"iat": NOW - 59}, NOW).role


def test_settings_that_vanish_make_nobody_the_one_user(shared_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a proxy everybody comes from this computer: a server for several people stays one without its settings."""
    around(monkeypatch, "127.0.0.1", Host="127.0.0.1:8501")
    monkeypatch.setattr(access, "_remains_shared", False)
    monkeypatch.setenv("DENIALS_SIGN_IN_SECRET", "s" * 16)
    server.guarded(read_settings(shared_home), "127.0.0.1")
    (shared_home / "settings.toml").unlink()
    with pytest.raises(AccessRefused, match="says no more who may come in"):
        cache.query(str(cache.build()), "select 1")


def test_every_place_for_files_says_whose_are_taken() -> None:
    """The guard lets no file in that no page waits for; so no page may offer a place without saying so."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "dashboards").glob("*.py")]
    offering = [text for text in texts if "file_uploader(" in text]
    assert 2 == len(offering)
    assert [True] * 2 == ["expect(Right.WORK)" in text for text in offering]


def test_a_server_that_knows_no_provider_lets_nobody_in() -> None:
    """Started without `denials serve`, or with headers of Streamlit's own trusted, nobody is taken for signed in."""
    with pytest.raises(AccessRefused, match="start it with `denials serve`"):
        access_ways.by_token(SIGN_IN, {"email": "manager@example.org"}, NOW)


class Headers(dict[str, list[str]]):
    """Headers as Streamlit tells them."""

    def get_all(self, name: str) -> list[str]:
        """Each time that the header was sent."""
        return super().get(name, [])

    def get(self, name: str) -> str | None:  # type: ignore[override]
        """The first time."""
        return next(iter(self.get_all(name)), None)


def around(monkeypatch: pytest.MonkeyPatch, listens: str | None, **headers: str | list[str]) -> None:
    """The server listens there and the request came with these headers."""
    told = Headers({n.replace("_", "-"): [v] if isinstance(v, str) else v for n, v in headers.items()})
    options = {"server.address": listens}
    fake = SimpleNamespace(get_option=options.get, context=SimpleNamespace(headers=told), session_state={})
    monkeypatch.setattr(access_ways, "st", fake)


@pytest.mark.parametrize(
    ("listens", "headers", "why"),
    [
        ("0.0.0.0", {}, "serves this computer only"),
        (None, {}, "serves this computer only"),
        ("192.168.1.7", {"Host": "127.0.0.1:8501"}, "serves this computer only"),
        ("127.0.0.1", {"Host": "denials.example.org"}, "another name"),
        ("127.0.0.1", {"Host": "evil.example.org:8501"}, "another name"),
        ("127.0.0.1", {"Host": "127.0.0.1:8501", "X_Forwarded_For": "10.0.0.1"}, "through a proxy"),
    ],
)
def test_without_sign_in_only_this_computer(
    monkeypatch: pytest.MonkeyPatch, listens: str | None, headers: dict[str, str], why: str
) -> None:
    """Another address, another name or a proxy before it: nothing is shown, and the sentence says what to do."""
    around(monkeypatch, listens, **headers)
    with pytest.raises(AccessRefused, match=f"{why}.*set up sign-in in settings.toml"):
        access_ways.only_this_computer()


@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost:8501", "localhost", "[::1]:8501"])
def test_this_computer_by_its_own_names(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    """The one user of this computer is asked nothing."""
    around(monkeypatch, "127.0.0.1", Host=host)
    access_ways.only_this_computer()


@pytest.mark.parametrize(
    ("listens", "headers", "why"),
    [
        ("127.0.0.1", {"X_Forwarded_Email": "admin@example.org"}, "practice's sign-in only"),
        ("127.0.0.1", {"X_Forwarded_Email": "admin@example.org", "X_Secret": "wrong"}, "practice's sign-in only"),
        ("127.0.0.1", {"X_Forwarded_Email": "admin@example.org", "X_Secret": ["s" * 16] * 2}, "sign-in only"),
        ("127.0.0.1", {"X_Secret": "s" * 16}, "does not say who you are"),
        ("127.0.0.1", {"X_Forwarded_Email": ["admin@example.org"] * 2, "X_Secret": "s" * 16}, "who you are"),
        ("127.0.0.1", {"X_Forwarded_Email": "eve@example.org", "X_Secret": "s" * 16}, "nobody gave you a role"),
        ("0.0.0.0", {"X_Forwarded_Email": "admin@example.org", "X_Secret": "s" * 16}, "must listen on 127.0.0.1"),
    ],
)
def test_a_header_that_is_not_the_proxys(
    monkeypatch: pytest.MonkeyPatch, listens: str, headers: dict[str, Any], why: str
) -> None:
    """A header without the proxy's secret, twice, or from afar says nothing."""
    monkeypatch.setenv("DENIALS_TEST_SECRET", "s" * 16)
    around(monkeypatch, listens, **headers)
    with pytest.raises(AccessRefused, match=why):
        access_ways.by_header(PROXY, PROXY.proxy)


def test_a_header_of_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """With its secret the proxy's word is taken, for so many hours, and for one person in a session."""
    monkeypatch.setenv("DENIALS_TEST_SECRET", "s" * 16)
    around(monkeypatch, "127.0.0.1", X_Forwarded_Email="Admin@example.org", X_Secret="s" * 16)
    found = access_ways.by_header(PROXY, PROXY.proxy)
    assert ("admin@example.org", "admin", "proxy") == (found.name, found.role, found.way)
    assert found.until is not None and 11 * 3_600 < found.until - time.time() <= 12 * 3_600
    access_ways.st.context.headers["X-Forwarded-Email"] = ["biller@example.org"]
    with pytest.raises(AccessRefused, match="Somebody else signed in"):
        access_ways.by_header(PROXY, PROXY.proxy)


def test_a_viewer_may_not_send_files(as_role: AsRole) -> None:
    """Nothing of a viewer's session is taken; a biller's is, while it lives."""
    as_role("viewer")
    with pytest.raises(AccessRefused, match="load files"):
        uploads.expect(Right.WORK)


def test_words_in_the_ledger_bear_the_persons_name(own_home: Path, as_role: AsRole) -> None:
    """A biller works on claims and decides nothing; whatever name is typed, the one who signed in stands there."""
    as_role("biller")
    ledger = access.ledger()
    ledger.append("line_closed", "f|1", {"state": "open"}, "somebody else")
    with pytest.raises(AccessRefused, match="As biller you may not decide"):
        ledger.append("target_set", "denial_rate", {"target": "0.05"})
    with pytest.raises(AccessRefused, match="As biller you may not decide"):
        ledger.add([Said("2026-03-01T09:30:00.000000", "x", "setting", "rework_cost", {"value": "1", "source": "x"})])
    with pytest.raises(AccessRefused, match="As biller you may not decide"):
        ledger.undo(1)
    as_role("manager")
    access.ledger().append("target_set", "denial_rate", {"target": "0.05"}, "typed")
    events = Ledger(own_home / "ledger.sqlite").events()[-2:]
    expected = [("line_closed", "biller@example.org"), ("target_set", "manager@example.org")]
    assert expected == [(event.kind, event.who) for event in events]


def test_a_file_is_for_who_was_offered_it(shared_home: Path, as_role: AsRole) -> None:
    """A file taken away is in the ledger; a sign-in that ended between offer and click gets none."""
    made = access_files.taken(lambda: b"rows", "denials.csv") if as_role("manager") else None
    assert made is not None and b"rows" == made()
    event = Store().ledger.events("exported")[-1]
    assert ("manager@example.org", "denials.csv") == (event.who, event.subject)
    with access.acting(Person("manager@example.org", "manager", time.time() + 60, "sign-in")):
        late = access_files.taken(lambda: b"rows", "denials.csv")
    for person in (Person("manager@example.org", "manager", 0.0, "sign-in"), Person("b", "biller", None, "sign-in")):
        with pytest.raises(AccessRefused), access.acting(person):
            access_files.taken(lambda: b"rows", "denials.csv")()
    assert b"rows" == late()
    line = '"manager@example.org" = "manager"\n'
    smaller = line.replace('= "manager"', '= "biller"')
    for now, why in ((smaller, "As biller you may not take files"), ("", "no role here any more")):
        (shared_home / "settings.toml").write_text(SETTINGS.replace(line, now))
        with pytest.raises(AccessRefused, match=why):
            late()
    assert 2 == len(Store().ledger.events("exported"))


def opened(user: dict[str, Any]) -> AppTest:
    """The whole app as somebody with this token opens it."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.user = user
    app.run()
    assert [] == [error.value for error in app.exception]
    return app


def test_a_viewer_sees_the_summary(shared_home: Path) -> None:
    """The page says the rate and what is withheld; the ledger says once that the viewer came."""
    now = time.time()
    app = opened(TOKEN | {"email": "viewer@example.org", "iat": now, "exp": now + 600})
    assert "of lines were denied" in said(app) and "are withheld" in said(app)
    app.run()
    opened(dict(app.user))
    assert [("viewer@example.org", {"role": "viewer", "way": "sign-in"})] == [
        (event.who, event.body) for event in Store().ledger.events("signed_in")
    ]


def test_a_sign_in_ends_while_the_page_is_open(shared_home: Path) -> None:
    """The same session, a click later: the token has expired, and nothing but the sentence is there."""
    now = time.time()
    app = opened(TOKEN | {"email": "manager@example.org", "iat": now, "exp": now + 600})
    assert DRAWN in said(app)
    app.user["exp"] = now - 1
    app.run()
    assert "has ended" in said(app)
    assert DRAWN not in said(app) and ["Sign in"] == [button.label for button in app.button]


def test_who_is_not_in_the_table_sees_a_sentence(shared_home: Path) -> None:
    """Neither page nor menu: and the ledger says who was refused, once for many tries."""
    now = time.time()
    for _ in range(2):
        app = opened(TOKEN | {"email": "eve@example.org", "iat": now, "exp": now + 600})
        assert "nobody gave you a role here" in said(app) and DRAWN not in said(app)
    refused = Store().ledger.events("sign_in_refused")
    assert ["eve@example.org"] == [event.subject for event in refused]


def test_settings_that_cannot_be_read_open_nothing(shared_home: Path) -> None:
    """Half a setting is no open door: the page says what is wrong with the file."""
    (shared_home / "settings.toml").write_text("[people]\n'ann@example.org' = 'boss'\n")
    app = opened({})
    assert "wanted viewer or biller or manager or admin" in said(app) and DRAWN not in said(app)


def test_the_app_itself_refuses_another_address(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However it was started: where the server listens for others and nobody signs in, there is one sentence."""
    monkeypatch.setattr(access_ways, "is_here", lambda: False)
    app = opened({})
    assert "serves this computer only until people can sign in" in said(app).replace("\\", "")
    assert DRAWN not in said(app) and not app.button and not app.sidebar.caption


def test_who_did_what(own_home: Path, open_page: Open) -> None:
    """What happened stands there with who did it, also for the one user of this computer; the log is whole."""
    ledger = Store().ledger
    ledger.append("unmasked", "family-1", {}, "ana")
    ledger.append("exported", "denials.csv", {"what": "", "rows": None}, "bo")
    told = "Denial rate, all payers and procedures: above the target, in Oct 2026"
    raised = {"rule_id": "rule-1", "since": "2026-10", "build": "b", "told": told}
    ledger.append("alert_raised", "rule-1|2026-10", raised, "denialboard")
    app = open_page("who_did_what")
    text = said(app)
    assert "Nothing in the log was changed" in text
    assert ("looked at names and IDs" in text, "took away a file" in text, "denials.csv" in text) == (True, True, True)
    assert told in text and "rule-1" not in text
    app.multiselect[0].set_value(["ana"]).run()
    assert "looked at names and IDs" in said(app) and "denials.csv" not in said(app)
