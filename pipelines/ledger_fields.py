"""What one field of an event may hold: a test and the words for it. JSON values only; money and rates are text."""

import datetime
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

LONGEST_TEXT = 4_000  # characters: a decision or a policy, not a document


class Field(NamedTuple):
    """One field of a body: whether a value is right, what is wanted in words, and whether it must be there."""

    is_right: Callable[[Any], bool]
    wanted: str
    is_needed: bool = True

    @property
    def optional(self) -> "Field":
        """The same, and the field may be left out."""
        return self._replace(is_needed=False)

    @property
    def or_empty(self) -> "Field":
        """The same, and the field may be left out or hold ''."""
        return Field(lambda value: value == "" or self.is_right(value), f"{self.wanted}, or ''", False)

    @property
    def or_null(self) -> "Field":
        """The same, and the field may be left out or hold null."""
        return Field(lambda value: value is None or self.is_right(value), f"{self.wanted}, or null", False)


def text(shortest: int = 1, longest: int = LONGEST_TEXT) -> Field:
    """Text of so many characters, blanks at its ends not counted."""
    bounds = f"text of {shortest} to {longest} characters" if shortest else f"text of at most {longest} characters"
    return Field(lambda value: isinstance(value, str) and shortest <= len(value.strip()) <= longest, bounds)


def choice(*words: str) -> Field:
    """One of these words."""
    return Field(lambda value: isinstance(value, str) and value in words, " or ".join(words))


def whole(least: int, most: int) -> Field:
    """A whole number between these two, both included."""
    wanted = f"a whole number from {least} to {most}"
    return Field(
        lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most, wanted
    )


def texts(most: int, each: Field | None = None, least: int = 0) -> Field:
    """A list of so many texts, none of them twice."""
    one = each or text(1, 200)

    def is_right(value: Any) -> bool:
        is_list = isinstance(value, list) and least <= len(value) <= most and all(map(one.is_right, value))
        return is_list and len(set(value)) == len(value)

    return Field(is_right, f"a list of {least} to {most} different entries, each {one.wanted}")


def pairs(most: int, longest: int = 200) -> Field:
    """Names, each with a text."""
    one = text(1, longest).is_right

    def is_right(value: Any) -> bool:
        return isinstance(value, dict) and len(value) <= most and all(one(k) and one(v) for k, v in value.items())

    return Field(is_right, f"at most {most} names, each with a text")


def _pattern(pattern: str, wanted: str) -> Field:
    compiled = re.compile(pattern, re.ASCII)
    return Field(lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None, wanted)


def is_date(value: Any) -> bool:
    """Whether the value is a day as CCYY-MM-DD."""
    if not isinstance(value, str) or not re.fullmatch(r"[12]\d{3}-\d\d-\d\d", value, re.ASCII):
        return False
    try:
        datetime.date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_rate(value: Any) -> bool:
    """Whether the value is a whole number, or a decimal as text; the targets of the first versions were either."""
    if isinstance(value, int):
        return not isinstance(value, bool)
    return isinstance(value, str) and re.fullmatch(r"-?\d{1,12}(\.\d{1,20})?", value, re.ASCII) is not None


NOTE = text(0, 500).optional
FREE = text(0).optional
NAME = text(1, 120)
IDENTIFIER = _pattern(r"[\w.|~-]{1,80}", "an identifier of letters, digits and hyphens")
DATE = Field(is_date, "a date (CCYY-MM-DD)")
FIRST_OF_MONTH = Field(lambda value: is_date(value) and value.endswith("-01"), "the first day of a month (CCYY-MM-01)")
MONTH = _pattern(r"[12]\d{3}-(0[1-9]|1[0-2])", "a month (CCYY-MM)")
QUARTER = _pattern(r"[12]\d{3}Q[1-4]", "a quarter such as 2026Q3")
RATE = Field(_is_rate, "a decimal number as text, such as '0.05'")
DOLLARS = _pattern(r"\d{1,9}(\.\d{1,2})?", "dollars as text, such as '1200.50'")
BALANCE = _pattern(r"-?\d{1,12}(\.\d{1,2})?", "dollars as text, such as '1204.50'")
EMAIL = _pattern(r"[\w.+'-]{1,64}@[A-Za-z0-9.-]{1,190}", "an e-mail address")


def money(value: str) -> Decimal:
    """The dollars of a field that was found right; '' is nothing."""
    return Decimal(value or "0").quantize(Decimal("0.01"))
