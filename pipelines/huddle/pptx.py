"""The pack on slides, for those who present: a sentence as each title, native charts and tables, notes."""

import datetime
import io
from typing import Any

from pipelines.huddle import slides
from pipelines.huddle.focus import Focus
from pipelines.huddle.pack import Pack
from pipelines.huddle.pdf import sample_words, trend_alt
from pipelines.huddle.slides import HEIGHT, MARGIN, WIDTH, Deck
from pipelines.huddle.tables import Table

INNER = WIDTH - 2 * MARGIN
TOP, TALL = 1.6, HEIGHT - 2.3
BODY = (MARGIN, TOP, INNER, TALL)
MOST_CAUSES = 10


def pack_pptx(pack: Pack, made_on: datetime.date | None = None) -> bytes:
    """The presentation as the bytes of a .pptx file."""
    foot = " · ".join(
        [pack.title, *(["DEMO DATA"] if pack.is_demo else []), *(["internal"] if pack.is_internal else [])]
    )
    deck = Deck(pack.title, foot, made_on or datetime.date.today())
    basis = "\n".join((*pack.basis, pack.edition))
    _opening(deck, pack, basis)
    _table(deck, pack.scorecard, basis)
    _trend(deck, pack)
    _causes(deck, pack)
    for one in (*pack.payers, *pack.procedures):
        _focus(deck, one, pack.focus_words)
    for table in (pack.breaches, pack.moved, pack.policies, pack.last_decisions, pack.changes):
        _table(deck, table, basis)
    _questions(deck, pack)
    held = io.BytesIO()
    deck.file.save(held)
    return held.getvalue()


def _opening(deck: Deck, pack: Pack, basis: str) -> None:
    slide = deck.slide(pack.headline, basis, size=32)
    slides.text(slide, BODY, pack.summary, 18, bullet="•  ")
    slides.text(slide, (MARGIN, HEIGHT - 0.9, INNER, 0.4), [" ".join(pack.basis)], 12, slides.QUIET)


def _table(deck: Deck, table: Table, basis: str) -> None:
    """A slide of one table; what has no rows gets none."""
    if not table.rows:
        return
    slide = deck.slide(table.title, f"{table.subtitle}\n{basis}")
    if table.subtitle:
        slides.text(slide, (MARGIN, 1.3, INNER, 0.3), [table.subtitle], 12, slides.QUIET)
    slides.table(slide, table, (MARGIN, 1.8, INNER, TALL))


def _trend(deck: Deck, pack: Pack) -> None:
    points = pack.trend["points"]
    if len(points) < 2:
        return
    slide = deck.slide(pack.trend["title"], trend_alt(pack))
    series: list[tuple[str, list[float | None]]] = [("Denial rate", [point["rate"] for point in points])]
    if pack.trend["centre"] is not None:
        series += [("mean", [pack.trend["centre"]] * len(points))]
        series += [(f"{name} limit", [point[name] for point in points]) for name in ("lower", "upper")]
    if pack.trend["target"] is not None:
        series += [("target", [pack.trend["target"]] * len(points))]
    slides.lines(slide, BODY, [point["label"] for point in points], series, trend_alt(pack))


def _causes(deck: Deck, pack: Pack) -> None:
    rows = (pack.causes.rows[:-1] if pack.causes.has_total else pack.causes.rows)[:MOST_CAUSES]
    if not rows:
        return
    slide = deck.slide(pack.causes.title, pack.causes.subtitle)
    slides.text(slide, (MARGIN, 1.3, INNER, 0.3), [pack.causes.subtitle], 12, slides.QUIET)
    slides.bars(slide, (MARGIN, 1.7, INNER, TALL - 0.1), [row[0] for row in rows], _numbers(rows), pack.causes.title)


def _numbers(rows: tuple[tuple[Any, ...], ...]) -> list[float | None]:
    """The dollars of each row; None where they are hidden."""
    return [None if row[2] is None or isinstance(row[2], str) else float(row[2]) for row in rows]


def _focus(deck: Deck, one: Focus, ranked: str) -> None:
    """A payer or procedure: how much, why, where, the policy and the line for the checklist; samples in the notes."""
    said = [one.headline, ranked, "", "What the payer wrote:", *one.reasons]
    samples = [sample_words(sample) for sample in one.samples] or [one.samples_note]
    slide = deck.slide(
        f"{one.name}: {one.headline.split('; ')[0].rstrip('.')}",
        "\n".join([*said, "", "Sample claims, de-identified:", *samples]),
    )
    slides.text(slide, (MARGIN, 1.35, INNER, 0.4), [one.headline], 16)
    half = (INNER - 0.4) / 2
    for place, table in enumerate((one.causes, one.others)):
        left = MARGIN + place * (half + 0.4)
        slides.text(slide, (left, 1.9, half, 0.3), [table.title], 13, slides.QUIET)
        if table.rows:
            slides.table(slide, table, (left, 2.3, half, 2.2))
    policy = f"Policy: {'; '.join(one.policies) or 'none in the matrix'}"
    slides.text(slide, (MARGIN, 4.7, INNER, 1.9), [policy, *(f"☐  {line}" for line in one.checklist)], 16)


def _questions(deck: Deck, pack: Pack) -> None:
    """What to talk about, and an empty table to type decisions into."""
    if pack.questions:
        slides.text(deck.slide("Open questions"), BODY, pack.questions, 20, bullet="•  ")
    empty = Table(
        "Decisions", pack.decisions.title, pack.decisions.columns, (*pack.decisions.rows, *[("", "", "")] * 6)
    )
    slide = deck.slide(pack.decisions.title, "Type decisions in on the Huddle page; they come back next quarter.")
    slides.table(slide, empty, (MARGIN, 1.8, INNER, TALL), 16)
