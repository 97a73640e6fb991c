"""The cards of the spans: typical days, the days for nine of ten, what is still open, and where the days come from."""

from dashboards import cache, words
from dashboards.cards import Card
from dashboards.controls import View
from dashboards.day_frames import NINETY, Watched
from pipelines.kpis import KPIS
from pipelines.survival import kaplan_meier

SOURCES = {"837": "claims sent (837)", "log": "a log or export", "835": "remits (835)", "remit": "the next remit"}
AT_MOST = "at most"
ENDS = "ended by a payment, your log, a passed deadline or by hand"  # the file of the denial does not tell its end
BOUND = "an upper bound: the claim was sent before its next remit; no 837 of it is known"


def card(view: View, found: Watched, aim: float | None = None, said: str = "", is_chosen: bool = False) -> Card:
    """One span as a card, against its target (`aim` days, in words `said`); what cannot be told says why."""
    label, definition = found.span.label, KPIS[found.kpi].definition
    if why := why_not(found):
        return Card(label, definition, why_not=why, is_chosen=is_chosen)
    return Card(
        label=label,
        definition=definition,
        value=typical(found),
        n=f"n {words.count(found.total)}",
        target=_target(found, aim, said),
        is_breach=_is_breach(found, aim),
        change=f"{_spread(found)}, {words.count(found.curve.open_count)} still open",
        note=source(view, found),
        is_chosen=is_chosen,
    )


def why_not(found: Watched) -> str:
    """Why there are no typical days; empty where there are."""
    if not found.total:
        return f"Cannot be told: {words_inline(found.span.missing)}."
    if found.is_few:
        half = found.curve.median
        known = "" if half is None else f"{words.days(half)}, but of "
        return f"Too few to tell: {known}only {words.count(found.total)}."
    return ""


def typical(found: Watched) -> str:
    """`6 days`; `at most 23 days` for an upper bound; without half done, only that."""
    half = found.curve.median
    if half is None:
        return f"fewer than half {found.span.done}"
    return f"{AT_MOST} {words.days(half)}" if found.is_bound else words.days(half)


def source(view: View, found: Watched) -> str:
    """Where the days come from; what an upper bound is."""
    if found.is_bound:
        return BOUND
    if found.kpi == "days_denial_to_resolution":
        return ENDS
    known = cache.span_sources(view.build, found.kpi, view.scope)
    total = sum(known.values())
    told = [f"{SOURCES.get(name, name)} {words.rate(count / total)}" for name, count in sorted(known.items())]
    if len(known) == 1:
        return f"from {SOURCES.get(*known, *known)}"
    return f"from {words.listed(told)}" if told else ""


def words_inline(text: str) -> str:
    """A sentence as part of another."""
    return text[:1].lower() + text[1:]


def _spread(found: Watched) -> str:
    """The days for nine of ten; where not even half are done, the half of those that are."""
    day = found.curve.percentile(NINETY)
    if day is not None:
        return f"90{words.SPACE}% within {words.days(day)}"
    if found.curve.median is not None or not found.curve.done_count:
        return f"90{words.SPACE}% not reached yet"
    half = kaplan_meier(found.days.done, {}).median
    return f"those {found.span.done}: half within {words.days(half)}"


def _is_breach(found: Watched, aim: float | None) -> bool:
    half = found.curve.median
    return aim is not None and not found.is_bound and (half is None or half > aim)


def _target(found: Watched, aim: float | None, said: str) -> str:
    """The target and how far off it is."""
    half = found.curve.median
    if aim is None:
        return ""
    if half is None:
        return f"{said}: not reached"
    if found.is_bound:
        return bound_target(half, aim, said)
    return f"{said}: reached" if half <= aim else f"{said}: {words.days(half - aim)} over"


def bound_target(at_most: float, aim: float | None, said: str) -> str:
    """An upper bound within the target is within it for sure; one above it says nothing."""
    return "" if aim is None else f"{said}: {'reached' if at_most <= aim else 'cannot be told'}"
