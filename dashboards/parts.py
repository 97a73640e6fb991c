"""The parts every page is made of.

    chart_block(...)   a title that says what it shows, the chart or its table, downloads, a click that narrows
    table(...)         a DataFrame with our formats; one row can be picked
    empty(...)         what is missing and what to do next
    no_build()         the first page of a new store
    foot(view)         data-through date, files, how much balances, what has no cause, DEMO DATA

KPI cards are in `cards.py`. Titles and subtitles are plain text: names from files may be put in as they are.
"""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, Literal

import pandas as pd
import streamlit as st

from dashboards import access, cache, files, takeaways, words
from dashboards.controls import View
from dashboards.drawing import Drawing
from dashboards.figures import CONFIG
from pipelines.access import Right
from pipelines.deidentify import REPLACED, tokens
from pipelines.store import Store

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MIXED = (
    "The made-up practice and your own files are mixed here: no number is yours alone. Set DENIALS_HOME to a new "
    "folder and load your files there."
)
WIDER = "Choose a longer period, or take a filter away. New remittances come in on the Import page."
HALF = 440  # pixels: blocks side by side that would be narrower stand below each other
CHARACTER_WIDTH, CELL_ROOM, LEAST_WIDTH, MOST_WIDTH = 8, 20, 90, 320  # pixels
DATE_WIDTH = 98  # pixels: `30 Sep 2026` is whole, also where the first rows have no date to measure
Format = Literal["rate", "money", "count", "days", "date", "text"]
NUMBERS = (
    "In files claim numbers are tokens, the same in every file of this store. On: as they are; the ledger says so."
)


@dataclasses.dataclass(frozen=True)
class Block:
    """One chart and everything around it. `key` is unique on the page and names the downloaded file.

    `formats` says how the table's columns are shown (files carry the true numbers); columns not named are text.
    `few` is rate column -> its n, for rates that are not shown when n is too small.
    `on_point` gets the `customdata` of the mark that was clicked and usually calls `controls.narrow`.
    """

    key: str
    title: str
    subtitle: str
    figure: Drawing
    table: pd.DataFrame
    formats: Mapping[str, Format] = dataclasses.field(default_factory=dict)
    few: Mapping[str, str] = dataclasses.field(default_factory=dict)
    alt: str = ""
    on_point: Callable[[list[Any]], None] | None = None
    hint: str = ""


def chart_block(block: Block) -> None:
    """The block in a frame: words first, then the chart or, on request, its table, then what to take away."""
    with st.container(border=True, height="stretch", key=f"block-{block.key}"):
        heading(block.title, block.subtitle)
        if st.session_state.get(f"table-{block.key}"):
            table(block.table, block.formats, alt=f"Table: {block.title}", few=block.few)
        else:
            _chart(block)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.toggle("Table", key=f"table-{block.key}", persist_state="session")
            downloads(block.key, block.table, {"What": block.title, "Measure": block.subtitle})
            if block.hint:
                st.caption(block.hint)


def heading(title: str, subtitle: str = "") -> None:
    """The title of a block and, smaller, what it is."""
    below = f"<p class='db-sub'>{words.markup(subtitle)}</p>" if subtitle else ""
    st.html(f"<h3 class='db-title'>{words.markup(title)}</h3>{below}")


def headline(text: str, below: str = "") -> None:
    """The page's answer in one sentence, above everything else."""
    small = f"<p class='db-sub'>{words.markup(below)}</p>" if below else ""
    st.html(f"<h1 class='db-headline'>{words.markup(text)}</h1>{small}")


def downloads(
    key: str,
    frame: pd.DataFrame | Callable[[], pd.DataFrame],
    about: Mapping[str, str],
    name: str = "",
    has_numbers: bool = False,
) -> None:
    """Two buttons: the table as CSV and as an Excel workbook, asked for and made only when one is clicked.

    Claim numbers in it are tokens unless somebody switches that off, which stands in the file's name and so in the
    ledger. A table that is made only then says by `has_numbers` that it has some.
    """
    name = name or f"denialboard_{key.replace('-', '_')}"
    has_numbers = has_numbers or (isinstance(frame, pd.DataFrame) and not REPLACED.isdisjoint(frame.columns))
    may_ask = has_numbers and access.may(Right.EXPORT) and access.may(Right.NAMES)
    is_named = may_ask and st.toggle("Claim numbers", key=f"numbers-{key}", help=NUMBERS)
    name = f"{name}_with_numbers" if is_named else name

    def whole() -> pd.DataFrame:
        table = frame if isinstance(frame, pd.DataFrame) else frame()
        return table if is_named else files.without_numbers(table, tokens(Store().home))

    csv, xlsx = (lambda: files.to_csv(whole())), (lambda: files.to_xlsx(whole(), about))
    takeaways.button("CSV", csv, f"{name}.csv", "text/csv", f"csv-{key}")
    takeaways.button("Excel", xlsx, f"{name}.xlsx", XLSX, f"xlsx-{key}")


def table(
    frame: pd.DataFrame,
    formats: Mapping[str, Format] | None = None,
    alt: str = "",
    key: str | None = None,
    on_row: Callable[[int], None] | None = None,
    few: Mapping[str, str] | None = None,
    height: int | Literal["auto"] = "auto",
) -> None:
    """The DataFrame, first column frozen, numbers to the right; `on_row` gets the position of the picked row.

    `few` is rate column -> its n: a rate of too few is a dash here, while files carry the number and its n.
    """
    formats = formats or {}
    frame = frame.assign(
        **{rate: frame[rate].mask(frame[n].fillna(0) < words.TOO_FEW) for rate, n in (few or {}).items()}
    )
    config = {
        name: _column(name, formats.get(name, "text"), _widest(frame[name]) if index == 0 else None)
        for index, name in enumerate(frame.columns)
    }
    shown = frame.assign(**{name: _floats(frame[name], formats[name]) for name in frame.columns if name in formats})
    options: dict[str, Any] = {
        "column_config": config,
        "hide_index": True,
        "alt": alt or None,
        "key": key,
        "placeholder": words.NONE,
        "height": height,
    }
    if on_row and key:
        options |= {"on_select": lambda: _picked(key, on_row), "selection_mode": "single-row"}
    st.dataframe(shown, **options)


def empty(title: str, advice: str, links: Mapping[str, str] | None = None) -> None:
    """Nothing to draw: what is so, and what to do next (Markdown of our own); `links` are label to page file."""
    with st.container(border=True):
        heading(title)
        st.markdown(advice)
        for label, page in (links or {}).items():
            st.page_link(page, label=label)


def no_build() -> None:
    """What a page shows before anything was loaded."""
    empty(
        "Nothing has been loaded yet",
        "Drop a remittance (835) or your denial log on the Import page, or look at the demo practice: "
        "`denials demo DIR` and then `denials ingest DIR`.",
        {"Go to Import": "dashboards/import_page.py"},
    )


def foot(view: View) -> None:
    """The line under every page: how new the data is, and how whole what the view is about."""
    fresh = cache.freshness(view.build)
    said = [
        f"data through {words.day(fresh.last_payment_date)}" if fresh.last_payment_date else "no payment yet",
        words.counted(fresh.file_count, "file"),
        _whole(view),
    ]
    demo = " · <span class='db-demo'>DEMO DATA</span>" if fresh.is_demo else ""
    st.html(f"<div class='db-foot'>{' · '.join(map(words.markup, said))}{demo}</div>")


def _whole(view: View) -> str:
    """How much of the period's payments balances, and how many of its denials have no cause."""
    shares = cache.measures(view.build, ("balanced_dollar_share", "undetermined_share"), (), view.scope)
    value = {row.kpi: row.value for row in shares.itertuples()}
    balanced, undetermined = value.get("balanced_dollar_share"), value.get("undetermined_share")
    denials = "denials of claims sent then" if view.by_submission else "denials"
    said = (
        "no payment to balance" if balanced is None else f"{words.rate(balanced)} of payment dollars balance",
        f"no {denials}"
        if undetermined is None
        else f"{words.rate(undetermined)} of {denials} without a determined cause",
    )
    return f"{words.period(view.scope.date_from, view.scope.date_to)}: {', '.join(said)}"


def demo_banner() -> None:
    """The sidebar says DEMO DATA while the made-up practice is what the pages show."""
    build = cache.build()
    if build and (fresh := cache.freshness(build)).is_demo:
        st.sidebar.html("<span class='db-demo'>DEMO DATA</span>")
        st.sidebar.caption(MIXED if fresh.is_mixed else "A made-up practice. No real patient is in it.")


def _chart(block: Block) -> None:
    options: dict[str, Any] = {"width": "stretch", "config": CONFIG, "alt": block.alt or block.title}
    if block.on_point is None:
        st.plotly_chart(block.figure, key=f"chart-{block.key}", **options)
        return
    turn = st.session_state.get(f"turn-{block.key}", 0)  # a new key after each click, so that no mark stays dimmed
    key = f"chart-{block.key}-{turn}"
    st.plotly_chart(block.figure, key=key, on_select=lambda: _clicked(block, key), selection_mode="points", **options)


def _clicked(block: Block, key: str) -> None:
    points = st.session_state[key]["selection"]["points"]
    data = next((point["customdata"] for point in points if point.get("customdata")), None)
    if data is not None and block.on_point:
        st.session_state[f"turn-{block.key}"] = st.session_state.get(f"turn-{block.key}", 0) + 1
        block.on_point(list(data.values()) if isinstance(data, dict) else list(data))


def _picked(key: str, on_row: Callable[[int], None]) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    if rows:
        on_row(rows[0])


def _widest(texts: pd.Series) -> int:
    """Pixels that show the longest text whole: the grid measures the first rows alone, and would cut a later one."""
    longest = max((len(str(text)) for text in texts), default=0)
    return min(max(longest * CHARACTER_WIDTH + CELL_ROOM, LEAST_WIDTH), MOST_WIDTH)


def _column(name: str, how: Format, pinned_width: int | None) -> Any:
    """How a column is shown; the first one is pinned and so wide."""
    pinned = pinned_width is not None or None
    if how == "date":
        pattern = "MMM YYYY" if name == "Month" else "D MMM YYYY"
        return st.column_config.DateColumn(name, format=pattern, pinned=pinned, width=DATE_WIDTH)
    if how == "text":
        return st.column_config.TextColumn(name, pinned=pinned, width=pinned_width)
    pattern = {"rate": "%.1f %%", "money": "dollar", "count": "%,d", "days": "%,d"}[how]
    return st.column_config.NumberColumn(name, format=pattern, pinned=pinned)


def _floats(values: pd.Series, how: Format) -> pd.Series:
    """What the grid of the browser can draw; shares in per cent."""
    if how in ("date", "text"):
        return values
    numbers = pd.to_numeric(values.astype("object"), errors="coerce").astype(float)
    return numbers * 100 if how == "rate" else numbers
