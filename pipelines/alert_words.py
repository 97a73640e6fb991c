"""What an alert says: what, since when, how sure; as lines for people on this computer, and as a letter that leaves it.

A letter carries no count, and no rate that gives one away, where fewer than the small-cell minimum are counted or left.
There is no patient in either: a rule knows payers, providers, places, procedures and reasons only.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pipelines import words
from pipelines.alerts import Alert, Watched
from pipelines.control_chart import RULES, SHIFT_ABOVE, SHIFT_BELOW, Mark
from pipelines.harmless import one_line
from pipelines.intervals import wilson
from pipelines.kpis import KPIS
from pipelines.mail import Letter
from pipelines.register import AlertRule

SHIFTS = (SHIFT_ABOVE, SHIFT_BELOW)
EVERYTHING = "all payers and procedures"


class Told(NamedTuple):
    """One alert in words, with the way to its view and to its lines."""

    what: str
    since: str
    sure: str
    view: str
    lines: str


def cell(rule: AlertRule, labels: Mapping[str, str]) -> str:
    """The rule's cell: `NORTHFIELD, Missing authorization`; `labels` says values as people know them."""
    return ", ".join(labels.get(value, value) for _, value in rule.cell) or EVERYTHING


def what(alert: Alert, labels: Mapping[str, str]) -> str:
    """`Denial rate, all payers and procedures: above its upper limit`."""
    if alert.target is not None:
        side = "above" if KPIS[alert.rule.kpi].better == "lower" else "below"
        verdict = f"{side} the target of {words.rate(alert.target)}"
    else:
        verdict = " and ".join(RULES[signal] for signal in alert.signals)
    return f"{KPIS[alert.rule.kpi].label}, {cell(alert.rule, labels)}: {verdict}"


def since(alert: Alert) -> str:
    """`in Sep 2026`, or `since Jul 2026, 3 months`."""
    if alert.months == 1:
        return f"in {words.month(alert.until)}"
    return f"since {words.month(alert.since)}, {words.counted(alert.months, 'month')}"


def sure(alert: Alert) -> str:
    """The newest month with n and interval, what it is held against, and how firm that is."""
    mark = alert.mark
    low, high = wilson(mark.numerator, mark.denominator)
    of = f"{words.count(mark.numerator)} of {words.count(mark.denominator)}"
    said = f"{words.month(mark.month)}: {words.rate(mark.rate)} ({of}; 95{words.SPACE}% interval"
    return "; ".join([f"{said} {words.rate(low)} to {words.rate(high)})", *_held_against(alert)])


def sure_to_send(alert: Alert, minimum: int) -> str:
    """The same, without any number where a small cell would show."""
    if is_small(alert.mark, minimum):
        return f"{words.month(alert.mark.month)}: fewer than {minimum} cases on one side, so no number is sent"
    return sure(alert)


def trial(address: str) -> Letter:
    """A letter that only shows that letters arrive."""
    said = "Alerts of denialboard will look like this one. Nothing is wrong."
    return letter(
        [Told("A trial of the mail settings", "asked for just now", said, f"{address}/", f"{address}/denials")], False
    )


def is_small(mark: Mark, minimum: int) -> bool:
    """Somewhere between one and the minimum were counted, or were left over."""
    return any(0 < count < minimum for count in (mark.numerator, mark.denominator - mark.numerator))


def standing(watched: Watched) -> str:
    """How a rule stands: broken since when, within its limits, or why it cannot be checked."""
    if watched.alert:
        return f"broken {since(watched.alert)}"
    if watched.problem:
        return watched.problem
    if watched.latest is None:
        return "nothing to judge yet"
    held = "not clearly beyond its target" if watched.rule.by == "target" else "within its limits"
    return f"{held} in {words.month(watched.latest.month)}"


def aim(rule: AlertRule) -> str:
    """What the rule holds its number against."""
    if rule.by == "limit":
        return "its control limits"
    return f"the target of {words.rate(rule.target)}" if rule.target is not None else "the KPI's target"


def letter(alerts: Sequence[Told], is_demo: bool) -> Letter:
    """One letter about all of them; made-up data are called so."""
    alerts = [_sent(told) for told in alerts]
    first, more = alerts[0], f" (and {len(alerts) - 1} more)" if len(alerts) > 1 else ""
    demo = "[DEMO DATA] " if is_demo else ""
    text = "\n\n".join([*(_as_text(told) for told in alerts), FOOT])
    html = "".join(_as_html(told) for told in alerts)
    note = f"<p style='{SMALL}'>{words.markup(FOOT)}</p>"
    page = f"<!doctype html><html lang='en'><body style='{BODY}'>{html}{note}</body></html>"
    return Letter(f"{demo}{first.what}, {first.since}{more}", f"{text}\n", page)


FOOT = (
    "Only whole, settled months are judged. You get one mail for each run of months. "
    "The rule and its owner stand in denialboard, on the page Trends."
)
BODY = "font-family: sans-serif; font-size: 15px; line-height: 1.45; color: #222; max-width: 640px"
LONGEST_WHAT = 400  # characters
SMALL = "font-size: 13px; color: #666"


def _sent(told: Told) -> Told:
    """The alert as a mail shows it: a payer's name begins no line, fills no page and is no link."""
    return told._replace(what=words.unlinked(words.shortened(one_line(told.what), LONGEST_WHAT)))


def _as_text(told: Told) -> str:
    return "\n".join(
        [
            f"{told.what}, {told.since}.",
            f"{told.sure}.",
            f"See it: {told.view}",
            f"The denied lines behind it: {told.lines}",
        ]
    )


def _as_html(told: Told) -> str:
    links = (("See it", told.view), ("The denied lines behind it", told.lines))
    shown = " &nbsp; ".join(f"<a href='{words.markup(href)}'>{name}</a>" for name, href in links)
    what_and_when = f"<b>{words.markup(told.what)}</b>, {words.markup(told.since)}"
    return f"<p>{what_and_when}.<br>{words.markup(told.sure)}.<br>{shown}</p>"


def _held_against(alert: Alert) -> list[str]:
    if alert.target is not None:
        return [f"the whole interval misses the target of {words.rate(alert.target)}"]
    mark, chart = alert.mark, alert.chart
    limits = f"usual {words.rate(chart.centre)}, limits {words.rate(mark.lower)} to {words.rate(mark.upper)}"
    runs = [run for run in chart.current if run.signal in SHIFTS and run.signal in alert.signals]
    usual = f"up to {chart.longest_run} are nothing unusual"
    long = [f"{run.months} months in a row on one side of the usual, {usual}" for run in runs]
    firm = {"provisional": f"limits provisional, of {chart.baseline_months} months"}.get(chart.status, "")
    return [limits, *long, *filter(None, [firm])]
