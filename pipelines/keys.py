"""Keys of backups: made, and found in a file, the environment or the keyring; never in a store or its backups.

A key is 256 bits at random, written as 64 hexadecimal digits. It is no password: nobody can guess or remember one.
"""

import os
import re
import secrets
from pathlib import Path
from typing import NamedTuple

from pipelines.disk import refuse_shared, sync
from pipelines.errors import UsageError
from pipelines.sealed import KEY_BYTES

SERVICE = "denialboard"  # under which the keyring has keys
WANTED = f"{2 * KEY_BYTES} hexadecimal digits, as `denials key new` writes them"


class KeyPlace(NamedTuple):
    """Where a person says the key is: a file, a variable of the environment, or a name in the keyring."""

    file: Path | None = None
    variable: str | None = None
    keyring: str | None = None

    @property
    def is_said(self) -> bool:
        """Somebody named a place."""
        return any(self)


def new_key(path: Path, home: Path) -> None:
    """The file is new, holds a new key, and only its owner can read it; UsageError where it cannot be or must not."""
    _outside(path, home)
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError as problem:
        raise UsageError(f"{path}: is there already; a key that is lost loses every backup made with it") from problem
    except OSError as problem:
        raise UsageError(f"{path}: cannot be written ({problem.strerror})") from problem
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        handle.write(f"{secrets.token_hex(KEY_BYTES)}\n")
    sync(path)


def key_of(place: KeyPlace, home: Path) -> bytes:
    """The key that is at the one place named; UsageError (place, wanted) where there is none, or more is named."""
    if sum(map(bool, place)) != 1:
        raise UsageError("key: wanted one of a file, a variable of the environment and a name in the keyring")
    if place.file:
        return _key(_in_file(place.file, home), str(place.file))
    if place.variable:
        return _key(os.environ.get(place.variable, ""), f"the environment's {place.variable}")
    return _key(_in_keyring(place.keyring or ""), f"the keyring's {SERVICE}, {place.keyring}")


def _key(text: str, place: str) -> bytes:
    if not re.fullmatch(rf"[0-9A-Fa-f]{{{2 * KEY_BYTES}}}", text.strip()):
        raise UsageError(f"{place}: holds no key, wanted {WANTED}")
    return bytes.fromhex(text.strip())


def _in_file(path: Path, home: Path) -> str:
    _outside(path, home)
    try:
        refuse_shared(path)
        return path.read_text(encoding="ascii", errors="replace")
    except OSError as problem:
        raise UsageError(f"{path}: cannot be read ({problem.strerror})") from problem


def _outside(path: Path, home: Path) -> None:
    """Raise UsageError for a key in the store: whoever takes the one would have the other."""
    if path.resolve().is_relative_to(home.resolve()):
        raise UsageError(f"{path}: is inside the store {home}, wanted a place that is not lost or stolen with it")


def _in_keyring(name: str) -> str:
    try:
        import keyring
        import keyring.errors
    except ImportError as problem:
        raise UsageError("keyring: not installed; `pip install keyring`, or keep the key in a file") from problem
    try:
        return keyring.get_password(SERVICE, name) or ""
    except keyring.errors.KeyringError as problem:
        raise UsageError(f"keyring: cannot be asked ({problem})") from problem
