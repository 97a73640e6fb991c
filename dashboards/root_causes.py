"""Root causes: what medical-necessity denials are about, on what evidence, what helps, and what nobody could tell."""

import pandas as pd
import streamlit as st

from dashboards import cause_evidence, charts, claim_link, controls, necessity, parts, settled, titles, words
from dashboards.controls import View
from dashboards.frames import for_people
from dashboards.parts import Block

MOST_ROWS, MOST_COLUMNS = 12, 8
CAUSE_COLUMNS = {"name": "Root cause", "value": "Denied dollars", "n": "Lines"}
CELL_COLUMNS = {"row": "CPT/HCPCS", "column": "Payer", "value": "Rate", "n": "Denied", "of": "Adjudicated"}


def page() -> None:
    """The answer, the causes, where they happen, then evidence and remedies of what is chosen."""
    claim_link.follow()
    st.html(claim_link.STYLE)
    whole = controls.view()
    if whole is None:
        parts.no_build()
        return
    view = settled.settled(whole)
    if view is None:
        parts.empty(settled.not_mature(whole), settled.WAIT)
        return
    head = st.container()
    tier = _tier()
    frame = necessity.by_cause(view, tier)
    with head:
        _headline(view, tier, frame, settled.words_of(view, whole))
    if frame.empty:
        parts.empty(
            f"No medical-necessity denials ({tier}) in this view",
            "Choose a longer period, take a filter away, or switch to extended.",
        )
    else:
        _why(view, tier, frame)
    cause_evidence.undetermined(view)
    parts.foot(view)


def _tier() -> str:
    chosen = st.segmented_control(
        "Medical necessity",
        list(necessity.TIERS),
        default="strict",
        required=True,
        key="tier",
        bind="query-params",
        help=f"{words.plain(necessity.MEANING['strict'])}; {words.plain(necessity.MEANING['extended'])}.",
    )
    return str(chosen or "strict")


def _headline(view: View, tier: str, frame: pd.DataFrame, period: str) -> None:
    measures = cause_evidence.ratio(view, tier)
    below = f"{titles.sentence(necessity.MEANING[tier])}. M-code ratio {measures}; {period}"
    if frame.empty:
        parts.headline(f"Nothing was denied for medical necessity ({tier})", below)
        return
    total = words.money(frame["value"].sum())
    lines = words.counted(frame["n"].sum(), "line")
    named = frame[~frame["is_context"].astype(bool)]
    if named.empty:
        parts.headline(f"{total} denied for medical necessity, and no payer said why ({lines})", below)
        return
    top = named.iloc[0]
    said = f"{top['name']} costs most: {words.money(top['value'])} of {total} denied for medical necessity"
    parts.headline(f"{said} ({lines})", below)


def _why(view: View, tier: str, frame: pd.DataFrame) -> None:
    cause, cell = focus()
    cause_evidence.chips(view.build, cause, cell)
    _pareto(view, tier, frame)
    cause_evidence.remedies(view, tier, cause)
    _heat(view, tier, cause)
    cause_evidence.evidence(view, tier, cause, cell)


def _pareto(view: View, tier: str, frame: pd.DataFrame) -> None:
    table, formats = for_people(frame, CAUSE_COLUMNS, "denied_amount")
    keys = dict(zip(frame["name"], frame["key"], strict=True))
    named = frame[~frame["is_context"].astype(bool)]
    parts.chart_block(
        Block(
            key="necessity-causes",
            title=titles.shares(named, "what was denied", float(frame["value"].sum())),
            subtitle=f"Denied dollars by root cause, medical necessity {tier}; n lines; {view.words}",
            figure=charts.pareto(frame.head(MOST_ROWS)),
            table=table,
            formats=formats | {"Lines": "count"},
            on_point=lambda data: choose(cause=keys.get(str(data[0]), "")),
            hint="Click a bar for its evidence and remedy.",
        )
    )


def _heat(view: View, tier: str, cause: str) -> None:
    frame = necessity.by_cell(view, tier, cause)
    cells = frame[frame["n"].astype(float) > 0]
    if cells.empty:  # all of them come from a log that holds only denials: there is nothing to divide by
        parts.empty(
            "No rate by CPT and payer", "These denials stand only in denial logs, which do not say of how many."
        )
        return
    what = cause_evidence.label(view.build, cause) if cause else f"medical necessity ({tier})"
    codes = dict(zip(frame["row"], frame["procedure"], strict=True))
    shown, rows, columns = necessity.grid(frame, MOST_ROWS, MOST_COLUMNS)
    table, formats = for_people(frame, CELL_COLUMNS, "denial_rate_lines")
    parts.chart_block(
        Block(
            key="necessity-cells",
            title=_hottest(shown, what),
            subtitle=f"Share of adjudicated lines denied for {what}, by CPT and payer; n denied; "
            f"grey: fewer than {words.TOO_FEW} adjudicated; {view.words}",
            figure=charts.heat(shown, rows, columns),
            table=table,
            formats=formats,
            on_point=lambda data: choose(cell=(str(codes[data[0]]), str(data[1]))),
            hint="Click a cell for the evidence behind it.",
        )
    )


def _hottest(cells: pd.DataFrame, what: str) -> str:
    if titles.judged(cells).empty:
        return "Too few lines in any cell to compare"
    top = titles.standing_out(cells, "row")
    if top is None:
        return f"No payer denies a procedure clearly more than the others do for {what}"
    return f"{top['column']} stands out for {top['row']}: {words.rate(top['value'])} of lines denied for {what}"


def focus() -> tuple[str, tuple[str, str] | None]:
    """The cause and the cell that are chosen; both live in the URL."""
    code, payer = st.query_params.get("cell_cpt"), st.query_params.get("cell_payer")
    return st.query_params.get("cause", ""), (code, payer) if code and payer else None


def choose(cause: str | None = None, cell: tuple[str, str] | None = None) -> None:
    """From the next run on evidence and remedies are about this. For callbacks."""
    if cause is not None:
        _put("cause", cause)
    if cell is not None:
        _put("cell_cpt", cell[0])
        _put("cell_payer", cell[1])


def _put(key: str, value: str) -> None:
    if value:
        st.query_params[key] = value
    else:
        st.query_params.pop(key, None)


page()
