"""One bounded stretch of hostile inputs for one reader, in a process of its own.

Prints one JSON object: how many inputs, what was found, the slowest, the memory. Blind stretches make their inputs from
(seed, number); guided ones let atheris choose among them by which lines of the readers they reach. The process has a
limit of memory; whoever started it ends it when it hangs, and finds the input at hand in the folder of findings.
"""

import argparse
import atexit
import json
import os
import random
import resource
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchmarks.fuzz_check import Finding, Read

MEMORY = 4 << 30  # bytes of address space, of which libraries take about one
LONG_EVERY, COLUMNS_EVERY, GROUP, GROUP_EVERY = 3_000, 12, 40, 4
MOST_KEPT = 8  # inputs of one rule, the smallest
LONGEST_GUIDED = 4096


class Tally:
    """What a stretch comes to."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind, self.folder = kind, folder
        self.inputs = self.refused = self.counted = self.columns = self.together = 0
        self.slowest = self.per_megabyte = 0.0
        self.findings: Counter[str] = Counter()
        self.examples: dict[str, tuple[int, str]] = {}

    def add(self, data: bytes, findings: "list[Finding]", read: "Read") -> None:
        """One more input has been read."""
        self.inputs += 1
        self.refused += bool(read.refusal)
        self.slowest = max(self.slowest, read.seconds)
        if len(data) > 200_000:
            self.per_megabyte = max(self.per_megabyte, read.seconds * 1e6 / len(data))
        for finding in findings:
            self.found(data, finding)

    def found(self, data: bytes, finding: "Finding") -> None:
        """The finding is counted, and the input of the smallest of its kind is kept."""
        rule = finding.what.split(": ")[0] if finding.rule == "error" else finding.rule
        self.findings[rule] += 1
        if rule not in self.examples or len(data) < self.examples[rule][0]:
            self.examples[rule] = len(data), finding.what
            name = "".join(each if each.isalnum() else "_" for each in f"{self.kind}_{rule}")[:80]
            (self.folder / name).write_bytes(data)

    def told(self) -> dict[str, Any]:
        """All of it, for the process that started this one."""
        names = ("kind", "inputs", "refused", "columns", "together", "slowest", "per_megabyte")
        told: dict[str, Any] = {name: getattr(self, name) for name in names}
        told["findings"] = {rule: [count, self.examples[rule][1]] for rule, count in self.findings.items()}
        told["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
        told["cpu"] = time.process_time()
        return told


class Stretch:
    """Makes inputs and checks them."""

    def __init__(self, kind: str, folder: Path) -> None:
        from benchmarks import fuzz_check, fuzz_inputs, fuzz_logs

        self.kind, self.checks, self.logs = kind, fuzz_check, fuzz_logs
        self.tally = Tally(kind, folder)
        self.current = folder / f"at_hand_{os.getpid()}"
        is_log = kind == "log"
        self.damage: Any = (
            fuzz_logs.LogDamage(fuzz_logs.seeds()) if is_log else fuzz_inputs.Damage(fuzz_inputs.seeds(kind))
        )
        self.group: list[tuple[bytes, Any]] = []
        self.one(self.damage.made(random.Random(0)), random.Random(0))  # what is imported late is not on the clock
        self.tally = Tally(kind, folder)

    def blind(self, first: int, count: int, seconds: float, seed: int) -> None:
        """So many inputs, or as many as the time allows."""
        ends = time.monotonic() + seconds
        for number in range(first, first + count):
            rng = random.Random(f"{self.kind}:{seed}:{number}")
            is_long = self.kind != "log" and number % LONG_EVERY == LONG_EVERY - 1
            self.one(self.damage.long(rng) if is_long else self.damage.made(rng), rng)
            if time.monotonic() > ends:
                return

    def one(self, data: bytes, rng: random.Random) -> None:
        """One input is checked."""
        self.current.write_bytes(data)
        if self.kind == "log":
            self.tally.add(data, *self.logs.check_log(data))
            return
        by_columns = self.checks.forced if rng.randrange(COLUMNS_EVERY) == 0 and self.kind != "277CA" else None
        self.tally.columns += by_columns is not None
        findings, read = self.checks.check(self.kind, data, rng.randrange(1 << 30), by_columns)
        self.tally.add(data, findings, read)
        if self.kind != "277CA" and len(data) < LONGEST_GUIDED:
            self._gather(data, read, rng)

    def _gather(self, data: bytes, read: "Read", rng: random.Random) -> None:
        """Some small files, such as ingest reads together, give what each gave alone."""
        self.group.append((data, read))
        if len(self.group) < GROUP:
            return
        if rng.randrange(GROUP_EVERY) == 0:
            self.tally.together += GROUP
            for place, finding in self.checks.together(self.kind, self.group):
                self.tally.found(self.group[place][0], finding)
        self.group = []


def guided(stretch: Stretch, count: int, seconds: float, seed: int) -> None:
    """As many inputs as atheris makes; ends the process."""
    import atheris

    corpus = stretch.tally.folder / f"corpus_{stretch.kind}"
    corpus.mkdir(exist_ok=True)
    rng = random.Random(seed)
    for number in range(200):
        (corpus / f"{number}").write_bytes(stretch.damage.made(rng)[:LONGEST_GUIDED])

    def changed(data: bytes, most: int, number: int) -> bytes:
        chance = random.Random(number)
        if chance.random() < 0.5 or (stretch.kind == "log" and data.startswith(b"PK")):
            return bytes(atheris.Mutate(data, most))
        return bytes(stretch.damage.of(data, chance)[:most])

    ends = time.monotonic() + seconds

    def one(data: bytes) -> None:
        stretch.one(data, random.Random(data))
        if time.monotonic() > ends:  # atheris' own limit of time would end the process before anything is told
            print(json.dumps(stretch.tally.told()), flush=True)
            os._exit(0)

    flags = [f"-atheris_runs={count}", f"-max_len={LONGEST_GUIDED}", f"-seed={seed + 1}"]
    flags += ["-timeout=30", "-rss_limit_mb=3000", "-verbosity=0", f"-artifact_prefix={stretch.tally.folder}/atheris_"]
    atheris.Setup([sys.argv[0], *flags, str(corpus)], one, custom_mutator=changed)
    atexit.register(lambda: print(json.dumps(stretch.tally.told()), flush=True))
    atheris.Fuzz()


def instrumented() -> None:
    """The readers are imported so that atheris sees which of their lines are reached."""
    import atheris

    with atheris.instrument_imports(include=["pipelines.x12", "pipelines.denial_log"]):
        import pipelines.denial_log
        import pipelines.x12.acknowledgement
        import pipelines.x12.claim_columns
        import pipelines.x12.remittance_columns  # noqa: F401 - imported to be seen


def main() -> None:
    """The stretch that the arguments say."""
    parser = argparse.ArgumentParser()
    for name, kind in (
        ("kind", str),
        ("first", int),
        ("count", int),
        ("seconds", float),
        ("seed", int),
        ("folder", Path),
    ):
        parser.add_argument(name, type=kind)
    parser.add_argument("--guided", action="store_true")
    given = parser.parse_args()
    if given.guided:
        instrumented()
    else:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    stretch = Stretch(given.kind, given.folder)
    if given.guided:
        guided(stretch, given.count, given.seconds, given.seed + given.first)
    stretch.blind(given.first, given.count, given.seconds, given.seed)
    print(json.dumps(stretch.tally.told()))
    stretch.current.unlink()


if __name__ == "__main__":
    main()
