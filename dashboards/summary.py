"""Summary: the practice's denials for who may see no claim; small counts were withheld before they came here."""

import datetime

import pandas as pd
import streamlit as st

from dashboards import access, cache, parts, prose, titles, trends, words
from dashboards.figures import CONFIG
from pipelines.access import Right
from pipelines.outside_summary import Line, Summary
from pipelines.register import setting

HEAD = ("", "Lines decided", "Lines denied", "Rate")


def page() -> None:
    """The rate in one sentence, its months as a chart and a table, then payers and causes."""
    build = cache.build()
    least = int(setting(access.ledger(Right.SUMMARY), "small_cell_minimum").value)
    found = cache.summary(build, least) if build else None
    if found is None or build is None:
        parts.empty("Nothing has been decided yet", "Numbers stand here once remittances have been loaded.")
        return
    parts.headline(_headline(found), _below(found))
    labels = cache.labels(build, "root_cause", "root_cause")
    with st.container(border=True):
        parts.heading("Denied of all lines decided", "By month of the decision.")
        st.plotly_chart(trends.trend(_frame(found), words.rate), config=CONFIG, key="summary-trend")
        _table("Month", [line._replace(name=words.month(_month(line.name))) for line in found.months])
    with st.grid(2, min_column_width=parts.HALF):
        with st.container(border=True, height="stretch"):
            parts.heading("By payer")
            _table("Payer", [line for line in found.payers if line.decided])  # no line of zeros for all others
        with st.container(border=True, height="stretch"):
            parts.heading("By root cause")
            causes = [line._replace(name=labels.get(line.name, words.named(line.name))) for line in found.causes]
            prose.text_table(
                ("Root cause", "Lines denied"), [(one.name, _said(one.denied)) for one in causes], "Causes", 1
            )


def _headline(found: Summary) -> str:
    rate = found.total.rate
    return f"{words.rate(rate)} of lines were denied" if isinstance(rate, float) else "Too few lines for a rate"


def _below(found: Summary) -> str:
    span = words.period(found.date_from, found.date_to)
    return f"{titles.sentence(span)}. Counts under {found.minimum} are withheld, and what would give them away."


def _table(first: str, lines: list[Line]) -> None:
    rows = [(one.name, _said(one.decided), _said(one.denied), _rate(one.rate)) for one in lines]
    prose.text_table((first, *HEAD[1:]), rows, f"By {first.lower()}", numbers=3)


def _said(value: int | str) -> str:
    return value if isinstance(value, str) else words.count(value)


def _rate(value: float | str | None) -> str:
    return value if isinstance(value, str) else words.rate(value)


def _month(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text[:10])


def _frame(found: Summary) -> pd.DataFrame:
    """The months whose rate is shown; the others are gaps."""
    shown = [one for one in found.months if isinstance(one.rate, float)]
    columns = {
        "month": [_month(one.name) for one in shown],
        "value": [one.rate for one in shown],
        "n": [one.decided for one in shown],
    }
    return pd.DataFrame(columns)


page()
