"""What part of a change is of the rates themselves and what part of the mix, in words."""

from decimal import Decimal

from dashboards import words
from pipelines.mix import Split

LEAST = Decimal("0.0005")  # less than this is said as no change: it shows as 0.0 points


def title(split: Split) -> str:
    """`The rate rose 0.8 points: 0.6 by the rates themselves, 0.2 by the mix`, or that the two point apart."""
    if split.change is None or split.rate is None or split.mix is None:
        return "The two periods cannot be compared"
    if split.is_simpson and split.change * split.rate < 0:
        whole, like = ("rose", "fell") if split.change > 0 else ("fell", "rose")
        sizes = f"{_size(split.change)} and {_size(split.rate)}"
        return f"The rate {whole}, but like for like it {like} ({sizes}): the mix changed"
    if abs(split.change) < LEAST:
        if abs(split.rate) < LEAST:
            return "The rate stayed as it was, and so did the mix"
        return f"The rate stayed as it was: {_part(split.rate)} by the rates themselves, {_part(split.mix)} by the mix"
    moved = "rose" if split.change > 0 else "fell"
    parts = f"{_part(split.rate)} by the rates themselves, {_part(split.mix)} by the mix"
    return f"The rate {moved} {_size(split.change)}: {parts}"


def rows(split: Split) -> list[tuple[str, str, str]]:
    """The split as a table: what, points, dollars. Each column adds up to its last row."""
    money = split.dollars
    told = [
        ("The rates themselves, like for like", split.rate, money.rate if money else None),
        ("More or less of what is denied often (mix)", split.mix, money.mix if money else None),
        ("More or less sent in (volume)", None, money.volume if money else None),
        ("Change", split.change, money.change if money else None),
    ]
    return [
        (name, words.points(share) if share is not None else "", words.difference(dollars, "amount"))
        for name, share, dollars in told
        if share is not None or dollars is not None
    ]


def _size(value: Decimal) -> str:
    return words.points(abs(value)).lstrip("+±")


def _part(value: Decimal) -> str:
    return words.points(value).removesuffix(f"{words.SPACE}points")
