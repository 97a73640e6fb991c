"""First bytes -> what kind of file it is. Contents decide; the name only where contents leave it open."""

import re
from collections.abc import Iterator

from pipelines.x12.delimiters import BLANKS, Header, find_header
from pipelines.x12.segments import decode_head

HEAD_BYTES = 1 << 14
ZIP, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
WORKBOOK_MARKS = (b"[Content_Types].xml", b"xl/", b"mimetypeapplication/vnd.oasis")
TABLE_SUFFIXES = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
TABLE_MARKS = (",", ";", "\t", "|")
FEWEST_COLUMNS = 3

OF_NO_USE = (
    (b"%PDF", "a PDF"),
    (b"{\\rtf", "an RTF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"PAR1", "a Parquet file"),
    (b"PK\x05\x06", "an empty archive"),
    (b'{"event_id": ', "a ledger of decisions, which `denials ledger import` takes"),
)

TRANSACTIONS = {"835": "835", "837": "837", "277": "277CA", "999": "999", "997": "999"}  # by ST01
GROUPS = {"HP": "835", "HC": "837", "HN": "277CA", "FA": "999"}  # by GS01
CONTENTS = {"CLP": "835", "BPR": "835", "CLM": "837", "STC": "277CA"}
CONTENTS |= dict.fromkeys(("AK1", "AK2", "AK9", "TA1"), "999")
FORMS = {  # of an 837, by the guide's number in ST03 or GS08, 5010 and 4010, else by its service lines
    "X222": "837P",
    "X098": "837P",
    "SV1": "837P",
    "X223": "837I",
    "X096": "837I",
    "SV2": "837I",
    "X224": "837D",
    "X097": "837D",
    "SV3": "837D",
}


def detect(head: bytes, name: str) -> str:
    """Return 835, 837P, 837I, 837D, 277CA, 999, denial_log or unknown for a file that begins with `head`."""
    if head.startswith(ZIP):
        is_workbook = name.lower().endswith(TABLE_SUFFIXES) or any(mark in head for mark in WORKBOOK_MARKS)
        return "denial_log" if is_workbook else "unknown"
    if head.startswith(OLD_WORKBOOK):
        return "denial_log"
    text = decode_head(head[:HEAD_BYTES])
    header = find_header(text)
    if header is not None:
        return _x12_kind(text, header)
    return "denial_log" if _is_table(text, name) else "unknown"


def of_no_use(head: bytes) -> str | None:
    """Return in words what a file is that we never read, by its first bytes; None for any other."""
    return next((what for mark, what in OF_NO_USE if head.startswith(mark)), None)


def _x12_kind(text: str, header: Header) -> str:
    """Return the kind by the first transaction that we read, else by the group, else by telling segments."""
    separator = header.delimiters.element
    segments = text[header.start :].split(header.delimiters.terminator)
    for place, table in ((1, TRANSACTIONS), (1, GROUPS), (0, CONTENTS)):
        wanted = "ST" if table is TRANSACTIONS else "GS" if table is GROUPS else None
        for elements in _elements(segments, separator, wanted):
            kind = table.get(elements[place].upper()) if len(elements) > place else None
            if kind is not None:
                return _form(segments, separator) if kind == "837" else kind
    return "unknown"


def _elements(segments: list[str], separator: str, segment_id: str | None) -> Iterator[list[str]]:
    """Yield the elements of each segment with this id, of every segment where it is None."""
    for segment in segments:
        if segment_id is None or segment.partition(separator)[0].strip(BLANKS).upper() == segment_id:
            yield [element.strip(BLANKS) for element in segment.split(separator)]


def _form(segments: list[str], separator: str) -> str:
    """Return which 837 it is; professional where nothing says so."""
    for segment_id, place in (("ST", 3), ("GS", 8)):
        for elements in _elements(segments, separator, segment_id):
            if len(elements) > place:
                for mark, form in FORMS.items():
                    if mark in elements[place].upper():
                        return form
    ids = (elements[0].upper() for elements in _elements(segments, separator, None))
    return next((FORMS[segment_id] for segment_id in ids if segment_id in FORMS), "837P")


def _is_table(text: str, name: str) -> bool:
    """Say whether text is a table: by its name, or because two of its first lines have as many columns."""
    if "\0" in text or not text.strip(BLANKS):
        return False
    if name.lower().endswith(TABLE_SUFFIXES):
        return True
    lines = [line for line in re.split(r"\r\n|\n|\r", text)[:30] if line.strip(BLANKS)]
    for mark in TABLE_MARKS:
        counts = [line.count(mark) + 1 for line in lines]
        if any(count >= FEWEST_COLUMNS and counts.count(count) > 1 for count in counts):
            return True
    return False
