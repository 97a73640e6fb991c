"""The filters that all pages share, kept in the URL so that a view can be sent to a colleague.

`app.py` draws `bar()` above every page that wants filters; a page calls `view()` and gets what is chosen as a `View`:
the `Scope` for `pipelines.measure`, the same span before for comparison, and the unit. A chart that narrows calls
`narrow(key, value)` from its callback; `chips()` shows what is narrowed, each with an x.

URL keys: period, from, to, payer, provider, place, cpt, scope, unit, clock.
"""

import dataclasses
import datetime
from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboards import cache, words
from dashboards.months import before
from pipelines.measure import Scope
from pipelines.months import first_of

PERIODS = {"3 months": 3, "6 months": 6, "12 months": 12, "24 months": 24, "All dates": 0, "Own dates": -1}
OWN = "Own dates"
DEFAULT_PERIOD = "12 months"
MANY = {  # URL key: (label, dimension of the facts)
    "payer": ("Payers", "payer"),
    "provider": ("Providers", "provider"),
    "place": ("Locations", "place_of_service"),
    "cpt": ("CPT", "procedure"),
}
HELP = {
    "core": "Real denials: what the headline counts. `broad` adds duplicates, bundling and the like.",
    "unit": "What a rate counts: whole claims, service lines, or charge dollars.",
    "clock": "Which day puts a claim into its month. Remittance: the day of its first answer, for today's work. "
    "Submission: the day it was sent, to judge how we do; recent months are then still being decided.",
    "no clock": "No claim here has a submission date. Load the claims sent (837), or an export of the billing system "
    "with submission dates, on the Import page.",
}
CLOCKS = ("remittance", "submission")


@dataclasses.dataclass(frozen=True)
class View:
    """What is chosen: everything a page needs to ask for its numbers."""

    build: str
    scope: Scope
    before: Scope | None  # the same span before; None where the data does not reach back
    unit: str  # claims, lines or dollars
    last_day: datetime.date  # the newest that the clock knows
    first_day: datetime.date | None = None

    @property
    def by_submission(self) -> bool:
        """Months are those in which claims were sent."""
        return self.scope.clock == "submission"

    @property
    def by_month(self) -> str:
        """The clock as a chart's subtitle says it."""
        return "by month of submission" if self.by_submission else "by remittance month"

    @property
    def words(self) -> str:
        """The view as a chart's subtitle says it: scope and period."""
        return f"{words.SCOPES[self.scope.denial_scope]}, {self.period_words}"

    @property
    def period_words(self) -> str:
        """The period, and what happened in it where that is not the remittance."""
        said = words.sent if self.by_submission else words.period
        return said(self.scope.date_from, self.scope.date_to)

    def over(self, months: int) -> "View":
        """The same filters over the last so many months up to the end of the view."""
        end = self.scope.date_to or self.last_day
        scope = dataclasses.replace(self.scope, date_from=first_of(end, months - 1), date_to=end)
        return dataclasses.replace(self, scope=scope)

    def at_least(self, months: int) -> "View":
        """The view itself, or with an earlier beginning if it is shorter: a trend needs room."""
        longer = self.over(months)
        is_shorter = self.scope.date_from and self.scope.date_from > (longer.scope.date_from or self.scope.date_from)
        return longer if is_shorter else self


def bar() -> None:
    """The row of filters and, below it, the chips of what is narrowed."""
    build = cache.build()
    if build is None:
        return
    unknown = _unknown(build)
    with st.container(horizontal=True, vertical_alignment="top", gap="small"):
        _period()
        _own_dates()
        for key in MANY:
            _many(build, key)
        _switch("Scope", ["core", "broad"], "scope", HELP["core"])
        _switch("Count by", ["claims", "lines", "dollars"], "unit", HELP["unit"])
        _clock_switch(build)
    if unknown:
        st.warning(f"The address asks for what is not in this data: {words.plain(words.listed(unknown))}. Left out.")
    chips(build)


def view() -> View | None:
    """What is chosen now; None while there is no build."""
    build = cache.build()
    if build is None:
        return None
    clock = _clock(build)
    first_day, last_day = _reach(build, clock)
    date_from, date_to = _span(last_day)
    scope = Scope(
        date_from=date_from,
        date_to=date_to,
        payers=_chosen("payer"),
        providers=_chosen("provider"),
        places=_chosen("place"),
        procedures=_chosen("cpt"),
        denial_scope=st.session_state.get("scope") or "core",
        clock=clock,
    )
    unit = st.session_state.get("unit") or "claims"
    return View(build, scope, before(scope, first_day), unit, last_day, first_day)


def narrow(key: str, value: str) -> None:
    """From the next run on the view shows only this value. For callbacks: filters cannot change once drawn."""
    st.session_state[key] = [value]


def narrow_dates(date_from: datetime.date, date_to: datetime.date) -> None:
    """From the next run on the view shows only these days. For callbacks."""
    st.session_state.update({"period": OWN, "from": date_from, "to": date_to})


def chips(build: str) -> None:
    """What is narrowed, one chip each; a click on it takes the narrowing back."""
    chosen = [(key, value) for key in MANY for value in st.session_state.get(key) or ()]
    is_dated = st.session_state.get("period") == OWN
    if not chosen and not is_dated:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.caption("Only", width="content")
        for key, value in chosen:
            said = f"{MANY[key][0].removesuffix('s')}: {_format(build, key)(value)}"
            st.button(
                f"{words.plain(said)} ✕",
                key=f"chip-{key}-{value}",
                on_click=_widen,
                args=(key, value),
                help="Take back",
            )
        if is_dated:
            span = words.period(st.session_state.get("from"), st.session_state.get("to"))
            st.button(f"Period: {span} ✕", key="chip-period", on_click=_usual_period, help="Take back")
        if len(chosen) + is_dated > 1:
            st.button("Show all", key="chip-all", type="tertiary", on_click=_widen_all)


def _unknown(build: str) -> list[str]:
    """What the address wants of the filters and they do not have; they would drop it in silence and show more."""
    wanted = {key: st.query_params.get_all(key) for key in MANY}
    known = {key: set(map(_format(build, key), cache.choices(build, MANY[key][1]))) for key in MANY if wanted[key]}
    return [value for key in known for value in wanted[key] if value not in known[key]]


def _chosen(key: str) -> tuple[str, ...]:
    return tuple(st.session_state.get(key) or ())


def _span(last_day: datetime.date) -> tuple[datetime.date | None, datetime.date | None]:
    months = PERIODS.get(st.session_state.get("period") or DEFAULT_PERIOD, 12)
    if months > 0:
        return first_of(last_day, months - 1), last_day
    if months == 0:
        return None, None
    return st.session_state.get("from"), st.session_state.get("to")


def _period() -> None:
    usual = list(PERIODS).index(DEFAULT_PERIOD)
    options: dict[str, Any] = {"key": "period", "bind": "query-params", "on_change": _period_changed, "width": 108}
    st.selectbox("Period", list(PERIODS), usual, **options)


def _own_dates() -> None:
    """The two dates, hidden unless wanted: a widget writes into the URL what a callback set only if it was there."""
    if st.session_state.get("period") != OWN:
        st.html("<style>div:has(> .st-key-own-dates) { display: none; }</style>")
    with st.container(key="own-dates", horizontal=True, gap="small", width="content"):
        for label, key in (("From", "from"), ("To", "to")):
            st.date_input(label, None, key=key, bind="query-params", width=150, format="YYYY-MM-DD")


def _period_changed() -> None:
    """Own dates begin as the usual period, not empty; with any other period there are none."""
    if st.session_state["period"] != OWN:
        st.session_state.update({"from": None, "to": None})
    elif not st.session_state.get("from") and (build := cache.build()):
        _, last_day = _reach(build, _clock(build))
        st.session_state.update({"from": first_of(last_day, PERIODS[DEFAULT_PERIOD] - 1), "to": last_day})


def _clock(build: str) -> str:
    """By remittance, unless the other clock is chosen and there is a day to go by."""
    is_chosen = st.session_state.get("clock") == "submission"
    return "submission" if is_chosen and cache.submitted(build) else "remittance"


def _reach(build: str, clock: str) -> tuple[datetime.date | None, datetime.date]:
    """The first and the last day that the clock knows."""
    if clock == "submission" and (sent := cache.submitted(build)):
        return sent
    fresh = cache.freshness(build)
    return fresh.first_payment_date, fresh.last_payment_date or datetime.date.today()


def _many(build: str, key: str) -> None:
    label, dimension = MANY[key]
    options = cache.choices(build, dimension)
    st.multiselect(
        label,
        options,
        key=key,
        bind="query-params",
        format_func=_format(build, key),
        placeholder="All",
        width=92,
        wrap=False,
    )


def _switch(label: str, options: list[str], key: str, help_text: str, **more: Any) -> None:
    told: dict[str, Any] = {"required": True, "key": key, "bind": "query-params", "help": help_text}
    st.segmented_control(label, options, default=options[0], **told, **more)


def _clock_switch(build: str) -> None:
    """Which day puts a claim into its month; there is no choice where no submission date is known."""
    is_known = cache.submitted(build) is not None
    _switch("Months by", list(CLOCKS), "clock", HELP["clock" if is_known else "no clock"], disabled=not is_known)


def _format(build: str, key: str) -> Callable[[str], str]:
    if key != "place":
        return str
    named = cache.labels(build, "place_of_service")
    return lambda code: words.with_label(code, named)


def _widen(key: str, value: str) -> None:
    st.session_state[key] = [kept for kept in st.session_state.get(key) or () if kept != value]


def _widen_all() -> None:
    for key in MANY:
        st.session_state[key] = []
    if st.session_state.get("period") == OWN:
        _usual_period()


def _usual_period() -> None:
    st.session_state.update({"period": DEFAULT_PERIOD, "from": None, "to": None})
