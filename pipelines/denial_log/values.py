"""One cell's text -> an exact value, given what was settled for its whole column; None where it cannot be read."""

import datetime
import re
from decimal import ROUND_HALF_EVEN, Decimal

from pipelines.rows import Cents, Milli

Date = datetime.date

ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]+\d{1,2}:.*)?$")
NUMBERED = re.compile(r"(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?:[,T ]+\d{1,2}:.*)?$")
DAY_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-\s./]*([a-z]{3,9})\.?[-\s,./]*(\d{4}|\d{2})(?:[,t ]+\d{1,2}:.*)?$")
MONTH_NAMED = re.compile(
    r"([a-z]{3,9})\.?[-\s./]*(\d{1,2})(?:st|nd|rd|th)?[-\s,./]+(\d{4}|\d{2})(?:[,t ]+\d{1,2}:.*)?$"
)
WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[.,]*\s+(?=\S)")
COMPACT = re.compile(r"\d{8}$")
SERIAL = re.compile(r"(\d{5})(?:\.\d+)?$")
RANGE = re.compile(r"(.*\d)\s*(?:\s[-–—]\s?|–|—|\bto\b|\bthru\b|\bthrough\b)\s*(\S.*)$", re.IGNORECASE)
SLASH_RANGE = re.compile(r"(\d{1,2}/\d{1,2}/\d{2,4})-(\d{1,2}/\d{1,2}/\d{2,4})$")
MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
MONTHS = {name: number for number, name in enumerate(MONTH_NAMES.split(), start=1)}
EXCEL_DAY_ZERO = datetime.date(1899, 12, 30)
FIRST_YEAR, LAST_YEAR = 1900, 2100
CENTURY_PIVOT = 70  # 69 is 2069, 70 is 1970
BIRTH_PIVOT = 30  # of a birth date: 29 is 2029, 30 is 1930

PLAIN_MONEY = re.compile(r"(-?)\$?(\d{1,15}|[1-9]\d{0,2}(?:,\d{3}){1,4})(?:\.(\d{1,2}))?$")
CURRENCY = re.compile(r"(?:usd|us\$|\$|€|£)", re.IGNORECASE)
NUMBER = re.compile(r"\d+(?:\.\d*)?(?:e[+-]?\d{1,2})?$|\.\d+(?:e[+-]?\d{1,2})?$", re.IGNORECASE)
POINT_GROUPS = re.compile(r"[1-9]\d{0,2}(?:[ ,'’]\d{3})+(?:\.\d*)?$")
INDIAN_GROUPS = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d*)?$")
COMMA_GROUPS = re.compile(r"[1-9]\d{0,2}(?:[ .'’]\d{3})+(?:,\d*)?$")
COMMA_NUMBER = re.compile(r"\d+(?:,\d*)?$")
LARGEST = Decimal(10) ** 15
CENT, HAIR = Decimal("0.01"), Decimal("0.000001")

YES_WORDS = "yes|y|true|t|1|1.0|x|✓|✔|denied|deny|denial|rejected|reject|appealed|submitted|filed"
NO_WORDS = "no|n|false|f|0|0.0|✗|paid|approved|accepted|clean|not denied|not appealed|none|not filed"
YES, NO = frozenset(YES_WORDS.split("|")), frozenset(NO_WORDS.split("|"))


def parse_date(text: str, is_day_first: bool = False, is_birth: bool = False) -> Date | None:
    """The date of a cell; a time of day after it is dropped, two digits of a year belong to 1970-2069."""
    text = text.strip()
    if match := ISO.match(text):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := NUMBERED.match(text):
        first, second, year = int(match[1]), int(match[3]), _year(match[4], is_birth)
        return _date(year, second, first) if is_day_first else _date(year, first, second)
    if COMPACT.match(text):
        return _compact(text, is_day_first)
    if match := SERIAL.match(text):
        day = EXCEL_DAY_ZERO + datetime.timedelta(int(match[1]))
        return day if FIRST_YEAR <= day.year <= LAST_YEAR else None
    return _named(WEEKDAY.sub("", text.lower(), count=1), is_birth)


def parse_dates(text: str, is_day_first: bool = False) -> tuple[Date | None, Date | None]:
    """First and last day of a cell that may hold a range ('3/1/26 - 3/4/26'); the last is None for a single day."""
    single = parse_date(text, is_day_first)
    if single is not None:
        return single, None
    match = SLASH_RANGE.match(text.strip()) or RANGE.match(text.strip())
    if match is None:
        return None, None
    first, last = parse_date(match[1], is_day_first), parse_date(match[2], is_day_first)
    return (first, last) if first is not None and last is not None else (None, None)


def _named(text: str, is_birth: bool) -> Date | None:
    if match := DAY_NAMED.match(text):
        day, name, year = match[1], match[2], match[3]
    elif match := MONTH_NAMED.match(text):
        name, day, year = match[1], match[2], match[3]
    else:
        return None
    month = MONTHS.get(name[:3])
    return _date(_year(year, is_birth), month, int(day)) if month else None


def _compact(text: str, is_day_first: bool) -> Date | None:
    if FIRST_YEAR <= int(text[:4]) <= LAST_YEAR and (day := _date(int(text[:4]), int(text[4:6]), int(text[6:]))):
        return day
    first, second, year = int(text[:2]), int(text[2:4]), int(text[4:])
    return _date(year, second, first) if is_day_first else _date(year, first, second)


def _year(text: str, is_birth: bool) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    return year + (2000 if year < (BIRTH_PIVOT if is_birth else CENTURY_PIVOT) else 1900)


def _date(year: int, month: int, day: int) -> Date | None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def parse_amount(text: str, is_decimal_comma: bool = False) -> tuple[Cents | None, bool]:
    """The amount in cents and whether it had to be rounded (half to even); None where the text is no amount."""
    match = PLAIN_MONEY.match(text)
    if match and not (is_decimal_comma and "," in text):
        cents = int(match[2].replace(",", "")) * 100 + int((match[3] or "").ljust(2, "0"))
        return Cents(-cents if match[1] else cents), False
    number = parse_number(text, is_decimal_comma)
    if number is None:
        return None, False
    rounded = number.quantize(CENT, ROUND_HALF_EVEN)
    return Cents(int(rounded * 100)), abs(number - rounded) > HAIR


def parse_number(text: str, is_decimal_comma: bool = False) -> Decimal | None:
    """The number of a cell with currency, grouping, brackets, a sign before or after, CR or DR; else None."""
    text, is_negative = _unsigned(CURRENCY.sub("", text).replace("\u00a0", " ").replace("\u2212", "-").strip())
    if text == "-":
        return Decimal(0)  # how accounting formats show nothing: '$ -'
    if is_decimal_comma:
        if not (COMMA_NUMBER.match(text) or COMMA_GROUPS.match(text)):
            return None
        text = re.sub(r"[ .'’]", "", text).replace(",", ".")
    elif POINT_GROUPS.match(text) or INDIAN_GROUPS.match(text):
        text = re.sub(r"[ ,'’]", "", text)
    if not NUMBER.match(text):
        return None
    number = Decimal(text)
    return (-number if is_negative else number) if number < LARGEST else None


def _unsigned(text: str) -> tuple[str, bool]:
    """The text without its sign, and whether the sign was a minus."""
    is_negative = False
    if text[-2:].upper() in {"CR", "DR"}:
        text, is_negative = text[:-2].strip(), text[-2:].upper() == "CR"
    if text.startswith("(") and text.endswith(")"):
        return text[1:-1].strip(), True
    if len(text) > 1 and text.startswith(("-", "+")):
        return text[1:].strip(), is_negative or text[0] == "-"
    if len(text) > 1 and text.endswith("-"):
        return text[:-1].strip(), True
    return text, is_negative


def parse_units(text: str) -> Milli | None:
    """A quantity in thousandths, or None."""
    number = parse_number(text)
    return None if number is None else Milli(int((number * 1000).to_integral_value(ROUND_HALF_EVEN)))


def parse_flag(text: str) -> bool | None:
    """Yes or no in any of the ways that logs write them, or None."""
    word = text.strip().lower()
    if word in YES:
        return True
    return False if word in NO else None
