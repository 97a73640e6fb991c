"""The commands that read a build: status, kpi, sql, export."""

import contextlib
from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.cli_given import Format
from pipelines.cli_kpi import print_kpis
from pipelines.cli_show import show, show_json
from pipelines.errors import UsageError
from pipelines.store import Store
from pipelines.words import counted


def status(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, as --format json does.")] = False,
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", help="table or json.")] = "table",
) -> None:
    """Say what is in the store, who may read it and whether there is a build to look at: status 1 where there is none.

    The dashboard's address /health says the same of the build to a program that watches it.

    Examples:

        \b
        denials status
        denials status --format json || mail -s "denialboard has no build" me@example.org
    """
    from pipelines.status import store_status

    if form not in ("table", "json"):
        raise UsageError(f"--format {form}: there are table, json")
    found = store_status(Store())
    if as_json or form == "json":
        show_json(found)
    else:
        _show_status(found)
    if found["health"]["problem"]:
        raise typer.Exit(1)


def _show_status(found: dict[str, Any]) -> None:
    built = found["build"]
    typer.echo(f"store      {found['home']}{'  (DEMO DATA)' if found['is_demo'] else ''}")
    if not found["exists"]:
        typer.echo("           not there yet; `denials ingest FILE...` makes it")
        return
    typer.echo(f"private    {_private(found)}")
    typer.echo(f"disk       {_disk(found['volume'])}")
    typer.echo(f"sources    {counted(found['file_count'], 'file')}, {_megabytes(found['source_bytes'])} as they came")
    typer.echo(f"on disk    {_megabytes(found['stored_bytes'])}")
    typer.echo(f"ledger     {counted(found['ledger']['number'], 'event')}, head {found['ledger']['hash']}")
    if found["unread_file_count"]:
        typer.echo(f"to read    {counted(found['unread_file_count'], 'file')}; `denials build` reads them")
    if not built:
        typer.echo("build      none; `denials build` makes one")
        return
    typer.echo(f"build      {built['path']}  ({counted(built['file_count'], 'file')})")
    typer.echo(f"made       {_way(built)}")
    dates = f"{built['first_date']} to {built['last_date']}" if built["first_date"] else "none: no decision yet"
    typer.echo(f"decided    {dates}")
    typer.echo("")
    names = ["kind", "status", "files", "claims", "lines", "rejected_rows", "first_date", "last_date"]
    show(names, [[kind[name] for name in names] for kind in built["files"]], "table")


def _private(found: dict[str, Any]) -> str:
    """Who may read the store."""
    if not found["is_private"]:
        return f"NO: others can read it; chmod -R go= {found['home']}"
    if found["loose_count"]:
        have = "file in it has" if found["loose_count"] == 1 else "files in it have"
        return f"its folder; but {found['loose_count']:,} {have} wider rights: chmod -R go= {found['home']}"
    return "yes, only its owner can read it"


def _disk(volume: dict[str, Any]) -> str:
    """Whether who takes the disk can read it."""
    said = {True: "encrypted", False: "NOT ENCRYPTED", None: "cannot tell whether it is encrypted"}
    return f"{said[volume['is_encrypted']]}: {volume['why']}"


def _way(built: dict[str, Any]) -> str:
    """When the build was made and how: out of the last one, or complete and why."""
    when = f"{built['created_at'][:19].replace('T', ' ')} UTC"
    if built["kind"] == "daily":
        return f"{when}, daily: {counted(built['touched_count'], 'record')} looked at again"
    return f"{when}, complete" + (f": {built['reason']}" if built["reason"] else "")


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.1f} MB"


def kpi(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME", help="KPIs; all when none is given.")] = None,
    by: Annotated[list[str] | None, typer.Option(metavar="DIM", help="Part by this dimension; repeatable.")] = None,
    date_from: Annotated[str | None, typer.Option("--from", metavar="DATE", help="First date.")] = None,
    date_to: Annotated[str | None, typer.Option("--to", metavar="DATE", help="Last date.")] = None,
    payer: Annotated[list[str] | None, typer.Option(metavar="PAYER", help="Only this payer; repeatable.")] = None,
    scope: Annotated[str, typer.Option(metavar="SCOPE", help="core, or broad (duplicates, bundling too).")] = "core",
    clock: Annotated[
        str, typer.Option(metavar="CLOCK", help="What dates and months are those of: remittance or submission.")
    ] = "remittance",
    form: Format = "table",
) -> None:
    """Print KPIs, the same numbers as on the dashboard: numerator, denominator, value.

    docs/kpis.md defines them. Dimensions: month, payer, payer_class, procedure, procedure_family, provider,
    place_of_service, diagnosis_chapter, and for what was denied category, root_cause, carc, rarc, group_code.

    Examples:

        \b
        denials kpi
        denials kpi denial_rate m_code_ratio --by payer
        denials kpi denial_rate --by month --from 2026-01-01 --scope broad --format csv
        denials kpi denial_rate --by month --clock submission
    """
    print_kpis(names or (), by or (), payer or (), date_from, date_to, scope, clock, form)


def sql(
    query: Annotated[str, typer.Argument(help="One SELECT.")],
    form: Format = "table",
) -> None:
    """Run a SELECT on the current build, read-only.

    It can change nothing and reach no other file.

    docs/tables.md describes the tables and columns.

    Examples:

        \b
        denials sql "select payer_key, count(*) from denial group by 1 order by 2 desc"
        denials sql "select * from source_file where status = 'quarantined'" --format json
    """
    import duckdb

    with contextlib.closing(Store().connect()) as connection:
        try:
            cursor = connection.execute(query)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        except duckdb.Error as problem:
            raise UsageError(" ".join(str(problem).split())) from problem
        columns = [column[0] for column in cursor.description or ()]
    show(columns, rows, form)


def export(
    table: Annotated[str, typer.Argument(help="A table of the build, such as denial or source_file.")],
    out: Annotated[Path, typer.Option(help="Where to; its ending chooses the format: .csv, .xlsx or .parquet.")],
    with_names: Annotated[
        bool, typer.Option("--with-names", help="Patients' names, birth dates, numbers and free text as they are.")
    ] = False,
) -> None:
    """Write a table of the build to CSV, Excel or Parquet.

    Names, birth dates and free text about patients are left out, and numbers that lead to one are replaced by tokens
    that are the same in every file of this store, unless --with-names asks for them. Dates of service stay. Only you
    can read the file.

    Examples:

        \b
        denials export denial --out denials.xlsx
        denials export line_fact --out lines.parquet
    """
    from pipelines.deidentify import tokens
    from pipelines.export import export_table

    store = Store()
    with contextlib.closing(store.connect()) as connection:
        row_count = export_table(connection, table, out, None if with_names else tokens(store.home))
    what = f"{table}, with names" if with_names else table
    store.ledger.append("exported", out.name, {"what": what, "rows": row_count})
    typer.echo(f"{out}: {counted(row_count, 'row')} of {table}")
