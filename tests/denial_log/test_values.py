import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.denial_log.values import parse_amount, parse_date, parse_dates, parse_flag, parse_number, parse_units

DAY = datetime.date(2026, 3, 1)
CENTS = st.integers(-(10**13), 10**13)
DATES = st.dates(datetime.date(1970, 1, 1), datetime.date(2069, 12, 31))


def grouped(cents: int, group: str, point: str) -> str:
    """The amount without its sign, its thousands grouped."""
    whole = f"{abs(cents) // 100:,}".replace(",", group)
    return f"{whole}{point}{abs(cents) % 100:02}"


@settings(deadline=None)
@given(CENTS)
def test_an_amount_reads_back_however_it_was_written(cents: int) -> None:
    """Sign in front, behind, in brackets or as CR; with and without grouping and currency: the same cents."""
    text = grouped(cents, ",", ".")
    signs = ["-{}", "${}-", "({})", "$({})", "-${}", "{} CR"] if cents < 0 else ["{}", "${}", "USD {}", " {} ", "{} DR"]
    assert [(cents, False)] * len(signs) == [parse_amount(sign.format(text)) for sign in signs]


@settings(deadline=None)
@given(CENTS)
def test_an_amount_with_a_decimal_comma_reads_back(cents: int) -> None:
    """1.234,50 and 1 234,50 are the same amount where the column is known to use decimal commas."""
    sign = "-" if cents < 0 else ""
    texts = [sign + grouped(cents, group, ",") for group in (".", " ", "", "’")]
    assert [(cents, False)] * 4 == [parse_amount(text, True) for text in texts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$1,234.50", 123450),
        ("(45.00)", -4500),
        ("45.00-", -4500),
        ("$ -", 0),
        ("1e3", 100000),
        (".5", 50),
        ("1,23,456.00", 12345600),
        ("12,34", None),
        ("1.234,50", None),
        ("abc", None),
        ("--5", None),
        ("12%", None),
        ("9" * 19, None),
    ],
)
def test_amounts_as_logs_write_them(text: str, expected: int | None) -> None:
    """What is plainly an amount is read to the cent; anything else is None, never a guess."""
    assert expected == parse_amount(text)[0]


@pytest.mark.parametrize(
    ("text", "cents", "is_rounded"),
    [
        ("7553.142183976504", 755314, True),
        ("0.125", 12, True),
        ("0.135", 14, True),
        ("150.10000000000002", 15010, False),
    ],
)
def test_more_than_cents_is_rounded_half_to_even_and_told(text: str, cents: int, is_rounded: bool) -> None:
    """Rounding is told, but the noise of binary numbers (150.10000000000002) is no rounding."""
    assert (cents, is_rounded) == parse_amount(text)


@settings(deadline=None)
@given(DATES)
def test_a_date_reads_back_in_every_form(day: datetime.date) -> None:
    """ISO, named months, compact and Excel serials mean one day whatever the column's order."""
    serial = (day - datetime.date(1899, 12, 30)).days
    texts = [
        day.isoformat(),
        f"{day} 14:30:00",
        f"{day}T00:00:00Z",
        f"{day:%Y/%m/%d}",
        f"{day:%d-%b-%Y}",
        f"{day:%d %B %y}",
        f"{day:%b %d, %Y}",
        f"{day:%A, %d %b %Y}",
        f"{day:%Y%m%d}",
        f"{serial}",
        f"{serial}.75",
    ]
    assert [day] * len(texts) * 2 == [parse_date(text, order) for text in texts for order in (False, True)]


@settings(deadline=None)
@given(DATES, st.sampled_from("/-."), st.booleans())
def test_numbers_of_a_date_follow_the_order_of_its_column(day: datetime.date, between: str, is_day_first: bool) -> None:
    """3/1/26 is March 1st or January 3rd, as was settled for the column; years of two digits are 1970 to 2069."""
    first, second = (day.day, day.month) if is_day_first else (day.month, day.day)
    texts = [
        f"{first}{between}{second}{between}{day.year}",
        f"{first:02}{between}{second:02}{between}{day.year % 100:02}",
        f"{first}{between}{second}{between}{day.year} 4:05 PM",
    ]
    assert [day] * 3 == [parse_date(text, is_day_first) for text in texts]


@pytest.mark.parametrize(
    "text", ["13/13/2026", "2/30/2026", "2026-13-01", "March", "Mar-26", "tomorrow", "99999", "1/2", ""]
)
def test_what_is_no_date_is_none(text: str) -> None:
    """No date is made up from part of one."""
    assert parse_date(text) is None


def test_a_birth_date_is_not_in_the_future() -> None:
    """Two digits of a birth year are 1930 to 2029."""
    assert [datetime.date(1945, 3, 1), datetime.date(2012, 3, 1)] == [
        parse_date(text, is_birth=True) for text in ("3/1/45", "3/1/12")
    ]


@pytest.mark.parametrize(
    "text", ["3/1/26 - 3/4/26", "3/1/26-3/4/26", "2026-03-01 to 2026-03-04", "01-Mar-2026 – 04-Mar-2026"]
)
def test_a_range_of_service_dates_has_two_ends(text: str) -> None:
    """A cell may hold first and last day of service."""
    assert (DAY, datetime.date(2026, 3, 4)) == parse_dates(text)


@settings(deadline=None)
@given(st.text(max_size=30))
def test_no_text_makes_the_parsers_fail(text: str) -> None:
    """Whatever stands in a cell, the answer is a value or None."""
    assert parse_number(text) is None or parse_number(text) is not None
    results = [parse_date(text), parse_dates(text, True), parse_amount(text, True), parse_units(text), parse_flag(text)]
    assert 5 == len(results)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Yes", True),
        ("y", True),
        ("1", True),
        ("TRUE", True),
        ("Denied", True),
        ("No", False),
        ("0", False),
        ("", None),
        ("maybe", None),
    ],
)
def test_flags(text: str, expected: bool | None) -> None:
    """Yes and no in the ways that logs write them."""
    assert expected == parse_flag(text)


def test_units_are_thousandths() -> None:
    """Units keep three decimals."""
    assert [1000, 1500, 250, None] == [parse_units(text) for text in ("1", "1.5", "0.25", "x")]
