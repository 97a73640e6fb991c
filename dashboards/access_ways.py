"""The ways in: this computer alone, a token of the practice's own sign-in, or a header of a proxy on this computer.

Each either tells who came or refuses in one sentence; nothing is taken for granted, and what is missing refuses.
"""

import hmac
import time
from collections.abc import Mapping
from typing import Any

import streamlit as st

from pipelines.access import Person
from pipelines.access_settings import Access, Proxy
from pipelines.errors import AccessRefused, SignInNeeded
from pipelines.settings_parts import is_this_computer

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via")
SETUP = "set up sign-in in settings.toml ([people] and [sign_in]) and start it with `denials serve`"
ENDED = "Your sign-in has ended: sign in again"
UNVERIFIED = "The sign-in does not say that your e-mail address was verified, so it is not taken"
FORGED = "The dashboard is reached through the practice's sign-in only: use its address"
HOUR = 3_600  # seconds
LONGEST_EMAIL = 254
FIRST_SEEN = "first-seen"  # of this session: e-mail and moment
_signed_out: dict[tuple[str, float], float] = {}  # e-mail and moment of a sign-in -> until when it would have lasted


class NotLetIn(AccessRefused):
    """Somebody tried to come in who may not; `email` is who they are said to be."""

    def __init__(self, why: str, email: str) -> None:
        self.email = email[:LONGEST_EMAIL].strip() or "(no e-mail)"
        super().__init__(why)


def is_here() -> bool:
    """The server listens on this computer's own address only."""
    return is_this_computer(str(st.get_option("server.address") or ""))


def only_this_computer() -> None:
    """AccessRefused unless who asks sits at this computer: no sign-in means no network."""
    if not is_here():
        raise AccessRefused(f"The dashboard serves this computer only until people can sign in: {SETUP}")
    headers = st.context.headers
    host = headers.get("Host")
    if host is not None and not is_this_computer(host.rpartition(":")[0].strip("[]") or host):
        raise AccessRefused(f"The dashboard was asked for by another name than this computer's own: {SETUP}")
    if any(name in headers for name in FORWARDED):
        raise AccessRefused(f"The dashboard was asked for through a proxy, and nobody has signed in: {SETUP}")


def by_token(access: Access, user: Mapping[str, Any], now: float | None = None) -> Person:
    """Who the provider's token says, until it expires; SignInNeeded without one, AccessRefused for who is not meant."""
    sign_in, moment = access.sign_in, time.time() if now is None else now
    if sign_in is None or "is_logged_in" not in user or st.get_option("server.trustedUserHeaders"):
        raise AccessRefused("Sign-in is set up but this server does not know of it: start it with `denials serve`")
    if user.get("is_logged_in") is not True:
        raise SignInNeeded("Sign in to see the practice's numbers")
    if str(user.get("iss", "")).rstrip("/") != sign_in.issuer:
        raise SignInNeeded("The sign-in came from another provider than the settings name: sign in again")
    issued, expires = _seconds(user.get("iat")), _seconds(user.get("exp"))
    if issued is None or expires is None:
        raise AccessRefused("The sign-in does not say until when it lasts, so it is not taken")
    until = min(expires, issued + sign_in.hours * HOUR)
    if moment >= until:
        raise SignInNeeded(ENDED)
    if user.get("email_verified") is not True:
        raise NotLetIn(UNVERIFIED, str(user.get("email")))
    found = _known(access, user.get("email"), until, "sign-in")._replace(since=issued)
    if (found.name, issued) in _signed_out:
        raise SignInNeeded("You have signed out: sign in again")
    return found


def sign_out(person: Person) -> None:
    """The person's sign-in has ended in every tab and for every copy of its cookie, not in the one session alone."""
    now = time.time()
    for key in [key for key, until in list(_signed_out.items()) if until < now]:
        _signed_out.pop(key, None)
    _signed_out[person.name, person.since] = person.until or now


def by_header(access: Access, proxy: Proxy | None) -> Person:
    """Who the proxy says; AccessRefused unless each header is there once and the secret is the proxy's."""
    if proxy is None or not is_here():
        raise AccessRefused("Behind a proxy the dashboard must listen on 127.0.0.1 only: start it with `denials serve`")
    emails, secrets = (st.context.headers.get_all(name) for name in (proxy.email_header, proxy.secret_header))
    if len(secrets) != 1 or not hmac.compare_digest(secrets[0].encode(), proxy.secret.read().encode()):
        raise NotLetIn(FORGED, "(not through the proxy)")
    if len(emails) != 1:
        raise AccessRefused("The proxy does not say who you are, so nothing is shown")
    email, since = st.session_state.setdefault(FIRST_SEEN, (emails[0], time.time()))
    if email != emails[0]:
        raise AccessRefused("Somebody else signed in since this page was opened: reload it")
    found = _known(access, emails[0], since + proxy.hours * HOUR, "proxy")
    return found._replace(since=since - HOUR)  # the proxy does not say when; each page opened is no sign-in of its own


def _known(access: Access, email: Any, until: float, way: str) -> Person:
    """The person of this e-mail in the settings' table, in whatever case it is written.

    Addresses there are ASCII; others may become one of them in small letters: the sign of Kelvin becomes a k.
    """
    name = email.strip().lower() if isinstance(email, str) else ""
    role = access.people.get(name) if str(email).isascii() else None
    if role is None:
        raise NotLetIn("You have signed in, but nobody gave you a role here: ask whoever keeps the settings", name)
    return Person(name, role, until, way)


def _seconds(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else None
