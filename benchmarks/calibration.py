"""How often a judged change is wrong, by simulation: `python -m benchmarks.calibration` writes docs/calibration.md.

Everything is seeded; what is fitted is the product's own code. A few minutes on one core.
"""

import argparse
import concurrent.futures
import dataclasses
import math
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from benchmarks.calibration_methods import WAYS, before_after, chances, series_test
from benchmarks.calibration_words import HEAD, SECTIONS
from benchmarks.calibration_worlds import CHOICE, COVERED, FEW, NULL, RATIOS, SPIKE, World, as_rows
from pipelines.effect.did import estimate
from pipelines.effect.rows import Floats, Rows

LEVEL = 0.05
DOCUMENT = Path(__file__).parent.parent / "docs" / "calibration.md"
Cells = list[str]


def share(hits: int, runs: int) -> str:
    """A share with the simulation's own 95 % error: `5.2 % ± 1.4`."""
    if not runs:
        return "none"
    part = hits / runs
    return f"{part * 100:.1f} % ± {196 * math.sqrt(max(part * (1 - part), 0.25 / runs) / runs):.1f}"


NULL_HEAD = ["world", "judged", "**ours**", "same counts, plain errors", "before/after, treated alone", "months (ITS)"]
COVERAGE_HEAD = ["world", "true odds ratio", "judged", "**interval holds it**", "median estimate", "seen (power)"]
SPIKE_HEAD = ["baseline", "judged", "“fewer” by ours", "“fewer” by before/after", "median odds ratio"]
FEW_HEAD = ["world", "judged", "said instead"]


def null_row(seed: int, runs: int) -> Cells:
    """Rejections without an effect: ours, and for contrast errors by counts alone, before/after, and months."""
    world, hits, judged = NULL[seed], np.zeros(4, dtype=int), 0
    for rows in histories(world, runs, seed):
        found = estimate(rows, "", "")[1]
        if found is None:
            continue
        judged += 1
        told = (found.p, model_chance(found.log_ratio, rows), before_after(rows), series_test(rows))
        hits += np.array(told) < LEVEL
    return [world.name, f"{judged:,} of {runs:,}", *(share(int(hit), judged) for hit in hits)]


def model_chance(log_ratio: float, rows: Rows) -> float:
    """The chance by errors that take every line for independent."""
    corners = [
        rows.denials[part & late].sum() + 0.5
        for part in (rows.treated, ~rows.treated)
        for late in (rows.exposure > 0, rows.exposure == 0)
    ]
    return math.erfc(abs(log_ratio) / math.sqrt(sum(1 / corner for corner in corners)) / math.sqrt(2))


def coverage_row(number: int, runs: int) -> Cells:
    """How often the 95 % interval holds the truth, how far the middle is off, and how often the effect is seen."""
    seed, ratio = number // len(RATIOS), RATIOS[number % len(RATIOS)]
    world = dataclasses.replace(COVERED[seed], odds_ratio=ratio)
    told = (estimate(rows, "", "")[1] for rows in histories(world, runs, 100 + seed))
    found = [answer for answer in told if answer is not None]
    held = sum(low <= math.log(ratio) <= high for low, high in (answer.bounds for answer in found))
    seen = sum(answer.p < LEVEL for answer in found)
    middle = math.exp(float(np.median([answer.log_ratio for answer in found])))
    counts = share(held, len(found)), f"{middle:.2f}", share(seen, len(found))
    return [world.name, f"{ratio:.1f}", f"{len(found):,} of {runs:,}", *counts]


def choice_column(seed: int, runs: int) -> Cells:
    """Rejections without an effect by other ways to reckon the error of the same estimate, one under the other."""
    world, random = CHOICE[seed], np.random.default_rng(seed)
    told = [found for rows in histories(world, runs, 200 + seed) if (found := chances(rows, random))]
    return [world.name, *(share(sum(one[name] < LEVEL for one in told), len(told)) for name in WAYS)]


def spike_row(number: int, runs: int) -> Cells:
    """A change made in answer to the worst three months, that does nothing: with these months or without them."""
    random, fewer, naive, ratios = np.random.default_rng(300), 0, 0, []
    for _ in range(runs):
        rows = spiked(random, bool(number))
        found = estimate(rows, "", "")[1]
        if found is not None:
            fewer += found.p < LEVEL and found.log_ratio < 0
            naive += before_after(rows) < LEVEL and found.log_ratio < 0
            ratios.append(found.log_ratio)
    counts = share(fewer, len(ratios)), share(naive, len(ratios)), f"{math.exp(float(np.median(ratios))):.2f}"
    return [("with the spike", "without the spike")[number], f"{len(ratios):,} of {runs:,}", *counts]


def spiked(random: np.random.Generator, is_left_out: bool) -> Rows:
    """A history in which the group of cells with the most striking three months gets the change just after them.

    Nine months before go-live are the baseline, those three among them or not; nine come after.
    """
    lines, denials = SPIKE.history(random, SPIKE.months)
    groups = np.arange(len(lines)) // SPIKE.treated
    excess = [striking(lines[groups == group], denials[groups == group]) for group in range(int(groups.max()) + 1)]
    group, month = max(
        ((group, month) for group in range(len(excess)) for month in excess[group]),
        key=lambda one: excess[one[0]][one[1]],
    )
    chosen = np.flatnonzero(groups == group)
    others = np.flatnonzero(groups != group)[: SPIKE.compared]
    cells, span = np.r_[chosen, others], np.arange(month - 6, month + 13)
    world = dataclasses.replace(SPIKE, treated=len(chosen), compared=len(others))
    history = lines[cells][:, :, span], denials[cells][:, :, span]
    return as_rows(world, *history, 9, (6, 7, 8) if is_left_out else ())


def striking(lines: Floats, denials: Floats) -> dict[int, float]:
    """First month of three -> how far their share of denials lies above the group's own, in errors."""
    own = denials.sum() / lines.sum()
    found = {}
    for month in range(6, SPIKE.months - 12):
        size, hits = (counts[:, :, month : month + 3].sum() for counts in (lines, denials))
        found[month] = float((hits / size - own) / math.sqrt(own * (1 - own) / size))
    return found


def few_row(number: int, runs: int) -> Cells:
    """What is said where the numbers are too few."""
    told = [estimate(rows, "", "") for rows in histories(FEW[number], runs, 400 + number)]
    notes = [found.note for found, answer in told if answer is None]
    common = max(sorted(set(notes)), key=notes.count) if notes else ""
    return [FEW[number].name, f"{len(told) - len(notes):,} of {runs:,}", common]


def histories(world: World, runs: int, seed: int) -> Iterator[Rows]:
    """So many histories of one world, always the same ones."""
    random = np.random.default_rng([2026, seed])
    for _ in range(runs):
        yield world.rows(random)


def tables(runs: int, workers: int) -> dict[str, list[Cells]]:
    """Every table, its rows reckoned side by side in so many processes; the same whatever their number."""
    with concurrent.futures.ProcessPoolExecutor(workers) as pool:

        def rows(row: Callable[[int, int], Cells], count: int, part: float) -> list[concurrent.futures.Future[Cells]]:
            return [pool.submit(row, number, max(2, round(runs * part))) for number in range(count)]

        asked = {
            "null": ([NULL_HEAD], rows(null_row, len(NULL), 1.0)),
            "coverage": ([COVERAGE_HEAD], rows(coverage_row, len(COVERED) * len(RATIOS), 0.5)),
            "choice": ([["way", *WAYS]], rows(choice_column, len(CHOICE), 0.5)),
            "spike": ([SPIKE_HEAD], rows(spike_row, 2, 1.0)),
            "few": ([FEW_HEAD], rows(few_row, len(FEW), 0.1)),
        }
        found = {name: [*head, *(one.result() for one in waiting)] for name, (head, waiting) in asked.items()}
    found["choice"] = [list(cells) for cells in zip(*found["choice"], strict=True)]
    return found


def as_markdown(rows: list[Cells]) -> str:
    """The cells as a Markdown table, the first row its head."""
    lines = [f"| {' | '.join(cells)} |" for cells in rows]
    return "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]])


def main() -> None:
    """docs/calibration.md holds this run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calibration", description=__doc__)
    parser.add_argument("--runs", type=int, default=500, help="histories of each world")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes side by side")
    parser.add_argument("--out", type=Path, default=DOCUMENT, help="file to write")
    options = parser.parse_args()
    found = tables(options.runs, options.workers)
    parts = [HEAD.format(runs=options.runs)]
    parts += [f"{SECTIONS[name]}\n\n{as_markdown(rows)}" for name, rows in found.items()]
    options.out.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    print(options.out.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
