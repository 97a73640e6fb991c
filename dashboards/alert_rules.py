"""What is watched: the rules with how each stands, a form for another one, and the way to stop watching."""

from decimal import Decimal
from typing import Any

import streamlit as st

from dashboards import alert_data, cache, deciding, parts, prose, titles, words
from dashboards.alert_data import Shown
from dashboards.controls import View
from pipelines import alert_words, register
from pipelines.errors import DenialboardError
from pipelines.kpis import DIMENSIONS, KPIS
from pipelines.mail import check_address
from pipelines.register import AlertRule
from pipelines.settings import read_settings
from pipelines.store import Store
from pipelines.trend import has_limits

KIND = "alert_rule"
HEAD = ("What", "Where", "Against", "Owner", "Mail to", "Now")
CELL = ("payer", "procedure", "provider", "place_of_service", "root_cause")
LABELLED = {"root_cause": "root_cause", "place_of_service": "code"}  # table of labels -> its key
LIMIT, OWN, TYPED = "Its control limits", "The KPI's target", "A target of its own"
WHY = (
    "Checked after every build, on whole, settled months only. A run of months is told once: here, on the Overview, "
    "and by mail. A target is missed when the month's 95 % interval lies wholly beyond it."
)


def block(view: View) -> None:
    """The rules, and the form that adds one to them."""
    rules = alert_data.shown(view.build)
    with st.container(border=True, height="stretch", key="block-alert-rules"):
        parts.heading(_title(rules), WHY)
        prose.text_table(HEAD, [_row(one) for one in rules], "Rules")
        own = [one for one in rules if not one.is_built_in]
        if own:
            _withdraw(own)
        with st.expander("Watch another number", key="alert-add"):
            _form(view)


def _title(rules: list[Shown]) -> str:
    """`Three numbers are watched; one is beyond its limit or target`."""
    broken = sum(one.is_broken for one in rules)
    watched = titles.sentence(_many(len(rules), "number is", "numbers are"))
    return f"{watched} watched; {_many(broken, 'is beyond its limit or target', 'are beyond their limit or target')}"


def _many(count: int, one: str, more: str) -> str:
    if count == 0:
        return f"none {one}"
    return f"{titles.number(count)} {one if count == 1 else more}"


def _row(one: Shown) -> tuple[str, ...]:
    rule = one.rule
    clock = ", by submission" if rule.clock == "submission" else ""
    broad = ", core and broad" if rule.denial_scope == "broad" else ""
    what = f"{KPIS[rule.kpi].label if rule.kpi in KPIS else rule.kpi}{clock}{broad}"
    return what, one.cell, alert_words.aim(rule), rule.owner, ", ".join(rule.emails), one.stands


def _withdraw(rules: list[Shown]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = st.selectbox("Stop watching", rules, index=None, key="alert-stop", format_func=_named, width=420)
        if st.button("Withdraw the rule", key="alert-withdraw", disabled=chosen is None) and chosen:
            deciding.record_and_show(KIND, chosen.rule.rule_id, {})


def _named(one: Shown) -> str:
    return ", ".join(_row(one)[:3])


def _form(view: View) -> None:
    """One number, one cell, against what, whose it is; written when the button is pressed."""
    shares = [name for name in KPIS if has_limits(name)]
    with st.form("alert-form", border=False):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            kpi = st.selectbox("Number", shares, key="alert-kpi", format_func=lambda name: KPIS[name].label, width=240)
            cell = {name: _value(view, name) for name in CELL}
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            against = st.selectbox("Against", [LIMIT, OWN, TYPED], key="alert-against", width=190)
            typed = st.number_input("Target, %", 0.0, 100.0, None, 0.5, key="alert-target", width=120)
            owner = st.text_input("Whose business it is", key="alert-owner", max_chars=120, width=180)
            mails = st.text_input("Mail to", key="alert-mails", width=250, placeholder="name@practice.example, ...")
            who = deciding.who_asks("Your name", key="alert-who", width=160)
        st.caption(f"{_counted(view)} {_mail_server()}")
        if st.form_submit_button("Watch it"):
            asked = {"kpi": kpi, "cell": cell, "against": against, "typed": typed, "owner": owner, "mails": mails}
            _add(view, asked, who)


def _value(view: View, dimension: str) -> str | None:
    """One value of a dimension, or all of it."""
    key = LABELLED.get(dimension)
    labels = cache.labels(view.build, dimension, key) if key else {}
    return st.selectbox(
        DIMENSIONS[dimension].label,
        list(labels) if DIMENSIONS[dimension].is_reason else cache.choices(view.build, dimension),
        None,
        key=f"alert-{dimension}",
        format_func=lambda value: labels.get(value, value),
        placeholder="All",
        width=144,
    )


def _counted(view: View) -> str:
    """How the shared filters decide what is counted."""
    months = "submission" if view.by_submission else "remittance"
    return f"Counts {words.SCOPES[view.scope.denial_scope]}, by month of {months}, as the filters above say."


def _mail_server() -> str:
    try:
        smtp = read_settings(Store().home).smtp
    except DenialboardError as problem:
        return words.plain(str(problem))
    if smtp is None:
        return "No mail server is set (settings.toml in the store's folder), so alerts are shown and not mailed."
    return f"Mails go through {words.plain(smtp.host)}."


def _add(view: View, asked: dict[str, Any], who: str) -> None:
    """The rule is in the ledger and the page is drawn anew, or it says what is wrong."""
    problem, rule = _rule(view, asked)
    if rule and not problem:
        problem = alert_data.problem_with(view.build, rule)
    if problem or rule is None:
        st.error(words.refusal(problem))
    else:
        deciding.record_and_show(KIND, rule.rule_id, rule.body(), who)


def _rule(view: View, asked: dict[str, Any]) -> tuple[str, AlertRule | None]:
    """What is wrong with what was asked for, else the rule."""
    if not asked["owner"].strip():
        return "Say whose business it is: an alert without an owner is nobody's.", None
    if asked["against"] == TYPED and asked["typed"] is None:
        return "Type the target that it is held against.", None
    try:
        mails = tuple(dict.fromkeys(check_address(one) for one in asked["mails"].split(",") if one.strip()))
    except DenialboardError as problem:
        return str(problem), None
    cell = tuple(sorted((name, value) for name, value in asked["cell"].items() if value))
    target = Decimal(str(asked["typed"])) / 100 if asked["against"] == TYPED else None
    return "", AlertRule(
        rule_id=register.new_id("-".join([asked["kpi"], *(value for _, value in cell)])),
        kpi=asked["kpi"],
        cell=cell,
        by="limit" if asked["against"] == LIMIT else "target",
        owner=asked["owner"].strip(),
        target=target,
        emails=mails,
        denial_scope=view.scope.denial_scope,
        clock=view.scope.clock,
    )
