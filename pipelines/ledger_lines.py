"""A ledger as JSON lines, for backup and for moving: one event per line, with its number, time, person and body.

An event is the same event where time, person, kind, subject and body are; its number is the ledger's own. A file is
taken in whole or not at all.
"""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from pipelines.disk import open_private, sync
from pipelines.errors import Refused, UsageError
from pipelines.ledger import Ledger, Said, moment
from pipelines.ledger_kinds import check_event

FIELDS = ("event_id", "at", "who", "kind", "subject", "body")
TEXTS = ("at", "who", "kind", "subject")
LINES_TOLD = 5  # of those that are refused
LONGEST_LINE = 4_000_000  # bytes


class Imported(NamedTuple):
    """How many events of a file were new, and how many were there already."""

    new: int
    known: int


def lines(ledger: Ledger) -> Iterator[str]:
    """Every event as one line of JSON, oldest first."""
    for event in ledger.events():
        yield written(event.event_id, Said(*event[1:]))


def written(number: int, said: Said) -> str:
    """The event as its line, by whose beginning kinds.py knows such a file."""
    head = json.dumps({"event_id": number} | dict(zip(TEXTS, said, strict=False)), ensure_ascii=False)
    body = json.dumps(said.body, ensure_ascii=False, sort_keys=True)  # as the ledger holds it
    return f'{head[:-1]}, "body": {body}}}'


def export_lines(ledger: Ledger, path: Path) -> int:
    """The events are in the file, whole, for their owner alone; the result is how many. An older file is replaced."""
    beside = path.with_name(f".{path.name}.new")
    try:
        count = 0
        with open_private(beside) as handle, io.TextIOWrapper(handle, encoding="utf-8", newline="\n") as text:
            for line in lines(ledger):
                text.write(f"{line}\n")
                count += 1
        sync(beside)
        beside.replace(path)
    except OSError as problem:
        raise UsageError(f"{path}: cannot be written ({problem.strerror})") from problem
    finally:
        beside.unlink(missing_ok=True)
    return count


def import_lines(ledger: Ledger, stream: BinaryIO, name: str) -> Imported:
    """The file's events are in the ledger, in their order, each once; Refused (line, got, wanted) and nothing is."""
    said: list[Said] = []
    problems: list[str] = []
    for number, line in enumerate(stream, 1):
        if not line.strip():
            continue
        try:
            said.append(_said(line))
        except UsageError as problem:
            problems.append(f"line {number}: {problem}")
    if problems:
        more = len(problems) - LINES_TOLD
        told = "; ".join(problems[:LINES_TOLD]) + (f"; and {more:,} more lines" if more > 0 else "")
        raise Refused(f"{name}: nothing is imported, {len(problems):,} of the lines cannot be: {told}")
    new = ledger.add(said)
    return Imported(new, len(said) - new)


def _said(line: bytes) -> Said:
    """The event of a line; UsageError for what is none, and for one that its kind cannot hold."""
    found = _parsed(line)
    if not isinstance(found, dict):
        raise UsageError(f"got {line[:40].decode('utf-8', 'replace').strip()!r}, wanted an event as a JSON object")
    for name in found:
        if name not in FIELDS:
            raise UsageError(f"{name}: no such field, wanted {', '.join(FIELDS)}")
    for name in TEXTS:
        if not isinstance(found.get(name), str) or not found[name].strip():
            raise UsageError(f"{name}: got {found.get(name)!r}, wanted text")
    at = moment(found["at"])
    if at is None:
        raise UsageError(f"at: got {found['at']!r}, wanted a moment such as 2026-03-01T09:30:00")
    check_event(found["kind"], found["subject"], found.get("body", "nothing"))
    return Said(at, found["who"], found["kind"], found["subject"], found["body"])


def _parsed(line: bytes) -> Any:
    """The value of a line of JSON; None where it is not JSON, not UTF-8, or holds half a character."""
    if len(line) > LONGEST_LINE:
        return None
    try:
        found = json.loads(line, parse_constant=_no_number)
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return found


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number")
