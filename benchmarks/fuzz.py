"""Hostile inputs through the readers, as many as time allows: `python -m benchmarks.fuzz --seconds 1800`.

Stops by itself, works on all cores and gives way to others. Each reader gets its share of the inputs in stretches of
processes of their own (`fuzz_run`); where atheris is installed it makes a part of them, guided by the lines it reaches.
What must hold is in `fuzz_check` and `fuzz_count`; an input that breaks it is kept in the folder named at the end.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

SHARES = {"835": 0.4, "837": 0.3, "277CA": 0.2, "log": 0.1}
STRETCH = 5_000  # inputs of one process
STRETCH_GUIDED, GUIDED_EVERY = 2_000, 2  # atheris takes four times as long for each
MORE_TIME = 90  # seconds after its time that a process may need to end
NICE = 5


class Job(NamedTuple):
    """One process's work."""

    kind: str
    first: int
    count: int
    is_guided: bool


def jobs(inputs: int, only: str | None) -> Iterator[Job]:
    """All work, the readers by turns, so that whenever it is stopped each has had its share."""
    shares = {only: 1.0} if only else SHARES
    left = {kind: round(inputs * share) for kind, share in shares.items()}
    done, turns = Counter[str](), Counter[str]()
    while any(left.values()):
        kind = max((kind for kind in left if left[kind]), key=lambda each: left[each] / shares[each])
        turns[kind] += 1
        is_guided = bool(find_spec("atheris")) and turns[kind] % GUIDED_EVERY == 0
        count = min(STRETCH_GUIDED if is_guided else STRETCH, left[kind])
        yield Job(kind, done[kind], count, is_guided)
        left[kind] -= count
        done[kind] += count


def run(job: Job, seed: int, ends: float, folder: Path) -> dict[str, Any]:
    """What one process came to; that it hung or died is a finding."""
    seconds = ends - time.monotonic()
    if seconds < 1:
        return {}
    line = [sys.executable, "-m", "benchmarks.fuzz_run", job.kind, job.first, job.count, seconds, seed, folder]
    command = [str(part) for part in line] + ["--guided"] * job.is_guided
    died = ""
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=seconds + MORE_TIME,
            preexec_fn=lambda: os.nice(NICE) and None,
        )
    except subprocess.TimeoutExpired:
        died = f"a process of {job} did not end"
    else:
        told = [line for line in done.stdout.splitlines() if line.startswith("{")]
        if told and done.returncode == 0:
            return {**json.loads(told[-1]), "guided": job.is_guided}
        died = f"a process of {job} ended with {done.returncode}: {done.stderr[-300:]}"
    return {"kind": job.kind, "inputs": 0, "findings": {"hung or died": [1, died]}, "guided": job.is_guided}


def summed(told: list[dict[str, Any]]) -> str:
    """A line for each reader, then one for each finding."""
    lines = [
        "| reader | inputs | guided | by columns | together | refused | slowest, ms | s/MB of large ones | memory, MB |"
    ]
    lines.append("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    for kind in SHARES:
        of_kind = [each for each in told if each and each["kind"] == kind]
        if not of_kind:
            continue
        total = {
            name: sum(each.get(name, 0) for each in of_kind) for name in ("inputs", "columns", "together", "refused")
        }
        most = {name: max(each.get(name, 0) for each in of_kind) for name in ("slowest", "per_megabyte", "memory")}
        guided = sum(each["inputs"] for each in of_kind if each["guided"])
        counts = (total["inputs"], guided, total["columns"], total["together"], total["refused"])
        slowest, large = f"{most['slowest'] * 1e3:.0f}", f"{most['per_megabyte']:.2f}"
        cells = [kind, *(f"{count:,}" for count in counts), slowest, large, str(most["memory"] >> 20)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, "", *_findings(told)])


def _findings(told: list[dict[str, Any]]) -> list[str]:
    counts, examples = Counter[tuple[str, str]](), {}
    for each in told:
        for rule, (count, example) in each.get("findings", {}).items():
            counts[each["kind"], rule] += count
            examples[each["kind"], rule] = example
    lines = [f"{count} x {kind}: {rule}: {examples[kind, rule]}" for (kind, rule), count in counts.most_common()]
    return lines or ["Nothing was found."]


def main() -> int:
    """As many inputs as wanted or as time allows; the status is 1 where something was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--seed", type=int, default=103)
    parser.add_argument("--reader", choices=list(SHARES))
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    started = time.monotonic()
    with ThreadPoolExecutor(given.workers) as pool:
        todo = jobs(given.inputs, given.reader)
        told = list(pool.map(lambda job: run(job, given.seed, started + given.seconds, folder), todo))
    cpu = sum(each.get("cpu", 0) for each in told)
    total = sum(each["inputs"] for each in told if each)
    print(f"{total:,} inputs in {time.monotonic() - started:.0f} s, {cpu:.0f} s of CPU, seed {given.seed}")
    print(summed(told))
    has_found = any(each.get("findings") for each in told)
    if has_found:
        print(f"The inputs are in {folder}")
    return int(has_found)


if __name__ == "__main__":
    sys.exit(main())
