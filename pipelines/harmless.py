"""Texts from files and people, made harmless for where they go: spreadsheet cells, paper, slides, mails, file names.

Import uses `known_name` for what comes in, every download `safe_name` for what goes out.
"""

import re
import unicodedata
from pathlib import PurePosixPath
from typing import Any

UNSEEN = r"\s\"'\u00a0\u2000-\u200f\u2028-\u202f\u2060\u3000\ufeff"  # blanks, quotes, marks without width
SIGNS = r"=+\-@\uff1d\uff0b\uff0d\uff20\u2212\ufe62\ufe63\ufe66\ufe6b"  # with their small and full-width forms
FORMULA = re.compile(f"[{UNSEEN}]*[{SIGNS}]")
BREAKS = ("\t", "\r", "\n")
STAYS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}  # of XlsxWriter
QUOTE = "'"
LONGEST_NAME = 180  # bytes of a name that are kept; the least that common file systems take is 255
RESERVED = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])(?:\..*)?", re.IGNORECASE)
FORBIDDEN = re.compile(r'[<>:"|?*]')
LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
CONTROL = re.compile(r"[\x00-\x09\x0e-\x1f\x7f-\x9f]")
TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # marks of the writing direction
NO_CHARACTER = re.compile("[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")  # halves, and what Unicode keeps free


def cell(value: Any) -> Any:
    """The value as a CSV may hold it: a text that might run is led by an apostrophe, numbers stay numbers.

    Blanks and quotes before the sign do not hide it, nor do its full-width forms, which some programs fold. A text that
    begins with an apostrophe gets one more, so that `uncell` gives back what was there.
    """
    return QUOTE + value if isinstance(value, str) and (value.startswith(QUOTE) or is_risky(value)) else value


def is_risky(text: str) -> bool:
    """A spreadsheet might run the text, or a break at its beginning hides that it would."""
    return text.startswith(BREAKS) or FORMULA.match(text) is not None


def uncell(text: str) -> str:
    """What `cell` was given, of a text that it may have led with an apostrophe."""
    is_led = text.startswith(QUOTE) and cell(text[1:]) == text
    return text[1:] if is_led else text


def printed(text: str) -> str:
    """The text as it is printed, shown on slides and mailed: its lines are lines, no other control is in it.

    Marks that turn the writing direction would also turn the numbers beside a name; XML takes no control character,
    JSON and UTF-8 no half of one.
    """
    lines = CONTROL.sub(" ", LINE_END.sub("\n", text))
    return NO_CHARACTER.sub("\ufffd", TURNING.sub("", lines))


def one_line(text: str) -> str:
    """The same on one line: a name can begin no new line in a mail."""
    return printed(text).replace("\n", " ")


def sheet_text(text: str) -> str:
    """The text as XlsxWriter may be given it: a blank behind what it would take for ready-made XML."""
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text


def write_text(sheet: Any, row: int, column: int, text: str, quoted: Any) -> None:
    """The cell of XlsxWriter's sheet is a text; one that a spreadsheet might run has the format that keeps it one."""
    written = sheet_text(text)
    sheet.write_string(row, column, written, quoted if is_risky(written) else None)


def safe_name(name: str) -> str:
    """A file's name that means nothing but itself to any system: `known_name` without what Windows refuses."""
    return known_name(FORBIDDEN.sub("_", name.replace("\\", "/")))


def known_name(name: str) -> str:
    """A file's name as people know it: no folders, control or direction characters or device names, not too long."""
    last = "".join(char for char in PurePosixPath(name.replace("\\", "/")).name if _is_shown(char))
    last = last.rstrip(" .").lstrip()
    if RESERVED.fullmatch(last):
        last = f"_{last}"
    while len(last.encode()) > LONGEST_NAME:
        path = PurePosixPath(last)
        last = path.stem[:-8] + path.suffix if len(path.stem) > 8 else last[:-8]
    return last or "file"


def _is_shown(char: str) -> bool:
    """Not a control, a mark that turns the writing direction, a lone half of a character or unassigned."""
    return unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp")
