"""A day's files into a copy of the last build: the touched claims are made anew, all others stay as they are.

Which records a day touches, `units` says. Every SELECT runs in the order of TABLES: over the touched records alone, or,
where it looks across claims (`daily_tables.WHOLE`), over the whole store, of which the last build knows the rest. Where
such a whole table turns out to say something else about claims that were not touched (a deadline passed, a payer has
paid a procedure once more), their records are touched too, and the SELECTs run again. What comes out is the very build
that a complete one would be; whatever is in doubt, is left to a complete one.
"""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines import units
from pipelines.daily_tables import AGED, DECIDED, OWNER_OF, OWNERS, RECORD_OF, SEEN_BY, SLICED, WATCHED, WHOLE
from pipelines.errors import InDoubt
from pipelines.gathered import quoted

if TYPE_CHECKING:
    import duckdb

LARGEST_SHARE = 0.2  # of all records: with more of them touched, a complete build is as quick
LEAST_RECORDS = 50_000  # with fewer of them as well: a hundred tables have their price, however little is in them
MOST_ROUNDS = 6

FOR_TOUCHED = "scratch.delta,scratch.lake,build.main"
FOR_WHOLE = "scratch.whole,scratch.lake,build.main"


class Daily:
    """One daily build, on a connection with `before` (the last build), `build` (its copy), `scratch` and the lake."""

    def __init__(self, connection: "duckdb.DuckDBPyConnection", sql: Path, tables: tuple[str, ...]) -> None:
        self.connection, self.sql, self.tables = connection, sql, tables
        self.record_count = 0
        self.is_aged = False
        self.seconds: dict[str, float] = {}

    def run(self, new: list[str]) -> int:
        """The copy is as a complete build with these files would be; how many records that touched. Else InDoubt."""
        self._begin(new)
        for _ in range(MOST_ROUNDS):
            touched = self._close()
            self._begin_round()
            if all(map(self._make, self.tables)):
                self._merge()
                return touched
        raise InDoubt(f"after {MOST_ROUNDS} rounds the touched claims still touch others")

    def _begin(self, new: list[str]) -> None:
        """The records of new files and of new decisions are touched; what records have in common is known."""
        run = self.connection.execute
        self.look("scratch.main,scratch.lake,build.main")
        counts = " + ".join(f"(select count(*) from lake_{table})" for table in units.RECORDS)
        [(self.record_count,)] = run(f"select {counts}").fetchall()
        if self.record_count < LEAST_RECORDS:
            raise InDoubt("so small a store is made anew as quickly")
        units.create_keys(self.connection)
        run("create table scratch.main.new_file as select unnest(?::varchar[]) as file_id", [new])
        run("create table scratch.main.touched (file_id VARCHAR, transaction_no BIGINT, record_no BIGINT)")
        for table in units.RECORDS:
            run(
                f"insert into touched select distinct {SLICED[table]} from lake_{table}"
                " where file_id in (select file_id from new_file)"
            )
        self._touch(DECIDED)

    def look(self, path: str) -> None:
        """Names without a schema are looked for there, in this order."""
        self.connection.execute(f"set search_path = {quoted(path)}")

    def _close(self) -> int:
        self.look("scratch.main,scratch.lake,build.main")
        touched = units.close(self.connection, int(self.record_count * LARGEST_SHARE))
        if touched is None:
            raise InDoubt("so many claims are touched that a complete build is as quick")
        return touched

    def _make(self, table: str) -> bool:
        """The table is made, and says nothing else of claims that were not touched; those are touched from now on."""
        started = time.perf_counter()
        if table in WHOLE:
            self._make_whole(table)
        else:
            self._make_touched(table)
        self.seconds[table] = time.perf_counter() - started
        return table not in WATCHED or not self._touch(WATCHED[table])

    def _begin_round(self) -> None:
        """The schemas are empty but for the touched part of the lake; what the last build says of it is known."""
        run = self.connection.execute
        self.is_aged = False
        for schema in ("delta", "whole"):
            run(f"drop schema if exists scratch.{schema} cascade")
            run(f"create schema scratch.{schema}")
        for table, record in SLICED.items():
            run(
                f"create table scratch.delta.lake_{table} as select * from scratch.lake.lake_{table}"
                f" where ({record}) in (from scratch.main.touched)"
            )
        run(
            "create or replace table scratch.main.gone_record as from scratch.main.touched union all"
            " select file_id, 1, row_no from scratch.delta.lake_log_row"  # a row's second sending has transaction 1
        )
        owners = " union ".join(
            f"select {owner} as owner from before.main.{table} where {self._is_gone(table)}"
            for table, owner in OWNERS.items()
        )
        run(f"create or replace table scratch.main.gone_owner as select owner from ({owners}) where owner is not null")

    @staticmethod
    def _is_gone(table: str) -> str:
        """The condition that a row of the last build is of a touched record."""
        if table in OWNER_OF:
            return f"{OWNER_OF[table]} in (from scratch.main.gone_owner)"
        return f"({RECORD_OF[table]}) in (from scratch.main.gone_record)"

    def _aged(self, table: str) -> tuple[str, str] | None:
        """The column that the days change in rows that stay, and its sign."""
        columns = {name for name, *_ in self.connection.execute(f"describe before.main.{table}").fetchall()}
        return next(((name, sign) for name, sign in AGED.items() if name in columns), None)

    def _text(self, table: str) -> str:
        return (self.sql / f"{table}.sql").read_text(encoding="utf-8").rstrip().rstrip(";")

    def _make_touched(self, table: str) -> None:
        """The touched rows are in `delta`; `whole` has them and those of the last build that stay."""
        self.look(FOR_TOUCHED)
        self.connection.execute(f"create table scratch.delta.{table} as\n{self._text(table)}")
        columns = "*"
        if self.is_aged and (aged := self._aged(table)):
            column, sign = aged
            columns = f"* replace ({column} {sign} (select days from scratch.main.changed_span) as {column})"
        self.connection.execute(
            f"create view scratch.whole.{table} as select {columns} from before.main.{table}"
            f" where not coalesce({self._is_gone(table)}, false) union all select * from scratch.delta.{table}"
        )

    def _make_whole(self, table: str) -> None:
        """The table is made anew; SELECTs of touched records see all of it, or their own rows."""
        run = self.connection.execute
        self.look(FOR_WHOLE)
        run(f"create or replace table build.main.{table} as\n{self._text(table)}")
        if table == "data_span":
            self._see_the_days_pass()
        if table in SEEN_BY:
            column, of = SEEN_BY[table]
            run(
                f"create table scratch.delta.{table} as select * from build.main.{table}"
                f" where {column} in (select {column} from scratch.delta.{of})"
            )

    def _see_the_days_pass(self) -> None:
        """`changed_span` says from when to when the data reach now; InDoubt if they do not reach further or as far."""
        run = self.connection.execute
        run(
            "create or replace table scratch.main.changed_span as select old.as_of_date as old_date,"
            " new.as_of_date as new_date, date_diff('day', old.as_of_date, new.as_of_date) as days,"
            " old.newest_payment_date as old_payment_date, new.newest_payment_date as new_payment_date"
            " from before.main.data_span as old cross join build.main.data_span as new"
        )
        [(is_later,)] = run(
            "select new_date >= old_date and new_payment_date >= old_payment_date from scratch.main.changed_span"
        ).fetchall()
        if not is_later:
            raise InDoubt("the data do not reach further than before")
        self.is_aged = True

    def _touch(self, records: str) -> int:
        """These records of the last build are touched; how many of them were not."""
        self.look("scratch.main,scratch.lake,build.main")
        as_in_lake = f"""
            select given.file_id, case when logs.file_id is null then given.transaction_no else 0 end, given.record_no
            from ({records}) as given(file_id, transaction_no, record_no)
            left join (select distinct file_id from lake_log_row) as logs on logs.file_id = given.file_id
            where given.record_no is not null
        """  # what a log tells of a sending stands for its row
        [(count,)] = self.connection.execute(
            f"insert into touched select * from ({as_in_lake}) except from touched"
        ).fetchall()
        return int(count)

    def _merge(self) -> None:
        """The copy's tables have the touched rows instead of those that the last build had of them."""
        run = self.connection.execute
        self.look("build.main")
        for table in self.tables:
            if table in WHOLE:
                continue
            run(f"delete from build.main.{table} where {self._is_gone(table)}")
            if aged := self._aged(table):
                column, sign = aged
                run(
                    f"update build.main.{table} set {column} = {column} {sign} days"
                    f" from scratch.main.changed_span where days <> 0 and {column} is not null"
                )
            run(f"insert into build.main.{table} select * from scratch.delta.{table}")


@contextlib.contextmanager
def attached(connection: "duckdb.DuckDBPyConnection", before: Path, scratch: Path) -> Iterator[None]:
    """The last build is there as `before`, an empty database as `scratch`."""
    connection.execute(f"attach {quoted(str(before))} as before (read_only)")
    connection.execute(f"attach {quoted(str(scratch))} as scratch")
    yield
    connection.execute("set search_path = 'build.main'")
    connection.execute("detach before")
    connection.execute("detach scratch")


def is_known(table: str) -> bool:
    """A daily build knows how to bring the table up to date."""
    return table in WHOLE or table in RECORD_OF or table in OWNER_OF
