"""One input through the readers: what must hold of each, whatever is in it.

Only documented errors; one second of CPU per megabyte; by rows and by columns the same; no silent loss (`fuzz_count`).
"""

import gc
import io
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple

from benchmarks.fuzz_count import Account, Piece, counted, lost_of, of_claims
from pipelines.errors import DenialboardError
from pipelines.rows import Oddity
from pipelines.rows.batch import RowBatch, batch_of, columns
from pipelines.sources import BATCH_READERS, READERS, Source

NAME = "fuzzed"
READER = {"835": "835", "837": "837P", "277CA": "277CA", "log": "denial_log"}
DAY = re.compile(r"\d{8}", re.ASCII)
ALLOWED, PER_MEGABYTE = 0.1, 1.0  # seconds of CPU


class Read(NamedTuple):
    """What one reader made of an input: its rows, why it refused it, the seconds of CPU it took."""

    rows: list[Any]
    refusal: str
    seconds: float


class Finding(NamedTuple):
    """One thing that must not be, in one line; `rule` groups findings of a kind."""

    rule: str
    what: str


def read(readers: dict[str, Callable[..., Iterator[Any]]], kind: str, data: bytes, name: str = NAME) -> Read:
    """The rows, or the refusal; any error but ours comes out."""
    started, rows, refusal = time.process_time(), [], ""
    try:
        for row in readers[READER[kind]](io.BytesIO(data), name, None):
            rows.append(row)
    except DenialboardError as problem:
        refusal = f"{type(problem).__name__}: {problem}"
    return Read(rows, refusal, time.process_time() - started)


def check(
    kind: str, data: bytes, place: int, by_columns: Callable[[str, bytes], Read] | None = None
) -> tuple[list[Finding], Read]:
    """What is wrong with how an X12 input is read, and its rows; `place` chooses the segment that leaves a trace."""
    try:
        first = read(READERS, kind, data)
        second = read(BATCH_READERS, kind, data) if kind != "277CA" and place % 2 else first
        third = by_columns(kind, data) if by_columns else None
    except Exception as problem:  # whatever it is, it is what we are looking for
        return [Finding("error", describe(problem))], Read([], "", 0.0)
    found = [*too_slow(kind, data, first), *too_slow(kind, data, second)]
    found += differing(first, second, "batches")
    if third is not None:
        found += differing(first, third, "columns")
    if not first.refusal and (pieces := counted(data)) is not None:
        found += [Finding("lost", what) for what in lost_of(kind, pieces, first.rows)]
        if place % 2 == 0:
            found += traceless(kind, data, pieces, first, place // 2)
    return found, first


def forced(kind: str, data: bytes) -> Read:
    """The file read by columns, however small it is."""
    from pipelines.x12 import claim_columns, remittance_columns

    module = remittance_columns if kind == "835" else claim_columns
    usual, module.WORTH_IT = module.WORTH_IT, 0
    try:
        return read(BATCH_READERS, kind, data)
    finally:
        module.WORTH_IT = usual


def together(kind: str, group: list[tuple[bytes, Read]]) -> Iterator[tuple[int, Finding]]:
    """What differs where small files are read together, and the place in the group of the file it is about."""
    from pipelines.together import read_together

    sources = [Source(NAME, partial(io.BytesIO, data)) for data, _ in group]
    try:
        found = read_together(sources, [READER[kind]] * len(sources))  # whatever `detect` makes of them
    except Exception as problem:
        yield 0, Finding("error", describe(problem))
        return
    for place, (rows, (_, alone)) in enumerate(zip(found, group, strict=True)):
        if rows is not None:
            yield from ((place, finding) for finding in differing(alone, Read(rows, "", 0.0), "together"))


def describe(problem: BaseException) -> str:
    """The error and the deepest line of ours that it came through."""
    place, trace = "", problem.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if "pipelines" in code.co_filename:
            place = f"{code.co_filename.rpartition('pipelines/')[2]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(problem).__name__} at {place}: {str(problem)[:200]}"


def too_slow(kind: str, data: bytes, first: Read, size: int = 0) -> list[Finding]:
    """A finding where reading took too long, and does so again and again."""
    allowed = ALLOWED + PER_MEGABYTE * max(len(data), size) / 1e6
    if first.seconds <= allowed:
        return []
    gc.collect()
    seconds = min(read(READERS, kind, data).seconds for _ in range(3))
    return [Finding("slow", f"{len(data)} bytes took {seconds:.2f} s of CPU")] if seconds > allowed else []


def differing(first: Read, second: Read, how: str) -> list[Finding]:
    """A finding where another way of reading gives other rows, or another refusal."""
    if first.refusal != second.refusal:
        return [Finding("differ", f"by {how}: {second.refusal!r} instead of {first.refusal!r}")]
    if len(first.rows) == len(second.rows) and repr(first.rows) == repr(second.rows):
        return []
    by_batches = any(isinstance(row, RowBatch) for row in second.rows)
    ours, others = as_counter(first.rows, by_batches), as_counter(second.rows, by_batches)
    if ours == others:
        return []
    only = [str(each)[:300] for each in (ours - others, others - ours)]
    return [Finding("differ", f"by {how}: {' / '.join(only)}")]


def as_counter(rows: list[Any], by_batches: bool = True) -> Counter[tuple[Any, ...]]:
    """Every row as a tuple; batches and single rows alike where there are batches."""
    found: Counter[tuple[Any, ...]] = Counter()
    single: dict[type, list[Any]] = {}
    for row in rows:
        if isinstance(row, RowBatch):
            row.rows.validate(full=True)
            found.update(zip(*(column.to_pylist() for column in row.rows.columns), strict=True))
        else:
            single.setdefault(type(row), []).append(row)
    for kind, same in single.items():
        if by_batches:
            found.update(zip(*(column.to_pylist() for column in batch_of(same).rows.columns), strict=True))
        else:
            found.update(map(attrgetter(*columns(kind)), same))
    return found


def traceless(kind: str, data: bytes, pieces: list[Piece], first: Read, place: int) -> list[Finding]:
    """A finding where a segment could be taken out and nothing of rows or oddities would change."""
    candidates = of_claims(kind, pieces)
    if not candidates:
        return []
    piece = candidates[place % len(candidates)]
    raw = data[piece.offset :].split(data[105:106], 1)[0]
    if (
        not any(piece.elements[3 if piece.id == "NM1" else 2 :])
        or len(raw) < 3
        or _stands_twice(piece, pieces)
        or piece.id in Account(first.rows).told_ids
    ):
        return []
    without = data[: piece.offset] + b"ZZ9" + b"9" * (len(raw) - 3) + data[piece.offset + len(raw) :]
    second = read(READERS, kind, without)
    told, other = _told(first.rows, piece.offset), _told(second.rows, piece.offset)
    if second.refusal or told != other or "'line_without_service'" in " ".join(told) or _is_said(piece, " ".join(told)):
        return []
    return [Finding(f"no trace of {piece.id}", "*".join(piece.elements)[:80])]


def _is_said(piece: Piece, words: str) -> bool:
    """Whether the rows say what the segment says, but for that another segment says the same."""
    longest = max("-".join(piece.elements[1:]).split("-"), key=len)
    day = (
        f"datetime.date({int(longest[:4])}, {int(longest[4:6])}, {int(longest[6:])})"
        if DAY.fullmatch(longest)
        else longest
    )
    return len(longest) > 3 and (longest in words or day in words)


def _stands_twice(piece: Piece, pieces: list[Piece]) -> bool:
    return sum(other.elements == piece.elements for other in pieces) > 1


def _told(rows: list[Any], offset: int) -> Counter[str]:
    """Rows and oddities in words, without what only the unknown segment put in the place brings or hides."""
    found: Counter[str] = Counter()
    for row in rows:
        if isinstance(row, Oddity):
            is_of_the_unknown = row.byte_offset == offset and "ZZ9" in row.message
            if not is_of_the_unknown:
                found[repr(row)] += 1
        else:
            found[
                "".join(f"{name}={getattr(row, name)!r}," for name in type(row).__slots__ if name != "content_key")
            ] += 1
    return found
