"""What all values of a column have in common: how many there are, what they read as, what settles day and month."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import zip_longest

from pipelines.denial_log.codes import (
    has_words,
    local_flags,
    parse_codes,
    parse_diagnoses,
    parse_frequency,
    parse_group,
    parse_modifiers,
    parse_place,
    parse_procedure,
    parse_sequence,
)
from pipelines.denial_log.outcome import STATUS_CODES
from pipelines.denial_log.sheet import Cells, is_blank
from pipelines.denial_log.values import ISO, NUMBERED, RANGE, SLASH_RANGE, parse_dates, parse_flag, parse_number

CHUNK_ROWS = 2000
MOST_DISTINCT = 2000
LONGEST_WEIGHED = 40
SHORTEST_RANGE = 12
COMMA_DECIMAL = re.compile(r"\D*\d[\d. ]*,\d{1,2}\)?-?(?:\D*)$")
POINT_DECIMAL = re.compile(r"\D*\d[\d, ]*\.(?:\d{1,2}|\d{4,})\)?-?(?:\D*)$")  # 1.234 may be either
LETTERS = re.compile(r"[^\W\d_]{2,}")
BARE_FLAGS = frozenset({"yes", "no", "true", "false"})
NONZERO = re.compile(r"[1-9]")


@dataclass(slots=True)
class Profile:
    """The evidence of one column, gathered over all rows of its table."""

    filled_count: int = 0
    distinct: dict[str, int] = field(default_factory=dict)  # the first distinct values, in the order of their coming
    first_over_12: int = 0  # of dates like 13/1/2026: cells that can only be day first
    second_over_12: int = 0
    numbered_dates: int = 0  # dates like 3/1/26
    ambiguous_dates: int = 0  # of these: both numbers up to 12, and different
    separators: set[str] = field(default_factory=set)
    iso_dates: int = 0
    iso_days_over_12: int = 0
    decimal_commas: int = 0
    decimal_points: int = 0
    nonzero_count: int = 0
    integers: int = 0
    lowest: int = 0
    highest: int = 0

    def add(self, values: Iterable[str]) -> None:
        """The values are part of the evidence."""
        for value, count in Counter(values).items():
            if not is_blank(value):
                text = value.strip()
                self.filled_count += count
                if text in self.distinct or len(self.distinct) < MOST_DISTINCT:
                    self.distinct[text] = self.distinct.get(text, 0) + count
                self._weigh(text, count)

    def _weigh(self, text: str, count: int) -> None:
        if len(text) > LONGEST_WEIGHED:
            return
        if text.isdecimal():
            self._weigh_integer(text, count)
        elif text[0].isalpha():
            self.nonzero_count += count
        elif not (text[0].isdigit() and self._weigh_date(text, count)):
            self.nonzero_count += count * bool(NONZERO.search(text))
            self.decimal_commas += count * bool(COMMA_DECIMAL.match(text))
            self.decimal_points += count * bool(POINT_DECIMAL.match(text))

    def _weigh_integer(self, text: str, count: int) -> None:
        number = int(text)
        self.nonzero_count += count * bool(number)
        self.lowest = min(self.lowest, number) if self.integers else number
        self.highest = max(self.highest, number)
        self.integers += count

    def _weigh_date(self, text: str, count: int) -> bool:
        """Count what the date says about its order; False for a text that is none of these forms."""
        if match := NUMBERED.match(text):
            self._weigh_order(match, count)
        elif match := ISO.match(text):
            self.iso_dates += count
            self.iso_days_over_12 += count * (int(match[3]) > 12)
        elif len(text) > SHORTEST_RANGE and (ends := SLASH_RANGE.match(text) or RANGE.match(text)):
            for match in filter(None, map(NUMBERED.match, ends.groups())):
                self._weigh_order(match, count)
        else:
            return False
        return True

    def _weigh_order(self, match: re.Match[str], count: int) -> None:
        first, second = int(match[1]), int(match[3])
        self.numbered_dates += count
        self.separators.add(match[2])
        self.first_over_12 += count * (first > 12)
        self.second_over_12 += count * (second > 12)
        self.ambiguous_dates += count * (first <= 12 and second <= 12 and first != second)

    @property
    def is_running_number(self) -> bool:
        """True for 0, 1, 2, ... in any order: the index that a program wrote beside the data."""
        is_whole = self.integers == self.filled_count > 1
        return is_whole and self.lowest in {0, 1} and self.highest - self.lowest + 1 == self.filled_count

    @property
    def samples(self) -> tuple[str, ...]:
        """Up to three different values, the first that came."""
        return tuple(list(self.distinct)[:3])

    def share(self, kind: str) -> float:
        """The share of the filled cells (of those kept) that read as this kind of value; 1.0 for a blank column."""
        total = sum(self.distinct.values())
        if not total:
            return 1.0
        return sum(count for text, count in self.distinct.items() if FITS[kind](text)) / total


def _is_date(text: str) -> bool:
    return parse_dates(text)[0] is not None or parse_dates(text, True)[0] is not None


def _is_number(text: str) -> bool:
    return parse_number(text) is not None or parse_number(text, True) is not None


def _is_code(text: str) -> bool:
    return bool(parse_codes(text))


def _is_standard_code(text: str) -> bool:
    return any(code.kind != "local" for code in parse_codes(text) or ())


def _is_procedure(text: str) -> bool:
    return parse_procedure(text) is not None or parse_procedure(re.split(r"[,;|\s]", text)[0]) is not None


def _is_words(text: str) -> bool:
    return bool(LETTERS.search(text)) and text.lower() not in BARE_FLAGS and not _is_date(text)


def _is_status(text: str) -> bool:
    if text in STATUS_CODES or (len(text) == 1 and text.isalpha()):
        return True
    return bool(LETTERS.search(text)) and not _is_date(text)


def _is_identifier(text: str) -> bool:
    return not NUMBERED.match(text) and not ISO.match(text) and text.lower() not in BARE_FLAGS


FITS: dict[str, Callable[[str], bool]] = {
    "date": _is_date,
    "money": _is_number,
    "number": _is_number,
    "flag": lambda text: parse_flag(text) is not None,
    "code": _is_code,
    "standard_code": _is_standard_code,
    "grouped_code": lambda text: any(code.group for code in parse_codes(text) or ()),
    "bare_code": lambda text: _is_standard_code(text) and not has_words(text),
    "group": lambda text: parse_group(text) is not None,
    "procedure": _is_procedure,
    "modifier": lambda text: parse_modifiers(text) is not None,
    "diagnosis": lambda text: parse_diagnoses(text) is not None,
    "place": lambda text: parse_place(text) is not None,
    "npi": lambda text: len(text) == 10 and text.isdigit(),
    "sequence": lambda text: parse_sequence(text) is not None,
    "frequency": lambda text: parse_frequency(text) is not None,
    "local": lambda text: text.upper() in local_flags() or (text.isalpha() and len(text) <= 4),
    "necessity_flag": lambda text: text.upper() in local_flags(),
    "words": _is_words,
    "status": _is_status,
    "id": _is_identifier,
    "text": lambda text: True,
}


def profile_columns(rows: Iterable[Cells], width: int) -> list[Profile]:
    """One profile for each of the first `width` columns, over all rows."""
    profiles = [Profile() for _ in range(width)]
    chunk: list[Cells] = []
    for cells in rows:
        chunk.append(cells)
        if len(chunk) == CHUNK_ROWS:
            _add_chunk(profiles, chunk)
            chunk = []
    _add_chunk(profiles, chunk)
    return profiles


def _add_chunk(profiles: list[Profile], chunk: list[Cells]) -> None:
    for profile, values in zip(profiles, zip_longest(*chunk, fillvalue=""), strict=False):
        profile.add(values)
