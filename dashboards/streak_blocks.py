"""Weeks without a denial: of everything that the view holds, and of its commonest root causes."""

import dataclasses

import pandas as pd
import streamlit as st

from dashboards import cache, parts, streak_words, words
from dashboards.controls import View
from pipelines.streaks import Streak, streak, streaks

ANY, NECESSITY = "Any denial", "Medical necessity"
KINDS = {ANY: "denied_lines", NECESSITY: "necessity_denial_rate"}  # what counts as one
MOST_CAUSES = 8
SHOWN_WEEKS = 52
RIGHT = " class='db-number'"
HEAD = (("Without", ""), (f"The last {SHOWN_WEEKS} weeks", ""), ("Now", RIGHT), ("Longest", RIGHT))
READ = (
    "One mark a week: tall and blue without a denial, low and grey with one, hollow where nothing was adjudicated "
    "or the week is not over (that neither breaks a run nor counts)."
)


def weeks(view: View) -> None:
    """How long nothing was denied, now and at best; by root cause too, so that a good run is seen."""
    found = _found(view)
    whole = found[ANY]
    with st.container(border=True, height="stretch", key="block-streaks"):
        if not whole.counted or not any(week.adjudicated for week in whole.weeks):
            parts.heading("No week to tell of", "Weeks without a denial need remittances: only these say of how many.")
            return
        parts.heading(streak_words.title(whole, _what(view)), _subtitle(whole))
        if good := streak_words.celebrated(found):
            st.html(f"<p class='db-good'>{words.markup(good)}</p>")
        _strips(found)
        st.caption(READ)
        with st.container(horizontal=True):
            parts.downloads("streaks", _table(found), {"What": "Weeks without a denial"})


def _found(view: View) -> dict[str, Streak]:
    """All denials of the view, those for medical necessity, and the commonest causes, by their names."""
    scope = dataclasses.replace(view.scope, date_from=None, date_to=None, clock="remittance")
    found = {name: cache.asked(view.build, streak, kpi, scope) for name, kpi in KINDS.items()}
    if not found[NECESSITY].last_denial:
        del found[NECESSITY]
    return found | _commonest(view, cache.asked(view.build, streaks, ("root_cause",), KINDS[ANY], scope))


def _commonest(view: View, found: dict[tuple[str, ...], Streak]) -> dict[str, Streak]:
    """The causes with the most weeks that had one, by their names."""
    labels = cache.labels(view.build, "root_cause", "root_cause")
    known = [key for key in found if found[key].last_denial and found[key].counted]
    often = sorted(known, key=lambda key: (-(found[key].counted - found[key].free), key))[:MOST_CAUSES]
    return {labels.get(key[0], words.named(key[0])): found[key] for key in often}


def _what(view: View) -> str:
    return "a denial" if view.scope.denial_scope == "core" else "a core or broad denial"


def _subtitle(whole: Streak) -> str:
    """Which weeks: all that the data hold, whatever the period of the view."""
    first, last = whole.weeks[0].monday, whole.weeks[-1].monday
    counted = words.counted(whole.counted, "week")
    told = f"Denied lines by week of the first answer, {counted} with adjudications since {words.day(first)}"
    is_cut = len(whole.weeks) > SHOWN_WEEKS
    return f"{told}; the last {SHOWN_WEEKS} are drawn, to the week of {words.day(last)}" if is_cut else told


def _strips(found: dict[str, Streak]) -> None:
    rows = "".join(
        f"<tr><th scope='row'>{words.markup(name)}</th>"
        f"<td class='db-strip'>{streak_words.strip(one.weeks[-SHOWN_WEEKS:])}</td>"
        f"<td class='db-number'>{streak_words.run(one.current)}</td>"
        f"<td class='db-number'>{streak_words.run(one.longest)}</td></tr>"
        for name, one in found.items()
    )
    head = "".join(f"<th scope='col'{side}>{name}</th>" for name, side in HEAD)
    table = f"<table class='db-table' aria-label='Weeks without a denial'><thead><tr>{head}</tr></thead>"
    st.html(f"<div class='db-wide'>{table}<tbody>{rows}</tbody></table></div>")


def _table(found: dict[str, Streak]) -> pd.DataFrame:
    columns = {
        "Without": list(found),
        "Weeks now": [one.current.weeks for one in found.values()],
        "Now since": [one.current.first for one in found.values()],
        "Longest": [one.longest.weeks for one in found.values()],
        "Longest from": [one.longest.first for one in found.values()],
        "Longest to": [one.longest.last for one in found.values()],
        "Weeks without": [one.free for one in found.values()],
        "Weeks counted": [one.counted for one in found.values()],
        "Last denial": [one.last_denial for one in found.values()],
    }
    return pd.DataFrame(columns, dtype="object")
