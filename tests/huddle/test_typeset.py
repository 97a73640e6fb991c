"""A template and data become a PDF that a screen reader can read, whatever signs are in the data."""

import datetime
from pathlib import Path

import pypdfium2
import pytest

from pipelines.huddle import typeset as subject
from pipelines.huddle.typeset import typeset

TEMPLATE = """#import "look.typ": *
#let data = json("data.json")
#show: look.with(title: data.title, foot: "made up", date: datetime(year: 2026, month: 11, day: 1))
= #data.title
#data.text
"""
TODAY = datetime.date(2026, 11, 1)


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of templates with one of our own in it."""
    for path in subject.TEMPLATES.glob("*.typ"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "small.typ").write_text(TEMPLATE)
    monkeypatch.setattr(subject, "TEMPLATES", tmp_path)
    return tmp_path


def text_of(pdf: bytes) -> str:
    """What is written on all pages."""
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))


def test_text_of_a_person_is_only_text(templates: Path) -> None:
    """What looks like a command of the typesetter is printed as it was typed."""
    pdf = typeset("small", {"title": "Words", "text": "#emph[x] $a^2$ *b* <11 `c` @d"}, TODAY)
    assert "#emph[x] $a^2$ *b* <11 `c` @d" in text_of(pdf)


def test_the_pdf_says_that_a_screen_reader_can_read_it(templates: Path) -> None:
    """PDF/UA-1, and the same bytes for the same data on the same day."""
    made = [typeset("small", {"title": "Words", "text": "plain"}, TODAY) for _ in range(2)]
    assert b"pdfuaid" in made[0]
    assert made[0] == made[1]


def test_a_sign_that_no_font_has_does_not_stop_the_press(templates: Path) -> None:
    """A payer's name in other letters: the PDF comes, only without the standard."""
    pdf = typeset("small", {"title": "Words", "text": "健康 insurance"}, TODAY)
    assert "insurance" in text_of(pdf)
    assert b"pdfuaid" not in pdf
