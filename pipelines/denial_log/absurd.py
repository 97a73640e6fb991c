"""What a part of a workbook claims, seen as its bytes go by: more cells than a machine holds, an entity of its own.

A sheet is held as a full rectangle: one stray cell in the last corner would be 17 thousand million cells.
"""

import re
from collections.abc import Callable
from xml.parsers import expat

from pipelines.errors import NotReadable

MOST_CELLS = 60_000_000
REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,3})(\d{1,7})["']""")  # of a row or a cell
OWN_ENTITY = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
XML = (".xml", ".rels", ".vml")
ROW_HEADER, LAST_CELL = 0, 11  # kinds of records in XLSB: a row begins; a cell, of whatever value
LONGEST_HEAD = 10  # kind, length, row or column
Watch = Callable[[bytes, bytes], None]  # some bytes from before, so that nothing is cut in two, and the new ones


def watcher(member: str, name: str) -> Watch:
    """What to call with each chunk of this part, in order; it raises NotReadable."""
    if member == "content.xml":
        return _Document(name)
    if member.startswith("xl/worksheets/") and member.endswith(".xml"):
        return _Sheet(name)
    if member.startswith("xl/worksheets/") and member.endswith(".bin"):
        return _Records(name)
    return _Plain(name) if member.endswith(XML) else lambda before, new: None


class _Plain:
    """A part whose words alone matter: an entity of its own can grow without end or fetch a file."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, before: bytes, new: bytes) -> None:
        if OWN_ENTITY.search(before + new):
            raise NotReadable(
                self.name, "a workbook with an XML entity of its own", "one saved by Excel or LibreOffice"
            )


class _Sheet(_Plain):
    """A sheet of XLSX: the last row and column that it names, and how many cells it has."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.height = self.width = self.cells = 0

    def __call__(self, before: bytes, new: bytes) -> None:
        super().__call__(before, new)
        found = REFERENCE.findall(before + new)
        self.width = max([self.width, *map(_column_number, {letters.upper() for letters, _ in found})])
        self.height = max([self.height, *(int(row) for _, row in found)])
        self.cells += new.count(b"<c") + new.count(b":c")
        refuse_rectangle(self.name, self.height, self.width)
        refuse_rectangle(self.name, self.cells, 1)


class _Document(_Plain):
    """The content of an OpenDocument sheet, which repeats rows and columns by a number: any size in a few bytes."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.height = self.width = self.column = self.repeated = 0
        self.is_filled = False
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._begin, self._end

    def __call__(self, before: bytes, new: bytes) -> None:
        super().__call__(before, new)
        try:
            self.parser.Parse(new, False)
        except expat.ExpatError as problem:
            raise NotReadable(self.name, f"a damaged workbook ({problem})", "one saved by LibreOffice") from problem

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        element = tag.rpartition(":")[2]
        if element == "table-row":
            self.repeated, self.column, self.is_filled = _times(attributes, "rows"), 0, False
        elif element in ("table-cell", "covered-table-cell"):
            self.column += _times(attributes, "columns")
            if any(key.endswith(":value-type") for key in attributes):
                self._filled()
        elif element == "p":
            self._filled()
        elif element == "table":
            self.height = self.width = 0

    def _filled(self) -> None:
        self.is_filled, self.width = True, max(self.width, self.column)

    def _end(self, tag: str) -> None:
        if tag.rpartition(":")[2] == "table-row":
            self.height += self.repeated
            if self.is_filled:
                refuse_rectangle(self.name, self.height, self.width)


class _Records:
    """A sheet of XLSB: records of a kind, a length and that many bytes; those of rows and cells begin with a place."""

    def __init__(self, name: str) -> None:
        self.name, self.held, self.skip = name, b"", 0
        self.height = self.width = 0

    def __call__(self, before: bytes, new: bytes) -> None:
        held, place = self.held + new, self.skip
        while place + LONGEST_HEAD <= len(held):
            kind, start = _number(held, place, 2)
            length, start = _number(held, start, 4)
            if kind <= LAST_CELL:
                number = int.from_bytes(held[start : start + 4], "little") + 1
                if kind == ROW_HEADER:
                    self.height = max(self.height, number)
                else:
                    self.width = max(self.width, number)
            place = start + length
        refuse_rectangle(self.name, self.height, self.width)
        self.held, self.skip = held[place:], max(0, place - len(held))


def refuse_rectangle(name: str, height: int, width: int) -> None:
    """NotReadable for more cells than a sheet may have."""
    if height * width > MOST_CELLS:
        raise NotReadable(name, f"a sheet of {height} rows by {width} columns", f"at most {MOST_CELLS} cells")


def _times(attributes: dict[str, str], axis: str) -> int:
    text = next((value for key, value in attributes.items() if key.endswith(f":number-{axis}-repeated")), "1")
    return int(text) if text.isdecimal() and len(text) < 10 else 10**9 if text.isdecimal() else 1


def _number(data: bytes, place: int, most: int) -> tuple[int, int]:
    """A number of seven bits a byte, the last without the eighth, and where it ends."""
    number = 0
    for turn in range(most):
        byte = data[place]
        place += 1
        number |= (byte & 0x7F) << (7 * turn)
        if byte < 0x80:
            break
    return number, place


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
