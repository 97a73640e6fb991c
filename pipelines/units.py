"""Which records of the lake may have a say in one claim: a day's new ones, and all that hangs together with them.

A record is a claim payment, a claim of an 837, a row of a denial log or an answer before adjudication, named by file,
transaction and number. Two records are neighbours if they share a key (`neighbours/<table>.sql`: a number of the claim,
the member on one day, a number of a line, ...), if their account numbers are alike and one of them tells no member, or
if one is a row of a log that no number settles and the other a payment for its member on whatever day. Whatever a
SELECT joins or compares is between neighbours, or between neighbours' neighbours: so what is closed under this is as
if nothing else were there. Being neighbours may say too much (it costs time), but never too little.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

FOLDER = Path(__file__).parent / "neighbours"
RECORDS = ("remit_claim", "submission", "log_row", "acknowledgement")
PLAIN = r"ltrim(regexp_replace(upper(given), '[ \-._/#,:*]', '', 'g'), '0')"  # as the SELECTs', at a third of the time
NUMBER_KEY = """case when trim(translate(given, '0', ' ')) = '' then null
    when plain(given) = '' then '=' || upper(trim(given)) else plain(given) end"""
RECORD = "file_id, transaction_no, record_no"


def create_keys(connection: "duckdb.DuckDBPyConnection") -> None:
    """The tables by which the lake's records are neighbours; those of the last build are as they were.

    record_key: record, key; written: record, account, is_open; unsettled and paid: record, member
    """
    connection.execute(f"create or replace macro plain(given) as {PLAIN}")
    connection.execute(f"create or replace macro number_key(given) as {NUMBER_KEY}")
    selects = [f"select {RECORD}, hash(key) as key from ({_select(name)}\n) as {name}" for name in RECORDS]
    connection.execute("create table record_key as " + " union all ".join(selects))
    for name in ("written", "unsettled", "paid"):
        connection.execute(f"create table {name} as {_select(name)}")


def _select(name: str) -> str:
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")


def close(connection: "duckdb.DuckDBPyConnection", most: int) -> int | None:
    """The table `entering` holds all neighbours of its records, and theirs; how many, or None if over `most`."""
    connection.execute("create or replace temporary table frontier as select * from entering")
    connection.execute("create or replace temporary table met (key UBIGINT)")
    while True:
        connection.execute("create or replace temporary table reached as " + _reached(connection))
        connection.execute("create or replace temporary table frontier as select * from reached except from entering")
        connection.execute("insert into entering from frontier")
        [(found,)] = connection.execute("select count(*) from frontier").fetchall()
        [(count,)] = connection.execute("select count(*) from entering").fetchall()
        if count > most:
            return None
        if not found:
            return int(count)


def _reached(connection: "duckdb.DuckDBPyConnection") -> str:
    """The SELECT of the frontier's neighbours; their keys are met from now on."""
    connection.execute(
        f"create or replace temporary table ahead as select distinct key from record_key"
        f" semi join frontier using ({RECORD}) where key not in (from met)"
    )
    connection.execute("insert into met from ahead")
    own = f"select * from written semi join frontier using ({RECORD})"
    connection.execute(f"create or replace temporary table own as {own}")
    record = "theirs.file_id, theirs.transaction_no, theirs.record_no"
    return f"""
        select distinct {RECORD} from record_key semi join ahead using (key)
        union
        select {record} from ({_parts("own", "range(5, 60)")}) as parts
        inner join written as theirs on theirs.account = parts.part
        where parts.is_open or theirs.is_open
        union
        select {record} from ({_parts("written where is_open", "(select distinct length(account) from own)")}) as theirs
        inner join own on own.account = theirs.part
        union
        select {record} from ({_parts("written", "(select distinct length(account) from own where is_open)")}) as theirs
        inner join own on own.account = theirs.part
        where own.is_open
        union
        select {record} from paid as theirs
        inner join (select member from unsettled semi join frontier using ({RECORD})) as members using (member)
        union
        select {record} from unsettled as theirs
        inner join (select member from paid semi join frontier using ({RECORD})) as members using (member)
    """


def _parts(table: str, lengths: str) -> str:
    """The SELECT of the beginnings and ends of these lengths of a table's accounts."""
    given = f"(select * from {table}) as given cross join {lengths} as lengths(n)"
    columns = f"select {RECORD}, is_open"
    return f"""
        {columns}, left(account, n) as part from {given} where n < length(account)
        union all
        {columns}, right(account, n) as part from {given} where n < length(account)
    """
