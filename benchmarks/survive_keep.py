"""The works that keep a store - backup, rekey, restore - killed as the others are.

What was whole stays whole, nothing half has a backup's or a store's name, and the same again completes it and leaves
nothing behind.
"""

import contextlib
import hashlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.survive_kill import Ended, Kill, Work, command, run
from benchmarks.survive_look import asked, broken
from pipelines.audit import chain_findings
from pipelines.backup import backup
from pipelines.disk import loose, write_private
from pipelines.errors import Refused
from pipelines.keys import KeyPlace, key_of, new_key
from pipelines.restore import restore
from pipelines.store import Store

STORE, DISK, AGAIN = "store", "disk", "again"  # what is kept, where its backups are, what is made of one
OLD = "old.backup"
KEYS = ("first.key", "second.key")

Contents = dict[str, Any]


class Kept(NamedTuple):
    """A folder with a store, a backup of it and two keys; what the store holds, and the bytes of that backup."""

    folder: Path
    wanted: Contents
    old: str


class Keeping(NamedTuple):
    """A work, and how it goes when nobody disturbs it."""

    name: str
    kept: Kept
    steps: int
    sizes: list[int]
    seconds: float


def kept_of(home: Path, folder: Path) -> Kept:
    """The new folder has a copy of the store and all that the works begin with."""
    folder.mkdir()
    shutil.copytree(home, folder / STORE)
    (folder / DISK).mkdir()

    def prepare() -> None:
        store = Store(folder / STORE)
        write_private(store.home / "settings.toml", b"[log]\nslow_seconds = 9\n")
        for name in KEYS:
            new_key(folder / name, store.home)
        backup(store, folder / DISK / OLD, _key(folder, KEYS[0]))

    asked(prepare)
    return Kept(folder, asked(lambda: contents_of(folder / STORE)), _digest(folder / DISK / OLD))


def known_of(name: str, kept: Kept) -> Keeping:
    """The work was done once, undisturbed."""
    place = _copied(kept)
    ended = run(WORKS[name](place), Kill())
    if ended.status:
        raise RuntimeError(f"{name}: {ended.errors[-2000:]}")
    sizes = [path.stat().st_size for path in place.rglob("*") if path.is_file()]
    return Keeping(name, kept, ended.steps, sizes, ended.seconds)


def survived(keeping: Keeping, kill: Kill) -> tuple[Ended, list[str]]:
    """How the work ended that was to be killed so, and all that was wrong then and after the same again."""
    place = _copied(keeping.kept)
    work = WORKS[keeping.name](place)
    ended = run(work, kill)
    found = broken(lambda: list(_broken(keeping, place, ended.said)))
    again = run(work)  # refuses rightly where the first had come to its end before it died
    left = broken(lambda: [*_broken(keeping, place, again.said), *_left(keeping, place)])
    return ended, [*found, *left, *([again.errors[-500:]] if left and again.errors else [])]


def contents_of(home: Path) -> Contents:
    """What a backup must give back: each file's record and bytes, the decisions, the settings."""
    store = Store(home)
    files = {path.name: _digest(path) for path in sorted(store.sources.iterdir())}
    events = [[event.kind, event.subject, event.body, event.at] for event in store.ledger.events()]
    return {"files": files, "events": events, "settings": (home / "settings.toml").read_text()}


def _copied(kept: Kept) -> Path:
    place = kept.folder.with_name("keeping")
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(kept.folder, place)
    return place


def _key(place: Path, name: str) -> bytes:
    return key_of(KeyPlace(place / name), place / STORE)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _broken(keeping: Keeping, place: Path, said: list[str]) -> Iterator[str]:
    """What must never be: a store or a backup that is not whole, or one that was said to be there and is not."""
    store = Store(place / STORE)
    if contents_of(store.home) != keeping.kept.wanted:
        yield "the store is not what it was"
    yield from chain_findings(store.ledger)
    yield from (f"{path}: others than its owner may see it" for path in loose(store.home))
    if keeping.name != "rekey" and _digest(place / DISK / OLD) != keeping.kept.old:
        yield "the old backup was touched"
    for path in (place / DISK).glob("*.backup"):
        if _contents_in(path, place) != [keeping.kept.wanted]:
            yield f"{path.name}: not a whole backup that opens with one key"
    if (place / AGAIN).exists() and contents_of(place / AGAIN) != keeping.kept.wanted:
        yield "what was restored is not what was backed up"
    if said and not _done(keeping.name, place):
        yield f"said and not done: {said[0]}"


def _contents_in(path: Path, place: Path) -> list[Contents]:
    """What the backup holds by each key that opens it."""
    found = []
    for name in KEYS:
        with contextlib.suppress(Refused):
            restore(path, place / "look", _key(place, name))
            found.append(contents_of(place / "look"))
            shutil.rmtree(place / "look")
    return found


def _done(name: str, place: Path) -> list[str]:
    """What shows that the work has come to its end, though its process may have died before it said so."""
    backups = [path.name for path in (place / DISK).glob("*.backup")]
    if name == "backup":
        return [one for one in backups if one != OLD]
    if name == "restore":
        return [path.name for path in place.glob(AGAIN)]
    with contextlib.suppress(Refused):
        restore(place / DISK / OLD, place / "look", _key(place, KEYS[1]))
        shutil.rmtree(place / "look")
        return backups
    return []


def _left(keeping: Keeping, place: Path) -> Iterator[str]:
    """What is not as after an undisturbed run."""
    if not _done(keeping.name, place):
        yield "it is not done"
    names = {STORE, DISK, *KEYS, *([AGAIN] if keeping.name == "restore" else [])}
    found = [path for folder in (place, place / DISK, place / STORE / "work") for path in folder.iterdir()]
    yield from (f"{path.name} is left over" for path in found if path.name not in names and path.suffix != ".backup")


def _backup(place: Path) -> Work:
    return command(place / STORE, "backup", place / DISK, "--key-file", place / KEYS[0])


def _rekey(place: Path) -> Work:
    new = ("--new-key-file", place / KEYS[1])
    return command(place / STORE, "rekey", place / DISK / OLD, "--key-file", place / KEYS[0], *new)


def _restore(place: Path) -> Work:
    return command(place / AGAIN, "restore", place / DISK / OLD, "--key-file", place / KEYS[0], "--no-build")


WORKS: dict[str, Callable[[Path], Work]] = {"backup": _backup, "rekey": _rekey, "restore": _restore}
