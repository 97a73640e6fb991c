"""What a lake of many machines knows of files: their rows, the names under which they came, and where they are."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from pipelines.cluster_lake import SOURCE, manifests, read_parts, source_schema, versioned, written
from pipelines.cluster_parts import part_name
from pipelines.cluster_tasks import Found
from pipelines.disk import stamp_after
from pipelines.errors import StoreError
from pipelines.lake import File, file_of, sql_columns
from pipelines.reading import Mapping

STAMP = "%Y%m%dT%H%M%S%f"


class Arrived(NamedTuple):
    """A file under one of the names it came under."""

    found: Found
    received_at: str
    mapping: Mapping | None = None


def new_batch(lake: str) -> str:
    """This moment as a batch's name, greater than every name so far even where a clock went back."""
    return stamp_after(max((manifest.batch for manifest in manifests(lake)), default=""), STAMP)


def known_rows(lake: str, sha256s: Collection[str]) -> dict[str, File]:
    """The rows of those of these files that are in the lake; StoreError where one cannot be told from another's."""
    file_ids = {sha256[:12]: sha256 for sha256 in sha256s}
    here = _among("file_id", file_ids)
    rows = [row for table in read_parts(lake, "file", list(sql_columns("file")), here) for row in table.to_pylist()]
    doubtful = next((row for row in rows if file_ids[row["file_id"]] != row["sha256"]), None)
    if doubtful or len(file_ids) < len(set(sha256s)):
        raise StoreError("a file's SHA-256 begins like another file's; it cannot be told from that one")
    return {row["sha256"]: file_of(row) for row in rows}


def known_names(lake: str, sha256s: Collection[str]) -> dict[str, set[str]]:
    """The names under which these files came."""
    names: dict[str, set[str]] = defaultdict(set)
    for table in read_parts(lake, SOURCE, ["sha256", "file_name"], _among("sha256", sha256s)):
        for row in table.to_pylist():
            names[row["sha256"]].add(row["file_name"])
    return names


def _among(column: str, values: Collection[str]) -> Any:
    """The Arrow expression for a row whose column has one of these values."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.field(column).isin(pa.array(values, pa.string()))


def write_sources(lake: str, batch: str, arrived: Iterable[Arrived]) -> dict[str, int]:
    """Where these files are, and their names, is in the lake; the part file's row count by its place."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [_source(each) for each in arrived]
    part = part_name(SOURCE, batch, 0)
    with written(f"{versioned(lake)}/{part}") as stream:
        pq.write_table(pa.Table.from_pylist(rows, schema=source_schema()), stream, compression="zstd")
    return {part: len(rows)}


def _source(arrived: Arrived) -> dict[str, Any]:
    found, received_at, mapping = arrived
    return {
        "sha256": found.sha256,
        "file_name": found.name,
        "url": found.given.url,
        "listed_name": found.given.name,
        "listed_bytes": found.given.byte_count,
        "changed_at": found.given.changed_at,
        "member": found.member,
        "received_at": received_at,
        "kind": found.kind,
        "mapping": json.dumps(mapping) if mapping else None,
        "byte_count": found.byte_count,
        "is_demo": found.is_demo,
    }
