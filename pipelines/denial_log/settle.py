"""Questions that a column answers as a whole: day or month first, point or comma for decimals. Never cell by cell."""

from pipelines.denial_log.fields import AMOUNTS, DATES
from pipelines.denial_log.mapping import Column
from pipelines.rows import Oddity

ORDERS = {"dmy": True, "mdy": False}


def settle_amounts(columns: list[Column]) -> None:
    """Each amount column knows whether its decimals follow a comma: by the majority of its cells that show it."""
    for column in columns:
        if column.field in AMOUNTS and column.profile is not None:
            commas, points = column.profile.decimal_commas, column.profile.decimal_points
            if commas > points:
                column.is_decimal_comma = True
                column.reason += f"; decimal comma, as in {commas} of its values"


def settle_dates(columns: list[Column], orders: dict[int, str]) -> list[Oddity]:
    """Each date column knows whether the day comes first, and says why; `orders` are a person's words by column number.

    A column is settled by its own values over 12; else by the other date columns of the table when these agree; else
    it is month first as in the United States (day first where points separate), and that assumption is told.
    """
    dated = [column for column in columns if column.field in DATES and column.profile and column.profile.numbered_dates]
    oddities: list[Oddity] = []
    open_columns = [column for column in dated if not _by_word(column, orders) and not _by_itself(column, oddities)]
    settled = {column.is_day_first for column in dated if column not in open_columns}
    for column in open_columns:
        if len(settled) == 1:
            column.is_day_first = settled.pop()
            settled = {column.is_day_first}
            column.reason += f"; {_order(column)}, as in the other dates of this table"
        else:
            oddities += _assumed(column)
    for column in columns:
        oddities += _half_converted(column)
    return oddities


def _by_word(column: Column, orders: dict[int, str]) -> bool:
    if column.column_no not in orders:
        return False
    column.is_day_first = ORDERS[orders[column.column_no]]
    column.reason += f"; {_order(column)}, as asked"
    return True


def _by_itself(column: Column, oddities: list[Oddity]) -> bool:
    assert column.profile is not None
    first, second = column.profile.first_over_12, column.profile.second_over_12
    if not first and not second:
        return False
    column.is_day_first = first > second
    column.reason += f"; {_order(column)}: {max(first, second)} of its dates can only be read so"
    if first and second:
        message = f"{_order(column)} by {max(first, second)} dates, yet {min(first, second)} say otherwise"
        oddities.append(Oddity("date_order_mixed", message=f"column ‘{column.header}’: {message}"))
    return True


def _assumed(column: Column) -> list[Oddity]:
    assert column.profile is not None
    column.is_day_first = column.profile.separators == {"."}
    if not column.profile.ambiguous_dates:
        return []
    column.reason += f"; {_order(column)} assumed: no date in it is over 12"
    message = f"{_order(column)} was assumed for {column.profile.ambiguous_dates} dates that can be read both ways"
    return [Oddity("date_order_assumed", message=f"column ‘{column.header}’: {message}")]


def _half_converted(column: Column) -> list[Oddity]:
    """A spreadsheet that read day-first texts as month-first leaves true dates up to the 12th and texts above."""
    profile = column.profile
    if column.field not in DATES or profile is None or not (profile.iso_dates and profile.numbered_dates):
        return []
    if profile.iso_days_over_12 or profile.first_over_12 < profile.numbered_dates:
        return []
    message = (
        f"column ‘{column.header}’: a spreadsheet may have swapped day and month in {profile.iso_dates} of its dates"
    )
    return [Oddity("dates_half_converted", message=message)]


def _order(column: Column) -> str:
    return "day first" if column.is_day_first else "month first"
