"""First bytes -> which reader; a file -> its rows. A new kind of input is one module and one line in READERS."""

from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO, TypeVar

from pipelines.archives import GZIP, ZIP, Source, expand
from pipelines.errors import MappingNeeded, NotReadable
from pipelines.kinds import HEAD_BYTES, detect, of_no_use
from pipelines.rows import Row
from pipelines.rows.batch import RowBatch

__all__ = ["Source", "detect", "expand", "read", "read_batches"]

Read = TypeVar("Read")
Reader = Callable[[BinaryIO, str, Mapping[str, str] | None], Iterator[Read]]


def read(source: Source, mapping: Mapping[str, str] | None = None) -> Iterator[Row]:
    """Yield the rows of a file by the reader of its kind; raises NotReadable, MappingNeeded for an unclear log."""
    return _read(source, mapping, READERS)


def read_batches(source: Source, mapping: Mapping[str, str] | None = None) -> Iterator[Row | RowBatch]:
    """Yield the same rows in no certain order, many at once where the kind has a reader that works by columns."""
    return _read(source, mapping, BATCH_READERS)


def _read(source: Source, mapping: Mapping[str, str] | None, readers: "dict[str, Reader[Read]]") -> Iterator[Read]:
    with source.open() as stream:
        head = stream.read(HEAD_BYTES)
    kind = detect(head, source.name)
    reader = readers.get(kind)
    if reader is None:
        got = _described(head)
        wanted = "an 835, 837, 277CA or 999, or a denial log as CSV, TSV, XLSX or XLS"
        raise NotReadable(source.name, got, wanted, 1)
    with source.open() as stream:
        try:
            yield from reader(stream, source.name, mapping)
        except MappingNeeded as refusal:
            raise refusal.at(source.place or source.name) from None


def _described(head: bytes) -> str:
    """Say in words what an unknown file is, or else begins with."""
    if head.startswith((ZIP, GZIP)):
        return "an archive that is damaged or lies too deep in others"
    if what := of_no_use(head):
        return what
    start = head[:40].decode("latin-1").strip()
    if not start:
        return "an empty file"
    start = start.splitlines()[0]
    return f"a file that begins {start!r}" if start.isprintable() else f"bytes {head[:8].hex(' ')}"


def _read_remittance(stream: BinaryIO, name: str, mapping: Mapping[str, str] | None) -> Iterator[Row]:
    from pipelines.x12.remittance import read_remittance

    return read_remittance(stream, name)


def _read_remittance_columns(
    stream: BinaryIO, name: str, mapping: Mapping[str, str] | None
) -> Iterator[Row | RowBatch]:
    from pipelines.x12.remittance_columns import read_remittance_columns

    return read_remittance_columns(stream, name)


def _read_claims(stream: BinaryIO, name: str, mapping: Mapping[str, str] | None) -> Iterator[Row]:
    from pipelines.x12.claim import read_claims

    return read_claims(stream, name)


def _read_claims_columns(stream: BinaryIO, name: str, mapping: Mapping[str, str] | None) -> Iterator[Row | RowBatch]:
    from pipelines.x12.claim_columns import read_claims_columns

    return read_claims_columns(stream, name)


def _read_acknowledgements(stream: BinaryIO, name: str, mapping: Mapping[str, str] | None) -> Iterator[Row]:
    from pipelines.x12.acknowledgement import read_acknowledgements

    return read_acknowledgements(stream, name)


def _read_log(stream: BinaryIO, name: str, mapping: Mapping[str, str] | None) -> Iterator[Row]:
    from pipelines.denial_log import read_log

    return read_log(stream, name, dict(mapping) if mapping is not None else None)


READERS: dict[str, Reader[Row]] = {
    "835": _read_remittance,
    "837P": _read_claims,
    "837I": _read_claims,
    "837D": _read_claims,
    "277CA": _read_acknowledgements,
    "999": _read_acknowledgements,
    "denial_log": _read_log,
}
BATCH_READERS: dict[str, Reader[Row | RowBatch]] = {
    **READERS,
    "835": _read_remittance_columns,
    **dict.fromkeys(("837P", "837I", "837D"), _read_claims_columns),
}  # what `ingest` reads with
