"""Read: bytes to rows on disk, against splitting the same text and against other readers; speed and memory."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from benchmarks.children import ROOT, job, run
from benchmarks.inputs import Practice, megabytes_of, one_file
from benchmarks.timing import Bar, Section, Timed, in_turn

RIVALS = ROOT / ".venv" / "rivals" / "bin" / "python"
BARS = {"pyx12": 7, "edi-835-parser": 12}
SPLIT_SHARE = 0.6  # of the speed of the split
CORES = 1.7  # how much quicker two cores are than one
MOST_MEGABYTES = 350


def sections(practice: Practice, work: Path, claims: int, runs: int) -> list[Section]:
    """All of reading; sizes follow the number of claims."""
    one, huge = min(20.0, claims / 5000), min(1000.0, claims / 100)
    return [
        _one_835(one_file(practice, "835", work / "one.835", one), work, runs),
        _one_837(one_file(practice, "837", work / "one.837", one), work, runs),
        _many(practice, work, "835", runs),
        _many(practice, work, "837", runs),
        _huge(one_file(practice, "835", work / "huge.835", huge), work),
        _huge(one_file(practice, "837", work / "huge.837", huge), work),
    ]


def _ingest(path: Path, work: Path, workers: int) -> Callable[[], Timed]:
    """Into an empty store each time; the store goes afterwards."""
    size = megabytes_of([path] if path.is_file() else path.rglob("*.83?"))

    def action() -> Timed:
        home = work / "read"
        done = job("ingest", path, home, workers)
        shutil.rmtree(home)
        return done.timed(size)

    return action


def _split(path: Path) -> Callable[[], Timed]:
    size = megabytes_of([path] if path.is_file() else path.rglob("*.83?"))
    return lambda: job("split", path).timed(size)


def _one_835(path: Path, work: Path, runs: int) -> Section:
    """One file of 20 MB, one process, and the rivals on the same file."""
    rivals = {name: _rival(name, path) for name in BARS if is_there(name)}
    timed = in_turn(runs, split_into_elements=_split(path), ingest_to_rows_on_disk=_ingest(path, work, 1), **rivals)
    floor, ours = timed[:2]
    bars = [_split_bar(floor, ours), _memory_bar(ours)]
    bars += [
        Bar(f"as quick as {each.name}", each.median / ours.median, BARS[each.name], is_least=True) for each in timed[2:]
    ]
    absent = [name for name in BARS if name not in rivals]
    note = f"One 835 of {floor.size:.1f} MB, one process. The rivals do less: objects or segments in memory."
    said = f" Not there, so not measured: {', '.join(absent)} (`make bench` installs them)." if absent else ""
    return Section("Read one 835", note + said, timed, bars)


def is_there(name: str) -> bool:
    """The rival is installed."""
    module = name.replace("-", "_")
    return RIVALS.exists() and not subprocess.run([RIVALS, "-c", f"import {module}"], capture_output=True).returncode


def _rival(name: str, path: Path) -> Callable[[], Timed]:
    size = megabytes_of([path])
    return lambda: run([str(RIVALS), str(ROOT / "benchmarks" / "rivals.py"), name, str(path)]).timed(size)


def _one_837(path: Path, work: Path, runs: int) -> Section:
    timed = in_turn(runs, split_into_elements=_split(path), ingest_to_rows_on_disk=_ingest(path, work, 1))
    bars = [_split_bar(*timed), _memory_bar(timed[1])]
    return Section("Read one 837", f"One 837P of {timed[0].size:.1f} MB, one process.", timed, bars)


def _many(practice: Practice, work: Path, kind: str, runs: int) -> Section:
    """All files of a kind: by one process, and by one for each core."""
    folder = work / f"all-{kind}"
    if not folder.exists():
        folder.mkdir()
        for path in (path for base in practice.base for path in base.glob(f"*.{kind}")):
            (folder / path.name).hardlink_to(path)
    cores = os.cpu_count() or 1
    timed = in_turn(
        runs,
        split_into_elements=_split(folder),
        ingest_with_one_process=_ingest(folder, work, 1),
        ingest_with_all_cores=_ingest(folder, work, cores),
    )
    bars = [_split_bar(*timed[:2]), _memory_bar(timed[1])]
    if cores > 1:
        gain = timed[1].median / timed[2].median
        bars.append(Bar(f"{cores} cores as quick as one", gain, CORES, is_least=True))
    count = sum(1 for _ in folder.iterdir())
    return Section(f"Read many {kind}", f"{timed[0].size:,.1f} MB in {count:,} files.", timed, bars)


def _huge(path: Path, work: Path) -> Section:
    """Memory must not grow with the size of a file: one run."""
    timed = in_turn(1, ingest_one_huge_file=_ingest(path, work, 1))
    kind, megabytes = path.suffix[1:], path.stat().st_size / 1e6
    path.unlink()
    return Section(f"Read a huge {kind}", f"One {kind} of {megabytes:,.0f} MB.", timed, [_memory_bar(timed[0])])


def _split_bar(floor: Timed, ours: Timed) -> Bar:
    asked = "speed of the bare split, to be had with rows on disk"
    return Bar(asked, floor.median / ours.median, SPLIT_SHARE, is_least=True)


def _memory_bar(ours: Timed) -> Bar:
    return Bar("memory", ours.megabytes, MOST_MEGABYTES, unit="MB")
