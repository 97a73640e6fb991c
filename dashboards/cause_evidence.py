"""What stands behind the chosen cause or cell: rules that decided, samples, remedies; and the undetermined rest."""

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from dashboards import cache, charts, claim_link, denial_list, necessity, parts, words
from dashboards.controls import View
from dashboards.denial_list import TIERS, Wanted
from dashboards.necessity import RATIO, STAGES
from dashboards.parts import Block

SAMPLES = 8
MOST_REMEDIES = 3
CHOSEN = {"cause": ("cause",), "cell": ("cell_cpt", "cell_payer")}  # what is chosen, and its keys in the URL
SAMPLE_COLUMNS = ["Claim", "Denied", "CPT/HCPCS", "Payer", "Denied on", "Reason", "Evidence", "Root cause", "State"]


def ratio(view: View, tier: str) -> str:
    """The M-code ratio as `33.2 % of 396 denied lines`."""
    row = cache.measures(view.build, (RATIO[tier],), (), view.scope).iloc[0]
    return f"{words.rate(row['value'])} of {words.count(row['denominator'])} denied lines"


def evidence(view: View, tier: str, cause: str, cell: tuple[str, str] | None) -> None:
    """The rules that decided the chosen denials, with counts, and the largest denials, each a way to its claim."""
    chosen = necessity.wanted(view, tier, cause, cell)
    rules = necessity.by_rule(view.build, chosen)
    with st.container(border=True, key="cause-evidence"):
        _about(view, tier, cause, cell, rules)
        if rules.empty:
            st.caption("No such denial in this view: take the choice back, or choose a longer period.")
            return
        _rules(view.build, rules)
        _samples(view, chosen, int(rules["n"].sum()))


def _about(view: View, tier: str, cause: str, cell: tuple[str, str] | None, rules: pd.DataFrame) -> None:
    count, amount = (rules["n"].sum(), rules["amount"].sum()) if len(rules) else (0, 0)
    where = f", CPT {cell[0]} at {cell[1]}" if cell else ""
    what = label(view.build, cause) if cause else f"medical necessity ({tier})"
    lines = words.counted(count, "line")
    parts.heading(f"Evidence: {what}{where}", f"{lines}, {words.money(amount)}; {view.words}")


def chips(build: str, cause: str, cell: tuple[str, str] | None) -> None:
    """What is chosen on this page, each with an x."""
    if not cause and not cell:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.caption("Only", width="content")
        if cause:
            _chip("cause", f"Root cause: {label(build, cause)}")
        if cell:
            _chip("cell", f"Evidence of CPT {cell[0]} at {cell[1]}")


def _chip(name: str, said: str) -> None:
    st.button(f"{words.plain(said)} ✕", key=f"chip-{name}", on_click=_take_back, args=(name,), help="Take back")


def _take_back(name: str) -> None:
    for key in CHOSEN[name]:
        st.query_params.pop(key, None)


def label(build: str, cause: str) -> str:
    """The root cause under its name for people."""
    return cache.labels(build, "root_cause", "root_cause").get(cause, words.named(cause))


def _rules(build: str, rules: pd.DataFrame) -> None:
    shown = pd.DataFrame(
        {
            "Rule": rules["rule_id"],
            "Lines": rules["n"],
            "Denied": rules["amount"],
            "Root cause": [label(build, str(key)) for key in rules["root_cause"]],
            "Looks at": [STAGES.get(int(stage), "") for stage in rules["stage"]],
            "Confidence": rules["confidence"],
            "Other evidence disagrees": rules["other_count"],
            "For instance": rules["evidence"],
        },
        dtype="object",
    )
    formats: dict[str, parts.Format] = {"Lines": "count", "Denied": "money", "Other evidence disagrees": "count"}
    parts.heading(_decided(rules), "Rules that decided, the most frequent first. They stand in data/reference.")
    parts.table(shown, formats, alt="Rules that decided these denials")
    with st.container(horizontal=True, gap="small"):
        parts.downloads("rules", shown, {"What": "Rules that decided"})


def _decided(rules: pd.DataFrame) -> str:
    top, lines = rules.iloc[0], int(rules["n"].sum())
    few = f"{words.count(top['n'])} of {words.counted(lines, 'line')}"
    share = words.rate(float(top["n"]) / lines) if lines >= words.TOO_FEW else few
    return f"Rule {top['rule_id']} ({STAGES.get(int(top['stage']), '')}) decided {share}"


def _samples(view: View, chosen: Wanted, count: int) -> None:
    frame = denial_list.rows(view.build, chosen, denial_list.ORDERS["Largest first"], SAMPLES)
    shown = denial_list.for_people(view.build, frame, is_whole=True)[SAMPLE_COLUMNS]
    few = f"The {len(shown)} largest of {words.count(count)}" if count > len(shown) else f"All {words.count(count)}"
    parts.heading(few, "Pick a row to open its claim.")
    parts.table(
        shown,
        {"Denied": "money", "Denied on": "date"},
        alt="Sample denials",
        key="cause-samples",
        on_row=_opener(frame),
    )
    claim_link.to_lines(f"All {words.count(count)} on the Denials page", _narrowed(view.build, chosen))


def _opener(frame: pd.DataFrame) -> Callable[[int], None]:
    return lambda row: claim_link.ask(str(frame.iloc[row]["denial_id"]), "root_causes")


def _narrowed(build: str, chosen: Wanted) -> dict[str, Sequence[str]]:
    """The filters of the Denials page that find exactly these lines, as the URL says them: by their labels."""
    scope = chosen.scope
    return {
        "payer": scope.payers,
        "cpt": scope.procedures,
        "root_cause": [label(build, key) for key in scope.root_causes],
        "tiers": [TIERS[tier] for tier in chosen.tiers],
    }


def remedies(view: View, tier: str, cause: str) -> None:
    """What helps against each cause, or the chosen one, who owns it, and what is still to be won."""
    frame = necessity.by_outcome(view.build, necessity.wanted(view, tier, cause, None))
    known = necessity.causes(view.build)
    frame = frame[frame["root_cause"].isin(known.index)]
    if frame.empty:
        return
    cards = [_remedy(known.loc[row.root_cause], row) for row in frame.head(MOST_REMEDIES).itertuples()]
    open_amount = words.money(frame["open_amount"].sum())
    with st.container(border=True, height="stretch"):
        parts.heading(f"What helps: {open_amount} is still open", "By root cause, the costliest first.")
        st.html(f"<div class='db-remedies'>{''.join(cards)}</div>")
        if len(frame) > MOST_REMEDIES:
            more = len(frame) - MOST_REMEDIES
            st.caption(f"{more} more cause{'s' if more > 1 else ''}: click a bar to read on.")


def _remedy(cause: pd.Series, row: object) -> str:
    sums = f"{words.money(row.amount)} in {words.counted(row.n, 'line')} · {words.money(row.open_amount)} open"  # type: ignore[attr-defined]
    won = f" · {words.count(row.overturned)} overturned" if row.overturned else ""  # type: ignore[attr-defined]
    return (
        f"<div class='db-remedy'><div class='db-remedy-name'>{words.markup(cause['label'])}</div>"
        f"<div class='db-remedy-sums'>{words.markup(sums + won)}</div>"
        f"<div class='db-remedy-what'>{words.markup(cause['definition'])}</div>"
        f"<div><b>Do:</b> {words.markup(cause['remedy'])}</div>"
        f"<div class='db-remedy-owner'>Owner: {words.markup(cause['owner'])}</div></div>"
    )


def undetermined(view: View) -> None:
    """The share of denials without a determined cause, and the reason codes that they consist of."""
    share = cache.measures(view.build, ("undetermined_share",), (), view.scope).iloc[0]
    frame = necessity.undetermined(view)
    if frame.empty:
        if share["denominator"]:
            parts.empty("Every denial in this view has a determined root cause", "Nothing to do here.")
        return
    codes = cache.labels(view.build, "carc")
    names = [words.code(row.group_code, row.carc, codes.get(str(row.carc))) for row in frame.itertuples()]
    table = pd.DataFrame(
        {
            "Reason": names,
            "What we say": [label(view.build, str(key)) for key in frame["root_cause"]],
            "Remarks beside it": frame["remarks"],
            "Payers": [_payers(row) for row in frame.itertuples()],
            "Lines": frame["n"],
            "Denied": frame["amount"],
        },
        dtype="object",
    )
    total = f"{words.count(share['numerator'])} of {words.count(share['denominator'])} denied lines"
    parts.chart_block(
        Block(
            key="undetermined",
            title=f"{words.rate(share['value'])} of denials have no determined root cause: {_most(names, frame)}",
            subtitle=f"{total}, {words.money(frame['amount'].sum())}, by reason code: the payer said no more, and "
            f"neither claim nor log adds to it; {view.words}",
            figure=charts.bars(_bars(names, frame).head(10)),
            table=table,
            formats={"Lines": "count", "Denied": "money"},
            hint="Set the cause by hand on the claim's page; the table shows the remarks that came with each code.",
        )
    )


def _bars(names: list[str], frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"name": names, "value": frame["n"]}).groupby("name", sort=False, as_index=False).sum()


def _most(names: list[str], frame: pd.DataFrame) -> str:
    bars = _bars(names, frame)
    return f"{bars.iloc[0]['name']} is {words.rate(float(bars.iloc[0]['value']) / float(bars['value'].sum()))} of them"


def _payers(row: object) -> str:
    count = int(row.payer_count)  # type: ignore[attr-defined]
    return str(row.payer) if count == 1 else f"{count} payers"  # type: ignore[attr-defined]
