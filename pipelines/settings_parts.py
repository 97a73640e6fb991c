"""How one value of `settings.toml` is read or refused: file, place, got, wanted."""

import ipaddress
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipelines.disk import refuse_shared
from pipelines.errors import UsageError, wrong

EMAIL = r"[\w.+'-]{1,64}@[A-Za-z0-9.-]{1,190}"
FILE = r"[^\x00-\x1f]{0,400}"


def text(path: Path, given: dict[str, Any], place: str, pattern: str, wanted: str) -> str:
    """The text at `section.key` of the section as given; UsageError where it is none of this pattern."""
    value = given.get(place.partition(".")[2])
    if not isinstance(value, str) or not re.fullmatch(pattern, value, re.ASCII):
        raise wrong(path, place, value, wanted)
    return value


def address(path: Path, place: str, value: Any, wanted: str) -> str:
    """The web address without the slash at its end."""
    parts = urlsplit(value) if isinstance(value, str) and not re.search(r"[\s\x00-\x1f<>\"']", value) else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise wrong(path, place, value, f"an address such as {wanted}")
    return str(value).rstrip("/")


def is_safe(address: str) -> bool:
    """What is said to this address nobody on the way can read: it is https, or this computer itself."""
    parts = urlsplit(address)
    return parts.scheme == "https" or is_this_computer(parts.hostname or "")


def is_this_computer(host: str) -> bool:
    """The name or number is that of this computer to itself."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def private_text(path: Path) -> str:
    """The file's text; UsageError where it cannot be read, or where others could read it too."""
    try:
        refuse_shared(path)
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise UsageError(f"{path}: cannot be read ({problem})") from problem
