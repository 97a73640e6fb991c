"""Delimited text (CSV, TSV and their like) -> one Sheet: encoding and separator are found from the bytes themselves."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator

from pipelines.denial_log.sheet import MOST_COLUMNS, Cells, Sheet
from pipelines.denial_log.synonyms import known_header
from pipelines.errors import NotReadable
from pipelines.harmless import uncell
from pipelines.rows import Oddity

SEPARATORS = ",;\t|"
PROBE_BYTES = 65_536
PROBE_ROWS = 60
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


STRAY_BYTES = "denialboard_cp1252"  # how to decode: what is not UTF-8 is read as Windows-1252
codecs.register_error(STRAY_BYTES, _as_cp1252)


def read_delimited(data: bytes, name: str) -> tuple[Sheet, list[Oddity]]:
    """The text as one nameless sheet, with what was odd about its bytes; NotReadable where it is no text."""
    encoding, oddities = find_encoding(data, name)
    head = data[:PROBE_BYTES].decode(encoding, STRAY_BYTES if "8" in encoding else "ignore")
    first_line, _, rest = head.partition("\n")
    is_hint = first_line.strip().lower().startswith("sep=") and len(first_line.strip()) == 5
    separator = first_line.strip()[4] if is_hint else find_separator(head)
    refuse_wide(rest.partition("\n")[0] if is_hint else first_line, data, separator, name)

    is_led = b"'" in data  # as our own exports lead what a spreadsheet would run

    def rows() -> Iterator[Cells]:
        text = io.TextIOWrapper(io.BytesIO(data), encoding, STRAY_BYTES if "8" in encoding else "replace", "")
        if is_hint:
            text.readline()
        records = _records(text, separator, name, data.rstrip(b"\0\r\n\t \x1a").endswith(b'"'))
        yield from ([uncell(cell) for cell in record] for record in records) if is_led else records

    return Sheet(None, rows), oddities


def _records(text: io.TextIOWrapper, separator: str, name: str, ends_with_quote: bool) -> Iterator[Cells]:
    """The records; NotReadable where a quote is never closed: all rows after it would vanish in one cell."""
    reader = csv.reader(text, delimiter=separator, skipinitialspace=separator != "\t")
    wanted, cells = "every quoted field closed by a quote", [""]
    try:
        for cells in reader:
            yield cells
    except csv.Error as error:
        raise NotReadable(name, f"a field that does not end after line {reader.line_num} ({error})", wanted) from error
    if cells and ("\n" in cells[-1] or "\r" in cells[-1]) and not ends_with_quote:
        raise NotReadable(name, f"a quoted field that has no end before line {reader.line_num}", wanted)


def find_encoding(data: bytes, name: str) -> tuple[str, list[Oddity]]:
    """The encoding by its mark, by the pattern of zero bytes, else UTF-8 with Windows-1252 for stray bytes."""
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return encoding, []
    head = data[:4096]
    if zeros := head.count(0):
        if zeros > len(head) // 4 and (zeros == head[1::2].count(0) or zeros == head[::2].count(0)):
            return ("utf-16-le" if head[1::2].count(0) == zeros else "utf-16-be"), []
        raise NotReadable(name, "binary bytes", "a text table (CSV, TSV) or a workbook (XLSX, XLS, ODS)")
    try:
        codecs.utf_8_decode(data, "strict", True)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"bytes that are not UTF-8 (first in line {line}) were read as Windows-1252"
        return "utf-8", [Oddity("encoding_guessed", message=message)]
    return "utf-8", []


def find_separator(head: str) -> str:
    """The separator whose rows hold the most known headers, else whose rows agree best about their number of cells."""
    lines = head.splitlines(keepends=True)
    whole = lines[:-1] if len(lines) > 1 else lines
    return max(SEPARATORS, key=lambda separator: _fitness(whole, separator))


def _fitness(lines: list[str], separator: str) -> tuple[int, float, int]:
    try:
        records = [record for record, _ in zip(csv.reader(lines, delimiter=separator), range(PROBE_ROWS), strict=False)]
    except csv.Error:
        return 0, 0.0, 0
    widths = Counter(len(record) for record in records if any(record))
    wide = {width: count for width, count in widths.items() if width > 1}
    if not wide:
        return 0, 0.0, 0
    width, count = max(wide.items(), key=lambda item: (item[1], item[0]))
    hits = max(sum(known_header(cell) for cell in record[:MOST_COLUMNS]) for record in records)
    return hits, count / widths.total(), width


def refuse_wide(first_line: str, data: bytes, separator: str, name: str) -> None:
    """Raise NotReadable when the first line alone shows far more columns than any log has."""
    cut_short = len(first_line) >= PROBE_BYTES // 4
    line = data.partition(b"\n")[0].decode("latin-1") if cut_short else first_line
    count = line.count(separator) + 1
    if count > MOST_COLUMNS * (20 if '"' in line else 2):
        raise NotReadable(name, f"a table of {count} columns", f"at most {MOST_COLUMNS} columns")
