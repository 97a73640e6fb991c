"""What every kind of table file becomes: sheets whose rows are lists of texts, read as often as wanted."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Cells = list[str]

MOST_COLUMNS = 1000
BLANK_WORDS = frozenset({"", "nan", "nat", "none", "null", "n/a", "na", "#n/a", "-", "--", "—", "–", "(blank)", "nil"})
WHITE_SPACE = "".join(filter(str.isspace, map(chr, range(0x3001))))
BLANK_BEGINNINGS = frozenset("nN#-—–(" + WHITE_SPACE)
BLANK_LENGTH = max(map(len, BLANK_WORDS)) + 4


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged area of a worksheet; rows and columns count from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Sheet:
    """One table of a file: `rows()` starts anew at the sheet's first row each time it is called."""

    name: str | None
    rows: Callable[[], Iterator[Cells]]
    merges: list[Merge] = field(default_factory=list)
    is_hidden: bool = False


def is_blank(text: str) -> bool:
    """True for an empty cell and for the words by which programs write one (nan, NULL, N/A, -)."""
    if not text:
        return True
    if text[0] not in BLANK_BEGINNINGS:
        return False
    return text.strip().lower() in BLANK_WORDS if len(text) <= BLANK_LENGTH else text.isspace()


def cell(cells: Cells, place: int) -> str:
    """The text at a place (from 0), '' where the row ends before it."""
    return cells[place] if place < len(cells) else ""


def one_line(text: str) -> str:
    """The text with every run of white space as one space and none at the ends."""
    return " ".join(text.split())


def filled_down(rows: Iterator[Cells], merges: list[Merge], skip: frozenset[int] = frozenset()) -> Iterator[Cells]:
    """The rows with the cells of a vertically merged area holding the area's value, but for the columns of `skip`.

    Amounts are skipped by the reader: one amount merged over three lines is not three times that amount.
    """
    areas = sorted((merge for merge in merges if merge.bottom > merge.top), key=lambda merge: merge.top)
    if not areas:
        yield from rows
        return
    active: list[tuple[Merge, str]] = []
    for number, cells in enumerate(rows):
        active = [(merge, value) for merge, value in active if number <= merge.bottom]
        for merge, value in active:
            if merge.left not in skip and merge.left < len(cells):
                cells[merge.left] = value
        while areas and areas[0].top == number:
            merge = areas.pop(0)
            active.append((merge, cells[merge.left] if merge.left < len(cells) else ""))
        yield cells
