"""The guard before the server: whose requests it takes, and what it says with every answer."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from dashboards import takeaways, uploads
from dashboards.guard import Guard, host_name, visit_of

HOST = "127.0.0.1:8501"
PAGE = "<html><script>let a = 1</script></html>"
SAID = {"content-type": "text/html", "cache-control": "max-age=9"}


async def _streamlit(scope: Any, receive: Any, send: Any) -> None:
    """Answers everything with a page, or takes the websocket."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    headers = [(name.encode(), value.encode()) for name, value in SAID.items()]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"<html></html>"})


def ask(
    headers: Mapping[str, str], path: str = "/", kind: str = "http", more: "list[tuple[bytes, bytes]] | None" = None
) -> tuple[Any, dict[str, str]]:
    """What comes back: status (or the kind of message of a websocket) and headers."""
    said: list[Any] = []
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": kind, "path": path, "headers": raw + (more or []), "scheme": "http", "method": "GET"}

    async def send(message: Any) -> None:
        said.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    guard = Guard(_streamlit, page=PAGE, address="https://denials.example.org/app", bound_to="192.0.2.7")
    with ThreadPoolExecutor(1) as thread:  # a browser of another test may have a loop running in this one
        thread.submit(asyncio.run, guard(scope, receive, send)).result()
    first = said[0]
    found = {name.decode(): value.decode() for name, value in first.get("headers", [])}
    return first.get("status", first["type"]), found


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8501", "localhost", "LOCALHOST.:80", "[::1]:8501", "denials.example.org", "192.0.2.7:1"]
)
def test_the_names_of_this_server_are_answered(host: str) -> None:
    """This computer, the address it was told to listen on, and the one in the settings."""
    assert 200 == ask({"Host": host})[0]
    assert "websocket.accept" == ask({"Host": host}, "/_stcore/stream", "websocket")[0]


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "a@localhost", "localhost:x", "", "localhost/..", "0.0.0.0"]
)
def test_another_name_is_refused(host: str) -> None:
    """A page elsewhere whose name was pointed at this computer still says its own name."""
    assert 403 == ask({"Host": host})[0]
    assert "websocket.close" == ask({"Host": host}, "/_stcore/stream", "websocket")[0]


def test_no_name_and_two_names_are_refused() -> None:
    """Which of two a server behind would believe cannot be known."""
    assert 403 == ask({})[0]
    assert 403 == ask({"Host": HOST}, more=[(b"host", b"localhost")])[0]


@pytest.mark.parametrize(
    ("expected", "origin"),
    [
        ("websocket.accept", "http://127.0.0.1:8501"),
        ("websocket.accept", "https://denials.example.org"),
        ("websocket.close", "http://127.0.0.1:9999"),  # another program of this computer is another page
        ("websocket.close", "http://localhost:8501"),
        ("websocket.close", "https://evil.example"),
        ("websocket.close", "null"),
    ],
)
def test_only_our_own_pages_open_a_websocket(expected: str, origin: str) -> None:
    """The page that asks came from where it asks, or from the address in the settings."""
    assert expected == ask({"Host": HOST, "Origin": origin}, "/_stcore/stream", "websocket")[0]


def test_a_foreign_page_uploads_nothing() -> None:
    """An Origin that is not ours is refused for plain requests too."""
    assert 403 == ask({"Host": HOST, "Origin": "https://evil.example"}, "/_stcore/upload_file/a/b")[0]


def test_only_who_is_expected_uploads(monkeypatch: pytest.MonkeyPatch) -> None:
    """A session is there before anybody signed in: its files are taken only where a page waits for them."""
    monkeypatch.setattr(uploads, "_expected", {"known"})
    assert 200 == ask({"Host": HOST}, "/_stcore/upload_file/known/a")[0]
    for path in ("/_stcore/upload_file/other/a", "/_stcore/upload_file/", "/_stcore/upload_file//known/a"):
        assert 403 == ask({"Host": HOST}, path)[0]


def test_every_answer_says_what_browsers_may_do() -> None:
    """Nothing from elsewhere, no frames, nothing kept; the one script within the page by its hash."""
    _, headers = ask({"Host": HOST})
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert "'self' 'sha256-LAfYd7pbFUgwfQu8b4q135PeTG2z+/coPEUYCd74eCQ='" == policy["script-src"]
    assert "'self'" == policy["default-src"]
    assert ["'none'"] * 4 == [policy[name] for name in ("object-src", "frame-src", "frame-ancestors", "base-uri")]
    assert "no-store" == headers["cache-control"]
    assert ("nosniff", "DENY", "no-referrer") == tuple(
        headers[name] for name in ("x-content-type-options", "x-frame-options", "referrer-policy")
    )


def test_scripts_of_streamlit_may_be_kept() -> None:
    """They hold nothing of the practice, and a page would take long without them."""
    assert "max-age=9" == ask({"Host": HOST}, "/static/js/index.js")[1]["cache-control"]


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/agent/openapi.json", "/_stcore/agent/interact"])
def test_what_tells_of_the_program_is_closed(path: str) -> None:
    """Counts and pages are not for whoever asks."""
    assert 404 == ask({"Host": HOST}, path)[0]


def test_a_browser_gets_a_mark_once() -> None:
    """The first page sets it for scripts to leave alone; one that has it keeps it."""
    _, headers = ask({"Host": HOST})
    assert headers["set-cookie"].endswith("Path=/; HttpOnly; SameSite=Lax")
    visit = visit_of(headers["set-cookie"])
    assert len(visit) == 32
    assert "set-cookie" not in ask({"Host": HOST, "Cookie": f"a=1; {takeaways.COOKIE}={visit}"})[1]
    assert "" == visit_of("\0=;;")


@pytest.mark.parametrize(("expected", "host"), [("::1", "[::1]:80"), ("a.b", "A.b."), ("", "a b"), ("", "a:b:c")])
def test_a_host_is_a_name_and_a_port(expected: str, host: str) -> None:
    """Anything else is nobody's name."""
    assert expected == host_name(host)
