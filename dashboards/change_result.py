"""One change's result: the sentence to read out, the picture, and everything that it stands on."""

import streamlit as st

from dashboards import cache, change_chart, change_tables, parts, prose, words
from dashboards.parts import Block
from pipelines.effect.result import Combined, Result
from pipelines.effect.verdict import payback
from pipelines.kpis import KPIS
from pipelines.register import Change

CHART_HINT = (
    "Broad pale lines: all settled months together. Hollow: fewer than 20 lines, kept out of the baseline, or still "
    "being decided (dotted too). The band is the wash-in, left out."
)


def show(build: str, change: Change, result: Result, both: Combined | None) -> None:
    """The whole result, the answer first."""
    _answer(result)
    _chart(build, change, result)
    _rates(build, change, result)
    with st.grid(2, min_column_width=parts.HALF):
        _money(result, both)
        _power(result)
    _checks(result)
    _estimates(result)


def _answer(result: Result) -> None:
    with st.container(border=True, key="change-answer"):
        parts.heading(result.headline)
        for told in change_tables.reasons(result):
            st.html(f"<p class='db-said'>{words.markup(told)}</p>")
        if result.worth is not None:
            st.html(f"<p class='db-said'>{words.markup(payback(result.worth))}</p>")


def measure(build: str, change: Change) -> str:
    """What is counted, of what: `Necessity denials per adjudicated, conservative therapy step`."""
    labels = cache.labels(build, "root_cause", "root_cause") if change.root_cause else {}
    cause = f", {labels.get(change.root_cause, words.named(change.root_cause))}" if change.root_cause else ""
    return f"{KPIS[change.kpi].label}{cause}"


def _chart(build: str, change: Change, result: Result) -> None:
    if not any(one.treated.lines for one in result.series):
        parts.empty("No treated line is here yet", "Once claims of the treated scope are loaded, their course is here.")
        return
    treated = sum(one.treated.lines for one in result.series)
    compared = sum(one.comparison.lines for one in result.series)
    n = f"n {words.count(treated)} of the treated, {words.count(compared)} in the comparison"
    parts.chart_block(
        Block(
            key="change-course",
            title=change_chart.title(result),
            subtitle=f"{measure(build, change)}, first answers of primary payers, by month of submission; {n}",
            figure=change_chart.figure(result),
            table=change_chart.table(result),
            formats=change_chart.FORMATS,
            few=change_chart.FEW,
            alt=change_chart.alt(result),
            hint=CHART_HINT,
        )
    )


def _rates(build: str, change: Change, result: Result) -> None:
    with st.container(border=True, key="change-rates"):
        before = _months(result.baseline_from, result.baseline_to, result.baseline_months)
        after = _months(result.after_from, result.after_to, result.after_months)
        parts.heading(
            f"Compared with {result.comparison_text}",
            f"{measure(build, change)}, 95 % intervals; mature months only: {before} before, {after} after",
        )
        prose.text_table(change_tables.RATES, change_tables.rates(result), "Rates before and after", numbers=1)


def _months(first: object, last: object, number: int) -> str:
    if not number:
        return "none"
    return f"{words.month(first)} to {words.month(last)}" if first != last else words.month(first)  # type: ignore[arg-type]


def _money(result: Result, both: Combined | None) -> None:
    with st.container(border=True, height="stretch", key="change-money"):
        if result.worth is None:
            parts.heading("What is it worth?")
            st.caption(f"No dollars are told of a change that is “{result.state}”: they would be read as a result.")
        else:
            parts.heading(change_tables.money_title(result.worth, result.verdict))
            prose.text_table(change_tables.MONEY, change_tables.money(result.worth), "Money", numbers=1)
        for one in result.overlaps:
            st.caption(words.plain(one.sentence))
        if both is not None and result.change_id in both.change_ids:
            st.caption(words.plain(both.sentence))


def _power(result: Result) -> None:
    with st.container(border=True, height="stretch", key="change-power"):
        parts.heading("How small an effect could be seen?", result.power.sentence)
        if result.power.chances:
            prose.text_table(change_tables.CHANCES, change_tables.chances(result.power), "Power", numbers=1)


def _checks(result: Result) -> None:
    found = (*result.checks, *result.drift)
    if not found:
        return
    with st.container(border=True, key="change-checks"):
        below = "What failed stands first. Volume, level of visits and procedures given up: did billing itself move?"
        parts.heading(change_tables.checks_title(found), below)
        prose.text_table(change_tables.CHECKS, change_tables.checks(found), "Checks")


def _estimates(result: Result) -> None:
    rows = change_tables.estimates(result)
    if not rows:
        return
    with st.container(border=True, key="change-estimates"):
        parts.heading("The estimates", change_tables.ODDS_HELP)
        prose.text_table(change_tables.ESTIMATES, rows, "Estimates", numbers=4)
        others = change_tables.sensitivity(result)
        if others:
            parts.heading("The same, asked in other ways")
            prose.text_table(change_tables.ESTIMATES, others, "Sensitivity", numbers=4)


def registered(build: str, change: Change) -> list[tuple[str, str]]:
    """What was registered, as name and text."""
    scope = {"Payers": change.payers, "Procedures": change.procedures, "Providers": change.providers}
    scope |= {"Places of service": change.places}
    spike = ""
    if change.spike_from and change.spike_to:
        spike = _months(change.spike_from, change.spike_to, 1)
    cost = f"{words.cents(change.cost_amount)} and {words.counted(change.clinician_minutes, 'clinician minute')}"
    return [
        ("Went live", words.day(change.go_live)),
        ("What changed", f"{change.what}. {change.description}".rstrip(". ") + "."),
        ("Aimed at", measure(build, change) + (f": {change.checklist_item}" if change.checklist_item else "")),
        *((name, "; ".join(values) or "all") for name, values in scope.items()),
        ("Wash-in", words.counted(change.wash_in_weeks, "week")),
        ("Months of the spike", spike or "none named"),
        ("Cost", cost),
        ("Owner", change.owner),
        ("Policy", change.policy_reference),
        ("Versions", f"{change.version_count}, the first {change.first_registered_at[:10]}"),
    ]
