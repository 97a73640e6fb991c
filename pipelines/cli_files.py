"""The commands that take files in: check, ingest, build."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli_alerts import tell_of_alerts
from pipelines.cli_cluster import HERE, EngineName, LakeUrl, Master, OnCluster, cluster_given, placed
from pipelines.cli_show import progress, show_json
from pipelines.errors import UsageError
from pipelines.harmless import one_line, printed
from pipelines.store import Store
from pipelines.words import counted

if TYPE_CHECKING:
    from pipelines.ingest import Ingested
    from pipelines.sources import Source

NoBuild = Annotated[bool, typer.Option("--no-build", help="Leave the build for later (`denials build`).")]
Words = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="HEADER=FIELD", help="What a log's column holds; may be given again."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def sources_of(paths: list[Path]) -> Iterator["Source"]:
    """Every file of the paths, folders and archives gone through; UsageError for a path that is not there."""
    from pipelines.settings import read_settings
    from pipelines.sources import expand

    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: there is no such file or folder")
    limits = read_settings(Store().home).limits
    for path in paths:
        yield from expand(path, limits)


def ledgers_in(paths: list[Path]) -> list[Path]:
    """The files of exported ledgers in folders among the paths, which are no sources."""
    return [path for folder in paths if folder.is_dir() for path in sorted(folder.rglob("*ledger*.jsonl"))]


def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Files, folders, zip and gz archives.")],
    as_json: AsJson = False,
) -> None:
    """Look into files; nothing is stored.

    Says each file's kind, claims, lines, amounts, whether each level balances, and what is odd; of a denial log, what
    each column is taken for and why.

    Examples:

        \b
        denials check march.835
        denials check --json ~/remits > report.json
    """
    from pipelines.check import check as look
    from pipelines.check import render

    remembered = Store().ledger.log_mappings()
    reports = []
    for source in sources_of(files):
        report = look(source, remembered=remembered)
        reports.append(report)
        if not as_json:
            typer.echo(printed(render(report)))
    if as_json:
        show_json([report.as_json() for report in reports])
    elif not reports:
        typer.echo("no files found")
    if any(report.error for report in reports):
        raise typer.Exit(1)


def ingest(
    given: Annotated[list[str], typer.Argument(metavar="PATH", help="Files, folders, zip and gz archives.")],
    as_json: AsJson = False,
    no_build: NoBuild = False,
    words: Words = None,
    engine: EngineName = HERE,
    master: Master = None,
    lake: LakeUrl = None,
) -> None:
    """Take files into the store, then build.

    Each file is accepted whole or quarantined whole. A file that is here already, under whatever name, changes nothing.
    Stopping at any point leaves the store as it was before the file at hand; run it again to go on.

    A denial log may have any headers. When they are not clear it is not taken: the message says what was understood and
    the line to type. What you say with --map is remembered for the next log with the same headers.

    With --engine spark a cluster reads the files where they are, which may be URLs then, into its own lake.

    Examples:

        \b
        denials ingest march.835 april.zip ~/remits
        denials ingest denials.xlsx --map 'Code=carc' --map 'DOS=service_date:mdy'
        denials ingest --json --no-build inbox/ > result.json
        denials ingest --engine spark --master sc://spark:15002 --lake s3://claims/lake s3://claims/inbox
    """
    cluster, mapping, paths = cluster_given(engine, master, lake), _mapping(words or []), [Path(path) for path in given]
    results = _take_on(cluster, given, mapping, as_json) if cluster else _take(paths, mapping, as_json)
    _note(results)
    if as_json:
        show_json([result.as_json() for result in results])
    elif not results:
        typer.echo("no files found")
    for ledger in [] if as_json else ledgers_in(paths):
        typer.echo(f"passed over    {ledger}: what people decided; `denials ledger import {ledger}` takes it")
    if not no_build:
        _build(as_json, any(result.status == "loaded" for result in results), cluster)
    if any(result.status == "quarantined" for result in results):
        raise typer.Exit(1)


def _take(paths: list[Path], given: dict[str, str], quiet: bool) -> list["Ingested"]:
    """What became of every file; each is told as soon as it is known."""
    from pipelines.crew import settle_in
    from pipelines.ingest import ingest as take

    settle_in()
    with progress("files read") as advance:

        def tell(result: "Ingested") -> None:
            advance()
            if not quiet:
                typer.echo(one_line(line_of(result)))

        try:
            return take(Store(), sources_of(paths), given, tell)
        except KeyboardInterrupt:
            typer.echo("stopped: what was loaded stays, nothing is half-done; the same command goes on", err=True)
            raise


def _take_on(place: OnCluster, urls: list[str], given: dict[str, str], quiet: bool) -> list["Ingested"]:
    """The same on a cluster, where all files are told at the end."""
    from pipelines.cluster_ingest import cluster_at, ingest_by

    def tell(result: "Ingested") -> None:
        if not quiet:
            typer.echo(one_line(line_of(result)))

    try:
        with cluster_at(place.master) as cluster:
            return ingest_by(cluster, Store(), place.lake, [placed(url) for url in urls], given, tell)
    except KeyboardInterrupt:
        typer.echo("stopped: nothing of this run is in the lake; the same command does it anew", err=True)
        raise


def _note(results: "list[Ingested]") -> None:
    """The ledger says who loaded how many files."""
    if results:
        counts = Counter(result.status for result in results)
        body = {"loaded": counts["loaded"], "known": counts["already_loaded"], "refused": counts["quarantined"]}
        Store().ledger.append("imported", "command line", body)


def line_of(result: "Ingested") -> str:
    """What became of one file, for people."""
    if result.error:
        return f"{result.status:15}{result.error['message']}"
    rejected = f", {counted(result.rejected_rows, 'row')} rejected" if result.rejected_rows else ""
    return (
        f"{result.status:15}{result.file}: {counted(result.claims, 'claim')}, {counted(result.lines, 'line')}{rejected}"
    )


def _mapping(words: list[str]) -> dict[str, str]:
    """`Header=field` words as a dictionary; a header may itself hold an equals sign."""
    pairs = [word.rpartition("=") for word in words]
    for word, (header, _, _) in zip(words, pairs, strict=True):
        if not header:
            raise UsageError(f"--map {word}: wanted HEADER=FIELD, such as 'Code=carc'")
    return {header.strip(): field.strip() for header, _, field in pairs}


def _build(quiet: bool, is_needed: bool, cluster: OnCluster | None) -> None:
    """The current build holds what is in the store, or in the cluster's lake; nothing is done where nothing is new."""
    from pipelines.build import is_current
    from pipelines.cluster_lake import lake_records

    store = Store()
    if not is_needed and is_current(store, elsewhere=lake_records(cluster.lake) if cluster else None):
        return
    with progress("builds"):
        path = _made(store, cluster)
    if not quiet:
        typer.echo(f"built          {path}")
    tell_of_alerts(quiet)


def _made(store: Store, cluster: OnCluster | None, is_complete: bool = False) -> Path:
    """The new build, of the cluster's lake or of the store's own."""
    if cluster:
        from pipelines.build_cluster import build_on_cluster

        return build_on_cluster(store, *cluster)
    from pipelines.build import build as make

    return make(store, is_complete=is_complete)


def build(
    full: Annotated[
        bool, typer.Option("--full", help="Make every table anew, also where only files came since the last build.")
    ] = False,
    engine: EngineName = HERE,
    master: Master = None,
    lake: LakeUrl = None,
) -> None:
    """Make a new build from the sources and decisions.

    Where only files have come since the last build, it is made out of that one; the result is the same. Sources whose
    rows are missing, or were read by an older version, are read again first. Everything under lake/ and builds/ can be
    deleted at any time: this makes it again.

    With --engine spark a cluster makes every table of its lake; the build that pages open is made here out of them.

    Examples:

        \b
        denials build
        denials build --engine spark --master sc://spark:15002 --lake s3://claims/lake
    """
    from pipelines.crew import settle_in

    cluster = cluster_given(engine, master, lake)
    settle_in()
    with progress("builds"):
        path = _made(Store(), cluster, full)
    typer.echo(f"built          {path}")
    tell_of_alerts()
