import datetime
from decimal import Decimal

import pandas as pd
import pytest

from dashboards import titles, words

SP = words.SPACE


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (f"7.8{SP}%", words.rate(Decimal("0.0781"))),
        ("–", words.rate(None)),
        ("too few", words.rate(0.5, 19)),
        (f"50.0{SP}%", words.rate(0.5, 20)),
        (f"+1.2{SP}points", words.points(0.0123)),
        (f"±0.0{SP}points", words.points(-0.0001)),
        ("$48,210", words.money(Decimal("48210.49"))),
        ("-$5", words.money(Decimal("-5.20"))),
        ("$0", words.money(Decimal("-0.20"))),
        ("$48,210.49", words.cents(Decimal("48210.49"))),
        ("-$0.20", words.cents(Decimal("-0.20"))),
        ("1,204", words.count(1204)),
        (r"a\: b\.", words.refusal("a: b")),
        ("Why?", words.refusal(ValueError("Why? "))),
        (r"It ends\.", words.refusal("It ends.")),
        ("1 line", words.counted(1, "line")),
        ("1,204 lines", words.counted(1204, "line")),
        (f"1{SP}day", words.days(1)),
        (f"6{SP}days", words.days(6.4)),
        ("14 Nov 2026", words.day(datetime.date(2026, 11, 14))),
        ("Nov 2026", words.month(datetime.date(2026, 11, 1))),
        ("all dates", words.period(None, None)),
        ("since 14 Nov 2026", words.period(datetime.date(2026, 11, 14), None)),
        ("until 14 Nov 2026", words.period(None, datetime.date(2026, 11, 14))),
        ("+$4,210", words.difference(Decimal(4210), "amount")),
        (f"-1{SP}day", words.difference(-1, "days")),
        ("±$0", words.difference(Decimal(0), "amount")),
        ("CO-50 not medically necessary", words.code("CO", "50", "not medically necessary")),
        ("50", words.code(None, "50")),
        ("–", words.code(None, None)),
        ("Aetna, Cigna, Medicare and 2 more", words.listed(["Aetna", "Cigna", "Medicare", "A", "B"])),
        ("Aetna and Cigna", words.listed(["Aetna", "Cigna"])),
        ("Aetna", words.listed(["Aetna"])),
        ("twice", words.times(2.1)),
        ("1.4 times", words.times(1.42)),
        ("3 times", words.times(3.05)),
    ],
)
def test_numbers_dates_and_codes_are_said_the_same_way_everywhere(expected: str, actual: str) -> None:
    """Rates have one decimal, dollars no cents on cards, days are whole, dates read 14 Nov 2026."""
    assert expected == actual


def test_text_from_files_is_shown_as_it_stands() -> None:
    """No payer's name is ever read as Markdown or HTML."""
    assert r"\*\*Best\*\* \[plan\]\(x\)" == words.plain("**Best** [plan](x)")
    assert "&lt;img src=&#x27;x&#x27;&gt; &amp; Co" == words.markup("<img src='x'> & Co")
    assert "&#34;Knee&#34;" == words.markup('"Knee"')


def months(*values: float | None, n: int = 100, is_last_partial: bool = False) -> pd.DataFrame:
    """A trend from January on."""
    dates = [datetime.date(2026, 1 + index, 1) for index in range(len(values))]
    partial = [False] * (len(values) - 1) + [is_last_partial]
    return pd.DataFrame({"month": dates, "value": values, "n": n, "is_partial": partial}, dtype="object")


def test_a_trend_says_how_many_whole_months_missed_the_target() -> None:
    """A month that is not over is not judged."""
    assert f"Above the target of 5.0{SP}% in two of three whole months" == titles.trend(
        months(0.06, 0.04, 0.07, 0.09, is_last_partial=True), 0.05
    )
    assert f"Above the target of 5.0{SP}% in every whole month" == titles.trend(months(0.06, 0.07), 0.05)
    assert f"Within the target of 5.0{SP}% in every whole month" == titles.trend(months(0.01, 0.02), 0.05)


def test_a_trend_of_too_few_cases_says_so() -> None:
    """Months below twenty in the denominator carry no sentence."""
    assert "Too few cases in any whole month to speak of a trend" == titles.trend(months(0.5, 0.6, n=5), 0.05)


def group(name: str, denied: int, adjudicated: int, low: float) -> dict[str, object]:
    """One payer."""
    value = denied / adjudicated
    return {"name": name, "numerator": denied, "denominator": adjudicated, "value": value, "low": low}


def test_a_payer_is_named_only_where_its_interval_lies_above_the_rest() -> None:
    """The rest is everybody else, not everybody; small payers are never named."""
    aetna, cigna = group("Aetna", 40, 200, 0.15), group("Cigna", 30, 300, 0.07)
    tiny = group("Tiny", 9, 10, 0.6)
    assert "Aetna denies 1.6 times as often as the rest" == titles.payers(pd.DataFrame([aetna, cigna, tiny]))
    assert "Cigna is the only payer in this view" == titles.payers(pd.DataFrame([cigna]))
    never = group("Cigna", 0, 300, 0.0)
    assert "Aetna is the only payer that denies" == titles.payers(pd.DataFrame([aetna, never]))
    level = group("Aetna", 20, 200, 0.06)
    assert "No payer denies clearly more than the rest" == titles.payers(pd.DataFrame([level, cigna]))


def test_a_procedure_is_named_only_where_its_interval_lies_above_the_rate_of_all() -> None:
    """The greatest of rates that chance explains does not stand out."""
    frame = pd.DataFrame([group("99214", 8, 77, 0.053), group("99203", 1, 21, 0.008)])
    assert "No procedure stands out" == titles.procedures(frame, 0.099)
    assert f"99214 is denied most often: 10.4{SP}%" in titles.procedures(frame, 0.04)


def test_a_cell_is_named_only_if_it_lies_above_the_other_payers() -> None:
    """The greatest of payers that deny alike does not stand out."""
    alike = {"column": "Record", "of": 300}
    cells = [
        {"row": "Aetna", "value": 0.04, "low": 0.023, "n": 12},
        {"row": "Cigna", "value": 0.03, "low": 0.016, "n": 9},
    ]
    assert "No payer stands out for any cause" == titles.hottest(pd.DataFrame([cell | alike for cell in cells]))


def test_a_cell_is_named_only_with_enough_cases() -> None:
    """The cell that is high even at the low end of its interval, of five denials at least; labels fit the sentence."""
    cells = pd.DataFrame(
        [
            {"row": "Tiny", "column": "Record", "value": 0.2, "low": 0.05, "n": 2, "of": 30},
            {"row": "Aetna", "column": "No authorisation", "value": 0.03, "low": 0.02, "n": 9, "of": 300},
            {"row": "Aetna", "column": "ID wrong", "value": 0.02, "low": 0.01, "n": 6, "of": 300},
        ]
    )
    assert f"Aetna stands out for no authorisation: 3.0{SP}% of its lines, n 9" == titles.hottest(cells)
    assert "Aetna stands out for ID wrong" in titles.hottest(cells.tail(1))
    assert "Too few cases in any cell to compare" == titles.hottest(cells.head(1))


def test_the_few_causes_that_make_up_more_than_half_are_said() -> None:
    """Shares are of the whole, including what is not determined."""
    frame = pd.DataFrame({"name": ["no authorisation", "record", "setting"], "value": [30, 25, 5]})
    assert f"No authorisation and record make up 55.0{SP}% of denied dollars" == titles.shares(
        frame, "denied dollars", 100
    )
    assert f"No authorisation makes up 60.0{SP}% of denied dollars" == titles.shares(
        frame.head(1), "denied dollars", 50
    )
    assert "No cause is determined for the denied dollars in this view" == titles.shares(
        frame.head(0), "denied dollars", 50
    )


def answer(value: float | None, denominator: int = 100) -> pd.Series:
    """One measure."""
    return pd.Series({"value": value, "numerator": 2, "denominator": denominator}, dtype="object")


def test_the_overview_answers_in_one_sentence() -> None:
    """Value, target and distance; nothing adjudicated, nothing denied and too few are answers too."""
    over = f"7.8{SP}% of claims were denied at first, 2.8{SP}points over the target of 5.0{SP}%"
    assert over == titles.overview(answer(0.078), 0.05, "claims", "core denials")
    under = f"4.0{SP}% of claims were denied at first, 1.0{SP}points under the target of 5.0{SP}%"
    assert under == titles.overview(answer(0.04), 0.05, "claims", "core denials")
    assert "No claims were adjudicated in this period" == titles.overview(answer(None), 0.05, "claims", "core denials")
    assert "No core denials in this period" == titles.overview(answer(0), 0.05, "lines", "core denials")
    few = "2 of 3 claims denied at first: too few to speak of a rate"
    assert few == titles.overview(answer(0.67, 3), 0.05, "claims", "core denials")


def test_of_many_cells_alike_none_is_named() -> None:
    """A cell that would stand out alone does not among sixty: the interval allows for as many looks."""
    high = {"row": "Aetna", "column": "Record", "value": 0.05, "n": 15, "of": 300}
    beside = {"row": "Cigna", "column": "Record", "value": 0.026, "n": 8, "of": 300}
    others = [{"row": f"P{n}", "column": f"C{n}", "value": 0.02, "n": 6, "of": 300} for n in range(58)]
    alike = [{"row": f"Q{n}", "column": f"C{n}", "value": 0.02, "n": 6, "of": 300} for n in range(58)]
    assert "Aetna stands out for record" in titles.hottest(pd.DataFrame([high, beside]))
    assert "No payer stands out for any cause" == titles.hottest(pd.DataFrame([high, beside, *others, *alike]))


def test_the_days_of_sending_are_said_as_such() -> None:
    """By submission a period is that in which claims were sent."""
    first = datetime.date(2025, 12, 1)
    assert "sent since 1 Dec 2025" == words.sent(first, None)
    assert "sent on any day" == words.sent(None, None)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("www\u2060\\.evil\\.example", "www.evil.example"),
        ("https\\:\u2060//evil\\.example", "https://evil.example"),
        ("a@\u2060evil\\.example", "a@evil.example"),
        (" odd code", "    odd code"),
        ("a \\# odd", "a\n\n# odd"),
        ("\\:material/home\\: \\$x\\$", ":material/home: $x$"),
        ("\\<b\\>odd \\&lt;", "<b>odd &lt;"),
    ],
)
def test_what_a_file_says_is_no_markdown(expected: str, text: str) -> None:
    """Links, code, headings, icons, formulas and HTML of a name are shown as they were typed."""
    assert expected == words.plain(text)
