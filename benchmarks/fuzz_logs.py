"""Made-up denial logs that somebody has damaged, as text and as workbooks, and a count of their rows.

No silent loss means, of a plain text table that is not refused: each line with something in it is a LogRow or a
LogReject with its reason, or stands at or above the header.
"""

import io
import random
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.fuzz_check import NAME, Finding, Read, as_counter, describe, read, too_slow
from benchmarks.fuzz_inputs import OF_BYTES
from pipelines.denial_log import propose_mapping
from pipelines.sources import READERS

TABLES = (".csv", ".tsv", ".txt")
LONGEST_SEED = 8_000
MOST_LINES = 14
ODD = """
    N/A nan - -- 0 -0 1e5 1.23E+11 $1,234.50 (45.00) 45- 99999999999999999999 9999999999999999.99 12.3456 1.234,56 TRUE
    2026-02-30 20260102 01/02/2026 1/2/26 13/1/2026 31/12/9999 0001-01-01 45321 45321.5 CO-45 CO45 97 PR1;CO45 N130
    Total =1+1 =cmd|'/c'!A1 @SUM(1) <b>x</b> &amp; NULL A1A1A1 1234567890 00000000
"""
ODD_LETTERS = [
    "",
    " ",
    '"',
    '""',
    "'",
    "a\nb",
    "\t",
    "\x00",
    "Ä",
    "é\x85",
    "x" * 3000,
    "9" * 400,
    "CO-45, N130",
    "\ufeff",
]
ODD_CELLS = [*ODD.split(), *ODD_LETTERS]
NAMES = """
    Claim Number,Claim ID,Patient,DOS,Date of Service,Payer,Denial Code,CARC,Billed,Charge,Paid Amount,Denied Amount,
    Denial Date,Status,Notes,CPT,Column1,Total,Account
"""
HEADERS = [name.strip() for name in NAMES.split(",")]
WORDS_OF_NOTHING = re.compile(r"(?i)(nan|nat|none|null|n/a|#n/a|na|nil|\(blank\)|[\s,;|\t\-—–\"'])*")
SHEETS = re.compile(r"xl/(worksheets/sheet|sharedStrings|workbook|styles|_rels)|content")


def seeds(with_others: bool = True) -> tuple[list[bytes], list[dict[str, bytes]]]:
    """Text tables, and workbooks by member, of our own, and of others."""
    places = [Path("tests/fixtures/logs"), Path("../shared/corpus/logs")][: 1 + with_others]
    paths = [path for place in places for path in sorted(place.glob("*")) if path.suffix in (*TABLES, ".xlsx")]
    tables = [path.read_bytes()[:LONGEST_SEED] for path in paths if path.suffix in TABLES]
    books = [_members(path) for path in paths if path.suffix == ".xlsx" and path.stat().st_size < 10 * LONGEST_SEED]
    return [table[: table.rfind(b"\n") + 1] or table for table in tables], books


def _members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name) for name in book.namelist()}


class LogDamage:
    """Makes logs; `ways` counts what was done to them."""

    def __init__(self, found: tuple[list[bytes], list[dict[str, bytes]]]) -> None:
        self.tables, self.books = found
        self.ways: dict[str, int] = {}

    def made(self, rng: random.Random) -> bytes:
        """One input: a text three times out of four, else a workbook."""
        if rng.random() < 0.75:
            return self.of(rng.choice(self.tables), rng)
        return self._book(dict(rng.choice(self.books)), rng)

    def of(self, data: bytes, rng: random.Random) -> bytes:
        """The text, damaged in one to four ways."""
        mark = max(",;\t|", key=lambda each: data[:500].count(each.encode()))
        rows = [line.split(mark) for line in data.decode("utf-8", "replace").splitlines()]
        if rng.random() < 0.7:
            start = rng.randrange(1, len(rows)) if len(rows) > 1 else 0
            rows = rows[:1] + rows[start : start + rng.randrange(1, MOST_LINES)]
        for _ in range(rng.choice((0, 1, 1, 2, 3))):
            self._count(way := rng.choice(OF_ROWS))
            way(rows, rng)
        mark = rng.choice((mark, mark, mark, ",", ";", "\t", "|"))
        text = rng.choice(("\n", "\r\n", "\r\n", "\r")).join(mark.join(row) for row in rows)
        made = text.encode(rng.choice(("utf-8", "utf-8", "utf-8", "cp1252", "utf-16", "utf-8-sig")), "replace")
        if rng.random() < 0.3:
            self._count(change := rng.choice(OF_BYTES))
            made = change(made, rng)
        return made

    def _book(self, members: dict[str, bytes], rng: random.Random) -> bytes:
        """The workbook with cells, XML, members or raw bytes damaged."""
        names = [name for name in members if SHEETS.search(name)] or list(members)
        for _ in range(rng.choice((1, 1, 2, 3))):
            name = rng.choice(names)
            self._count(way := rng.choice(OF_XML))
            members[name] = way(members.get(name, b""), rng)
        if rng.random() < 0.05:
            members.pop(rng.choice(names), None)
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as book:
            for name, content in members.items():
                book.writestr(name, content)
        return rng.choice(OF_BYTES)(made.getvalue(), rng) if rng.random() < 0.2 else made.getvalue()

    def _count(self, way: Callable[..., object]) -> None:
        self.ways[way.__name__] = self.ways.get(way.__name__, 0) + 1


Rows = list[list[str]]


def change_cell(rows: Rows, rng: random.Random) -> None:
    """A cell holds something odd, or what another one does."""
    row = rng.choice(rows)
    other = rng.choice(rng.choice(rows) or [""])
    if row:
        row[rng.randrange(len(row))] = rng.choice((*ODD_CELLS, other, other, other))


def change_header(rows: Rows, rng: random.Random) -> None:
    """A column is called otherwise, or as another one is."""
    if rows[0]:
        rows[0][rng.randrange(len(rows[0]))] = rng.choice(HEADERS)


def change_row(rows: Rows, rng: random.Random) -> None:
    """A row is gone, doubled, elsewhere, cut short, longer, blank, or one cell."""
    place, other = rng.randrange(len(rows)), rng.randrange(len(rows))
    row = rows[place]
    way = rng.randrange(7)
    if way == 0 and len(rows) > 1:
        del rows[place]
    elif way == 1:
        rows.insert(other, list(row))
    elif way == 2:
        rows[place], rows[other] = rows[other], row
    else:
        rows[place] = (row[: len(row) // 2], [*row, "more"], [""] * len(row), row[:1])[way - 3]


def change_columns(rows: Rows, rng: random.Random) -> None:
    """A column is gone, doubled, or there are very many."""
    at = rng.randrange(max(map(len, rows)) or 1)
    times = rng.choice((0, 0, 2, 2, 60))
    for row in rows:
        row[at : at + 1] = row[at : at + 1] * times


def add_title(rows: Rows, rng: random.Random) -> None:
    """Lines of words stand above the header, or totals below."""
    rows.insert(
        rng.choice((0, 0, len(rows))),
        [rng.choice(("Denials of May", "Total", "", "Claim Number")), "", rng.choice(ODD_CELLS)],
    )


OF_ROWS = [change_cell, change_cell, change_cell, change_header, change_row, change_row, change_columns, add_title]


def change_value(data: bytes, rng: random.Random) -> bytes:
    """One value between tags is odd."""
    places = [found.span(1) for found in re.finditer(rb"<(?:v|t)[^>]*>([^<]*)<", data)]
    if not places:
        return data
    start, end = rng.choice(places)
    value = rng.choice(ODD_CELLS).replace("&", "&amp;").replace("<", "&lt;").replace("\x00", "")
    return data[:start] + rng.choice((value, str(rng.randrange(-2, 60)))).encode() + data[end:]


def change_tag(data: bytes, rng: random.Random) -> bytes:
    """A tag is gone, doubled, elsewhere, or says something else."""
    places = [found.span() for found in re.finditer(rb"<(?:c|row|si|t|v|sheet|mergeCell|dimension)\b[^>]*>", data)]
    if not places:
        return data
    (start, end), (other, _) = rng.choice(places), rng.choice(places)
    tag = data[start:end]
    odd = re.sub(
        rb'"[^"]*"',
        b'"' + rng.choice((b"s", b"e", b"99999999", b"XFD1048576", b"", b"-1", b"b", b"d")) + b'"',
        tag,
        count=1,
    )
    return rng.choice((data[:start] + data[end:], data[:other] + tag + data[other:], data[:start] + odd + data[end:]))


def cut_member(data: bytes, rng: random.Random) -> bytes:
    """The member ends early."""
    return data[: rng.randrange(len(data) + 1)]


def double_rows(data: bytes, rng: random.Random) -> bytes:
    """Rows stand twice, with the same numbers."""
    rows = re.findall(rb"<row\b.*?</row>", data, re.DOTALL)
    return data.replace(b"</sheetData>", b"".join(rows[-3:]) + b"</sheetData>") if rows else data


def change_member_bytes(data: bytes, rng: random.Random) -> bytes:
    """Bytes of the member are others."""
    return rng.choice(OF_BYTES[:4])(data, rng)


OF_XML = [
    change_value,
    change_value,
    change_value,
    change_tag,
    change_tag,
    cut_member,
    double_rows,
    change_member_bytes,
]


def check_log(data: bytes) -> tuple[list[Finding], Read]:
    """What is wrong with how a log is read, and how it was read."""
    try:
        first = read(READERS, "log", data)
        as_counter(first.rows)  # what goes to disk can be made of the rows
        lost = "" if first.refusal else lost_lines(data, first.rows, NAME)
    except Exception as problem:  # whatever it is, it is what we are looking for
        return [Finding("error", describe(problem))], Read([], "", 0.0)
    return [*too_slow("log", data, first, _unpacked(data)), *([Finding("lost", lost)] if lost else [])], first


def _unpacked(data: bytes) -> int:
    """The bytes that a workbook unpacks to, 0 for any other file."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            return sum(member.file_size for member in book.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return 0


def lost_lines(data: bytes, rows: list[Any], name: str) -> str:
    """Which line of a plain text table is neither a row nor rejected, '' if none is."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    if '"' in text or "\0" in text or data.startswith(b"PK") or text.lower().startswith("sep="):
        return ""
    told = {row.row_no for row in rows if type(row).__name__ in ("LogRow", "LogReject")}
    lines = re.split(r"\r\n|\n|\r", text.removeprefix("\ufeff"))
    lost = [no for no, line in enumerate(lines, 1) if no not in told and not WORDS_OF_NOTHING.fullmatch(line)]
    if not lost or lost == [1]:
        return ""
    header = propose_mapping(io.BytesIO(data), name, {}).tables[0].header.row_no
    below = [no for no in lost if no > header]
    return f"line {below[0]} is neither row nor reject: {lines[below[0] - 1][:80]!r}" if below else ""
