"""The commands that make something to hand round: the quarter's pack, the monthly letter and note."""

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli_given import ledger
from pipelines.disk import write_private
from pipelines.errors import UsageError
from pipelines.store import Store

if TYPE_CHECKING:
    from pipelines.huddle.monthly import Letter, Note
    from pipelines.huddle.pack import Pack

PACK_FORMATS = (".pdf", ".xlsx", ".pptx")
LETTER_FORMATS = (".html", ".pdf")
Internal = Annotated[bool, typer.Option("--internal", help="Show small numbers too; such a file must stay inside.")]


def huddle(
    quarter: Annotated[str, typer.Option(metavar="QUARTER", help="Such as 2026Q3.")],
    out: Annotated[Path, typer.Option(help="Where to; its ending chooses the form: .pdf, .xlsx or .pptx.")],
    internal: Internal = False,
) -> None:
    """Write the pack of the quarterly policy huddle: paper, workbook or slides.

    Counts under 11 are withheld, and whatever would give them away, unless --internal. No patient is in it, and no
    date finer than a month of any claim.

    Examples:

        \b
        denials huddle --quarter 2026Q3 --out huddle.pdf
        denials huddle --quarter 2026Q3 --out huddle.pptx --internal
    """
    from pipelines.huddle.pack import pack

    ending = _ending(out, PACK_FORMATS)
    store = Store()
    with contextlib.closing(store.connect()) as connection:
        made = pack(connection, ledger(), quarter, internal, store.has_demo)
    write_private(out, _pack_bytes(made, ending))
    typer.echo(f"{out}: {made.title}. {made.headline}. {made.edition}")


def letter(
    month: Annotated[str, typer.Option(metavar="MONTH", help="Such as 2026-10.")],
    out: Annotated[Path, typer.Option(help="Where to; its ending chooses the form: .html (for a mail) or .pdf.")],
    internal: Internal = False,
) -> None:
    """Write the monthly letter for leadership: the numbers against their targets, and what changes brought.

    Example:

        \b
        denials letter --month 2026-10 --out october.html
    """
    from pipelines.huddle import monthly

    _monthly(monthly.letter, month, out, internal)


def note(
    month: Annotated[str, typer.Option(metavar="MONTH", help="Such as 2026-10.")],
    out: Annotated[Path, typer.Option(help="Where to; its ending chooses the form: .html (for a mail) or .pdf.")],
    internal: Internal = False,
) -> None:
    """Write the monthly "Did you know?" page: the commonest avoidable denial and what to write instead.

    Example:

        \b
        denials note --month 2026-10 --out did_you_know.pdf
    """
    from pipelines.huddle import monthly

    _monthly(monthly.note, month, out, internal)


def _monthly(make: "Callable[..., Letter | Note]", month: str, out: Path, internal: bool) -> None:
    from pipelines.huddle import monthly

    ending = _ending(out, LETTER_FORMATS)
    store = Store()
    with contextlib.closing(store.connect()) as connection:
        made = make(connection, ledger(), month, internal, store.has_demo)
    write_private(out, monthly.as_pdf(made) if ending == ".pdf" else monthly.as_html(made).encode())
    typer.echo(f"{out}: {made.title} · {made.headline}. {made.edition}")


def _pack_bytes(made: "Pack", ending: str) -> bytes:
    if ending == ".pdf":
        from pipelines.huddle.pdf import pack_pdf

        return pack_pdf(made)
    if ending == ".xlsx":
        from pipelines.huddle.xlsx import pack_xlsx

        return pack_xlsx(made)
    from pipelines.huddle.pptx import pack_pptx

    return pack_pptx(made)


def _ending(out: Path, known: tuple[str, ...]) -> str:
    """The file's ending. Raises UsageError for one that is none of these."""
    ending = out.suffix.lower()
    if ending not in known:
        raise UsageError(f"{out}: ends in {out.suffix or 'nothing'}, wanted {' or '.join(known)}")
    return ending
