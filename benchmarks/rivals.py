"""Other readers of 835 files, each to its own idea of a result: `python rivals.py edi-835-parser FILE`.

Runs in .venv/rivals, whose packages (requirements-bench.lock) contradict this project's: one wants an older pandas. So
nothing of this project is imported here.
"""

import json
import sys
import time
import warnings
from collections.abc import Callable


def edi_835_parser(path: str) -> tuple[float, int]:
    """The file as that package's objects; the answer is the number of claims. Its data frames are not asked for."""
    from edi_835_parser import parse  # type: ignore[import-not-found]

    started = time.perf_counter()
    found = parse(path)
    return time.perf_counter() - started, sum(len(each.claims) for each in found)


def pyx12(path: str) -> tuple[float, int]:
    """Every segment as the bare reader of pyx12 gives it, nothing checked; the answer is their number."""
    from pyx12.x12file import X12Reader  # type: ignore[import-not-found]

    started = time.perf_counter()
    with open(path, encoding="ascii") as file:  # noqa: PTH123  (runs without this project's habits)
        count = sum(1 for _ in X12Reader(file))
    return time.perf_counter() - started, count


RIVALS: dict[str, Callable[[str], tuple[float, int]]] = {"edi-835-parser": edi_835_parser, "pyx12": pyx12}


def main() -> None:
    """The last line of the output is the reader's seconds and answer."""
    warnings.simplefilter("ignore")
    seconds, answer = RIVALS[sys.argv[1]](sys.argv[2])
    print(json.dumps({"seconds": seconds, "answer": answer}))


if __name__ == "__main__":
    main()
