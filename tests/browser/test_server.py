"""The server as a program on the network sees it: over HTTP and websocket, without a browser's manners."""

import contextlib
import http.client
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.browser.conftest import OpenBoard

UPGRADE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    "Sec-WebSocket-Protocol": "streamlit",
}


class Answer(NamedTuple):
    """What the server said before any content."""

    status: int
    headers: Mapping[str, str]


def asked(server: str, path: str, method: str = "GET", **headers: str) -> Answer:
    """The server's answer."""
    with contextlib.closing(http.client.HTTPConnection(urlsplit(server).netloc, timeout=20)) as connection:
        connection.request(method, path, headers=headers)
        with contextlib.closing(connection.getresponse()) as answer:
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()})


def test_only_this_servers_name_is_answered(server: str) -> None:
    """The page, the health address and the websocket alike refuse another Host, and a foreign page's Origin."""
    stream = "/_stcore/stream"
    for path in ("/", "/denials", "/_stcore/health"):
        assert 200 == asked(server, path).status
        assert 403 == asked(server, path, Host="evil.example").status
    assert 101 == asked(server, stream, **UPGRADE).status
    assert 101 == asked(server, stream, Origin=server, **UPGRADE).status
    assert 403 == asked(server, stream, Host="evil.example", **UPGRADE).status
    assert 403 == asked(server, stream, Origin="https://evil.example", **UPGRADE).status
    assert 403 == asked(server, stream, Origin="http://localhost:9", **UPGRADE).status


def test_uploads_want_our_own_token(server: str) -> None:
    """Without the token of a page of ours an upload is refused (XSRF), and so is any foreign page (CORS)."""
    assert 403 == asked(server, "/_stcore/upload_file/session/file", "PUT").status
    assert "access-control-allow-origin" not in asked(server, "/_stcore/health", Origin="http://localhost:9").headers


def test_the_policy_stands_on_every_answer(server: str) -> None:
    """Page, health and what is not there say the same; Streamlit's counts are closed."""
    for path in ("/", "/_stcore/health", "/media/none.csv", "/_stcore/host-config"):
        answer = asked(server, path)
        assert ("no-store", "nosniff") == (answer.headers["cache-control"], answer.headers["x-content-type-options"])
    assert "frame-ancestors 'none'" in asked(server, "/").headers["content-security-policy"]
    assert 404 == asked(server, "/_stcore/metrics").status


def test_a_download_is_for_one_browser_once(open_board: OpenBoard, tmp_path: Path) -> None:
    """Its address opened for the click; for anybody else, and a second time, there is nothing."""
    board = open_board().go("definitions")
    taken: list[str] = []
    board.page.on("request", lambda request: taken.append(request.url))
    assert board.download("csv-definitions", tmp_path).read_bytes().startswith(b"\xef\xbb\xbf")
    [address] = {url for url in taken if url.endswith(".csv")}
    assert 404 == asked(board.address, urlsplit(address).path).status  # a program without the browser's mark
    assert 404 == board.page.context.request.get(address).status  # the same browser again
    board.download("csv-definitions", tmp_path)  # while a new click makes it anew


def test_another_browser_cannot_take_what_was_just_made(open_board: OpenBoard) -> None:
    """Somebody who has the address before the file was taken is refused, and the file is still there for its owner."""
    board, other = open_board().go("definitions"), open_board().go("definitions")
    held: list[str] = []

    def hold(route: object) -> None:
        held.append(route.request.url)  # type: ignore[attr-defined]
        assert 404 == other.page.context.request.get(held[-1]).status
        route.continue_()  # type: ignore[attr-defined]

    board.page.route("**/media/*.csv", hold)
    with board.page.expect_download() as waiting:
        board.main.locator(".st-key-csv-definitions button").click()
    assert waiting.value.failure() is None
    assert held
