"""What a build says about itself: what it was made from, how, and whether another can be made out of it."""

import dataclasses
import datetime
import hashlib
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.build_inputs import decision_digest, policy_digest
from pipelines.errors import InDoubt
from pipelines.gathered import quoted
from pipelines.lake import LAKE_VERSION, written_at
from pipelines.store import Record, Store
from pipelines.tables import VIEWS

if TYPE_CHECKING:
    import duckdb

    from pipelines.build import Recipe

STAMP = "%Y%m%dT%H%M%S%fZ"
INFO = (
    "version VARCHAR, created_at TIMESTAMP, file_count BIGINT, is_demo BOOLEAN, input_digest VARCHAR,"
    " recipe_digest VARCHAR, decision_digest VARCHAR, kind VARCHAR, reason VARCHAR, touched_count BIGINT,"
    " seconds DOUBLE"
)


@dataclasses.dataclass(frozen=True)
class Inputs:
    """What a build is made from, as it stood when the build began."""

    records: list[Record]
    recipe_digest: str  # version, SQL, checks, reference data and policies
    decision_digest: str
    source_digests: dict[str, str]  # file id -> equal as long as the file's rows are

    @property
    def digest(self) -> str:
        """Equal for two builds exactly when they would hold the same."""
        digest = hashlib.sha256(f"{self.recipe_digest} {self.decision_digest}".encode())
        for record in sorted(self.records, key=lambda record: record.sha256):
            digest.update(f"{record.sha256} {record.name} {record.mapping}".encode())
        return digest.hexdigest()


def inputs_of(store: Store, recipe: "Recipe", elsewhere: list[Record] | None = None) -> Inputs:
    """What a build of this store would be made from now, or one of files that are elsewhere."""
    digest = hashlib.sha256(f"{version()} {LAKE_VERSION} {policy_digest(store.ledger)}".encode())
    for folder in (recipe.sql, recipe.checks, recipe.reference):
        for path in sorted(path for path in folder.glob("*") if path.suffix in (".sql", ".csv", ".parquet")):
            digest.update(path.name.encode() + path.read_bytes())
    records = store.records() if elsewhere is None else elsewhere
    sources = {record.file_id: _source_digest(store, record) for record in records}
    return Inputs(records, digest.hexdigest(), decision_digest(store.ledger), sources)


def _source_digest(store: Store, record: Record) -> str:
    folder = store.lake / record.sha256
    moment = written_at(folder) if folder.exists() else 0
    return hashlib.sha256(f"{record.sha256} {record.name} {record.mapping} {moment}".encode()).hexdigest()


def version() -> str:
    """The version of the software."""
    try:
        return metadata.version("denialboard")
    except metadata.PackageNotFoundError:
        return "source"


def new_since(before: Path, inputs: Inputs) -> list[str]:
    """The ids of files that came after this build; InDoubt if other than decisions has changed as well, or nothing."""
    import duckdb

    try:
        with duckdb.connect(str(before), read_only=True) as connection:
            [about] = connection.execute("select recipe_digest, decision_digest from build_info").fetchall()
            known = dict(connection.execute("select file_id, source_digest from build_source").fetchall())
    except duckdb.Error as problem:
        raise InDoubt("the last build does not say what it was made from") from problem
    if about[0] != inputs.recipe_digest:
        raise InDoubt("version, rules, reference data or policies have changed")
    if any(inputs.source_digests.get(file_id) != digest for file_id, digest in known.items()):
        raise InDoubt("a file has gone or was read anew")
    new = [file_id for file_id in inputs.source_digests if file_id not in known]
    if not new and about[1] == inputs.decision_digest:
        raise InDoubt("nothing is new")
    return new


def write_about(connection: "duckdb.DuckDBPyConnection", stamp: str, inputs: Inputs) -> None:
    """`build_info` and `build_source` say what the build is made from; how it was made, `write_way` adds."""
    connection.execute(f"create or replace table build_info ({INFO})")
    created_at = datetime.datetime.strptime(stamp, STAMP)
    is_demo = any(record.is_demo for record in inputs.records)
    values: list[Any] = [version(), created_at, len(inputs.records), is_demo, inputs.digest]
    values += [inputs.recipe_digest, inputs.decision_digest]
    connection.execute("insert into build_info values (?, ?, ?, ?, ?, ?, ?, null, null, null, null)", values)
    connection.execute("create or replace table build_source (file_id VARCHAR, source_digest VARCHAR)")
    connection.execute(
        "insert into build_source select unnest(?::varchar[]), unnest(?::varchar[])",
        [list(inputs.source_digests), list(inputs.source_digests.values())],
    )


def write_way(
    connection: "duckdb.DuckDBPyConnection", kind: str, reason: str | None, touched: int | None, seconds: float
) -> None:
    """`build_info` says how the build was made: complete or daily, why complete, how many records a day touched."""
    connection.execute(
        "update build_info set kind = ?, reason = ?, touched_count = ?, seconds = ?", [kind, reason, touched, seconds]
    )


def write_tables(connection: "duckdb.DuckDBPyConnection", seconds: dict[str, float]) -> None:
    """`build_table` says of each table its place in the order, its rows (NULL of a view), and how long it took."""
    connection.execute(
        "create or replace table build_table (position INTEGER, table_name VARCHAR, row_count BIGINT, seconds DOUBLE)"
    )
    for position, (table, took) in enumerate(seconds.items(), 1):
        rows = "null" if table in VIEWS else f"(select count(*) from {table})"
        connection.execute(f"insert into build_table select {position}, {quoted(table)}, {rows}, {took:.3f}")
