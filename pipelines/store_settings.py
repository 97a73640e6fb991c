"""The section of the settings about the store itself: on what kind of disk it may be used.

[store]
require_encrypted_volume = true   # else false: `denials status` only says whether the disk is encrypted
"""

import dataclasses
import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipelines.errors import UsageError, wrong

KEYS = {"store": ("require_encrypted_volume",)}


@dataclasses.dataclass(frozen=True)
class StoreSettings:
    """What is asked of the store's disk."""

    require_encrypted_volume: bool = False


def store_of(path: Path, given: Any) -> StoreSettings:
    """The section as it stands in the settings at `path`; UsageError for what cannot be meant."""
    if not isinstance(given, Mapping) or not set(given) <= set(KEYS["store"]):
        raise wrong(path, "store", given, f"{', '.join(KEYS['store'])} only")
    found = StoreSettings(**given)
    if not isinstance(found.require_encrypted_volume, bool):
        raise wrong(path, "store.require_encrypted_volume", found.require_encrypted_volume, "true or false")
    return found


def is_encryption_required(path: Path) -> bool:
    """What the settings at this path ask for; other sections are not looked at, for this is asked at each opening."""
    try:
        known = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return _is_required(path, known.st_mtime_ns, known.st_size)


@functools.lru_cache(8)
def _is_required(path: Path, changed_at: int, size: int) -> bool:
    import tomllib

    content = path.read_bytes()
    try:
        found = tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        if b"encrypted" not in content:  # whoever needs the settings says what is wrong; a build does not
            return False
        raise UsageError(f"{path}: not TOML ({problem})") from problem
    return store_of(path, found.get("store", {})).require_encrypted_volume
