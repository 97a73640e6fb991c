"""What the Huddle page shows and hands out: the pack of pipelines/huddle, kept while nothing in it changed."""

import contextlib
import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from dashboards import access, cache
from pipelines import register
from pipelines.access import Right
from pipelines.errors import UsageError
from pipelines.huddle import monthly
from pipelines.huddle.facts import Facts
from pipelines.huddle.focus import NECESSITY, focus_scope
from pipelines.huddle.pack import Pack, pack
from pipelines.huddle.period import reach
from pipelines.ledger import Ledger
from pipelines.measure import Scope
from pipelines.register import Decision
from pipelines.store import Store, connect_build

if TYPE_CHECKING:
    import duckdb

QUARTER = "quarter"  # in the URL
DECISION = Decision.kind
ALMOST_OVER = datetime.timedelta(days=7)  # payers need not pay on a quarter's last day
WAIT = "Putting the quarter together"


class Looked(NamedTuple):
    """What was looked into one by one: its dates and cells, and whether it is necessity denials alone."""

    scope: Scope
    is_necessity: bool


def span(build: str) -> tuple[datetime.date, datetime.date] | None:
    """The first and the last day of the data; None where they say no day."""
    first, last = cache.asked(build, reach)
    return (first or last, last) if last else None


def quarters(build: str, asked: str) -> list[str]:
    """Quarters that can be chosen, the newest first: those of the data, of decisions, and the one asked for."""
    found = {decision.quarter for decision in register.decisions(access.ledger())}
    if days := span(build):
        found |= set(_between(*days))
    if is_quarter(asked):
        found.add(asked)
    return sorted(found or {register.quarter_of(datetime.date.today())}, reverse=True)


def usual_quarter(build: str) -> str:
    """The last quarter that is over in the data, else their newest."""
    days = span(build)
    if days is None:
        return register.quarter_of(datetime.date.today())
    newest = register.quarter_of(days[1])
    first, last = register.quarter_dates(newest)
    before = first - datetime.timedelta(days=1)
    is_over = days[1] >= last - ALMOST_OVER
    return newest if is_over or before < days[0] else register.quarter_of(before)


def is_quarter(text: str) -> bool:
    """Whether the text names a quarter."""
    try:
        register.quarter_dates(text)
    except UsageError:
        return False
    return True


def quarter_after(quarter: str) -> str:
    """The next quarter."""
    return register.quarter_of(register.quarter_dates(quarter)[1] + datetime.timedelta(days=1))


def months(build: str) -> list[str]:
    """The months of the data, such as 2026-10, the newest first."""
    days = span(build)
    if days is None:
        return []
    first, last = (day.year * 12 + day.month - 1 for day in days)
    return [f"{number // 12}-{number % 12 + 1:02}" for number in range(last, first - 1, -1)]


def usual_month(build: str, known: Sequence[str]) -> str:
    """The newest of these months that is over in the data, else their newest."""
    days = span(build)
    is_over = days is not None and (days[1] + ALMOST_OVER).month != days[1].month
    return known[0] if is_over or len(known) == 1 else known[1]


def shown(build: str, quarter: str) -> Pack:
    """The pack with whole counts, for the screen of the practice."""
    number = last_said(access.ledger(), quarter)
    with st.spinner(WAIT):
        return cache.asked(build, _pack, str(access.ledger().path), number, quarter, _is_demo(build))


def last_said(known: Ledger, quarter: str) -> int:
    """The newest event that the pack rests on: not this quarter's own decisions, which the page reads at once."""
    events = known.events()
    own = {event.subject for event in events if event.kind == DECISION and event.body.get("quarter") == quarter}
    own -= {
        event.subject for event in events if event.kind == DECISION and event.body.get("quarter", quarter) != quarter
    }
    return max((event.event_id for event in events if event.kind != DECISION or event.subject not in own), default=0)


def looked_into(build: str, found: Pack) -> Looked:
    """Behind which lines the payers and procedures that matter were looked for."""
    return cache.asked(build, _looked, found.period.scope, found.period.year)


@access.needs(Right.EXPORT)
def pack_file(build: str, quarter: str, ending: str, is_internal: bool) -> bytes:
    """The pack as .pdf, .xlsx or .pptx; made outside the page's run, so nothing of Streamlit is in it."""
    from pipelines.huddle.pdf import pack_pdf
    from pipelines.huddle.pptx import pack_pptx
    from pipelines.huddle.xlsx import pack_xlsx

    writer = {".pdf": pack_pdf, ".xlsx": pack_xlsx, ".pptx": pack_pptx}[ending]
    with contextlib.closing(connect_build(Path(build))) as connection:
        return writer(pack(connection, access.ledger(), quarter, is_internal, Store().has_demo))


@access.needs(Right.EXPORT)
def month_file(build: str, what: str, month: str, ending: str, is_internal: bool) -> bytes:
    """The monthly `letter` or `note` as .html or .pdf."""
    write = monthly.letter if what == "letter" else monthly.note
    with contextlib.closing(connect_build(Path(build))) as connection:
        made = write(connection, access.ledger(), month, is_internal, Store().has_demo)
    return monthly.as_pdf(made) if ending == ".pdf" else monthly.as_html(made).encode()


def _between(first: datetime.date, last: datetime.date) -> Sequence[str]:
    found = [register.quarter_of(first)]
    while found[-1] < register.quarter_of(last):
        found.append(quarter_after(found[-1]))
    return found


def _pack(
    connection: "duckdb.DuckDBPyConnection", ledger_path: str, last_said: int, quarter: str, is_demo: bool
) -> Pack:
    """The internal pack; `last_said` only tells one state of the ledger from another."""
    return pack(connection, Ledger(Path(ledger_path)), quarter, True, is_demo)


def _looked(connection: "duckdb.DuckDBPyConnection", quarter: Scope, year: Scope) -> Looked:
    facts = Facts(connection)
    scope = focus_scope(facts, quarter, year)
    return Looked(scope, facts.figure(NECESSITY, scope).numerator.value > 0)


def _is_demo(build: str) -> bool:
    return cache.freshness(build).is_demo
