import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipelines.cluster_lake import (
    SOURCE,
    Manifest,
    filesystem,
    lake_parts,
    lake_records,
    manifests,
    prepare,
    source_schema,
    versioned,
    write_manifest,
    written,
)
from pipelines.errors import StoreError

SENT = {
    "sha256": "ab" * 32,
    "url": "/in/march.835",
    "listed_name": "march.835",
    "listed_bytes": 12,
    "changed_at": 0,
    "member": 0,
    "received_at": "2026-03-02T00:00:00.000000",
    "kind": "835",
    "mapping": None,
    "byte_count": 12,
    "is_demo": False,
}


def _put(lake: Path, batch: str, *names: str) -> Manifest:
    """A batch with the file under these names is in the lake."""
    import pyarrow as pa

    part = f"{SOURCE}/batch={batch}/part-00000.parquet"
    rows = [{**SENT, "file_name": name} for name in names]
    with written(f"{versioned(str(lake))}/{part}") as stream:
        pq.write_table(pa.Table.from_pylist(rows, schema=source_schema()), stream)
    manifest = Manifest(batch, {part: len(rows), f"remit/batch={batch}/part-00000.parquet": 1})
    write_manifest(str(lake), manifest)
    return manifest


def test_a_batch_is_in_the_lake_once_its_manifest_is(tmp_path: Path) -> None:
    """What no manifest names is never read: neither its part files nor anything half-written."""
    first = _put(tmp_path, "1", "march.835")
    with written(f"{versioned(str(tmp_path))}/remit/batch=2/part-00000.parquet") as stream:
        stream.write(b"of an ingest that was killed")
    expected = {"remit": [f"{versioned(str(tmp_path))}/remit/batch=1/part-00000.parquet"]}
    assert expected == lake_parts(str(tmp_path))
    assert [first] == manifests(str(tmp_path))


def test_a_file_is_not_there_before_it_is_whole(tmp_path: Path) -> None:
    """Whoever is killed while writing leaves nothing under the file's name."""
    with pytest.raises(KeyboardInterrupt), written(f"{tmp_path}/a/part.parquet") as stream:
        stream.write(b"half")
        raise KeyboardInterrupt
    assert not (tmp_path / "a" / "part.parquet").exists()


def test_a_record_has_all_names_of_its_file(tmp_path: Path) -> None:
    """A file that comes again in a later batch is one record still, with the new name behind the old ones."""
    _put(tmp_path, "1", "march.835")
    _put(tmp_path, "2", "copy.835", "march.835")
    (record,) = lake_records(str(tmp_path))
    assert ("march.835", "copy.835") == record.names


def test_what_is_no_manifest_is_said(tmp_path: Path) -> None:
    """A damaged manifest stops everything: leaving its batch out in silence would lose claims."""
    _put(tmp_path, "1", "march.835")
    path = Path(versioned(str(tmp_path))) / "manifest" / "1.json"
    path.write_text(json.dumps({"batch": "1"}))
    with pytest.raises(StoreError, match=r"1\.json: not a manifest of this lake"):
        lake_parts(str(tmp_path))


def test_a_lake_is_where_arrow_can_go(tmp_path: Path) -> None:
    """A plain path and its file URL are the same place; an unknown scheme is told in one sentence."""
    assert filesystem(str(tmp_path))[1] == filesystem(tmp_path.as_uri())[1]
    with pytest.raises(StoreError, match="nowhere://lake: cannot be reached"):
        filesystem("nowhere://lake")


def test_a_lake_that_is_made_on_a_disk_is_its_owners_alone(tmp_path: Path) -> None:
    """Rows are patients' data; a folder that was there before keeps the rights that it was given."""
    prepare(str(tmp_path / "new"))
    (tmp_path / "shared").mkdir(mode=0o770)
    (tmp_path / "shared").chmod(0o770)
    prepare(str(tmp_path / "shared"))
    assert [0o700, 0o770] == [(tmp_path / name).stat().st_mode & 0o777 for name in ("new", "shared")]
