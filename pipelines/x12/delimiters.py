"""Where an interchange begins and which four delimiters it uses, read from its ISA or, without one, from its text.

The ISA is fixed-width by the standard and rarely so in life: shortened, badly padded, wrapped at 80 columns. So its
16 separators are counted instead of its columns, and it is taken for an ISA only where a segment can start and only
when its elements look like an ISA's: `ISAAC` is none, nor is a patient called ISA.
"""

import re
from typing import NamedTuple

BLANKS = " \t\r\n\v\f\0\x1a"  # not str.isspace(): \x85 and \xa0 are halves of UTF-8 letters here
NEWLINES = ("\n", "\r")
ISA_WINDOW = 512  # characters that hold any ISA, wrapped or padded, and the start of the next segment
ISA_ELEMENTS, ISA_LENGTH = 16, 106

BARE_IDS = r"ST(?=[^\w\s]\d{3}\b)|GS(?=[^\w\s][A-Z]{2}\b)|BPR|TRN|BHT|LX|CLP|CLM|AK1"
SEPARATOR = r"""[^\w\s,.;:"'()/-]"""  # punctuation of prose and tables is none
BARE_START = re.compile(rf"(?:^|[^A-Za-z0-9 ])\s*((?:{BARE_IDS})({SEPARATOR}))", re.IGNORECASE)
COMPOSITE = re.compile(r"[^A-Za-z0-9](?:HC|AD|ER|HP|IV|N4|NU|RB|WK|ABK|BK)([^A-Za-z0-9\s])[A-Z0-9]", re.IGNORECASE)
KNOWN_IDS = "ST|BPR|TRN|REF|DTM|DTP|N1|N3|N4|NM1|PER|LX|CLP|CAS|SVC|AMT|SE|GE|BHT|HL|CLM|AK1|AK2|AK9|IK5"


class Delimiters(NamedTuple):
    """The four characters that part elements, components, repetitions and segments; `repetition` may be empty."""

    element: str
    component: str
    repetition: str
    terminator: str


class Header(NamedTuple):
    """An interchange's beginning: where it starts, its delimiters, and what was odd about it as (code, message)."""

    start: int
    delimiters: Delimiters
    newline: str  # what follows its terminators: "", "\n", "\r\n" or "\r"
    oddities: list[tuple[str, str]]


def find_header(text: str) -> Header | None:
    """Return the file's first interchange: an ISA, or a bare segment where that stands before any ISA."""
    isa = find_isa(text, 0)
    if isa is not None and not text[: isa.start].strip(BLANKS):  # nothing can stand before it
        return isa
    bare = find_bare(text)
    return bare if isa is None or (bare is not None and bare.start < isa.start) else isa


def find_isa(
    text: str, start: int, terminator: str | None = None, words: tuple[str, ...] = ("ISA", "isa")
) -> Header | None:
    """Return the first ISA at or after `start`; with a terminator, only one at a segment's start."""
    for word in words:
        position = text.find(word, start)
        while position >= 0:
            if not text[position + 3 : position + 4].isalnum() and starts_segment(text, position, terminator):
                header = read_isa(text, position)
                if header is not None:
                    return header
            position = text.find(word, position + 3)
    return None


def starts_segment(text: str, position: int, terminator: str | None) -> bool:
    """Say whether what stands before `position` is a terminator, a line's end, the text's start or an unended IEA."""
    before = text[max(0, position - ISA_WINDOW) : position]
    stripped = before.rstrip(BLANKS)
    if terminator is None or not stripped or stripped.endswith(terminator):
        return True
    if any(mark in before[len(stripped) :] for mark in NEWLINES):
        return True
    return re.search(r"IEA[^A-Za-z0-9]\d*[^A-Za-z0-9]\d+$", stripped, re.IGNORECASE) is not None


def read_isa(text: str, position: int) -> Header | None:
    """Return the header of the ISA at `position`, or None if that is not an ISA."""
    window = text[position : position + ISA_WINDOW]
    separator = window[3:4]
    if not separator or separator.isalnum() or separator in BLANKS:
        return None
    elements = window.split(separator, ISA_ELEMENTS)
    tail = len(window) - len(elements[-1]) if len(elements) > ISA_ELEMENTS else len(window)
    early = _segment_after(window, 4, separator, "GS|ST|TA1")
    oddities = []
    if early is not None and early < tail:
        elements = window[:early].split(separator)
        tail = early - len(elements[-1])
        oddities.append(("isa_short", f"the ISA has {len(elements) - 1} elements, not 16"))
    elif len(elements) <= ISA_ELEMENTS:
        return None
    elif (length := tail - window.count("\n", 0, tail) - window.count("\r", 0, tail) + 2) != ISA_LENGTH:
        oddities.append(("isa_not_fixed_width", f"the ISA is {length} characters long, not {ISA_LENGTH}"))
    if not _looks_like_isa(elements):
        return None
    component, terminator = _tail(window, tail, separator)
    if component is None:
        oddities.append(("isa_component_missing", "ISA16 is empty: ':' is taken for the component separator"))
    used = (separator, component or ":", terminator)
    delimiters = Delimiters(separator, component or ":", _repetition(elements, used), terminator)
    return Header(position, delimiters, _newline_after(text, position + tail, terminator), oddities)


def _looks_like_isa(elements: list[str]) -> bool:
    """Say whether the short elements of an ISA are short: a name or a sentence would not fit them."""
    lengths = [len(element.replace("\n", "").replace("\r", "").strip(BLANKS)) for element in elements[:-1]]
    qualifiers = lengths[1:8:2]
    return len(qualifiers) >= 3 and max(qualifiers) <= 2 and max(lengths) <= 40


def _segment_after(window: str, start: int, separator: str, ids: str) -> int | None:
    """Return where in the window the first segment with one of these ids starts, other than the ISA itself."""
    mark = re.escape(separator)
    found = re.compile(rf"[^A-Za-z0-9 {mark}]\s*({ids}){mark}", re.IGNORECASE).search(window, start)
    return found.start(1) if found else None


def _tail(window: str, start: int, separator: str) -> tuple[str | None, str]:
    """Return component separator (None if missing) and terminator from the ISA's end, such as `:~`."""
    end = _segment_after(window, start, separator, "[A-Z][A-Z0-9]{1,2}")
    tail = window[start : end if end is not None else start + 2]
    solid = "".join(character for character in tail if character not in BLANKS)
    newline = "\n" if "\n" in tail else "\r" if "\r" in tail else ""
    if len(solid) > 1:
        return solid[0], solid[-1]
    if not newline:
        return (None, solid or "~") if end is not None else (solid or None, "~")
    line = window[end:].replace("\r", "\n").split("\n")[0].rstrip(BLANKS) if end is not None else ""
    if solid and line.endswith(solid):  # `*P*~` and a newline: ISA16 is empty and lines are only for the eye
        return None, solid
    return solid or None, newline


def _repetition(elements: list[str], used: tuple[str, ...]) -> str:
    """Return ISA11 where it can part repetitions; in 4010 it is the letter U and parts nothing."""
    repetition = elements[11].strip(BLANKS)[:1] if len(elements) > 11 else ""
    return "" if repetition.isalnum() or repetition in used else repetition


def _newline_after(text: str, start: int, terminator: str) -> str:
    """Return the line end that follows the first terminator at or after `start`."""
    end = text.find(terminator, start) + 1
    ending = text[end : end + 2] if end and terminator not in NEWLINES else ""
    return ending if ending == "\r\n" else ending[:1] if ending[:1] in NEWLINES else ""


def find_bare(text: str) -> Header | None:
    """Return a header for text without ISA, guessed from its first known segment, or None if there is none."""
    for found in BARE_START.finditer(text[:100_000]):
        start, separator = found.start(1), found[2]
        if text.count(separator, start, start + ISA_WINDOW) > 1:
            terminator = _guess_terminator(text[start : start + 20_000], separator)
            marks = (composite[1] for composite in COMPOSITE.finditer(text, start))
            component = next((mark for mark in marks if mark not in (separator, terminator)), ":")
            oddities = [("no_isa", f"the file begins with {found[1].strip(separator)}, without an ISA")]
            delimiters = Delimiters(separator, component, "", terminator)
            return Header(start, delimiters, _newline_after(text, start, terminator), oddities)
    return None


def _guess_terminator(text: str, separator: str) -> str:
    """Return the character that most often stands before a known segment id, else the last one, else `~`."""
    mark = re.escape(separator)
    found: list[str] = re.findall(rf"([^A-Za-z0-9 {mark}])[ \t\r\n]*(?:{KNOWN_IDS}){mark}", text, re.IGNORECASE)
    solid = [character for character in found if character not in NEWLINES]
    if 2 * len(solid) > len(found):
        return max(sorted(set(solid)), key=solid.count)
    if found:
        return "\n" if "\n" in text else "\r"
    last = text.rstrip(BLANKS)[-1:]
    return last if last and not last.isalnum() and last != separator else "~"
