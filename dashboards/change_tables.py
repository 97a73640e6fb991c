"""A change's result as rows of words: rates, estimates, money, checks. No Streamlit here."""

from collections.abc import Iterator, Sequence

from dashboards import words
from pipelines.effect.result import FEWER, Arm, Check, Estimate, Power, Result, Worth
from pipelines.intervals import wilson

Row = tuple[str, ...]

RATES = ("", "Before go-live", "After wash-in", "Moved by")
ESTIMATES = ("Estimate", "Odds ratio", "95 % interval", "p", "Lines")
CHECKS = ("Check", "Outcome", "Why")
MONEY = ("Step", "How", "Dollars")
CHANCES = ("If the odds fell by", "Chance to see it")
OUTCOMES = {"passed": "✓ passed", "failed": "✗ failed", "not possible": "– not possible"}
ODDS_HELP = (
    "An odds ratio of 1 is no change, 0.5 is half the odds of a denial. The interval holds the truth 19 times in 20. "
    "p is the chance of a difference at least as large where there is none."
)


def rates(result: Result) -> list[Row]:
    """Both arms before and after, each with its interval and n."""
    counts = result.counts
    return [
        _arms("With the change", counts.treated_before, counts.treated_after),
        _arms("Comparison", counts.comparison_before, counts.comparison_after),
    ]


def _arms(name: str, before: Arm, after: Arm) -> Row:
    is_known = min(before.lines, after.lines) >= words.TOO_FEW
    moved = words.points((after.rate or 0) - (before.rate or 0)) if is_known else words.NONE
    return name, arm(before), arm(after), moved


def arm(one: Arm) -> str:
    """`18.8 % (13.8 % to 25.1 %), 34 of 181 lines`; without a rate where there are too few."""
    counted = f"{words.count(one.denials)} of {words.counted(one.lines, 'line')}"
    if not one.lines:
        return "no line"
    if one.lines < words.TOO_FEW:
        return f"too few: {counted}"
    low, high = wilson(one.denials, one.lines)
    return f"{words.rate(one.rate)} ({words.rate(low)} to {words.rate(high)}), {counted}"


def estimates(result: Result) -> list[Row]:
    """Every estimate there is, the one that counts first; each says what it is not."""
    found = [_estimate("Against the comparison (the one that counts)", result.primary)] if result.primary else []
    if result.before_after:
        found.append(_estimate("Before and after alone: not attributable", result.before_after))
    if result.its:
        months = words.counted(result.its.months, "month")
        found.append(_estimate(f"Jump at go-live, {result.its.on}, {months} as a series", result.its.level))
        found.append(_estimate("Change of its slope, per month", result.its.slope))
    return found


def sensitivity(result: Result) -> list[Row]:
    """The same question asked in other ways; the first is the answer itself."""
    return [_estimate(one.label, one) for one in result.sensitivity[1:]]


def _estimate(label: str, one: Estimate) -> Row:
    if one.odds_ratio is None:
        return label, words.NONE, one.note or "cannot be told", words.NONE, words.count(one.lines)
    return label, f"{one.odds_ratio:.2f}", _interval(one), _p(one.p), words.count(one.lines)


def _interval(one: Estimate) -> str:
    if one.low is None and one.high is None:
        return one.note or "cannot be told"
    low = "no lower bound" if one.low is None else f"{one.low:.2f}"
    return f"{low} to {'no upper bound' if one.high is None else f'{one.high:.2f}'}"


def _p(value: float | None) -> str:
    if value is None:
        return words.NONE
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def checks(found: Sequence[Check]) -> list[Row]:
    """What would speak against the result, and whether it does; what failed first."""
    order = ("failed", "not possible", "passed")
    return [
        (one.label, OUTCOMES[one.status], one.why) for one in sorted(found, key=lambda one: order.index(one.status))
    ]


def checks_title(found: Sequence[Check]) -> str:
    """`Nine checks: seven passed, one failed, one not possible`."""
    counts = {name: sum(one.status == name for one in found) for name in OUTCOMES}
    said = [f"{number} {name}" for name, number in counts.items() if number]
    return f"What speaks against it? {words.counted(len(found), 'check')}: {', '.join(said)}"


def money(worth: Worth) -> list[Row]:
    """From what was avoided to what is left, and the interval of that."""
    steps = [(one.label, one.text, words.cents(one.amount)) for one in worth.steps]
    span = f"{words.money(worth.net_low)} to {words.money(worth.net_high)}"
    return [*steps, ("95 % interval of what is left", "the estimate's, carried through", span)]


def money_title(worth: Worth, verdict: str) -> str:
    """Savings with their interval, and the cost; of what shows no clear change only what may be."""
    span = f"in {words.counted(worth.months, 'month')} after the wash-in; it cost {words.money(worth.cost)}"
    ends = f"{words.money(worth.savings_low)} to {words.money(worth.savings_high)}"
    if verdict != FEWER:
        return f"Anything from {ends} may have been saved {span}"
    return f"Saved {words.money(worth.savings)} ({ends}) {span}"


def chances(power: Power) -> list[Row]:
    """Effects and the chance that these numbers of lines would show them."""
    return [(f"{round((1 - ratio) * 100)}{words.SPACE}%", words.rate(chance)) for ratio, chance in power.chances]


def planned(power: Power) -> list[Row]:
    """What a change would touch: lines a month and cells of either side, by what was before go-live."""
    base = words.NONE if power.base_rate is None else words.rate(power.base_rate)
    return [
        ("With the change", f"{power.treated_lines_per_month:.1f}", words.count(power.treated_cells), base),
        ("Comparison", f"{power.comparison_lines_per_month:.1f}", words.count(power.comparison_cells), words.NONE),
    ]


PLANNED = ("", "Lines a month", "Provider and procedure pairs with a denial", "Rate before go-live")


def reasons(result: Result) -> Iterator[str]:
    """Why it may be said as it is, and what a reader should know besides."""
    if result.why:
        yield result.why
    yield from result.notes
