"""Build: all tables and checks, against copying the lake once; cost per line at several sizes; a day's files."""

from collections.abc import Callable
from pathlib import Path

from benchmarks.children import job
from benchmarks.inputs import Practice
from benchmarks.timing import Bar, Section, Timed, in_turn

COPIES = 4  # a build may take as long as so many copies of its input
FLAT = 1.3  # how much dearer a line may be at one size than at another
MOST_MEGABYTES = 4000
DAY_SHARE = 0.1  # of a complete build
FLAT_FROM = 100_000  # lines: below, what every build costs is most of it


def load(practice: Practice, home: Path) -> None:
    """The base of the practice is in the store, not built."""
    for folder in practice.base:
        job("ingest", folder, home)


def measure_build(practice: Practice, home: Path, work: Path, runs: int) -> list[Section]:
    """The store grows piece by piece and is built at several sizes; the last time against the copy."""
    pieces = practice.base
    grown, taken = [], 0
    for stage in stages(len(pieces)):
        for folder in pieces[taken:stage]:
            job("ingest", folder, home)
        taken = stage
        if stage < len(pieces):
            grown.append(job("build", home))
    timed = in_turn(runs, copy_the_lake_once=_copy(home, work), build_all_tables=_build(home))
    whole = job("lines", home).answer
    copy, made = timed
    bars = [
        Bar("a build, in copies of its input", made.median / copy.median, COPIES),
        Bar("memory", made.megabytes, MOST_MEGABYTES, unit="MB"),
    ]
    told = Section("Build", f"{whole:,} service lines; all tables, roll-ups and checks.", timed, bars)
    return [told, _flat([*((done.answer, done.seconds) for done in grown), (whole, made.median)])]


def stages(pieces: int) -> list[int]:
    """After how many pieces the store is built: the first, a quarter, all."""
    return sorted({1, max(1, pieces // 4), pieces})


def _flat(sizes: list[tuple[int, float]]) -> Section:
    """Seconds of a build by its number of lines."""
    timed = [Timed(f"{lines:,} lines", [seconds / lines * 1e6], size=0) for lines, seconds in sizes if lines]
    large = [seconds / lines for lines, seconds in sizes if lines >= FLAT_FROM]
    bars = [Bar("dearest line by the cheapest", max(large) / min(large), FLAT)] if len(large) > 1 else []
    note = "Seconds of a complete build per million service lines, one run at each size but the last."
    return Section("Cost of a line", note, timed, bars)


def _copy(home: Path, work: Path) -> Callable[[], Timed]:
    (work / "given.duckdb").unlink(missing_ok=True)  # of an earlier run
    return lambda: job("copy", home, work).timed()


def _build(home: Path) -> Callable[[], Timed]:
    return lambda: job("build", home).timed()


def measure_daily(practice: Practice, home: Path, full: float) -> Section:
    """Each day's files come into the store and a build; then all is built anew, which gives the same tables."""
    done = [job("add", home, day) for day in practice.days]
    whole = Timed("complete build", [full or job("build", home).seconds])
    added = Timed("build after a day's files", [each.seconds for each in done], max(each.megabytes for each in done))
    counts = ", ".join(f"{lines:,} ({how})" for lines, how in (each.answer for each in done))
    bars = [Bar("a day, in complete builds", added.median / whole.median, DAY_SHARE)]
    note = f"{len(done)} days, one after the other; service lines after each: {counts}."
    return Section("Daily", note, [whole, added], bars)
