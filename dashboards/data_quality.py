"""Data quality: is the data whole? What was refused, what does not add up, what is unknown, and what to do about it."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import cache, claim_link, issues, match_quality, parts, titles, words
from dashboards.cards import Card, cards
from pipelines.kpis import KPIS
from pipelines.measure import Scope

ALL = Scope(payer_sequence="all")
PROBLEMS = {  # issue -> what the headline says of it
    "quarantined_file": ("file was refused", "files were refused"),
    "payment_off": ("payment does not balance", "payments do not balance"),
    "claim_off": ("claim does not balance", "claims do not balance"),
    "line_off": ("line does not balance", "lines do not balance"),
    "amount_unreadable": ("line has an amount that cannot be read", "lines have amounts that cannot be read"),
    "unknown_status": ("claim has an unknown status", "claims have an unknown status"),
    "unknown_carc": ("adjustment has an unknown code", "adjustments have an unknown code"),
    "zero_pay_unknown_code": ("unpaid line has only unknown codes", "unpaid lines have only unknown codes"),
    "zero_pay_unexplained": ("unpaid line has no reason", "unpaid lines have no reason"),
}
FILES = """
    with dated as (
        select file_id, min(told_date) as first_date, max(told_date) as last_date from (
            select file_id, created_date as told_date from submission_event
            union all select file_id, answer_date from acknowledgement_event
        ) as told group by file_id
    )
    select file_name as "File", case kind when 'denial_log' then 'log or export' else kind end as "Kind",
        status as "Status", cast(received_at as date) as "Received",
        coalesce(first_payment_date, first_date) as "From", coalesce(last_payment_date, last_date) as "To",
        claim_count as "Claims", line_count as "Lines", total_amount as "Dollars",
        rejected_row_count as "Rows not used", oddity_count as "Oddities"
    from source_file left join dated on dated.file_id = source_file.file_id
    order by received_at desc, file_name
"""
FILE_FORMATS: dict[str, parts.Format] = {
    **dict.fromkeys(("Received", "From", "To"), "date"),
    **dict.fromkeys(("Claims", "Lines", "Rows not used", "Oddities"), "count"),
    "Dollars": "money",
}


def page() -> None:
    """The answer in one sentence, five numbers, then each matter with its cases."""
    claim_link.follow()
    build = cache.build()
    if build is None:
        parts.empty(
            "Nothing has been loaded yet",
            "Once files are in, this page says what does not add up in them.",
            {"Go to Import": "dashboards/import_page.py"},
        )
        return
    found = issues.found(build)
    known = found[found["issue_count"] > 0]
    parts.headline(headline(_share(build).value, known), _below(build))
    cards(_cards(build, found.set_index("issue")))
    for group, (title, below) in issues.GROUPS.items():
        _group(build, title, below, known[known["group"] == group])
    match_quality.matching_section(build)
    _clean(found[found["issue_count"] == 0])
    _files(build)


def headline(share: Any, known: pd.DataFrame) -> str:
    """`99.1 % of dollars balance; one file was refused`: how whole the data is, and what needs somebody."""
    counts = {row.issue: int(row.issue_count) for row in known.itertuples() if row.issue in PROBLEMS}
    said = [f"{titles.number(count)} {PROBLEMS[issue][count != 1]}" for issue, count in counts.items()]
    if share is None:
        return titles.sentence(words.listed(said)) if said else "Nothing here needs you"
    if not said:
        return "The data is whole: everything that could be checked balances"
    more = f" and {titles.number(len(said) - 2)} more matters" if len(said) > 3 else ""
    return f"{words.rate(share)} of dollars balance; {', '.join(said[:2]) + more if more else words.listed(said)}"


def _below(build: str) -> str:
    fresh = cache.freshness(build)
    span = words.period(fresh.first_payment_date, fresh.last_payment_date)
    return f"{words.counted(fresh.file_count, 'file')}, payments of {span}; all payers, all dates"


def _share(build: str, kpi: str = "balanced_dollar_share") -> Any:
    return next(cache.measures(build, (kpi,), (), ALL).itertuples())


def _cards(build: str, found: pd.DataFrame) -> list[Card]:
    dollars, payments = _share(build), _share(build, "balanced_payment_share")
    totals = cache.query(build, "select count(*) as files, sum(line_count) as lines from source_file").iloc[0]
    log_rows = cache.query(build, "select count(*) as rows from log_line").iloc[0]["rows"]
    return [
        _balance(dollars, payments),
        _counted("Files refused", found, ("quarantined_file",), f"of {words.count(totals['files'])}", is_breach=True),
        _counted("Off balance", found, ("payment_off", "claim_off", "line_off"), one="place"),
        _counted("Codes in no list", found, ("unknown_carc", "unknown_rarc"), one="time"),
        _counted("Log rows not used", found, ("rejected_log_row",), f"beside {words.count(log_rows)} used"),
    ]


def _balance(dollars: Any, payments: Any) -> Card:
    kpi = KPIS["balanced_dollar_share"]
    if dollars.value is None:
        return Card(kpi.label, kpi.definition, why_not="Cannot be told: there is no remittance yet.")
    note = f"{words.rate(payments.value)} of {words.count(payments.denominator)} payments"
    return Card(
        kpi.label, kpi.definition, words.rate(dollars.value), f"of {words.money(dollars.denominator)}", note=note
    )


def _counted(
    label: str, found: pd.DataFrame, names: Sequence[str], n: str = "", one: str = "", is_breach: bool = False
) -> Card:
    rows = found.loc[list(names)]
    count, amount = int(rows["issue_count"].sum()), rows["amount"].sum()
    return Card(
        label,
        "; ".join(rows["label"]),
        words.count(count),
        n or words.unit(count, one),
        is_breach=is_breach and count > 0,
        note=words.cents(amount) if amount else "",
    )


def _group(build: str, title: str, below: str, rows: pd.DataFrame) -> None:
    if rows.empty:
        return
    parts.heading(title, below)
    with st.container(gap="xxsmall"):
        for row in rows.itertuples():
            _issue(build, row)


def _issue(build: str, row: Any) -> None:
    """One line that opens: how often, what, how many dollars; inside, what to do and the cases."""
    dollars = f" · {words.cents(row.amount)}" if row.amount else ""
    name = f"**{words.count(row.issue_count)}** · {words.plain(row.label)}{words.plain(dollars)}"
    with st.expander(name, key=f"issue-{row.issue}", on_change="rerun") as box:
        if not box.open:
            return
        st.markdown(row.advice)
        frame, formats = issues.cases(build, row.where_to_look)
        _cases(row, frame, formats)


def _cases(row: Any, frame: pd.DataFrame, formats: dict[str, parts.Format]) -> None:
    shown = frame.drop(columns="family_id", errors="ignore")
    families = list(frame["family_id"]) if "family_id" in frame else []
    is_linked = any(families)

    def open_claim(place: int) -> None:
        if families[place]:
            claim_link.ask(f"{families[place]}|", "data_quality")

    parts.table(shown, formats, row.label, f"cases-{row.issue}", open_claim if is_linked else None)
    with st.container(horizontal=True, vertical_alignment="center"):
        parts.downloads(f"issue-{row.issue}", shown, {"What": row.label, "What to do": row.advice})
        if is_linked:
            st.caption("Pick a row to open its claim.")
        if len(frame) == issues.MOST_CASES:
            st.caption(f"The first {words.count(len(frame))}; `denials sql` lists all.")


def _clean(rows: pd.DataFrame) -> None:
    """What was looked for and not found is said too."""
    if len(rows):
        with st.expander(f"**{len(rows)}** · Looked for and not found"):
            st.markdown("\n".join(f"* {words.plain(label)}" for label in rows["label"]))


def _files(build: str) -> None:
    frame = cache.query(build, FILES)
    with st.container(border=True):
        parts.heading(f"All files: {words.count(len(frame))}", "Everything that was ever loaded, the newest first.")
        parts.table(frame, FILE_FORMATS, "Files")
        with st.container(horizontal=True):
            parts.downloads("files", frame, {"What": "Files in the store"})


page()
