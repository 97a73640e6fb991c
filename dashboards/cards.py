"""The KPI cards: value, target and distance, change and whether it is more than noise, and twelve months as a spark.

A card is HTML of our own because the ready-made metric has no place for a target. It takes the page's font and text
colour, so it follows the theme; the spark is an image in tones that read on both.
"""

import base64
import dataclasses
from collections.abc import Sequence

import streamlit as st

from dashboards import words
from dashboards.palette import ACCENT, BREACH, GREY

WIDTH, HEIGHT = 180, 36
MOST_WIDE = 5  # more cards than these are narrower, so that they stand in one row on a wide screen


@dataclasses.dataclass(frozen=True)
class Card:
    """What one card says. `why_not` replaces the value of a number that cannot be computed."""

    label: str
    definition: str
    value: str = ""
    n: str = ""
    target: str = ""
    is_breach: bool = False
    change: str = ""
    note: str = ""
    why_not: str = ""
    spark: Sequence[float | None] = ()
    spark_target: float | None = None
    is_chosen: bool = False  # the one that the page below is about


def cards(shown: Sequence[Card]) -> None:
    """All cards in one row that wraps on narrow screens, of equal height."""
    cells = "".join(_markup(card) for card in shown)
    css = "db-cards db-narrow" if len(shown) > MOST_WIDE else "db-cards"
    st.html(f"<div class='{css}' role='list'>{cells}</div>")


def _markup(card: Card) -> str:
    value = card.why_not or card.value
    tone = " db-breach" if card.is_breach else ""
    size = "db-why" if card.why_not else "db-value"
    n = f"<span class='db-n'>{words.markup(card.n)}</span>" if card.n and not card.why_not else ""
    lines = [
        f"<div class='db-label' title='{words.markup(card.definition)}'>{words.markup(card.label)}</div>",
        f"<div class='{size}{tone}'><span class='db-figure'>{words.markup(value)}</span> {n}</div>",
        _spark(card),
        _row("db-target", card.target),
        _row("db-change", card.change),
        _row("db-note", "" if card.why_not else card.note),
    ]
    chosen = " db-chosen' aria-current='true" if card.is_chosen else ""
    return f"<div class='db-card{chosen}' role='listitem'>{''.join(lines)}</div>"


def _row(css: str, text: str) -> str:
    return f"<div class='{css}'>{words.markup(text)}</div>" if text else ""


def _spark(card: Card) -> str:
    known = [value for value in card.spark if value is not None]
    if len(known) < 2 or card.why_not:
        return ""
    image = base64.b64encode(spark(card.spark, card.spark_target, card.is_breach).encode()).decode()
    alt = f"{card.label}, last {len(card.spark)} months: from {min(known):.3g} to {max(known):.3g}"
    return f"<img class='db-spark' alt='{words.markup(alt)}' src='data:image/svg+xml;base64,{image}'>"


def spark(values: Sequence[float | None], target: float | None = None, is_breach: bool = False) -> str:
    """An SVG of the values as a grey line with the last one marked, and the target dashed. Missing months are gaps."""
    known = [value for value in values if value is not None]
    top = max([*known, target or 0]) or 1
    step = (WIDTH - 10) / max(len(values) - 1, 1)
    places = [None if value is None else (4 + index * step, _height(value, top)) for index, value in enumerate(values)]
    last = next(place for place in reversed(places) if place)
    tone = BREACH if is_breach else ACCENT
    line = f"<path d='{_path(places)}' fill='none' stroke='{GREY}' stroke-width='1.8' stroke-linejoin='round'/>"
    dot = f"<circle cx='{last[0]:.1f}' cy='{last[1]:.1f}' r='3.4' fill='{tone}'/>"
    box = f"xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {HEIGHT}'"
    return f"<svg {box}>{_target(target, top)}{line}{dot}</svg>"


def _height(value: float, top: float) -> float:
    return HEIGHT - 4 - (HEIGHT - 8) * value / top


def _path(places: Sequence[tuple[float, float] | None]) -> str:
    steps, is_pen_up = [], True
    for place in places:
        if place:
            steps.append(f"{'M' if is_pen_up else 'L'}{place[0]:.1f} {place[1]:.1f}")
        is_pen_up = place is None
    return " ".join(steps)


def _target(target: float | None, top: float) -> str:
    if target is None:
        return ""
    height = _height(target, top)
    return f"<line x1='0' x2='{WIDTH}' y1='{height:.1f}' y2='{height:.1f}' stroke='{GREY}' stroke-dasharray='4 3'/>"
