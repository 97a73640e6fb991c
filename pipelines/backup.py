"""A store's backup: one file with what came in and what was decided, whole even while the store is being used.

Inside it is a tar, encrypted unless somebody says otherwise:

    settings.toml            if there is one; passwords and keys stay out
    lakes.json               where clusters keep what they read for this store, if there is such; not what lies there
    ledger.sqlite            as SQLite's own backup gives it
    sources/<sha256>.json    the record of each file that was in the store when the backup began
    sources/<sha256>.zst     its bytes
    manifest.json            last: size and SHA-256 of each of these

Lake and builds can be made again from these, and are left out. The ledger is copied first: so every event is about
something that the sources hold.
"""

import contextlib
import dataclasses
import datetime
import hashlib
import io
import json
import os
import re
import sqlite3
import tarfile
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from pipelines.disk import held, is_held, open_private, sync, utc_now
from pipelines.errors import StoreError, UsageError
from pipelines.sealed import Opening, Sealing
from pipelines.settings import NAME as SETTINGS
from pipelines.store import Store

FORMAT = 1
MANIFEST = "manifest.json"
SUFFIX = ".backup"
UNFINISHED = ".unfinished"
STAMP = "%Y%m%dT%H%M%SZ"
MEMBER = re.compile(r"ledger\.sqlite|settings\.toml|lakes\.json|sources/[0-9a-f]{64}\.(json|zst)")


class Member(NamedTuple):
    """One file of a backup as its manifest has it."""

    byte_count: int
    sha256: str


@dataclasses.dataclass(frozen=True)
class Manifest:
    """What a backup says it holds, and when it was made."""

    made_at: str
    members: Mapping[str, Member]
    format: int = FORMAT

    @property
    def source_count(self) -> int:
        """How many source files are in it."""
        return sum(name.endswith(".zst") for name in self.members)

    def as_bytes(self) -> bytes:
        """The manifest's file."""
        members = {name: list(member) for name, member in self.members.items()}
        return json.dumps({"format": self.format, "made_at": self.made_at, "members": members}, indent=1).encode()


class Backup(NamedTuple):
    """The file that was made, and what it holds."""

    path: Path
    manifest: Manifest


def backup(store: Store, to: Path, key: bytes | None) -> Backup:
    """The new file holds the store, encrypted with the key if there is one, and survives a power cut.

    `to` is the file, or the folder that it gets a name in. UsageError where it is there, or inside the store.
    """
    path = _target(store, to)
    with _made_beside(path, "cannot be written") as raw, store.workplace() as workplace:
        manifest = _written(list(_members(store, workplace)), raw, key)
    return Backup(path, manifest)


@contextlib.contextmanager
def _made_beside(path: Path, refusal: str) -> Iterator[BinaryIO]:
    """What is written to this stream takes the path's place when all of it is safe; else nothing has changed.

    It has a name of its own until then: two that make the same file at once would write into each other's.
    """
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}{UNFINISHED}")
    try:
        _sweep(path.parent)
        with contextlib.ExitStack() as stack:
            with contextlib.suppress(OSError):  # not every disk that takes backups has locks
                stack.enter_context(held(beside))
            with open_private(beside) as raw:
                yield raw
            sync(beside)
            beside.replace(path)
        sync(path.parent)
    except OSError as problem:
        raise UsageError(f"{path}: {refusal} ({problem.strerror})") from problem
    finally:
        beside.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """What processes left here that died over it is gone: nobody would find it, and it holds patients' data."""
    for left in folder.glob(f".*{UNFINISHED}"):
        with contextlib.suppress(OSError):  # another's, or nobody can tell whether its process lives
            if not is_held(left):
                left.unlink()


def _target(store: Store, to: Path) -> Path:
    if not (store.ledger_path.exists() or store.records()):
        raise UsageError(f"{store.home}: holds nothing yet that could be lost")
    path = to / f"denials-{datetime.datetime.now(datetime.UTC).strftime(STAMP)}{SUFFIX}" if to.is_dir() else to
    if path.resolve().is_relative_to(store.home.resolve()):
        raise UsageError(f"{path}: is inside the store, wanted a place that is not lost with it")
    if path.exists():
        raise UsageError(f"{path}: is there already, wanted a new file or a folder")
    return path


def _members(store: Store, workplace: Path) -> Iterator[tuple[str, Path]]:
    """Name and place of each file to be taken, as the store stands now: the ledger's copy first, then the sources."""
    for path in (store.home / SETTINGS, store.lakes_path):
        if path.exists():
            yield path.name, path
    if store.ledger_path.exists():
        copy_ledger(store, workplace / "ledger.sqlite")
        yield "ledger.sqlite", workplace / "ledger.sqlite"
    with store.lock():  # bytes and record of a file come in one after the other
        records = store.records()
    for record in records:
        for path in (store.sources / f"{record.sha256}.json", store.source_path(record.sha256)):
            if not path.exists():
                raise StoreError(f"{path}: is missing, so there is nothing whole to back up; see `denials verify`")
            yield f"sources/{path.name}", path


def copy_ledger(store: Store, target: Path) -> None:
    """The ledger as it is at one moment, events that are being written left out, is in the new file."""
    store.ledger.last_event_id()  # of this version, or refused
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        with (
            contextlib.closing(sqlite3.connect(store.ledger_path, timeout=30)) as source,
            contextlib.closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)
            copy.execute("pragma journal_mode = delete")  # one file, without two others beside it
    except sqlite3.Error as problem:
        raise StoreError(f"{store.ledger_path}: {problem}") from problem


def _written(members: list[tuple[str, Path]], raw: BinaryIO, key: bytes | None) -> Manifest:
    """The members, and the manifest that the result is, are in the file."""
    with contextlib.ExitStack() as stack:
        stream = raw if key is None else cast(BinaryIO, stack.enter_context(Sealing(raw, key)))
        archive = stack.enter_context(tarfile.open(fileobj=stream, mode="w|", format=tarfile.GNU_FORMAT))
        manifest = Manifest(utc_now(), {name: _add(archive, name, path) for name, path in members})
        content = manifest.as_bytes()
        archive.addfile(_info(MANIFEST, len(content)), io.BytesIO(content))
    return manifest


def _add(archive: tarfile.TarFile, name: str, path: Path) -> Member:
    with path.open("rb") as stream:
        hashing = Hashing(stream)
        archive.addfile(_info(name, os.fstat(stream.fileno()).st_size), cast(BinaryIO, hashing))
        return hashing.member


def _info(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info


class Hashing:
    """Reads from a stream, and knows what went through."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._digest, self._count = stream, hashlib.sha256(), 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        content = self._stream.read(size)
        self._digest.update(content)
        self._count += len(content)
        return content

    @property
    def member(self) -> Member:
        """Size and SHA-256 of all that was read."""
        return Member(self._count, self._digest.hexdigest())


def rekey(path: Path, old: bytes, new: bytes) -> None:
    """The backup opens with the new key and no more with the old; one that cannot be opened whole stays as it is.

    Everything is encrypted anew: with keys that only wrap another, who kept the old one could open the new file.
    """
    made = _made_beside(path, "cannot be encrypted anew")
    with made as target, path.open("rb") as source, Sealing(target, new) as sealing:
        opening = Opening(source, old, str(path))
        while content := opening.read(1 << 20):
            sealing.write(content)
