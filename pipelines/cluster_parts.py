"""The rows of one task of a cluster, table by table: gathered in a folder of its machine, then put into the lake whole.

A task that runs twice, because a machine was lost or slow, writes the same bytes under the same names.
"""

import contextlib
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.cluster_lake import versioned, written
from pipelines.disk import temporary_in
from pipelines.lake import LAKE_TABLES, has_few_rows, lake_schema, parquet_options, read_few_rows

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

GROUP_ROWS = 1 << 17  # of a row group: small files fill one together


def part_name(table: str, batch: str, task: int) -> str:
    """The place of a task's rows under `<lake>/v<n>`."""
    return f"{table}/batch={batch}/part-{task:05d}.parquet"


@contextlib.contextmanager
def own_folder() -> Iterator[Path]:
    """A folder on this machine that only this task can look into; gone afterwards, whatever happens."""
    with tempfile.TemporaryDirectory(prefix="denials-") as name, temporary_in(Path(name)):
        yield Path(name)


class Parts:
    """Takes the lake folders of files; `put` makes one part file of each table that has rows."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: dict[str, list[pa.Table]] = {}
        self._waiting_rows: Counter[str] = Counter()
        self._alone: dict[str, Path] = {}  # a table's rows so far, as Parquet just as it is to be
        self._writers: dict[str, pq.ParquetWriter] = {}
        self.rows: dict[str, int] = {}

    def add(self, folder: Path) -> None:
        """Every row in the lake folder is taken; the folder must stay."""
        if has_few_rows(folder):
            for table, rows in read_few_rows(folder).items():
                self._take(table, rows)
            return
        for table in LAKE_TABLES:
            if (path := folder / f"{table}.parquet").exists():
                self._take_file(table, path)

    def _take_file(self, table: str, path: Path) -> None:
        import pyarrow.parquet as pq

        if table not in self.rows:
            self._alone[table] = path
            self.rows[table] = pq.read_metadata(path).num_rows
            return
        for rows in _groups(path):
            self._take(table, rows)

    def _take(self, table: str, rows: "pa.Table") -> None:
        self.rows[table] = self.rows.get(table, 0) + rows.num_rows
        self._waiting.setdefault(table, []).append(rows)
        self._waiting_rows[table] += rows.num_rows
        if self._waiting_rows[table] >= GROUP_ROWS:
            self._write(table)

    def _write(self, table: str) -> None:
        """What waits is a row group, after what was there alone."""
        import pyarrow as pa

        writer = self._writer(table)
        if table in self._alone:
            for rows in _groups(self._alone.pop(table)):
                writer.write_table(rows)
        writer.write_table(pa.concat_tables(self._waiting.pop(table)))
        self._waiting_rows[table] = 0

    def _writer(self, table: str) -> "pq.ParquetWriter":
        import pyarrow.parquet as pq

        if table not in self._writers:
            path = self._folder / f"{table}.parquet"
            self._writers[table] = pq.ParquetWriter(path, lake_schema(table), **parquet_options(table))
        return self._writers[table]

    def put(self, lake: str, batch: str, task: int) -> dict[str, int]:
        """All rows are in the lake; the row count of each part file by its place there."""
        for table in list(self._waiting):
            self._write(table)
        for writer in self._writers.values():
            writer.close()
        for table in self.rows:
            path = self._alone.get(table) or self._folder / f"{table}.parquet"
            with path.open("rb") as rows, written(f"{versioned(lake)}/{part_name(table, batch, task)}") as part:
                shutil.copyfileobj(rows, part, 1 << 20)
        return {part_name(table, batch, task): count for table, count in self.rows.items()}


def _groups(path: Path) -> "Iterator[pa.Table]":
    """Yield a Parquet file's row groups."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as rows:
        for group in range(rows.num_row_groups):
            yield rows.read_row_group(group)
