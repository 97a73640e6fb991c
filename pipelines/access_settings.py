"""The sections of `settings.toml` that let several people in: [people], and [sign_in] or [proxy].

    [people]
    "ann@example.org" = "biller"          # or viewer, manager, admin; who is not here sees nothing

    [sign_in]                             # OpenID Connect: the practice's own sign-in, such as Google or Keycloak
    issuer = "https://login.example.org"
    client = "denials"
    secret_file = "sign_in_secret"        # in the store's folder; the environment's DENIALS_SIGN_IN_SECRET wins
    hours = 12                            # a sign-in ends after these, or sooner where its token does

    [proxy]                               # instead: a proxy on this computer that has signed people in
    email_header = "X-Forwarded-Email"
    secret_header = "X-Denials-Proxy-Secret"
    secret_file = "proxy_secret"          # what that header must hold; DENIALS_PROXY_SECRET wins
    hours = 12

People reach the dashboard by [dashboard] address, which is https unless it is this computer's own.
"""

import dataclasses
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipelines.errors import UsageError, wrong
from pipelines.settings_parts import EMAIL, FILE, address, is_safe, is_this_computer, private_text, text

ROLES = ("viewer", "biller", "manager", "admin")  # each may do what those before it may
KEYS = {
    "people": (),  # e-mails
    "sign_in": ("issuer", "client", "secret_file", "hours"),
    "proxy": ("email_header", "secret_header", "secret_file", "hours"),
}
SHORTEST_SECRET = 16
HEADER = r"[A-Za-z][A-Za-z0-9-]{0,60}"
PROXY = {"email_header": "X-Forwarded-Email", "secret_header": "X-Denials-Proxy-Secret"}


@dataclasses.dataclass(frozen=True)
class Secret:
    """Where a secret is kept; it is read when it is used and stands in no setting."""

    place: str
    variable: str
    file: Path | None

    def read(self) -> str:
        """The secret; UsageError where it is nowhere to be found, or so short that it could be guessed."""
        found = os.environ.get(self.variable) or (private_text(self.file) if self.file else "")
        if len(found.strip()) < SHORTEST_SECRET:
            wanted = f"{self.variable} or {self.place}.secret_file with at least {SHORTEST_SECRET} characters"
            raise UsageError(f"settings.toml: {self.place}: no secret, wanted {wanted}")
        return found.strip()


@dataclasses.dataclass(frozen=True)
class SignIn:
    """The OpenID Connect provider that says who people are."""

    issuer: str
    client: str
    secret: Secret
    hours: int = 12


@dataclasses.dataclass(frozen=True)
class Proxy:
    """The proxy that says who people are, and how it shows that it is the one."""

    email_header: str
    secret_header: str
    secret: Secret
    hours: int = 12


@dataclasses.dataclass(frozen=True)
class Access:
    """Who may come in, by which way; without either way the dashboard is for the one user of this computer."""

    people: Mapping[str, str] = dataclasses.field(default_factory=dict)  # e-mail in lower case -> role
    sign_in: SignIn | None = None
    proxy: Proxy | None = None

    @property
    def is_shared(self) -> bool:
        """Several people use the dashboard: each is known by name."""
        return self.sign_in is not None or self.proxy is not None


NOBODY_ELSE = Access()


def access_of(path: Path, found: Mapping[str, Any], own_address: str) -> Access:
    """What the sections say; UsageError for what cannot be meant, and for half of it."""
    people = _people(path, found.get("people", {}))
    ways = [name for name in ("sign_in", "proxy") if name in found]
    if not ways and not people:
        return NOBODY_ELSE
    if len(ways) != 1 or not people:
        got = ", ".join(f"[{name}]" for name in (*ways, *(["people"] if people else []))) or "nothing"
        raise wrong(path, "who may come in", got, "[people] and one of [sign_in], [proxy]")
    if not is_safe(own_address):
        raise wrong(path, "dashboard.address", own_address, "https, where people sign in")
    if ways == ["proxy"]:
        return Access(people, proxy=_proxy(path, found["proxy"]))
    return Access(people, sign_in=_sign_in(path, found["sign_in"]))


def may_listen(access: Access, server_address: str) -> None:
    """UsageError where the dashboard would be open to others without a sign-in, or the sign-in cannot work."""
    from importlib.util import find_spec

    if not is_this_computer(server_address) and access.sign_in is None:
        instead = "behind a [proxy] it listens on 127.0.0.1" if access.proxy else "say there who may come in"
        raise UsageError(
            f"--address {server_address}: others could reach it, wanted [sign_in] in settings.toml; {instead}"
        )
    if access.sign_in and not (find_spec("authlib") and find_spec("httpx")):
        raise UsageError(
            "people are to sign in and what that needs is not installed: pip install 'denialboard[signin]'"
        )
    if way_in := access.sign_in or access.proxy:
        way_in.secret.read()


def _people(path: Path, given: Mapping[str, Any]) -> dict[str, str]:
    people: dict[str, str] = {}
    for name, role in given.items():
        if not re.fullmatch(EMAIL, name, re.ASCII) or name.lower() in people:
            raise wrong(path, f"people.{name}", name, "an e-mail address, each once")
        if role not in ROLES:
            raise wrong(path, f"people.{name}", role, " or ".join(ROLES))
        people[name.lower()] = role
    return people


def _sign_in(path: Path, given: dict[str, Any]) -> SignIn:
    issuer = address(path, "sign_in.issuer", given.get("issuer"), "https://login.example.org")
    if not is_safe(issuer):
        raise wrong(path, "sign_in.issuer", issuer, "https: it says who people are")
    client = text(path, given, "sign_in.client", r"[\x21-\x7e]{1,200}", "the name that the provider knows us by")
    return SignIn(issuer, client, _secret(path, given, "sign_in", "DENIALS_SIGN_IN_SECRET"), _hours(path, given))


def _proxy(path: Path, given: dict[str, Any]) -> Proxy:
    email, secret = (text(path, PROXY | given, f"proxy.{key}", HEADER, "the name of a header") for key in PROXY)
    return Proxy(email, secret, _secret(path, given, "proxy", "DENIALS_PROXY_SECRET"), _hours(path, given))


def _secret(path: Path, given: dict[str, Any], section: str, variable: str) -> Secret:
    file = text(path, {"secret_file": ""} | given, f"{section}.secret_file", FILE, "the name of a file")
    return Secret(section, variable, path.parent / file if file else None)


def _hours(path: Path, given: dict[str, Any]) -> int:
    hours = given.get("hours", 12)
    if type(hours) is not int or not 1 <= hours <= 24:
        raise wrong(path, "hours", hours, "a whole number from 1 to 24")
    return hours
