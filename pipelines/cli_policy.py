"""The commands about payer policies: list, import, import-mcd, diff, set."""

import contextlib
import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli_given import Format, Who, ledger
from pipelines.cli_show import show
from pipelines.errors import UsageError
from pipelines.months import day
from pipelines.store import Store

if TYPE_CHECKING:
    from pipelines.policy_import import Step

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="What payers want for which procedures: list it, read it in, see what changed.",
    epilog="Examples: denials policy list --on 2026-07-01; denials policy diff 2026-04-01 2026-07-01",
)
Day = Annotated[str | None, typer.Option(metavar="DATE", help="As in force on this day; today, when not given.")]
Payer = Annotated[str | None, typer.Option(metavar="NAME", help="Only of this payer.")]
Cpt = Annotated[str | None, typer.Option(metavar="CODE", help="Only about this procedure.")]
Preview = Annotated[bool, typer.Option("--dry-run", help="Say what would be written, and write nothing.")]


@app.command("list")
def list_policies(on: Day = None, payer: Payer = None, cpt: Cpt = None, form: Format = "table") -> None:
    """List the policies in force on a day.

    Examples:

        \b
        denials policy list
        denials policy list --on 2026-03-01 --payer Aetna --cpt 20610
    """
    from pipelines import policy_words
    from pipelines.policy_matrix import in_force

    on_day = day(on, "--on") if on else datetime.date.today()
    found = [
        policy
        for policy in in_force(ledger(), on_day)
        if (payer is None or policy.payer.lower() == payer.lower())
        and (cpt is None or cpt.upper() in policy.procedures)
    ]
    head = ("policy_id", "payer", "procedures", "in_force_from", "reference", "wants")
    rows = [
        (
            policy.policy_id,
            policy.payer,
            " ".join(policy.procedures) if form != "table" else policy_words.codes(policy.procedures, 3),
            policy.effective_from,
            policy.reference,
            "; ".join(f"{name}: {text}" for name, text in policy_words.wants(policy)),
        )
        for policy in found
    ]
    show(head, rows, form)


@app.command("import")
def import_table(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, XLSX or ODS with a row per payer and procedure.")],
    preview: Preview = False,
    who: Who = None,
) -> None:
    """Read policies from a spreadsheet; what it says already is not written again.

    Needed columns: payer, CPT or HCPCS codes, the day from which it holds. Others are known by their usual names:
    covered diagnoses, prior therapy, imaging window, authorisation, frequency limit, reference, owner and so on.

    Examples:

        \b
        denials policy import matrix.xlsx --dry-run
        denials policy import matrix.xlsx
    """
    from pipelines import policy_payers, policy_table

    if not file.is_file():
        raise UsageError(f"{file}: there is no such file")
    shown_as = policy_payers.shown_as(policy_payers.known(Store()))
    found = policy_table.read_table(file.read_bytes(), file.name, shown_as)
    for refusal in found.refused:
        typer.echo(f"refused        row {refusal.row_no}: {refusal.why}")
    if found.unused:
        typer.echo(f"not used       {', '.join(found.unused)}")
    _take([(f"row {row_no}", policy) for row_no, policy in found.policies], preview, who)
    if found.refused:
        raise typer.Exit(1)


@app.command("import-mcd")
def import_articles(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The export's zip, or the folder of its CSV files.")],
    article: Annotated[
        list[str] | None, typer.Option(metavar="NUMBER", help="An article, such as A57079. Repeat; without it: a list.")
    ] = None,
    payer: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Your payer that goes by it. Repeat; else its contractors.")
    ] = None,
    preview: Preview = False,
    who: Who = None,
) -> None:
    """Read coverage articles from the CSV export of the CMS Medicare Coverage Database.

    Examples:

        \b
        denials policy import-mcd current_article.zip
        denials policy import-mcd current_article.zip --article A57079 --payer Medicare --dry-run
    """
    from pipelines import policy_mcd, policy_payers

    tables = policy_mcd.export(path)
    known = policy_mcd.articles(tables)
    if not article:
        show(
            ("article", "version", "in_force_from", "contractors", "title"),
            [(one.number, one.version, one.effective_from, ", ".join(one.contractors), one.title) for one in known],
            "table",
        )
        return
    spellings = policy_payers.known(Store())
    shown_as = policy_payers.shown_as(spellings)
    payers = [shown_as(name) for name in payer or ()]
    _take(policy_mcd.policies(tables, policy_mcd.chosen(known, article), payers, shown_as), preview, who)


@app.command("diff")
def diff_policies(
    first: Annotated[str, typer.Argument(metavar="FROM", help="Day, such as 2026-04-01.")],
    last: Annotated[str, typer.Argument(metavar="TO", help="Day to compare with it.")],
    form: Format = "table",
) -> None:
    """Say what changed between two days: policies that began, ended or hold in another version.

    Example:

        \b
        denials policy diff 2026-06-30 2026-09-30
    """
    from pipelines import policy_words
    from pipelines.policy_matrix import diff

    days = day(first), day(last)
    if days[0] > days[1]:
        raise UsageError(f"{first} {last}: wanted the earlier day first")
    found = diff(ledger(), *days)
    if form == "table":
        typer.echo(policy_words.headline(found))
    if found or form != "table":
        show(("payer", "procedures", "what", "details"), policy_words.difference(found), form)


@app.command("playbook")
def print_playbook(
    cpt: Annotated[str, typer.Argument(metavar="CODE", help="The procedure, such as 20610.")],
    out: Annotated[Path, typer.Option(metavar="FILE.pdf", help="Where to.")],
    internal: Annotated[
        bool, typer.Option("--internal", help="Show small counts too: within the practice only.")
    ] = False,
) -> None:
    """Print the playbook of a procedure: what the record must show, what payers want, how it was denied.

    Example:

        \b
        denials policy playbook 20610 --out playbook_20610.pdf
    """
    from pipelines import playbook, playbook_print, policy_codes, register
    from pipelines.disk import write_private
    from pipelines.errors import NoBuild
    from pipelines.playbook_history import history
    from pipelines.policy_matrix import in_force

    today, past = datetime.date.today(), None
    codes = policy_codes.procedures(cpt)
    if len(codes) != 1:
        raise UsageError(f"{cpt}: wanted one procedure, such as 20610")
    code = codes[0]
    held = playbook.payer_parts(in_force(ledger(), today), code)
    with contextlib.suppress(NoBuild), contextlib.closing(Store().connect()) as connection:
        past = history(connection, code)
    minimum = 1 if internal else int(register.setting(ledger(), "small_cell_minimum").value)
    is_demo = Store().has_demo
    write_private(out, playbook_print.sheet(code, held, past, today, minimum, is_demo))
    typer.echo(f"{out}: playbook {playbook.named(code)}")


def _take(found: Sequence[tuple[str, object]], preview: bool, who: str | None) -> None:
    """What the policies would do is said, and unless it is a preview, done."""
    from pipelines import policy_import

    store = Store()
    steps = policy_import.preview(found, ledger())  # type: ignore[arg-type]
    for step in steps:
        typer.echo(_line(step))
    counts = ", ".join(f"{status} {count:,}" for status, count in policy_import.counted(steps).items()) or "nothing"
    if preview:
        typer.echo(f"would write    {counts}")
        return
    store.prepare()
    written = policy_import.write(steps, ledger(), who)
    typer.echo(f"recorded       {counts}" + ("; `denials build` holds denials against it" if written else ""))


def _line(step: "Step") -> str:
    from pipelines import policy_words

    policy = step.policy
    said = f"{step.status:<14} {step.place}: {policy_words.title(policy)}, {policy_words.in_force(policy)}"
    listed = len(policy.covered_diagnoses)
    lists = f", {listed:,} {'diagnosis' if listed == 1 else 'diagnoses'}" if listed else ""
    fields = f" ({', '.join(policy_words.LABELS[name].lower() for name in step.fields)})" if step.fields else ""
    return f"{said}{lists}{fields}"
