"""A lake that many machines write and read: the tables of a store's lake, gathered by table under one URL.

    <lake>/v<n>/<table>/batch=<stamp>/part-<task>.parquet    rows of many files; columns and types as `lake_schema`
    <lake>/v<n>/source/batch=<stamp>/part-00000.parquet      where each of these files is, and its record
    <lake>/v<n>/manifest/<stamp>.json                        the batch's part files and their row counts; written last

A batch is there exactly when its manifest is. What no manifest names was left by an ingest that was killed; it is never
read. The URL is whatever Arrow can reach (file, s3, gs, hdfs, abfs), or a plain path that all machines share.
"""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from pipelines.errors import StoreError
from pipelines.lake import LAKE_TABLES
from pipelines.store import Record
from pipelines.usable import LAKE_VERSION

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow.fs import FileSystem

SOURCE = "source"
ARROW_SCHEMES = {"s3a": "s3", "s3n": "s3", "abfss": "abfs"}  # as Hadoop calls them: as Arrow does


class Manifest(NamedTuple):
    """What one ingest added: the rows of each part file by its place under `<lake>/v<n>`."""

    batch: str
    parts: dict[str, int]

    def of(self, table: str) -> list[str]:
        """The part files of one table."""
        return [part for part in self.parts if part.startswith(f"{table}/")]


def filesystem(url: str) -> "tuple[FileSystem, str]":
    """The file system of a URL or a plain path, and the path in it; StoreError where there is none such."""
    import pyarrow as pa
    from pyarrow.fs import FileSystem, LocalFileSystem

    scheme, mark, rest = url.partition("://")
    if not mark:
        return LocalFileSystem(), str(Path(url).absolute())
    try:
        found, path = FileSystem.from_uri(f"{ARROW_SCHEMES.get(scheme, scheme)}://{rest}")
    except (pa.ArrowException, OSError, ValueError) as problem:
        raise StoreError(
            f"{url}: cannot be reached ({problem}); wanted a folder or a URL such as s3://..."
        ) from problem
    return found, path.rstrip("/")


def versioned(lake: str) -> str:
    """The URL of the rows as this version of the program reads them."""
    return f"{lake.rstrip('/')}/v{LAKE_VERSION}"


def prepare(lake: str) -> None:
    """The lake's folder exists; one that is made here, on a disk, is its owner's alone."""
    from pyarrow.fs import LocalFileSystem

    files, path = filesystem(lake)
    if isinstance(files, LocalFileSystem):
        Path(path).mkdir(mode=0o700, parents=True, exist_ok=True)


@contextlib.contextmanager
def written(url: str) -> Iterator[BinaryIO]:
    """A new file that is there under its name once it is whole, and not before."""
    import uuid

    files, path = filesystem(url)
    files.create_dir(path.rpartition("/")[0], recursive=True)
    beside = f"{path}.{uuid.uuid4().hex[:8]}.tmp"
    with files.open_output_stream(beside) as stream:
        yield stream
    files.move(beside, path)


def write_manifest(lake: str, manifest: Manifest) -> None:
    """The batch is in the lake."""
    with written(f"{versioned(lake)}/manifest/{manifest.batch}.json") as stream:
        stream.write(json.dumps(manifest._asdict(), indent=1).encode())


def manifests(lake: str) -> list[Manifest]:
    """Every whole batch, the oldest first; StoreError for a manifest that is none."""
    from pyarrow.fs import FileSelector

    files, folder = filesystem(f"{versioned(lake)}/manifest")
    found = files.get_file_info(FileSelector(folder, allow_not_found=True))
    paths = sorted(each.path for each in found if each.path.endswith(".json"))
    return [_read_manifest(files, path) for path in paths]


def _read_manifest(files: "FileSystem", path: str) -> Manifest:
    with files.open_input_stream(path) as stream:
        content = stream.read()
    try:
        return Manifest(**json.loads(content))
    except (ValueError, TypeError) as problem:
        raise StoreError(f"{path}: not a manifest of this lake ({problem}); ingest its files anew") from problem


def lake_parts(lake: str) -> dict[str, list[str]]:
    """Of each lake table that has rows the URLs of its part files, those of whole batches."""
    root, batches = versioned(lake), manifests(lake)
    found = {table: [f"{root}/{part}" for batch in batches for part in batch.of(table)] for table in LAKE_TABLES}
    return {table: parts for table, parts in found.items() if parts}


def read_parts(lake: str, table: str, wanted: "list[str]", where: Any = None) -> "list[pa.Table]":
    """These columns of the table in every whole batch, batch by batch; `where` is an Arrow expression."""
    import pyarrow.parquet as pq

    files, root = filesystem(versioned(lake))
    paths = [f"{root}/{part}" for batch in manifests(lake) for part in batch.of(table)]
    return [pq.read_table(path, columns=wanted, filesystem=files, filters=where, partitioning=None) for path in paths]


def source_schema() -> "pa.Schema":
    """The Arrow schema of `source`: one row for each name under which a file came."""
    import pyarrow as pa

    texts = ("sha256", "file_name", "url", "listed_name", "received_at", "kind", "mapping")
    numbers = ("listed_bytes", "changed_at", "member", "byte_count")
    fields = [(name, pa.string()) for name in texts] + [(name, pa.int64()) for name in numbers]
    return pa.schema([*fields, ("is_demo", pa.bool_())])


def lake_records(lake: str) -> list[Record]:
    """Every accepted file, in the order of arrival, with all the names under which it came."""
    columns = source_schema().names
    found: dict[str, Record] = {}
    for table in read_parts(lake, SOURCE, columns):
        for row in table.to_pylist():
            known = found.get(row["sha256"])
            found[row["sha256"]] = _record(row, known.names if known else ())
    return sorted(found.values(), key=lambda record: (record.received_at, record.sha256))


def _record(row: dict[str, Any], names: tuple[str, ...]) -> Record:
    """The record of a file that came under these names before."""
    return Record(
        row["sha256"],
        tuple(dict.fromkeys((*names, row["file_name"]))),
        row["byte_count"],
        row["received_at"],
        row["kind"],
        json.loads(row["mapping"]) if row["mapping"] else None,
        row["is_demo"],
    )
