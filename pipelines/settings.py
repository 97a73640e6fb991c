"""`settings.toml` of the store: the mail server that alerts go through, and the address that their links begin with.

    [smtp]
    host = "mail.example.org"
    port = 587                            # else 587 for starttls, 465 for tls, 25 for none
    security = "starttls"                 # or "tls", or "none": that only to this computer itself
    user = "denials"                      # else without signing in
    sender = "denials@example.org"
    password_file = "smtp_password"       # in the store's folder; the environment's DENIALS_SMTP_PASSWORD wins

    [dashboard]
    address = "http://127.0.0.1:8501"

Further sections: how much is logged (log_settings.py), what disk the store wants (store_settings.py), how much a file
may hold (limits.py). Only its owner may read it and the password's file. The password itself does not stand in it, so
that it can be shown.
"""

import dataclasses
import ipaddress
import os
import re
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipelines import log_settings, store_settings
from pipelines.errors import UsageError
from pipelines.limits import USUAL, Limits, limits_of
from pipelines.log_settings import LogSettings, log_of
from pipelines.store_settings import StoreSettings, store_of

NAME = "settings.toml"
PASSWORD_VARIABLE = "DENIALS_SMTP_PASSWORD"
ADDRESS = "http://127.0.0.1:8501"
PORTS = {"starttls": 587, "tls": 465, "none": 25}
KEYS = {
    "smtp": ("host", "port", "security", "user", "sender", "password_file"),
    "dashboard": ("address",),
    **log_settings.KEYS,
    **store_settings.KEYS,
    "limits": tuple(field.name for field in dataclasses.fields(Limits)),
}


@dataclasses.dataclass(frozen=True)
class Smtp:
    """The mail server: where it is, how the way to it is kept private, as whom, and from whom mails come."""

    host: str
    sender: str
    port: int = 587
    security: str = "starttls"
    user: str = ""
    password_file: Path | None = None

    def password(self) -> str:
        """The user's password, '' where nobody signs in; UsageError where it is nowhere to be found."""
        if not self.user:
            return ""
        if given := os.environ.get(PASSWORD_VARIABLE):
            return given
        if self.password_file is None:
            raise UsageError(f"{NAME}: smtp.user without a password, wanted {PASSWORD_VARIABLE} or smtp.password_file")
        return _private_text(self.password_file).strip("\r\n")


@dataclasses.dataclass(frozen=True)
class Settings:
    """What the file says; without it nothing is mailed and links go to this computer."""

    smtp: Smtp | None = None
    address: str = ADDRESS  # without a slash at its end
    log: LogSettings = dataclasses.field(default_factory=LogSettings)
    store: StoreSettings = dataclasses.field(default_factory=StoreSettings)
    limits: Limits = USUAL


def read_settings(home: Path) -> Settings:
    """The settings of the store in this folder; UsageError (file, place, got, wanted) for what cannot be meant."""
    path = home / NAME
    if not path.exists():
        return Settings()
    try:
        found = tomllib.loads(_private_text(path))
    except tomllib.TOMLDecodeError as problem:
        raise UsageError(f"{path}: not TOML ({problem})") from problem
    for section, values in found.items():
        if section not in KEYS or not isinstance(values, dict):
            raise UsageError(f"{path}: {section}: wanted the sections {', '.join(f'[{name}]' for name in KEYS)} only")
        _known_keys(path, section, values)
    smtp = _smtp(path, found["smtp"]) if "smtp" in found else None
    address = _address(path, found.get("dashboard", {}).get("address", ADDRESS))
    log, store = log_of(path, found.get("log", {})), store_of(path, found.get("store", {}))
    return Settings(smtp, address, log, store, limits_of(path, found.get("limits", {})))


def _known_keys(path: Path, section: str, values: dict[str, Any]) -> None:
    for key in values:
        if key == "password":
            raise UsageError(
                f"{path}: {section}.password: does not belong here, wanted {PASSWORD_VARIABLE} or password_file"
            )
        if key not in KEYS[section]:
            raise UsageError(f"{path}: {section}.{key}: no such setting; there are {', '.join(KEYS[section])}")


def _smtp(path: Path, given: dict[str, Any]) -> Smtp:
    """The section as a mail server that can be reached without giving anything away."""
    security = given.get("security", "starttls")
    if security not in PORTS:
        raise _wrong(path, "smtp.security", security, " or ".join(PORTS))
    host = _text(path, given, "host", r"[A-Za-z0-9.:-]{1,253}", "the name or number of a computer")
    if security == "none" and not _is_this_computer(host):
        raise _wrong(path, "smtp.security", security, f"starttls or tls: {host} is not this computer")
    port = given.get("port", PORTS[security])
    if type(port) is not int or not 1 <= port <= 65_535:
        raise _wrong(path, "smtp.port", port, "a whole number from 1 to 65535")
    sender = _text(path, given, "sender", r"[\w.+'-]{1,64}@[A-Za-z0-9.-]{1,190}", "an e-mail address")
    user = _text(path, {"user": ""} | given, "user", r"[^\x00-\x1f]{0,200}", "a name")
    file = _text(path, {"password_file": ""} | given, "password_file", r"[^\x00-\x1f]{0,400}", "the name of a file")
    return Smtp(host, sender, port, security, user, path.parent / file if file else None)


def _text(path: Path, given: dict[str, Any], key: str, pattern: str, wanted: str) -> str:
    value = given.get(key)
    if not isinstance(value, str) or not re.fullmatch(pattern, value, re.ASCII):
        raise _wrong(path, f"smtp.{key}", value, wanted)
    return value


def _address(path: Path, value: Any) -> str:
    """The address without the slash at its end."""
    parts = urlsplit(value) if isinstance(value, str) and not re.search(r"[\s\x00-\x1f<>\"']", value) else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise _wrong(path, "dashboard.address", value, f"an address such as {ADDRESS}")
    return str(value).rstrip("/")


def _is_this_computer(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _wrong(path: Path, place: str, got: Any, wanted: str) -> UsageError:
    return UsageError(f"{path}: {place}: got {got!r}, wanted {wanted}")


def _private_text(path: Path) -> str:
    """The file's text; UsageError where it cannot be read, or where others could read it too."""
    try:
        if path.stat().st_mode & 0o077:
            raise UsageError(f"{path}: others may read it, wanted its owner alone: chmod 600 {path}")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise UsageError(f"{path}: cannot be read ({problem})") from problem
