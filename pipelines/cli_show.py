"""How the command line shows things: tables for people, JSON and CSV for scripts, progress on a terminal only."""

import contextlib
import datetime
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from pipelines.errors import UsageError
from pipelines.harmless import one_line

FORMATS = ("table", "json", "csv")
Rows = Sequence[Sequence[Any]]


def show(names: Sequence[str], rows: Rows, form: str) -> None:
    """The rows are on stdout: as a table, as a list of JSON objects, or as CSV."""
    if form == "json":
        show_json([dict(zip(names, row, strict=True)) for row in rows])
    elif form == "csv":
        from pipelines.export import write_csv

        write_csv(sys.stdout, names, rows)
    elif form == "table":
        _show_table(names, rows)
        if not rows:  # for the reader; whoever pipes the table gets its head alone
            print("Nothing to list.", file=sys.stderr)
    else:
        raise UsageError(f"--format {form}: there are {', '.join(FORMATS)}")


def show_json(value: Any) -> None:
    """The value is on stdout as JSON; amounts are numbers, dates ISO texts."""
    print(json.dumps(value, indent=2, default=_plain, ensure_ascii=False))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and value.as_tuple().exponent == 0 else float(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value)


def _show_table(names: Sequence[str], rows: Rows) -> None:
    """Columns as wide as their contents, numbers to the right; plain text, so that it can be piped and searched."""
    cells = [[_words(value) for value in row] for row in rows]
    is_number = [any(isinstance(row[i], int | float | Decimal) for row in rows) for i in range(len(names))]
    widths = [max(len(line[i]) for line in [list(names), *cells]) for i in range(len(names))]
    for line in [list(names), ["-" * width for width in widths], *cells]:
        pairs = zip(line, widths, is_number, strict=True)
        print("  ".join(cell.rjust(width) if right else cell.ljust(width) for cell, width, right in pairs).rstrip())


def _words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | Decimal):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.4f}"
    return one_line(str(value))  # a name from a file must not speak to the terminal


@contextlib.contextmanager
def progress(noun: str) -> Iterator[Callable[[], None]]:
    """On a terminal, a line that counts the calls of what this yields; nothing at all elsewhere."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.completed:.0f} {task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(noun, total=None)
        yield lambda: bar.advance(task)
