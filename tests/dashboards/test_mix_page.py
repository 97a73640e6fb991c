import datetime
from decimal import Decimal

import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboards import mix_blocks, mix_figure, mix_words, words
from dashboards.palette import ACCENT
from pipelines.mix import DollarSplit, Split

SP = words.SPACE


def split(rate: str | None, mix: str | None, error: float = 0.0, before: str = "0.1") -> Split:
    """A change of so much by the rates and so much by the mix."""
    known = rate is not None and mix is not None
    now = Decimal(before) + Decimal(rate or 0) + Decimal(mix or 0) if known else None
    return Split(
        kpi="denial_rate",
        n_before=1000,
        n=1100,
        before=Decimal(before) if known else None,
        now=now,
        rate=Decimal(rate) if rate is not None else None,
        mix=Decimal(mix) if mix is not None else None,
        cells=(),
        mix_error=error,
        joined=0,
        new_share=Decimal(0),
        gone_share=Decimal(0),
        dollars=DollarSplit(
            Decimal(100), Decimal(160), Decimal(1000), Decimal(1100), Decimal(30), Decimal(20), Decimal(10)
        ),
    )


def test_the_title_parts_the_change() -> None:
    """What the rates made and what the mix made add up to what is said in front."""
    assert f"The rate rose 0.8{SP}points: +0.6 by the rates themselves, +0.2 by the mix" == mix_words.title(
        split("0.006", "0.002")
    )
    assert mix_words.title(split("-0.006", "0.002")).startswith(f"The rate fell 0.4{SP}points: -0.6 by")


def test_where_crude_and_like_for_like_point_apart_the_title_warns() -> None:
    """Simpson's paradox, in words: the rate rose because other things were sent in."""
    told = mix_words.title(split("-0.006", "0.02"))
    assert f"The rate rose, but like for like it fell (1.4{SP}points and 0.6{SP}points): the mix changed" == told
    assert "but like for like" not in mix_words.title(split("-0.006", "0.02", error=0.02))  # by chance


def test_no_change_and_no_comparison_are_said() -> None:
    """A rate that stayed may hide two that moved; a period of nothing has no rate."""
    assert "The rate stayed as it was, and so did the mix" == mix_words.title(split("0.0001", "0.0001"))
    assert "stayed as it was: -0.4 by the rates themselves, +0.4 by the mix" in mix_words.title(
        split("-0.004", "0.0041", error=1.0)
    )
    assert "The two periods cannot be compared" == mix_words.title(split(None, None))


def test_the_table_adds_up_in_points_and_in_dollars() -> None:
    """Volume has dollars and no points."""
    rows = mix_words.rows(split("0.006", "0.002"))
    assert [f"+0.6{SP}points", f"+0.2{SP}points", "", f"+0.8{SP}points"] == [row[1] for row in rows]
    assert ["+$30", "+$20", "+$10", "+$60"] == [row[2] for row in rows]


def months(count: int, is_open: int = 0) -> pd.DataFrame:
    """So many months, the last few not settled."""
    rows = [
        {
            "month": datetime.date(2025, place + 1, 1),
            "rate": 0.1,
            "standardised": 0.1 if place else None,
            "low": 0.08,
            "high": 0.12,
            "n": 100,
            "is_open": place >= count - is_open,
        }
        for place in range(count)
    ]
    columns = ["month", "rate", "standardised", "low", "high", "n", "is_open"]
    return pd.DataFrame(rows, columns=columns, dtype="object")


def names(figure: go.Figure) -> list[str]:
    """The names of the lines."""
    return [one.text for one in figure.layout.annotations]


def test_both_lines_are_named_at_their_end_and_apart() -> None:
    """Direct labels, the accent on the one that is the subject; they never cover each other."""
    figure = mix_figure.standardised(months(4, is_open=1))
    assert [f"as it was 10.0{SP}%", f"<b>like for like</b> 10.0{SP}%"] == names(figure)
    first, second = figure.layout.annotations
    assert abs(first.yshift - second.yshift) >= 17 and ACCENT == second.font.color
    assert "dot" in [trace.line.dash for trace in figure.data if trace.mode == "lines"]


def test_the_title_speaks_of_the_mix_only_beyond_the_interval() -> None:
    """A difference within the interval is chance and no headline; months that are not settled say nothing."""
    assert "Like for like the rate is much the same in all 3 months" == mix_blocks.title(months(3))
    odd = months(4, is_open=1).assign(rate=[0.1, 0.2, 0.1, 0.5])
    assert "The mix made a difference in one of 3 months: Feb 2025" == mix_blocks.title(odd)
    assert "Too few cases in any month to compare like for like" == mix_blocks.title(months(2, is_open=2))


@pytest.mark.parametrize("count", [0, 1, 3])
def test_the_figure_can_be_drawn_of_almost_nothing(count: int) -> None:
    """No month, one, and none that is settled."""
    assert isinstance(mix_figure.standardised(months(count, is_open=count)).to_json(), str)
