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
may hold (limits.py), who may come in (access_settings.py). Only its owner may read it and the files of passwords and
secrets. These do not stand in it, so that it can be shown.
"""

import dataclasses
import functools
import os
import tomllib
from pathlib import Path
from typing import Any

from pipelines import access_settings, log_settings, store_settings
from pipelines.access_settings import NOBODY_ELSE, Access, access_of
from pipelines.errors import UsageError, wrong
from pipelines.limits import USUAL, Limits, limits_of
from pipelines.log_settings import LogSettings, log_of
from pipelines.settings_parts import EMAIL, FILE, address, is_this_computer, private_text, text
from pipelines.store_settings import StoreSettings, store_of

NAME = "settings.toml"
PASSWORD_VARIABLE = "DENIALS_SMTP_PASSWORD"
ADDRESS = "http://127.0.0.1:8501"
OUTSIDE = {"password": PASSWORD_VARIABLE, "secret": "an environment variable"}
PORTS = {"starttls": 587, "tls": 465, "none": 25}
KEYS = {
    "smtp": ("host", "port", "security", "user", "sender", "password_file"),
    "dashboard": ("address",),
    **log_settings.KEYS,
    **store_settings.KEYS,
    "limits": tuple(field.name for field in dataclasses.fields(Limits)),
    **access_settings.KEYS,
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
        return private_text(self.password_file).strip("\r\n")


@dataclasses.dataclass(frozen=True)
class Settings:
    """What the file says; without it nothing is mailed and links go to this computer."""

    smtp: Smtp | None = None
    address: str = ADDRESS  # without a slash at its end
    log: LogSettings = dataclasses.field(default_factory=LogSettings)
    store: StoreSettings = dataclasses.field(default_factory=StoreSettings)
    limits: Limits = USUAL
    access: Access = NOBODY_ELSE


def read_settings(home: Path) -> Settings:
    """The settings of the store in this folder; UsageError (file, place, got, wanted) for what cannot be meant."""
    path = home / NAME
    if not path.exists():
        return Settings()
    try:
        found = tomllib.loads(private_text(path))
    except tomllib.TOMLDecodeError as problem:
        raise UsageError(f"{path}: not TOML ({problem})") from problem
    for section, values in found.items():
        if section not in KEYS or not isinstance(values, dict):
            raise UsageError(f"{path}: {section}: wanted the sections {', '.join(f'[{name}]' for name in KEYS)} only")
        _known_keys(path, section, values)
    smtp = _smtp(path, found["smtp"]) if "smtp" in found else None
    own = address(path, "dashboard.address", found.get("dashboard", {}).get("address", ADDRESS), ADDRESS)
    log, store = log_of(path, found.get("log", {})), store_of(path, found.get("store", {}))
    return Settings(smtp, own, log, store, limits_of(path, found.get("limits", {})), access_of(path, found, own))


def current_settings(home: Path) -> Settings:
    """The same for who asks again and again: read anew only when the file has changed."""
    try:
        known = (home / NAME).stat()
    except FileNotFoundError:
        return Settings()
    return _settings_as_of(home, known.st_mtime_ns, known.st_size, known.st_mode)


@functools.lru_cache(maxsize=16)
def _settings_as_of(home: Path, *state: int) -> Settings:
    return read_settings(home)


def _known_keys(path: Path, section: str, values: dict[str, Any]) -> None:
    for key in values if section != "people" else ():
        if key in OUTSIDE:
            raise UsageError(f"{path}: {section}.{key}: does not belong here, wanted {OUTSIDE[key]} or {key}_file")
        if key not in KEYS[section]:
            raise UsageError(f"{path}: {section}.{key}: no such setting; there are {', '.join(KEYS[section])}")


def _smtp(path: Path, given: dict[str, Any]) -> Smtp:
    """The section as a mail server that can be reached without giving anything away."""
    security = given.get("security", "starttls")
    if security not in PORTS:
        raise wrong(path, "smtp.security", security, " or ".join(PORTS))
    host = text(path, given, "smtp.host", r"[A-Za-z0-9.:-]{1,253}", "the name or number of a computer")
    if security == "none" and not is_this_computer(host):
        raise wrong(path, "smtp.security", security, f"starttls or tls: {host} is not this computer")
    port = given.get("port", PORTS[security])
    if type(port) is not int or not 1 <= port <= 65_535:
        raise wrong(path, "smtp.port", port, "a whole number from 1 to 65535")
    sender = text(path, given, "smtp.sender", EMAIL, "an e-mail address")
    user = text(path, {"user": ""} | given, "smtp.user", r"[^\x00-\x1f]{0,200}", "a name")
    file = text(path, {"password_file": ""} | given, "smtp.password_file", FILE, "the name of a file")
    return Smtp(host, sender, port, security, user, path.parent / file if file else None)
