"""Tasks handed to a Spark cluster, and what became of them: one task is one row of a table, about one a partition.

The code goes along, so that machines need no denialboard of their own: Python, Arrow and numpy are enough there.
"""

import io
import pickle
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.cluster_parts import own_folder
from pipelines.errors import DenialboardError
from pipelines.reference import reference_dir

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import SparkSession

    from pipelines.cluster_tasks import Result, Task

PACKAGE = Path(__file__).resolve().parent
MOST_PARTITIONS, SAIL_PARTITIONS = 20_000, 8


class Cluster:
    """A session of a cluster whose machines know this code."""

    def __init__(self, session: "SparkSession") -> None:
        from pyspark.errors import UnsupportedOperationException

        self._session, self._most_partitions = session, MOST_PARTITIONS
        with own_folder() as folder:
            path = folder / "denialboard.zip"
            path.write_bytes(packed_code())
            try:
                session.addArtifacts(str(path), pyfile=True)
            except (
                UnsupportedOperationException
            ):  # of Sail, whose workers share its Python, and start all tasks at once
                self._most_partitions = SAIL_PARTITIONS

    def run(self, tasks: "Sequence[Task]") -> "list[Result]":
        """What came of each task, in their order; they run wherever there is room. Raises what one of them refuses."""
        import pyarrow as pa

        if not tasks:
            return []
        rows = pa.table({"task": range(len(tasks)), "content": [pickle.dumps(task) for task in tasks]})
        table = self._session.createDataFrame(rows).repartition(min(len(tasks), self._most_partitions), "task")
        done = table.mapInArrow(run_tasks, "task bigint, content binary").toArrow()
        results = {row["task"]: pickle.loads(row["content"]) for row in done.to_pylist()}
        for result in results.values():
            if isinstance(result, DenialboardError):
                raise result
        return [results[number] for number in range(len(tasks))]


def run_tasks(batches: "Iterator[pa.RecordBatch]") -> "Iterator[pa.RecordBatch]":
    """On a machine of the cluster: yield what comes of the tasks, all at once, for one that fails is run anew."""
    import pyarrow as pa

    rows = [row for batch in batches for row in batch.to_pylist()]
    results = [pickle.dumps(_result(pickle.loads(row["content"]))) for row in rows]
    if rows:
        yield pa.RecordBatch.from_pydict({"task": [row["task"] for row in rows], "content": results})


def _result(task: "Task") -> "Result":
    """What comes of the task, which may be a refusal of the whole run: trying again would not help."""
    try:
        return task.run()
    except DenialboardError as problem:
        return problem


def packed_code() -> bytes:
    """This package, with the tables that readers look into, as a zip that Python can import from."""
    content, root = io.BytesIO(), PACKAGE.parent
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted([*PACKAGE.rglob("*.py"), *reference_dir().glob("*.csv")]):
            archive.writestr(zipfile.ZipInfo(str(path.relative_to(root))), path.read_bytes())
    return content.getvalue()
