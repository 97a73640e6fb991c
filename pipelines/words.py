"""How numbers, dates and codes are said. Plain functions from values to text; None is said as a dash, never as zero.

Text that comes from files (payer names, labels) goes through `plain` before Markdown and `markup` before HTML.
"""

import datetime
import html
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

Number = int | float | Decimal

TOO_FEW = 20  # below this many in the denominator a rate says "too few"
NONE = "–"
SPACE = "\u00a0"  # between a number and its unit: never at a line's end
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
UNITS = {"claims": "claims", "lines": "lines", "dollars": "charge dollars"}
SCOPES = {"core": "core denials", "broad": "core and broad denials"}


def rate(value: Number | None, denominator: Number | None = None) -> str:
    """A share as `7.8 %`; `too few` where the denominator is given and small."""
    if denominator is not None and denominator < TOO_FEW:
        return "too few"
    return NONE if value is None else f"{float(value) * 100:.1f}{SPACE}%"


def points(value: Number | None) -> str:
    """A difference of two shares as `+1.2 points`."""
    return NONE if value is None else f"{_signed(float(value) * 100, 1)}{SPACE}points"


def money(value: Number | None) -> str:
    """Dollars without cents, for cards and axes: `$48,210`."""
    if value is None:
        return NONE
    sign = "-" if round(value) < 0 else ""
    return f"{sign}${abs(round(value)):,}"


def cents(value: Number | None) -> str:
    """Dollars with cents, for tables: `$48,210.00`."""
    if value is None:
        return NONE
    return f"{'-' if value < 0 else ''}${abs(value):,.2f}"


def count(value: Number | None) -> str:
    """A whole number with thousands separated."""
    return NONE if value is None else f"{round(value):,}"


def counted(value: Number, what: str) -> str:
    """How many of something there are: `1 line`, `1,204 lines`."""
    return f"{count(value)} {unit(value, what)}"


def unit(value: Number, one: str) -> str:
    """What one is called, or several: `line`, `lines`."""
    return one if round(value) == 1 else f"{one}s"


def days(value: Number | None) -> str:
    """Whole days as `6 days`."""
    if value is None:
        return NONE
    return f"{round(value):,}{SPACE}day{'' if round(value) == 1 else 's'}"


def amount(value: Number | None, unit: str) -> str:
    """A KPI's value in its own unit: share, amount, count or days."""
    if unit == "share":
        return rate(value)
    if unit == "amount":
        return money(value)
    return days(value) if unit == "days" else count(value)


def difference(value: Number | None, unit: str) -> str:
    """A change of a KPI with its sign: `+1.2 points`, `+$4,210`, `-1 day`."""
    if value is None:
        return NONE
    if unit == "share":
        return points(value)
    return ("+" if round(value) > 0 else "-" if round(value) < 0 else "±") + amount(
        -value if value < 0 else value, unit
    )


def day(value: datetime.date | None) -> str:
    """A date as `14 Nov 2026`."""
    return NONE if value is None else f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def month(value: datetime.date | None) -> str:
    """A month as `Nov 2026`."""
    return NONE if value is None else f"{MONTHS[value.month - 1]} {value.year}"


def period(date_from: datetime.date | None, date_to: datetime.date | None) -> str:
    """A span of dates as `1 Dec 2025 to 14 Nov 2026`, `since ...`, `until ...` or `all dates`."""
    if date_from is None and date_to is None:
        return "all dates"
    if date_from is None or date_to is None:
        return f"until {day(date_to)}" if date_from is None else f"since {day(date_from)}"
    return f"{day(date_from)} to {day(date_to)}"


def sent(date_from: datetime.date | None, date_to: datetime.date | None) -> str:
    """A span of days on which claims were sent: `sent since 1 Dec 2025`, `sent on any day`."""
    return "sent on any day" if date_from is None and date_to is None else f"sent {period(date_from, date_to)}"


def code(group: str | None, carc: str | None, label: str | None = None) -> str:
    """A reason code as it is said: `CO-50 not medically necessary`."""
    number = "-".join(part for part in (group, carc) if part)
    return " ".join(part for part in (number, label) if part) or NONE


def with_label(code: str, labels: Mapping[str, str]) -> str:
    """A code and, where the table has one, its label: `11 Office`."""
    return " ".join(filter(None, (code, labels.get(code))))


def named(key: str) -> str:
    """A snake_case key as words: `no_authorisation` is `no authorisation`."""
    return key.replace("_", " ")


def listed(items: Sequence[str], most: int = 3) -> str:
    """Names in a row: `Aetna, Cigna and 2 more`."""
    if len(items) > most:
        return ", ".join(items[:most]) + f" and {len(items) - most} more"
    return " and ".join(filter(None, (", ".join(items[:-1]), *items[-1:])))


def shortened(text: str, longest: int) -> str:
    """The text, cut to so many characters where it is longer."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def plain(text: Any) -> str:
    """Text that Markdown shows as it stands, whatever characters a file put in it, on one line."""
    one_line = re.sub(r"\s+", " ", str(text))  # four blanks would begin a block of code
    return re.sub(r"([\\`*_{}\[\]()<>#+\-.!|~$:^=&])", r"\\\1", unlinked(one_line))


def refusal(problem: Any) -> str:
    """Why something was refused, as a sentence that Markdown shows as it stands: errors are written without a stop."""
    said = str(problem).rstrip()
    return plain(said if said.endswith((".", "?")) else f"{said}.")


def unlinked(text: str) -> str:
    """Text whose addresses become no links where every address does: a mark that nobody sees stands within."""
    return re.sub(r"(?i)www(?=\.)|:(?=//)|@(?=[\w-]+\.)", "\\g<0>\u2060", text)


def markup(text: Any) -> str:
    """Text that HTML (and Plotly's labels) show as it stands."""
    return html.escape(str(text), quote=True).replace("&quot;", "&#34;")  # Plotly knows the number, not the name


def times(value: float) -> str:
    """A ratio in words: `twice`, `3 times`, `1.4 times`."""
    if abs(value - round(value)) < 0.15:
        return "twice" if round(value) == 2 else f"{round(value)} times"
    return f"{value:.1f} times"


def _signed(value: float, places: int) -> str:
    rounded = round(value, places)
    return f"±{abs(rounded):.{places}f}" if rounded == 0 else f"{rounded:+.{places}f}"
