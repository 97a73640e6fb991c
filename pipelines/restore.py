"""A backup becomes a store: everything is unpacked beside its place, checked, and put there in one step, or not at all.

Nothing in the file is believed: a member is written only under a name that backups use, sizes and hashes must be those
of the manifest, records and ledger must be of this version or an earlier one.
"""

import contextlib
import json
import shutil
import tarfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO, cast

from pipelines.backup import FORMAT, MANIFEST, MEMBER, Hashing, Manifest, Member
from pipelines.disk import held, is_held, open_private, sync, sync_all
from pipelines.errors import Refused, StoreError, UsageError
from pipelines.sealed import Opening, is_sealed
from pipelines.store import Store

CHUNK_BYTES = 1 << 20
LONGEST_MANIFEST = 100_000_000  # bytes: half a million source files
SUFFIX = ".restoring"


def restore(path: Path, home: Path, key: bytes | None) -> Manifest:
    """The folder is the store that the backup was made of; lake and builds are to be made.

    UsageError where there is something in the folder. Refused, and nothing is there, where the backup is not whole.
    """
    _must_be_empty(home)
    with _beside(home) as folder:
        try:
            with path.open("rb") as raw:
                manifest = _unpacked(_stream(raw, key, path), folder, path)
        except OSError as problem:
            raise UsageError(f"{path}: cannot be restored ({problem.strerror})") from problem
        _look(folder, path)
        sync_all((*folder.rglob("*"), folder))
        _put_in_place(folder, home)
    return manifest


def _must_be_empty(home: Path) -> None:
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise UsageError(f"{home}: holds something already, wanted a new or an empty folder (--into)")


@contextlib.contextmanager
def _beside(home: Path) -> Iterator[Path]:
    """A new folder beside the store's place, for its owner alone; gone afterwards, as are those of dead processes."""
    home.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in home.parent.glob(f".{home.name}.*{SUFFIX}"):
        if not is_held(left / "held"):
            shutil.rmtree(left, ignore_errors=True)
    folder = home.parent / f".{home.name}.{uuid.uuid4().hex[:8]}{SUFFIX}"
    folder.mkdir(mode=0o700)
    try:
        with held(folder / "held"):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _stream(raw: BinaryIO, key: bytes | None, path: Path) -> BinaryIO:
    """The tar in the backup; what is said about its key must fit, so that nobody puts an open one in its place."""
    sealed = is_sealed(raw.read(64))
    raw.seek(0)
    if sealed and key is None:
        raise UsageError(f"{path}: is encrypted, wanted its key: --key-file, --key-env or --keyring")
    if not sealed and key is not None:
        raise Refused(f"{path}: not an encrypted backup, but a key was given; nothing is restored")
    return raw if key is None else cast(BinaryIO, Opening(raw, key, str(path)))


def _unpacked(stream: BinaryIO, folder: Path, path: Path) -> Manifest:
    """What the backup holds is in the folder, and is what its manifest says."""
    (folder / "sources").mkdir(mode=0o700)
    found: dict[str, Member] = {}
    manifest = None
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for info in archive:
                content = archive.extractfile(info) if info.type == tarfile.REGTYPE and not info.issparse() else None
                if manifest is not None or content is None or info.name in found:
                    raise _no_backup(path, f"holds {info.name!r} where no backup does")
                if info.name == MANIFEST:
                    manifest = _manifest(content, path)
                else:
                    found[info.name] = _member(content, info.name, folder, path)
        while stream.read(CHUNK_BYTES):  # to its end, which may be cut
            pass
    except (tarfile.TarError, EOFError) as problem:
        raise _no_backup(path, str(problem)) from problem
    if manifest is None or dict(manifest.members) != found:
        raise _no_backup(path, _difference(manifest, found))
    return manifest


def _no_backup(path: Path, why: str) -> Refused:
    return Refused(f"{path}: not a whole backup of a store ({why}); nothing is restored")


def _difference(manifest: Manifest | None, found: dict[str, Member]) -> str:
    if manifest is None:
        return f"it has no {MANIFEST}: it is cut"
    names = sorted(name for name in {*found, *manifest.members} if found.get(name) != manifest.members.get(name))
    return f"{names[0]} is not what {MANIFEST} says" + (f", nor are {len(names) - 1:,} others" if names[1:] else "")


def _manifest(content: IO[bytes], path: Path) -> Manifest:
    try:
        found = json.loads(content.read(LONGEST_MANIFEST))
        members = {name: Member(int(count), str(sha256)) for name, (count, sha256) in found["members"].items()}
        manifest = Manifest(str(found["made_at"]), members, int(found["format"]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as problem:
        raise _no_backup(path, f"{MANIFEST} cannot be read: {problem}") from problem
    if manifest.format > FORMAT:
        raise Refused(f"{path}: a backup of format {manifest.format}, wanted at most {FORMAT}: use a later denialboard")
    return manifest


def _member(content: IO[bytes], name: str, folder: Path, path: Path) -> Member:
    """The member is in the folder, under its own name and nowhere else."""
    if not MEMBER.fullmatch(name):
        raise _no_backup(path, f"holds {name!r} where no backup does")
    hashing = Hashing(cast(BinaryIO, content))
    with open_private(folder / name) as target:
        shutil.copyfileobj(hashing, target, CHUNK_BYTES)
    return hashing.member


def _look(folder: Path, path: Path) -> None:
    """Raise Refused where this version cannot use what was unpacked: records, their bytes, the ledger."""
    store = Store(folder)
    try:
        records = {record.sha256 for record in store.records()}
        store.ledger.last_event_id()
    except StoreError as problem:
        raise _no_backup(path, str(problem)) from problem
    if records != {found.stem for found in store.sources.glob("*.zst")}:
        raise _no_backup(path, "some files have no record, or some records no file")


def _put_in_place(folder: Path, home: Path) -> None:
    """The folder has the store's name: in one step, and only where nothing came there meanwhile."""
    (folder / "held").unlink()
    try:
        folder.rename(home)  # over an empty folder at most
    except OSError as problem:
        raise StoreError(
            f"{home}: cannot be put in place ({problem.strerror}); of a mounted volume, choose a folder inside it"
        ) from problem
    sync(home.parent)
