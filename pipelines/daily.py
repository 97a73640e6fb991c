"""A day's files into a copy of the last build: the touched claims are made anew, all others stay as they are.

Which records a day touches, `units` says. Every SELECT runs once, in the order of TABLES: over the touched records
alone, whose rows take the place of those that the copy had of them, or, where it looks across claims
(`daily_tables.WHOLE`), over the whole store. Where such a whole table turns out to say something else about claims that
were not touched (a deadline passed, a payer has paid a procedure once more), their records join: whatever was made
before does not depend on that table, so of the tables so far they take along the rows that they have. What comes out is
the very build that a complete one would be; whatever is in doubt, is left to a complete one.
"""

import contextlib
import re
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

HERE = "scratch.main,scratch.lake,build.main"
FOR_TOUCHED = "scratch.delta,scratch.lake,build.main"
FOR_WHOLE = "scratch.lake,build.main"


class Daily:
    """One daily build, on a connection with `before` (the last build), `build` (its copy), `scratch` and the lake."""

    def __init__(self, connection: "duckdb.DuckDBPyConnection", sql: Path, tables: tuple[str, ...]) -> None:
        self.connection, self.sql, self.tables = connection, sql, tables
        self.views: set[str] = set()
        self.made: list[str] = []
        self.record_count = 0
        self.touched_count = 0
        self.days = 0  # by which the data reach further, once that is known
        self.seconds: dict[str, float] = {}

    def run(self, new: list[str]) -> int:
        """The copy is as a complete build with these files would be; how many records that touched. Else InDoubt."""
        self._begin(new)
        watched = []  # whole tables since the last that was made of touched records
        for table in self.tables:
            started = time.perf_counter()
            if table in WHOLE:
                self._make_whole(table)
                watched += [WATCHED[table]] if table in WATCHED else []
            else:
                if watched and self._choose(" union ".join(watched)):
                    self._enter()
                watched = []
                self._make_touched(table)
            self.made.append(table)
            self.seconds[table] = time.perf_counter() - started
        self.look("build.main")
        return self.touched_count

    def look(self, path: str) -> None:
        """Names without a schema are looked for there, in this order."""
        self.connection.execute(f"set search_path = {quoted(path)}")

    def _begin(self, new: list[str]) -> None:
        """The records of new files and of new decisions are touched, and all that hangs together with them."""
        run = self.connection.execute
        self.look(HERE)
        views = run("select view_name from duckdb_views() where database_name = 'build' and not internal").fetchall()
        self.views = {name for (name,) in views}  # of tables that stand in the copy, so right by themselves
        counts = " + ".join(f"(select count(*) from lake_{table})" for table in units.RECORDS)
        [(self.record_count,)] = run(f"select {counts}").fetchall()
        if self.record_count < LEAST_RECORDS:
            raise InDoubt("so small a store is made anew as quickly")
        units.create_keys(self.connection)
        run("create schema scratch.delta")
        for table in SLICED:
            run(f"create table scratch.delta.lake_{table} as select * from lake_{table} limit 0")
        for table in ("touched", "entering", "entering_record", "gone_record"):
            run(f"create table {table} (file_id VARCHAR, transaction_no BIGINT, record_no BIGINT)")
        for table in ("entering_owner", "gone_owner"):
            run(f"create table {table} (owner VARCHAR)")
        run("create table new_file as select unnest(?::varchar[]) as file_id", [new])
        self._choose(DECIDED)
        for table in units.RECORDS:
            run(
                f"insert into entering select distinct {SLICED[table]} from lake_{table}"
                " where file_id in (from new_file)"
            )
        self._enter()

    def _choose(self, records: str) -> int:
        """These records of the last build are `entering`; how many that are, but for those that are touched already."""
        self.look(HERE)
        as_in_lake = f"""
            select given.file_id, case when logs.file_id is null then given.transaction_no else 0 end, given.record_no
            from ({records}) as given(file_id, transaction_no, record_no)
            left join (select distinct file_id from lake_log_row) as logs on logs.file_id = given.file_id
            where given.record_no is not null
        """  # what a log tells of a sending stands for its row
        self.connection.execute("delete from entering")
        [(count,)] = self.connection.execute(f"insert into entering {as_in_lake} except from touched").fetchall()
        return int(count)

    def _enter(self) -> None:
        """What is `entering`, and all that hangs together with it, is touched, with its rows in the tables so far."""
        run = self.connection.execute
        count = units.close(self.connection, int(self.record_count * LARGEST_SHARE) - self.touched_count)
        if count is None:
            raise InDoubt("so many claims are touched that a complete build is as quick")
        self.touched_count += count
        run("insert into touched from entering")
        for table, record in SLICED.items():
            run(f"insert into scratch.delta.lake_{table} from lake_{table} where ({record}) in (from entering)")
        run("delete from entering_record")
        run(
            "insert into entering_record from entering union all"  # a row's second sending has transaction 1
            " select file_id, 1, record_no from entering where file_id in (select file_id from lake_log_row)"
        )
        owners = " union ".join(
            f"select {owner} as owner from before.main.{table} where {_is_of('entering', table)}"
            for table, owner in OWNERS.items()
        )
        run("delete from entering_owner")
        run(f"insert into entering_owner select owner from ({owners}) where owner is not null")
        run("insert into gone_record from entering_record")
        run("insert into gone_owner from entering_owner")
        ahead = self._named_ahead()
        for table in self.made:
            if table in SEEN_BY:
                self._show(table)
            elif table not in WHOLE and table in ahead:
                self._take_along(table)

    def _named_ahead(self) -> set[str]:
        """The words of the SELECTs of touched records that are still to come, the tables they read among them."""
        ahead = [table for table in self.tables[len(self.made) :] if table not in WHOLE]
        return set(re.findall(r"\w+", " ".join(map(self._text, ahead))))

    def _take_along(self, table: str) -> None:
        """The rows of records that are `entering` are in `delta` as they are in the copy."""
        named = "*" if table in self.views else "rowid"  # few rows: first which, by few columns, then all of those
        rows = f"select {named} from build.main.{table} where {_is_of('entering', table)}"
        if named == "rowid":
            rows = f"from build.main.{table} where rowid in ({rows})"
        self.connection.execute(f"insert into scratch.delta.{table} {rows}")

    def _text(self, table: str) -> str:
        return (self.sql / f"{table}.sql").read_text(encoding="utf-8").rstrip().rstrip(";")

    def _make_touched(self, table: str) -> None:
        """The touched rows are in `delta`, and in the copy instead of those that it had of touched records."""
        run = self.connection.execute
        self.look(FOR_TOUCHED)
        run(f"create table scratch.delta.{table} as\n{self._text(table)}")
        self.look(HERE)
        if table in self.views:
            return
        run(f"delete from build.main.{table} where {_is_of('gone', table)}")
        if self.days:
            self._age(table)
        run(f"insert into build.main.{table} from scratch.delta.{table}")
        if table == "log_candidate":
            self._doubt_lost_numbers()

    def _doubt_lost_numbers(self) -> None:
        """InDoubt if a number settled a row of a log and does no longer: its member now matters, on whatever day."""
        [(count,)] = self.connection.execute(
            "select count(*) from (select file_id, row_no from before.main.log_candidate"
            " where match_rule = 'claim_number' and (file_id, 0, row_no) in (from scratch.main.touched)) as old"
            " anti join (from scratch.delta.log_candidate where match_rule = 'claim_number') as new"
            " using (file_id, row_no)"
        ).fetchall()
        if count:
            raise InDoubt("a number in a log no longer says which claim it means")

    def _age(self, table: str) -> None:
        """The column that goes with the days has done so in the rows that stay."""
        columns = {name for name, *_ in self.connection.execute(f"describe build.main.{table}").fetchall()}
        for column in columns & AGED.keys():
            self.connection.execute(
                f"update build.main.{table} set {column} = {column} {AGED[column]} {self.days}"
                f" where {column} is not null"
            )

    def _make_whole(self, table: str) -> None:
        """The table is made anew; SELECTs of touched records see all of it, or their own rows."""
        self.look(FOR_WHOLE)
        self.connection.execute(f"create or replace table build.main.{table} as\n{self._text(table)}")
        if table == "data_span":
            self._see_the_days_pass()
        if table in SEEN_BY:
            self._show(table)

    def _show(self, table: str) -> None:
        """Of the whole table, SELECTs of touched records see the rows of their own."""
        column, of = SEEN_BY[table]
        self.connection.execute(
            f"create or replace table scratch.delta.{table} as select * from build.main.{table}"
            f" where {column} in (select {column} from scratch.delta.{of})"
        )

    def _see_the_days_pass(self) -> None:
        """`changed_span` says from when to when the data reach now; InDoubt if they do not reach further or as far."""
        run = self.connection.execute
        run(
            "create table scratch.main.changed_span as select old.as_of_date as old_date,"
            " new.as_of_date as new_date, date_diff('day', old.as_of_date, new.as_of_date) as days,"
            " old.newest_payment_date as old_payment_date, new.newest_payment_date as new_payment_date"
            " from before.main.data_span as old cross join build.main.data_span as new"
        )
        [(days, is_later)] = run(
            "select days, new_date >= old_date and new_payment_date >= old_payment_date from scratch.main.changed_span"
        ).fetchall()
        if not is_later:
            raise InDoubt("the data do not reach further than before")
        self.days = int(days)


def _is_of(which: str, table: str) -> str:
    """The condition that a row of the table is of the records that are `entering`, or `gone` from the last build."""
    if table in OWNER_OF:
        return f"{OWNER_OF[table]} in (from scratch.main.{which}_owner)"
    return f"({RECORD_OF[table]}) in (from scratch.main.{which}_record)"


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
