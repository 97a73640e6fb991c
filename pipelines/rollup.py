"""Roll-ups of the facts: the same sums by fewer dimensions, so that a question need not read every line.

Facts hold only columns that add up, and a sum of sums is the same sum, to the cent. So every answer may come from the
smallest table that has all the columns the question names (asking.py): a roll-up by month, by day, or the fact itself.

    <fact>_by_<name>   the dimensions of ROLLUPS, `row_count`, and every column of the fact that adds up
    rollup             one row per roll-up: fact, table_name, row_count
    rollup_month       one row per fact, clock and month: the first and the last day on which the fact has a row
    member_count       the members of families added up by kind, rule and sureness: how many, how many alone

`rollup_month` tells whether the dates of a scope cut a month. Those that do not are asked for by month.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pipelines.engine import Engine

if TYPE_CHECKING:
    import duckdb

MONTHS = ("month", "submission_month")
DAYS = ("payment_date", "submission_date")
WHO_AND_WHY = ("payer", "payer_class", "payer_sequence", "source", "category", "root_cause")
CODES = ("carc", "rarc", "group_code")
WORK = ("procedure", "procedure_family")
PLACE = ("provider", "place_of_service")
_DIMENSIONS = {  # name of a roll-up -> its dimensions; one by day has the months too
    "month": (*MONTHS, *WHO_AND_WHY, *CODES),
    "month_work": (*MONTHS, *WHO_AND_WHY, *WORK),
    "month_place": (*MONTHS, *WHO_AND_WHY, *PLACE),
    "month_all": (*MONTHS, *WHO_AND_WHY, *CODES, *WORK, *PLACE, "diagnosis_chapter"),
    "day": (*MONTHS, *DAYS, *WHO_AND_WHY),
    "day_work": (*MONTHS, *DAYS, *WHO_AND_WHY, *WORK),
    "day_place": (*MONTHS, *DAYS, *WHO_AND_WHY, *PLACE),
}
_LAGS = ("lag_kind", "lag_source", "lag_days")
_SENT = ("submission_month", "submission_date", "lag_days", "age_days")
_SMALLER = ("month", "month_work", "month_place")
ROLLUPS: dict[str, dict[str, tuple[str, ...]]] = {  # fact -> name -> dimensions, each after one that it can be made of
    "line_fact": {name: _DIMENSIONS[name] for name in reversed(_DIMENSIONS)},
    "claim_fact": {name: _DIMENSIONS[name] for name in reversed(_DIMENSIONS)},
    "cohort_fact": {
        "day_work": (*_SENT, *WHO_AND_WHY, *WORK),
        "day_place": (*_SENT, *WHO_AND_WHY, *PLACE),
        "day": (*_SENT, *WHO_AND_WHY),
        **{name: tuple(one for one in _DIMENSIONS[name] if one != "month") for name in ("month_all", *_SMALLER)},
    },
    "remit_fact": {
        name: tuple(one for one in _DIMENSIONS[name] if one not in ("submission_month", "submission_date"))
        for name in ("month_all", *_SMALLER)
    },
    "lag_fact": {name: (*_LAGS, *_DIMENSIONS[name]) for name in _SMALLER},
}
NO_ROLLUP = """
    select cast('' as string) as fact, cast('' as string) as table_name, cast(0 as bigint) as row_count where 1 = 0
"""
NO_MONTH = """
    select cast('' as string) as fact, cast('' as string) as day_column, cast(null as date) as month,
        cast(null as date) as first_date, cast(null as date) as last_date
    where 1 = 0
"""
ADDED_UP = ("_count", "_amount", "_sum")
MEMBER_COUNT = """
    with members as (
        select * from family_member where not is_repeat
    ),
    families as (
        select
            family_id,
            max(case when member_kind = 'remit' then 1 else 0 end) as has_remit,
            max(case when member_kind = 'submission' then 1 else 0 end) as has_submission
        from members where family_id is not null group by family_id
    )
    select
        members.member_kind,
        members.family_id is not null as is_placed,
        members.match_rule,
        members.sureness,
        count(*) as member_count,
        sum(members.amount) as amount,
        sum(case when members.is_ambiguous then 1 else 0 end) as ambiguous_count,
        sum(case
            when members.member_kind = 'submission' then 1 - families.has_remit
            when members.member_kind = 'remit' then 1 - families.has_submission
            when members.family_id is null then 1
            else 0 end) as alone_count
    from members
    left join families on families.family_id = members.family_id
    group by 1, 2, 3, 4
"""  # alone: a submission without a remit, a remit without a submission, anything else without a family


def create(engine: Engine) -> None:
    """The roll-ups of every table that is there are made, and `rollup` and `rollup_month` tell of those of facts."""
    if engine.columns("family_member"):
        engine.make("member_count", MEMBER_COUNT)
    made, months = [NO_ROLLUP], [NO_MONTH]
    for fact in ROLLUPS:
        if columns := engine.columns(fact):
            months += _months(fact, columns)
            made += [_listed(fact, table) for table in _create_all(engine, fact, columns)]
    engine.make("rollup", "\nunion all\n".join(made))
    engine.make("rollup_month", "\nunion all\n".join(months))


def drop(connection: "duckdb.DuckDBPyConnection") -> None:
    """There are no roll-ups any more."""
    for (table,) in connection.execute("select table_name from rollup").fetchall():
        connection.execute(f"drop table {table}")
    connection.execute("drop table rollup")
    connection.execute("drop table rollup_month")
    connection.execute("drop table if exists member_count")


def _months(fact: str, columns: list[str]) -> list[str]:
    """The SELECTs of the rows of `rollup_month`."""
    return [
        f"select '{fact}', '{day}', {month}, min({day}), max({day})"
        f" from {fact} where {day} is not null group by {month}"
        for month, day in zip(MONTHS, DAYS, strict=True)
        if day in columns
    ]


def _listed(fact: str, table: str) -> str:
    """The SELECT of a row of `rollup`."""
    return f"select '{fact}', '{table}', count(*) from {table}"


def _create_all(engine: Engine, fact: str, columns: list[str]) -> list[str]:
    """The fact's roll-ups are made, each of a wider one if there is one already; their names."""
    row_counts: dict[str, int] = {}
    for name, dimensions in ROLLUPS[fact].items():
        table = f"{fact}_by_{name}"
        smallest_first = sorted(row_counts, key=lambda made: (row_counts[made], made))
        engine.make(table, _select(fact, name, columns, smallest(smallest_first, fact, dimensions)))
        [(row_counts[table],)] = engine.rows(f"select count(*) from {table}")
    return list(row_counts)


def _select(fact: str, name: str, columns: list[str], source: str) -> str:
    """The SELECT that makes a roll-up out of `source`, which is the fact itself or a wider roll-up."""
    names = ", ".join(ROLLUPS[fact][name])
    sums = ", ".join(_sum(column) for column in columns if column.endswith(ADDED_UP))
    count = "count(*)" if source == fact else "sum(row_count)"
    return f"select {names}, cast({count} as bigint) as row_count, {sums} from {source} group by {names}"


def _sum(column: str) -> str:
    """Counts and days stay whole numbers; dollars keep their cents, in as many digits as a sum may have."""
    kind = "decimal(38, 2)" if column.endswith("_amount") else "bigint"
    return f"cast(sum({column}) as {kind}) as {column}"


def smallest(rollups: Iterable[str], fact: str, names: Iterable[str]) -> str:
    """The first of these roll-ups of the fact that has all the columns, else the fact."""
    needed = set(names)
    for table in rollups:
        if needed <= set(ROLLUPS[fact].get(table.removeprefix(f"{fact}_by_"), ())):
            return table
    return fact
