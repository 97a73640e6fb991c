"""Where a table begins: the row of column names below titles and blank rows, and the names themselves, each once."""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice

from pipelines.denial_log.fields import GENERAL
from pipelines.denial_log.sheet import Cells, Merge, Sheet, filled_down, is_blank, one_line
from pipelines.denial_log.synonyms import header_key, known_header
from pipelines.denial_log.values import parse_dates, parse_number

PROBE_ROWS = 60
LEAST_TEXT_SHARE = 0.75
TOTAL = re.compile(
    r"(?:(?:grand|sub|overall|report|running|page|column|net)[\s-]*)?totals?\b(?:\s*(?:for|by|of)\b.*|\s*\(.*\)|\s*[:=].*)?"
    r"|sum|average|mean|count|.{1,60}\stotals?:?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Header:
    """The row of column names: `row_no` counts from 1; `names` has one text per column, '' for a nameless one."""

    row_no: int
    names: tuple[str, ...]


def find_header(sheet: Sheet) -> Header | None:
    """The likeliest row of column names among the first rows, or None where no row can be one."""
    head = list(islice(filled_down(sheet.rows(), sheet.merges), PROBE_ROWS))
    width = max((len(_trimmed(cells)) for cells in head), default=0)
    scores = [_score(cells, width) for cells in head]
    best = max(scores, default=0.0)
    if best <= 0.0:
        return None
    index = scores.index(best)
    if index == len(head) - 1 and _hits(head[index]) < 2:
        return None  # nothing below it, and nothing known in it
    return Header(index + 1, unique_names(_grouped(head, index, sheet.merges)))


def _score(cells: Cells, width: int) -> float:
    """More for known headers, for words rather than values, and for filling the width of the table."""
    texts = [one_line(cell) for cell in cells if not is_blank(cell)]
    if len(texts) < 2:
        return 0.0
    words = [text for text in texts if parse_number(text) is None and parse_dates(text)[0] is None]
    hits = _hits(cells)
    least_share = LEAST_TEXT_SHARE if hits else 1.0
    if len(words) / len(texts) < least_share or len(set(texts)) < len(texts) * 0.5:
        return 0.0
    return 2 * hits + len(texts) / width + sum(len(text) <= 40 for text in words) / len(texts)


def _hits(cells: Cells) -> int:
    return sum(known_header(one_line(cell)) for cell in cells)


def _trimmed(cells: Cells) -> Cells:
    end = len(cells)
    while end and is_blank(cells[end - 1]):
        end -= 1
    return cells[:end]


def _grouped(head: list[Cells], index: int, merges: list[Merge]) -> list[str]:
    """The names with, in front, the name of the group that is merged over them in the row above ('Denial' + 'Date')."""
    names = ["" if is_blank(cell) else one_line(cell) for cell in head[index]]
    plain = tuple(names)
    for merge in merges:
        is_title = merge.right - merge.left + 1 >= len(_trimmed(head[index]))
        if merge.bottom == merge.top == index - 1 and merge.right > merge.left and not is_title:
            group = one_line(head[index - 1][merge.left])
            for column in range(merge.left, min(merge.right + 1, len(names))):
                if plain[column] and (plain.count(plain[column]) > 1 or _says_little(plain[column])):
                    names[column] = f"{group} {plain[column]}"
    return names


def _says_little(name: str) -> bool:
    return not known_header(name) or header_key(name) in GENERAL


def unique_names(names: list[str]) -> tuple[str, ...]:
    """The names with ' (2)', ' (3)', ... after those that came before; nameless columns stay ''."""
    seen: Counter[str] = Counter()
    unique = []
    for name in names:
        key = name.lower()
        seen[key] += 1
        unique.append(f"{name} ({seen[key]})" if name and seen[key] > 1 else name)
    return tuple(unique)


def column_letters(number: int) -> str:
    """The letters that a spreadsheet shows for a column: 1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def is_total(text: str) -> bool:
    """True for the words in front of a row of sums ('Grand Total', 'Aetna Total', 'Total for March')."""
    return bool(TOTAL.fullmatch(one_line(text)))
