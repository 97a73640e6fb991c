"""Changes that touch the same lines: said of each, and their dollars counted once."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipelines import words
from pipelines.effect.arms import comparison_condition, treated
from pipelines.effect.cells import wash_in_to
from pipelines.effect.result import NO_CLEAR_CHANGE, Combined, Overlap, Result
from pipelines.measure import answer

if TYPE_CHECKING:
    import duckdb

    from pipelines.register import Change

CENT = Decimal("0.01")


def overlaps(
    connection: "duckdb.DuckDBPyConnection", change: "Change", others: Sequence["Change"]
) -> tuple[Overlap, ...]:
    """Every other change that treats lines of this one after both are live, or of its comparison."""
    found = []
    for other in others:
        shared, own, compared = _shared(connection, change, other)
        share = shared / own if own else 0.0
        if shared:
            sentence = (
                f"“{other.title}” treats {words.counted(shared, 'line')} of this change too"
                f" ({words.rate(share)} of its lines after go-live): what they did together cannot be told apart."
            )
            found.append(Overlap(other.change_id, other.title, shared, share, "treated", sentence))
        if compared:
            sentence = (
                f"“{other.title}” treats {words.counted(compared, 'line')} of the comparison;"
                " they are left out of it, before and after."
            )
            found.append(Overlap(other.change_id, other.title, compared, 0.0, "comparison", sentence))
    return tuple(found)


def _shared(connection: "duckdb.DuckDBPyConnection", change: "Change", other: "Change") -> tuple[int, int, int]:
    """Lines after go-live that both treat, those that this one treats, and those of its comparison the other treats."""
    own, own_values = treated(change).condition()
    theirs, their_values = treated(other).condition()
    compared, compared_values = comparison_condition(change)
    sql = (
        f"select sum(case when ({own}) and ({theirs}) and submission_date >= ? then adjudicated_count else 0 end),"
        f" sum(case when ({own}) and submission_date >= ? then adjudicated_count else 0 end),"
        f" sum(case when ({compared}) and ({theirs}) then adjudicated_count else 0 end)"
        " from line_fact where payer_sequence = 'primary' and submission_date is not null"
    )
    values = [*own_values, *their_values, max(change.go_live, other.go_live), *own_values, change.go_live]
    ((shared, whole, left_out),) = answer(connection, sql, [*values, *compared_values, *their_values])
    return int(shared or 0), int(whole or 0), int(left_out or 0)


def combined(
    connection: "duckdb.DuckDBPyConnection", changes: Sequence["Change"], results: Mapping[str, Result]
) -> Combined:
    """The changes' worth together: the worth of a line that several of them treat is shared out among them."""
    judged = [(change, found) for change in changes if (found := results[change.change_id].worth) is not None]
    shares = _own_shares(connection, [change for change, _ in judged], results)
    parts = [(found, Decimal(repr(round(share, 6)))) for (_, found), share in zip(judged, shares, strict=True)]
    savings = sum(((found.savings * share).quantize(CENT) for found, share in parts), Decimal("0.00"))
    plain = sum((found.savings for found, _ in parts), Decimal("0.00"))
    cost = sum((found.cost for found, _ in parts), Decimal("0.00"))
    avoided = sum(found.avoided * float(share) for found, share in parts)
    twice = plain - savings
    sentence = _together([results[change.change_id] for change, _ in judged], savings, cost, twice)
    names = tuple(change.change_id for change, _ in judged)
    return Combined(names, avoided, savings, cost, savings - cost, twice, sentence)


def _together(parts: Sequence[Result], savings: Decimal, cost: Decimal, twice: Decimal) -> str:
    """The sum in a sentence; how much of it is sure is said too."""
    if not parts:
        return "No change can be told in money yet."
    one = len(parts) == 1
    what = (
        "The change that can be told in money"
        if one
        else f"Together the {len(parts)} changes that can be told in money"
    )
    clear = sum(part.verdict != NO_CLEAR_CHANGE for part in parts)
    sure = "with a clear effect" if clear == len(parts) else f"{clear} of {len(parts)} with a clear effect"
    once = f" {words.money(twice)} that several of them share are counted once." if twice > 0 else ""
    return f"{what} saved about {words.money(savings)} at a cost of {words.money(cost)}, {sure}.{once}"


def _own_shares(
    connection: "duckdb.DuckDBPyConnection", changes: Sequence["Change"], results: Mapping[str, Result]
) -> list[float]:
    """Of each change the share of its lines after go-live that is left when shared lines are split evenly."""
    if not changes:
        return []
    flags: list[str] = []
    values: list[Any] = []
    for change in changes:
        inside, inside_values = treated(change).condition()
        last = results[change.change_id].after_to
        flags.append(f"({inside}) and submission_date > ? and submission_month <= ?")
        values.extend([*inside_values, wash_in_to(change), last])
    columns = ", ".join(f"case when {flag} then 1 else 0 end as c{place}" for place, flag in enumerate(flags))
    names = ", ".join(f"c{place}" for place in range(len(changes)))
    sql = (
        f"select {names}, sum(adjudicated_count) from (select {columns}, adjudicated_count from line_fact"
        " where payer_sequence = 'primary' and submission_date is not null)"
        f" as line group by {names}"
    )
    whole, own = [0.0] * len(changes), [0.0] * len(changes)
    for *marks, lines in answer(connection, sql, values):
        for place, is_in in enumerate(marks):
            whole[place] += float(lines) * is_in
            own[place] += float(lines) * is_in / max(1, sum(marks))
    return [part / total if total else 1.0 for part, total in zip(own, whole, strict=True)]
