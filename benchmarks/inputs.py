"""Seeded inputs: a demo practice in pieces, made by several processes; one file of any size; the days that arrive.

What lies in the folder already, from an earlier run with the same number of claims, is used again.
"""

import dataclasses
import itertools
import multiprocessing
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from pipelines.demo import write_demo

SEED = 2026
PIECE_CLAIMS = 50_000  # claims of a piece at most: a minute's work
DAY_LINES = 10_000
DATED = re.compile(r"_(\d{8})\.(835|837|277|999)$")
ISA = "ISA*00*{0:10}*00*{0:10}*ZZ*DBDEMO         *ZZ*DENIALBOARD    *261031*0600*^*00501*000000001*0*T*:"
KINDS = {"835": ("HP", "005010X221A1"), "837": ("HC", "005010X222A1")}


@dataclasses.dataclass(frozen=True)
class Practice:
    """The files of a practice: those of `base` first, in pieces, then those of each of `days`, oldest first."""

    base: tuple[Path, ...]
    days: tuple[Path, ...]


def make_practice(folder: Path, claims: int, pieces: Path | None = None, day_count: int = 3) -> Practice:
    """The practice lies in `folder`; `pieces` is a folder of pieces that were made before."""
    made = [path for path in sorted((pieces or _make_pieces(folder, claims)).iterdir()) if path.is_dir()]
    base, days = folder / "base", folder / "days"
    if not days.exists():
        shutil.rmtree(base, ignore_errors=True)
        days.mkdir(parents=True)
        _part(made, base, days, day_count)
    return Practice(tuple(sorted(base.iterdir())), tuple(sorted(days.iterdir())))


def _make_pieces(folder: Path, claims: int) -> Path:
    """Every piece is there, made by as many processes as there are cores."""
    target = folder / "pieces"
    count = -(-claims // PIECE_CLAIMS)
    missing = [piece for piece in range(count) if not (target / f"piece_{piece:03d}").exists()]
    with ProcessPoolExecutor(os.cpu_count(), mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(make_piece, itertools.repeat(target), itertools.repeat(-(-claims // count)), missing))
    return target


def make_piece(target: Path, claims: int, piece: int) -> None:
    """One piece lies in its folder, whole."""
    half_done = target / f".piece_{piece:03d}"
    shutil.rmtree(half_done, ignore_errors=True)
    write_demo(half_done, claims=claims, seed=SEED, piece=piece)
    half_done.rename(target / f"piece_{piece:03d}")


def _part(pieces: list[Path], base: Path, days: Path, count: int) -> None:
    """The newest days' files, up to DAY_LINES lines of each, lie in `days`, all others in `base`: as hard links."""
    dates = sorted({date for piece in pieces for path in piece.glob("*.835") if (date := _date(path))})[-count:]
    for before, date in zip(["0", *dates], [*dates, "9"], strict=True):
        if date != "9":
            _link(_of_day(pieces, before if before != "0" else _before(pieces, date), date), days / date)
    taken = {path.name: None for path in days.rglob("*") if path.is_file()}
    for piece in pieces:
        _link([path for path in sorted(piece.iterdir()) if _linked(piece, path) not in taken], base / piece.name)


def _before(pieces: list[Path], date: str) -> str:
    """The last date before this one on which a remittance came."""
    dates = {found for piece in pieces for path in piece.glob("*.835") if (found := _date(path)) < date}
    return max(dates, default="0")


def _of_day(pieces: list[Path], before: str, date: str) -> list[Path]:
    """Files that came after `before` and up to `date`, piece by piece, until there are lines enough."""
    found, lines = [], 0
    for piece in pieces:
        for path in sorted(piece.iterdir()):
            if before < _date(path) <= date and lines < DAY_LINES:
                found.append(path)
                lines += len(re.findall(rb"~\n(?:SVC|SV1)\*", path.read_bytes()))
    return found


def _date(path: Path) -> str:
    found = DATED.search(path.name)
    return found[1] if found else ""


def _linked(piece: Path, path: Path) -> str:
    return f"{piece.name}_{path.name}"


def _link(paths: Iterable[Path], folder: Path) -> None:
    """The files lie in the folder too, under names that say of which piece they are."""
    folder.mkdir(parents=True)
    for path in paths:
        (folder / _linked(path.parent, path)).hardlink_to(path)


def one_file(practice: Practice, kind: str, path: Path, megabytes: float) -> Path:
    """One interchange of about this size lies at `path`: the practice's transactions, one after the other, on one line.

    It begins anew when there are no more. Payers' ids are digits: one of the rivals takes no others.
    """
    group, version = KINDS[kind]
    size = number = 0
    with path.open("w", encoding="ascii") as file:
        file.write(f"{ISA.format('')}~GS*{group}*DBDEMO*DENIALBOARD*20261031*0600*1*X*{version}~")
        for body in _bodies(practice, kind):
            number += 1
            size += file.write(_renumbered(body, number))
            if size >= megabytes * 1e6:
                break
        file.write(f"GE*{number}*1~IEA*1*000000001~")
    return path


def _bodies(practice: Practice, kind: str) -> Iterator[str]:
    """Every transaction of this kind, again and again."""
    while True:
        for folder in practice.base:
            for path in sorted(folder.glob(f"*.{kind}")):
                text = path.read_text("ascii").replace("~\n", "~")
                for found in re.finditer(r"ST\*.*?~SE\*[^~]*~", text):
                    yield re.sub(r"\*DM(\d+)", r"*99\1", found[0])


def _renumbered(body: str, number: int) -> str:
    body = re.sub(r"^ST\*(\d+)\*\d+", rf"ST*\1*{number:04d}", body)
    return re.sub(r"SE\*(\d+)\*\d+~$", rf"SE*\1*{number:04d}~", body)


def megabytes_of(paths: Iterable[Path]) -> float:
    """What the files weigh."""
    return sum(path.stat().st_size for path in paths) / 1e6
