"""What a store holds, so that two can be held against each other, and what is broken in one after a kill."""

import contextlib
import dataclasses
import hashlib
import json
import sqlite3
from pathlib import Path
from typing import Any

from pipelines.audit import chain_findings
from pipelines.build import KEPT_BUILDS, Recipe
from pipelines.disk import loose
from pipelines.errors import NoBuild
from pipelines.lake import has_few_rows, read_few_rows
from pipelines.ledger_kinds import HAPPENED
from pipelines.status import store_status
from pipelines.store import Store, connect_build
from pipelines.verify import contents_of, verify

WHEN_IT_CAME = "received_at"  # the one thing in which two stores of the same files differ
NOT_YET = (  # what verify rightly says where a process was killed and nothing has run since
    "has no record: a process was killed",
    "it is not of the present sources and decisions",
    "there is none; `denials build` makes one",
    "is missing; `denials build` reads its source again",
)


@dataclasses.dataclass(frozen=True)
class State:
    """A store's contents without times: records, rows of each file, decisions, tables of the current build, names."""

    records: dict[str, Any]
    rows: dict[str, str]
    events: list[Any]
    build: dict[str, Any]
    names: list[str]

    def differences(self, wanted: "State") -> list[str]:
        """Which parts are not as wanted, and where."""
        found = []
        for field in dataclasses.fields(self):
            got, want = getattr(self, field.name), getattr(wanted, field.name)
            if got != want:
                where = _keys_of(got, want) if isinstance(got, dict) else [f"{len(got)}, wanted {len(want)}"]
                found.append(f"{field.name} differ: {', '.join(where)[:200]}")
        return found


def _keys_of(got: dict[str, Any], want: dict[str, Any]) -> list[str]:
    return [key for key in sorted({*got, *want}) if got.get(key) != want.get(key)]


def state_of(home: Path) -> State:
    """What the store in this folder holds."""
    store = Store(home)
    fields = ("names", "byte_count", "kind", "mapping", "is_demo")
    records = {one.sha256: [getattr(one, name) for name in fields] for one in store.records()}
    rows = {folder.name: rows_of(folder) for folder in store.lake.iterdir()}
    decided = [event for event in store.ledger.events() if event.kind not in HAPPENED]
    said = {json.dumps([event.kind, event.subject, event.body], sort_keys=True) for event in decided}
    events = sorted(said)  # what is said twice stands once, and clocks may differ
    tables: dict[str, Any] = {}
    with contextlib.suppress(NoBuild):
        tables = build_of(store.current_build())
    # by way of JSON, as the wanted one came from another process
    return State(*json.loads(json.dumps([records, rows, events, tables, names_of(home)])))


def names_of(home: Path) -> list[str]:
    """Every file of the store but builds, logs, and what databases keep beside themselves while they are open."""
    found = (path.relative_to(home) for path in home.rglob("*") if path.is_file())
    return sorted(
        str(path)
        for path in found
        if path.parts[0] not in ("builds", "logs") and path.suffix != ".lock" and path.name != "lock"
    )


def rows_of(folder: Path) -> str:
    """A digest of all rows of one file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if has_few_rows(folder):
        tables = read_few_rows(folder)
    else:
        tables = {path.stem: pq.read_table(path) for path in folder.glob("*.parquet")}
    digest = hashlib.sha256()
    for name, table in sorted(tables.items()):
        kept = table.drop_columns([WHEN_IT_CAME]) if WHEN_IT_CAME in table.column_names else table
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, kept.schema) as stream:
            stream.write_table(kept.combine_chunks())
        digest.update(name.encode() + sink.getvalue())
    return digest.hexdigest()


def build_of(path: Path) -> dict[str, Any]:
    """What every table of a build holds, as numbers that do not depend on the order of rows."""
    tables: dict[str, Any] = dict(contents_of(path))
    with contextlib.closing(connect_build(path)) as connection:
        files = f"(select * exclude ({WHEN_IT_CAME}) from source_file)"
        sql = f"select count(*), sum(cast(hash(one) as hugeint)) from {files} as one"
        tables["source_file"] = [int(value) for value in connection.execute(sql).fetchall()[0]]
    return tables


def broken_after_kill(home: Path, recipe: Recipe, before: State, after: State, said: list[str]) -> list[str]:
    """What must never be, however the process that said this was killed."""
    store = Store(home)
    store_status(store)  # opens ledger and build; raises where it cannot
    now = state_of(home)
    found = [f"{part}: {what}" for part, what in verify(store, True, recipe) if not any(say in what for say in NOT_YET)]
    found += [f"{path}: others than its owner may see it" for path in loose(home)]
    found += [f"{sha256}: the record is lost" for sha256 in before.records if sha256 not in now.records]
    found += [
        f"{sha256}: has rows that are not its own"
        for sha256, digest in now.rows.items()
        if sha256 in now.records and digest not in (after.rows.get(sha256), before.rows.get(sha256))
    ]
    found += _lost(store, said)
    if not set(before.events) <= set(now.events):
        found.append("decisions of before are lost")
    if now.build not in (before.build, after.build):
        found.append("the current build is neither that of before nor the new one")
    return found


def _lost(store: Store, said: list[str]) -> list[str]:
    """What was said to be in the store and is not."""
    names = {name for record in store.records() if store.loaded(record.sha256) for name in record.names}
    numbers = {str(event.event_id) for event in store.ledger.events()}
    found = []
    for line in said:
        what, _, rest = line.partition(" ")
        if what in ("loaded", "already_loaded") and rest.strip().rpartition(": ")[0] not in names:
            found.append(f"said and not kept: {line}")
        if what == "event" and rest not in numbers:
            found.append(f"said and not kept: {line}")
        if what == "built" and rest.strip() > str(store.current_build()):
            found.append(f"said and not kept: {line}")
    return found


def broken_at_the_end(home: Path, recipe: Recipe, after: State, is_built: bool) -> list[str]:
    """What is not as in an undisturbed store once the same was run again."""
    store = Store(home)
    found = state_of(home).differences(after)
    left = [path.name for path in (home / "work").iterdir()]
    found += [f"work/{name} is left over" for name in left]
    found += [f"{part}: {what}" for part, what in verify(store, True, recipe) if is_built or part != "build"]
    if len(list(store.builds.iterdir())) > KEPT_BUILDS:
        found.append("more builds than are kept")
    found += chain_findings(store.ledger)
    if store.ledger_path.exists():
        with contextlib.closing(sqlite3.connect(store.ledger_path)) as connection:
            found += [said for (said,) in connection.execute("pragma integrity_check") if said != "ok"]
    return found
