"""Whether a store may be used: by this version of the program, and on the disk that it is on."""

from pathlib import Path

from pipelines.errors import StoreError
from pipelines.store_settings import is_encryption_required

LAKE_VERSION = 4  # raise it when a reader or a row class changes: `denials build` then reads every source again


def check_usable(home: Path) -> None:
    """Raise StoreError where a later version keeps the store, or its disk is not encrypted though it has to be."""
    later = max((_version(folder) for folder in (home / "lake").glob("v*")), default=0)
    if later > LAKE_VERSION:
        raise StoreError(
            f"{home}: its rows are of version {later}, wanted at most {LAKE_VERSION}: a later denialboard keeps this"
            " store; use that one, nothing was changed"
        )
    if is_encryption_required(home / "settings.toml"):
        from pipelines.volume import known_volume_of

        volume = known_volume_of(home.resolve())
        if not volume.is_encrypted:
            got = "not encrypted" if volume.is_encrypted is False else "not known to be encrypted"
            raise StoreError(
                f"{home}: its disk is {got} ({volume.why}), and settings.toml wants it to be"
                " (store.require_encrypted_volume)"
            )


def _version(folder: Path) -> int:
    number = folder.name.removeprefix("v")
    return int(number) if number.isascii() and number.isdigit() else 0
