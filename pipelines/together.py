"""Small files of one kind, read together by columns: what a practice has is thousands of files of a few dozen claims.

A kind that can be read so is one line in JOINT_READERS. A file that cannot be, or that nobody wants to be joined to, is
left to the readers of `sources`, which say what is wrong with it where something is.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from pipelines.rows import Row
from pipelines.rows.batch import RowBatch, batch_of
from pipelines.sources import Source

if TYPE_CHECKING:
    from pipelines.x12.delimiters import Delimiters
    from pipelines.x12.joined import Joined, Whole

FileRows = list[Row | RowBatch]
Opener = Callable[[], "Read"]  # imports the reader
Read = Callable[["Joined"], list[FileRows] | None]  # None: not these files together

WORTH_IT = 1 << 16  # bytes of all files; fewer are read as quickly by rows


def read_together(sources: Sequence[Source], kinds: Sequence[str]) -> list[FileRows | None]:
    """The rows of each file, in no certain order; None for a file that is to be read alone."""
    from pipelines.x12.joined import whole

    found: list[FileRows | None] = [None] * len(sources)
    alike: dict[tuple[Opener, Delimiters, str], list[tuple[int, Whole]]] = defaultdict(list)
    for place, (source, kind) in enumerate(zip(sources, kinds, strict=True)):
        if kind in JOINT_READERS:
            with source.open() as stream:
                file = whole(stream, source.name)
            if file is not None:
                alike[JOINT_READERS[kind], file.part.delimiters, file.part.separator].append((place, file))
    for (reader, *_), files in alike.items():
        for place, rows in _read(files, reader()):
            found[place] = rows
    return found


def _read(files: "list[tuple[int, Whole]]", read: Read) -> "Iterator[tuple[int, FileRows]]":
    """Yield the rows of those files that can be read together; where one cannot, its neighbours still are."""
    from pipelines.x12.joined import join

    if len(files) == 1 or sum(len(file.part.text) for _, file in files) < WORTH_IT:
        return
    joined = join([file for _, file in files])
    try:
        rows = None if joined is None else read(joined)
    except Exception:  # one is no such file, or the reader trips over it: each read alone says which
        return
    if rows is not None:
        yield from zip((place for place, _ in files), in_batches(rows), strict=True)
        return
    middle = len(files) // 2
    yield from _read(files[:middle], read)
    yield from _read(files[middle:], read)


def in_batches(files: list[FileRows]) -> list[FileRows]:
    """The same rows, all as batches: single rows of all files are made columns of at once."""
    batches: list[FileRows] = [[row for row in rows if type(row) is RowBatch] for rows in files]
    single: dict[type, list[list[Row]]] = defaultdict(lambda: [[] for _ in files])
    for place, rows in enumerate(files):
        for row in rows:
            if not isinstance(row, RowBatch):
                single[type(row)][place].append(row)
    for each in single.values():
        try:
            table, columns = batch_of(list(chain.from_iterable(each)))
        except OverflowError:  # whose number is too large, is told where that file is written
            return files
        start = 0
        for found, own in zip(batches, each, strict=True):
            if own:
                found.append(RowBatch(table, columns.slice(start, len(own))))
            start += len(own)
    return batches


def _remittances() -> Read:
    from pipelines.x12.remittance_columns import read_remittances_together

    return read_remittances_together


def _claims() -> Read:
    from pipelines.x12.claim_columns import read_claims_together

    return read_claims_together


JOINT_READERS: dict[str, Opener] = {
    "835": _remittances,
    **dict.fromkeys(("837P", "837I", "837D"), _claims),
}
