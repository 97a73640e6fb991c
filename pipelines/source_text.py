"""The text that rows came from: segments of a file in the store, or of one that a cluster read where it is.

Of a file that lies somewhere else only what is asked for is read, however large it is, and only where it is the same
file still; where it cannot be had, the place where it should be is told.
"""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, BinaryIO

from pipelines.disk import write_private
from pipelines.errors import NoSuchFile, NotReadable, StoreError
from pipelines.reading import stored_source
from pipelines.x12.cuts import Cut
from pipelines.x12.pieces import PieceStream
from pipelines.x12.segments import SegmentStream, open_segments
from pipelines.x12.values import text

if TYPE_CHECKING:
    from pipelines.store import Store

Found = list[tuple[int, str]]  # byte offset and text of each segment
RECODED = "utf_16"  # offsets of such a file are not its own


def segments(store: "Store", file_id: str, start: int, end: int) -> Found:
    """The segments of an X12 file that begin at byte `start` or later but before `end`; StoreError where it is gone."""
    try:
        record = store.find(file_id)
    except NoSuchFile:
        return _in_a_lake(store, file_id, start, end)
    with stored_source(record.name, store.source_path(record.sha256)).open() as stream:
        return _between(open_segments(stream, record.name), start, end)


def remember_lake(store: "Store", lake: str) -> None:
    """Files that were read into this lake are looked for there from now on, before all others."""
    known = known_lakes(store)
    lakes = [lake, *(other for other in known if other != lake)]
    if lakes != known:
        beside = store.lakes_path.with_suffix(".new")
        write_private(beside, json.dumps(lakes, indent=1).encode())
        beside.replace(store.lakes_path)  # whoever is killed here has not lost the others


def known_lakes(store: "Store") -> list[str]:
    """The lakes that files were read into from this store, the latest first."""
    return list(json.loads(store.lakes_path.read_text(encoding="utf-8"))) if store.lakes_path.exists() else []


def _in_a_lake(store: "Store", file_id: str, start: int, end: int) -> Found:
    import pyarrow.compute as pc

    from pipelines.cluster_lake import SOURCE, read_parts, source_schema

    for lake in known_lakes(store):
        where = pc.starts_with(pc.field("sha256"), file_id)
        rows = [row for part in read_parts(lake, SOURCE, source_schema().names, where) for row in part.to_pylist()]
        if rows:
            return _where_it_is(rows, start, end)
    raise NoSuchFile(f"{file_id}: no file of this store is called so")


def _where_it_is(places: Iterable[dict[str, Any]], start: int, end: int) -> Found:
    """The segments from the first of these places where the file is still; StoreError names the last one tried."""
    problem: Exception = StoreError("nowhere")
    for place in places:
        try:
            return _opened(place, start, end)
        except (StoreError, NotReadable, OSError) as found:
            problem = found
    raise StoreError(f"{place['file_name']}: its text is in {place['url']}, which cannot be had here ({problem})")


def _opened(place: dict[str, Any], start: int, end: int) -> Found:
    from pipelines.cluster_sources import Given, opened, sources_in
    from pipelines.limits import USUAL

    given = Given(place["url"], place["listed_name"], place["listed_bytes"], place["changed_at"])
    found = (source for member, source in enumerate(sources_in(given, USUAL)) if member == place["member"])
    if (source := next(found, None)) is None:
        raise StoreError(f"it has no {place['member'] + 1} files in it any more")
    with source.open() as stream:
        whole = open_segments(stream, source.name)
        is_itself = source.name == given.name and not any(odd.code == RECODED for odd in whole.oddities)
        if not is_itself:
            return _between(whole, start, end)
    with opened(given) as stream:
        return _between(_from(stream, whole, start), start, end)


def _from(stream: BinaryIO, whole: SegmentStream, start: int) -> SegmentStream:
    """The segments from this byte on, parted as those at the file's start are."""
    stream.seek(start)
    separator = whole.delimiters.terminator
    return PieceStream(stream, whole.name, (), Cut(1, start, whole.delimiters, separator, b""))


def _between(stream: SegmentStream, start: int, end: int) -> Found:
    found: Found = []
    for batch in stream.batches():
        for offset, piece in zip(batch.offsets, batch.pieces, strict=False):  # one offset more: the end
            if offset >= end:
                return found
            if offset >= start:
                found.append((offset, text(piece) or ""))
    return found
