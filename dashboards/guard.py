"""What stands in front of every request: which names this server answers to, whose pages may ask, what browsers may do.

`Guard` is plain ASGI around Streamlit's own application. A web page elsewhere that gives its name this computer's
number (DNS rebinding) still sends its own name as Host and is refused; so is a websocket or an upload that a foreign
page opens (Origin). Every answer carries the policy that no script, picture or connection from elsewhere is allowed.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from dashboards import takeaways, uploads

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

THIS_COMPUTER = ("localhost", "127.0.0.1", "::1")
INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
NOT_KEPT = "no-store"
UNCHANGING = "/static/"  # Streamlit's own scripts and styles: the only answers without data of the practice
CLOSED_ADDRESSES = ("/_stcore/metrics", "/_stcore/agent")  # tell of the program and its pages to whoever asks
HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), bluetooth=()",
}


class Guard:
    """Lets through what this computer's own pages ask; `page` is the HTML that Streamlit answers with.

    `address` is the dashboard's address in the settings: what people type where a proxy stands before it.
    """

    def __init__(self, app: App, page: str = "", address: str = "", bound_to: str = "") -> None:
        self.app = app
        self.page_hashes = " ".join(f"'sha256-{_sha256(script)}'" for script in INLINE_SCRIPT.findall(page))
        self.origin = origin_of(address)
        names = (urlsplit(address).hostname, bound_to.strip("[]").lower())
        self.names = {*THIS_COMPUTER, *filter(None, names)} - {"0.0.0.0", "::"}  # those are no names to ask for

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The request goes on, or is refused in one line."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if problem := self.refusal(scope, headers):
            await _refuse(scope, send, 403, problem)
        elif scope["path"].startswith(CLOSED_ADDRESSES):
            await _refuse(scope, send, 404, "Nothing is here")
        elif scope["type"] == "websocket":
            await self.app(scope, receive, send)
        else:
            await self._answer(scope, receive, send, headers)

    def refusal(self, scope: Scope, headers: "dict[str, str]") -> str:
        """Why the request is none of ours; '' where it is."""
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1 or host_name(headers["host"]) not in self.names:
            return "This name is not the dashboard's: set dashboard.address in settings.toml to the one it is asked by"
        origin = headers.get("origin")
        if origin is not None and not self._is_own(origin, headers["host"]):
            return "Another page may not ask the dashboard"
        return ""

    def _is_own(self, origin: str, host: str) -> bool:
        """The page that asks came from the address that is asked, or from the one in the settings."""
        return urlsplit(origin).netloc.lower() == host.lower() or (bool(self.origin) and origin.lower() == self.origin)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, headers: "dict[str, str]") -> None:
        visit = visit_of(headers.get("cookie", ""))
        is_look = headers.get("sec-fetch-mode") == "cors"  # Streamlit's page asks whether it is there, then takes it
        if scope["path"].startswith(takeaways.PLACE) and not takeaways.may_take(scope["path"], visit, is_look):
            await _refuse(scope, send, 404, "This download has been taken, is too old, or is another browser's")
            return
        if scope["path"].startswith(uploads.PLACE) and not uploads.is_expected(scope["path"]):
            await _refuse(scope, send, 403, "Nobody waits for this file")
            return
        ours = self._headers(scope, headers["host"])

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = [(name.lower(), value) for name, value in message["headers"]]
                kept = [(name, value) for name, value in said if name not in dict(ours)]
                is_page = dict(said).get(b"content-type", b"").startswith(b"text/html")
                mark = [(b"set-cookie", _new_visit(scope).encode())] if is_page and not visit else []
                message = {**message, "headers": kept + ours + mark}
            await send(message)

        await self.app(scope, receive, with_headers)

    def _headers(self, scope: Scope, host: str) -> list[tuple[bytes, bytes]]:
        """What every answer says to the browser; what holds data is not kept on its disk."""
        found = {**HEADERS, "content-security-policy": self.policy(host)}
        if not scope["path"].startswith(UNCHANGING):
            found["cache-control"] = NOT_KEPT
        return [(name.encode(), value.encode()) for name, value in found.items()]

    def policy(self, host: str) -> str:
        """Nothing from elsewhere. Streamlit sets styles from scripts, hence 'unsafe-inline' there and only there."""
        return "; ".join(
            (
                "default-src 'self'",
                f"script-src 'self' {self.page_hashes}".rstrip(),
                "style-src 'self' 'unsafe-inline'",
                "img-src 'self' data: blob:",
                "font-src 'self' data:",
                f"connect-src 'self' ws://{host} wss://{host}",
                "worker-src 'self' blob:",
                "object-src 'none'",
                "frame-src 'none'",
                "frame-ancestors 'none'",
                "base-uri 'none'",
                "form-action 'self'",
            )
        )


def host_name(host: str) -> str:
    """The name in a Host header, without its port and in small letters; '' for what is no name and port."""
    found = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?", host)
    return found[1].strip("[]").rstrip(".").lower() if found else ""


def origin_of(address: str) -> str:
    """An address as browsers send it in Origin."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower() if parts.netloc else ""


def visit_of(cookies: str) -> str:
    """Which browser this is; '' for one that has not seen a page yet."""
    try:
        found = SimpleCookie(cookies).get(takeaways.COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _new_visit(scope: Scope) -> str:
    secure = "; Secure" if scope.get("scheme") == "https" else ""
    return f"{takeaways.COOKIE}={secrets.token_urlsafe(24)}; Path=/; HttpOnly; SameSite=Lax{secure}"


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


async def _refuse(scope: Scope, send: Send, status: int, why: str) -> None:
    """The answer is one line of text; a websocket is closed before it is open."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": ""})
        return
    headers: Iterable[tuple[bytes, bytes]] = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"cache-control", NOT_KEPT.encode()),
        *((name.encode(), value.encode()) for name, value in HEADERS.items()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": f"denialboard: {why}\n".encode()})
