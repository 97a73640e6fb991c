"""The files of one run read by a cluster: small ones together, huge ones in pieces that are put together here.

A huge file whose pieces do not fit together, or of which one cannot be read, is read once more, whole: so it is taken,
or refused, with the very words with which it would have been at home.
"""

import datetime
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from pipelines.cluster_parts import Parts, own_folder
from pipelines.cluster_tasks import (
    FilesRead,
    PieceRead,
    Place,
    ReadFiles,
    ReadPiece,
    Result,
    Sizes,
    Task,
    Wanted,
    byte_count_of,
)
from pipelines.ingest import grouped
from pipelines.lake import File, LakeWriter
from pipelines.limits import Limits
from pipelines.reading import Reading, Words
from pipelines.rows import Row
from pipelines.tally import Tally
from pipelines.x12.cuts import bounds_of
from pipelines.x12.pieces import joined

MOST_FILES = 5_000  # that one task reads


class Runs(Protocol):
    """Whatever runs tasks: a cluster; a test's own."""

    def run(self, tasks: Sequence[Task]) -> list[Result]:
        """What came of each task, in their order."""


class Read(NamedTuple):
    """What came of each file by its SHA-256, and the rows of every part file by its place in the lake."""

    readings: dict[str, Reading]
    parts: dict[str, int]


class Reader:
    """One run's tasks, numbered through."""

    def __init__(self, cluster: Runs, lake: str, batch: str, limits: Limits, sizes: Sizes, words: Words) -> None:
        self._cluster, self._limits, self._sizes, self._words = cluster, limits, sizes, words
        self._places = (Place(lake, batch, task) for task in itertools.count())

    def read(self, wanted: list[Wanted]) -> Read:
        """Every file is read or refused; rows are in the lake, in part files that no manifest names yet."""
        huge = [file for file in wanted if file.found.cuts]
        small = [file for file in wanted if not file.found.cuts]
        results = self._cluster.run([*self._of_files(small), *self._of_pieces(huge)])
        whole = [result for result in results if isinstance(result, FilesRead)]
        pieces = (result for result in results if isinstance(result, PieceRead))
        fitting: list[_Pieces] = []
        for file in huge:
            own = list(itertools.islice(pieces, len(file.found.cuts or []) + 1))
            fitting.append(_Pieces(file, own, _held(file, own)))
        again = [each.wanted for each in fitting if each.held is None]
        whole += self._cluster.run([self._task([file]) for file in again])
        read = Read({}, {})
        for result in whole:
            read.readings.update({reading.row.sha256: reading for reading in result.readings})
            read.parts.update(result.parts)
        self._join([each for each in fitting if each.held is not None], read)
        return read

    def _of_files(self, files: list[Wanted]) -> Iterator[ReadFiles]:
        return map(self._task, grouped(files, byte_count_of, self._sizes.group, MOST_FILES))

    def _task(self, files: list[Wanted]) -> ReadFiles:
        return ReadFiles(next(self._places), [_without_cuts(file) for file in files], self._limits, self._words)

    def _of_pieces(self, files: list[Wanted]) -> Iterator[ReadPiece]:
        for file in files:
            for start, first, last in bounds_of(file.found.cuts or [], file.found.byte_count):
                yield ReadPiece(next(self._places), _without_cuts(file), start, first, last)

    def _join(self, files: "list[_Pieces]", read: Read) -> None:
        """What the pieces held back, and each file's own row, are in the lake too."""
        with own_folder() as folder:
            parts = Parts(folder)
            for file in files:
                row = _write(file, folder / file.wanted.found.sha256)
                parts.add(folder / row.sha256)
                read.readings[row.sha256] = Reading(row, is_demo=file.wanted.found.is_demo)
                for piece in file.pieces:
                    read.parts.update(piece.parts)
            read.parts.update(parts.put(*next(self._places)))


class _Pieces(NamedTuple):
    """A huge file's pieces, and what they held back; None where they do not fit together."""

    wanted: Wanted
    pieces: list[PieceRead]
    held: list[Row] | None


def _without_cuts(wanted: Wanted) -> Wanted:
    return wanted._replace(found=wanted.found._replace(cuts=None))


def _held(wanted: Wanted, pieces: list[PieceRead]) -> list[Row] | None:
    ends = [piece.end for piece in pieces if piece.end is not None]
    return joined(wanted.found.cuts or [], wanted.found.kind, ends) if len(ends) == len(pieces) else None


def _write(file: _Pieces, folder: Path) -> File:
    """The rows of the file that are no piece's own are in this lake folder; its row there is returned."""
    found, received_at = file.wanted
    folder.mkdir()
    writer = LakeWriter(folder, found.sha256[:12], found.name)
    writer.write(file.held or [])
    writer.flush()
    tally = Tally()
    for each in (writer.tally, *(piece.tally for piece in file.pieces)):
        tally.take_in(each)
    moment = datetime.datetime.fromisoformat(received_at)
    row = File(found.sha256, found.name, found.kind, "loaded", found.byte_count, moment, **tally.counts)
    writer.write([row])
    writer.close()
    return row
