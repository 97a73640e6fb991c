"""Texts of elements -> amounts in cents, quantities in thousandths, dates, names. The unreadable is told, not guessed.

Amounts and dates repeat, so each distinct text is read once and remembered (up to a bound). Only clean texts are
remembered: an odd one must be told again at each place where it stands.
"""

import datetime
import re
from typing import TypeVar

from pipelines.rows import Cents, Date, Milli, Oddity
from pipelines.x12.delimiters import BLANKS

REMEMBERED = 1 << 13  # few enough to stay in the processor's cache
LAST_LATIN_1 = "\xff"
WIDEST = 16  # digits before the point that DECIMAL(18,2) holds
SHIFTS = (100, 10, 1)  # what makes cents of a number with no, one and two decimals

PLAIN_NUMBER = re.compile(r"([+-]?)(\d*)(?:\.(\d*))?", re.ASCII)
CURRENCY = re.compile(r"\(?-?\$?-?(\d{1,3}(,\d{3})+|\d*)(\.\d*)?-?\)?", re.ASCII)


def text(value: str) -> str | None:
    """Return an element's text without blanks around it, UTF-8 or else Windows letters decoded; None if it is empty."""
    value = value.strip(BLANKS)
    return (value if value.isascii() else _letters(value)) or None


def _letters(value: str) -> str:
    """Return what the bytes behind latin-1 characters say; text with others among them has been decoded before."""
    if max(value) > LAST_LATIN_1:
        return value
    raw = value.encode("latin-1")
    for encoding in ("utf-8", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return value


def element(elements: list[str], index: int) -> str:
    """Return an element without blanks around it, "" where the segment is shorter."""
    return elements[index].strip(BLANKS) if index < len(elements) else ""


def scaled(value: str, places: int) -> tuple[int | None, bool]:
    """Return a decimal text times 10**places, rounded half to even, and whether that was exact; None if no number."""
    found = PLAIN_NUMBER.fullmatch(value)
    if found is None or not (found[2] or found[3]) or len(found[2].lstrip("0")) > WIDEST:
        return None, True
    digits = found[3] or ""
    whole = int((found[2] or "0") + digits[:places].ljust(places, "0"))
    rest = digits[places:].rstrip("0")
    if rest and (rest[0] > "5" or (rest[0] == "5" and (len(rest) > 1 or whole % 2))):
        whole += 1
    return (-whole if found[1] == "-" else whole), not rest


def untidy_amount(value: str) -> str | None:
    """Return `$1,234.50`, `(45.00)` or `45.00-` as a plain number, or None if it is none of these."""
    signs = value.count("-") + value.count("(")
    if CURRENCY.fullmatch(value) is None or signs > 1 or value.count("(") != value.count(")"):
        return None
    minus = "-" if signs else ""
    return minus + "".join(character for character in value if character in "0123456789.")


def as_date(value: str) -> Date | None:
    """Return CCYYMMDD as a date, or None if it is not one."""
    if len(value) != 8 or not (value.isascii() and value.isdecimal()):
        return None
    try:
        return datetime.date(int(value[:4]), int(value[4:6]), int(value[6:]))
    except ValueError:
        return None


def untidy_date(value: str) -> Date | None:
    """Return YYMMDD, CCYY-MM-DD, MM/DD/CCYY, CCYYMMDDHHMM or a range's first day as a date, or None."""
    if len(value) == 6 and value.isdecimal():
        return as_date(("20" if value < "70" else "19") + value)
    if match := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", value, re.ASCII):
        return as_date(f"{match[3]}{match[1]:0>2}{match[2]:0>2}")
    return as_date(re.sub(r"[-/ ]", "", value[:10])) or as_date(value[:8])


class Amounts(dict[str, Cents | None]):
    """Plain amounts -> cents, each distinct text read once; None for whatever needs a closer look."""

    def __missing__(self, value: str) -> Cents | None:
        """Return the cents of digits with at most two decimals, and remember them."""
        whole, _, decimals = value.partition(".")
        places = len(decimals)
        digits = whole + decimals  # in latin-1 only 0 to 9 are decimal
        if places > 2 or not whole.isdecimal() or not digits.isdecimal() or len(whole) > WIDEST:
            return None
        if len(self) >= REMEMBERED:
            self.clear()
        cents = self[value] = int(digits) * SHIFTS[places]  # type: ignore[assignment] # Cents() would be a call
        return cents  # type: ignore[return-value]


class ValueReader:
    """Reads elements of segments; what is odd about them is appended to the list of oddities it was given."""

    def __init__(self, oddities: list[Oddity]) -> None:
        self.oddities = oddities
        self.cents = Amounts()
        self._milli: dict[str, Milli] = {}
        self._dates: dict[str, Date] = {}

    def amount(self, elements: list[str], index: int, number: int, offset: int, required: bool = False) -> Cents | None:
        """Return an amount in cents; None where it is empty (told if required) or cannot be read (told)."""
        value = elements[index] if index < len(elements) else ""
        known = self.cents[value]
        if known is not None:
            return known
        value = value.strip(BLANKS)
        if not value:
            if required:
                self.tell("amount_missing", elements, index, number, offset, "is missing")
            return None
        return self._new_amount(value, elements, index, number, offset)

    def _new_amount(self, value: str, elements: list[str], index: int, number: int, offset: int) -> Cents | None:
        cents, is_exact = scaled(value, 2)
        if cents is None and (plain := untidy_amount(value)) is not None:
            cents, is_exact = scaled(plain, 2)
            if cents is not None:
                self.tell("amount_untidy", elements, index, number, offset, f"is {value!r}")
        elif cents is not None and is_exact:
            _remember(self.cents, value, Cents(cents))
        if cents is None:
            self.tell("amount_unreadable", elements, index, number, offset, f"is {value!r}, not an amount")
            return None
        if not is_exact:
            self.tell("amount_rounded", elements, index, number, offset, f"is {value!r}, rounded to cents")
        return Cents(cents)

    def quantity(self, elements: list[str], index: int, number: int, offset: int) -> Milli | None:
        """Return a quantity in thousandths; None where it is empty or cannot be read (told)."""
        value = elements[index].strip(BLANKS) if index < len(elements) else ""
        known = self._milli.get(value)
        if known is not None or not value:
            return known
        milli, is_exact = scaled(value, 3)
        if milli is None:
            self.tell("quantity_unreadable", elements, index, number, offset, f"is {value!r}, not a quantity")
            return None
        if is_exact:
            return _remember(self._milli, value, Milli(milli))
        self.tell("quantity_rounded", elements, index, number, offset, f"is {value!r}, rounded to thousandths")
        return Milli(milli)

    def date(
        self, elements: list[str], index: int, number: int, offset: int, is_short_fine: bool = False
    ) -> Date | None:
        """Return a date; None where it is empty or cannot be read (told). ISA09 is six digits by the standard."""
        value = elements[index] if index < len(elements) else ""
        known = self._dates.get(value)
        if known is not None:
            return known
        value = value.strip(BLANKS)
        if not value:
            return None
        date = as_date(value)
        if date is not None:
            return _remember(self._dates, value, date)
        date = untidy_date(value)
        if date is None:
            self.tell("date_unreadable", elements, index, number, offset, f"is {value!r}, not a date")
        elif not (is_short_fine and len(value) == 6):
            self.tell("date_untidy", elements, index, number, offset, f"is {value!r}, not CCYYMMDD")
        return date

    def count(self, elements: list[str], index: int, number: int, offset: int) -> int | None:
        """Return a whole number; None where it is empty or cannot be read (told)."""
        value = element(elements, index)
        if not value:
            return None
        if value.isascii() and value.isdecimal() and len(value) <= 18:
            return int(value)
        self.tell("count_unreadable", elements, index, number, offset, f"is {value!r}, not a count")
        return None

    def tell(self, code: str, elements: list[str], index: int, number: int, offset: int, what: str) -> None:
        """Record an oddity of one element, named as X12 does: CLP04."""
        self.oddities.append(Oddity(code, number, offset, f"{elements[0]}{index:02d} {what}"))


V = TypeVar("V")


def _remember(memory: dict[str, V], key: str, value: V) -> V:
    """Keep a value under its key, starting anew when the memory is full, so that it cannot grow with the file."""
    if len(memory) >= REMEMBERED:
        memory.clear()
    memory[key] = value
    return value
