"""Every element out of its place, one after another: `python -m benchmarks.fuzz_places` (a minute or two).

Where `fuzz` chooses by chance, this goes through the segments of the same files: an element is missing, pushed on by
an empty one, empty, alone, far behind all others, or the segment comes twice and differs in it. Each distinct case is
tried once, and the segment must leave a trace of whatever it still says.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from typing import NamedTuple

from benchmarks.fuzz_check import Finding, differing, forced, read, traceless
from benchmarks.fuzz_count import ENVELOPE, Piece, counted, lost_of, of_claims
from benchmarks.fuzz_inputs import seeds
from pipelines.sources import READERS

COLUMNS_EVERY = 25
BEYOND, OTHER_ENDS = "Q7Q7Q", ("3", "7")
Elements = list[str]


def missing(elements: Elements, place: int) -> list[Elements]:
    """What follows the element stands one place too early."""
    return [elements[:place] + elements[place + 1 :]]


def pushed(elements: Elements, place: int) -> list[Elements]:
    """The element and what follows it stand one place too late."""
    return [[*elements[:place], "", *elements[place:]]]


def empty(elements: Elements, place: int) -> list[Elements]:
    """The element says nothing."""
    return [[*elements[:place], "", *elements[place + 1 :]]]


def alone(elements: Elements, place: int) -> list[Elements]:
    """Nothing but the qualifier and the element says anything."""
    return [[each if number in (0, 1, place) else "" for number, each in enumerate(elements)]]


def beyond(elements: Elements, place: int) -> list[Elements]:
    """What is said stands so far behind all others."""
    return [[*elements[:2], *[""] * (len(elements) - 2 + place), BEYOND]]


def again(elements: Elements, place: int) -> list[Elements]:
    """The segment comes twice, and the second differs in the element's last character."""
    last = OTHER_ENDS[elements[place][-1:] == OTHER_ENDS[0]]
    return [elements, [*elements[:place], elements[place][:-1] + last, *elements[place + 1 :]]]


WAYS: tuple[Callable[[Elements, int], list[Elements]], ...] = (missing, pushed, empty, alone, beyond, again)


class Case(NamedTuple):
    """An input, and from where to where the segments stand of which a trace is wanted."""

    data: bytes
    start: int
    end: int


def cases(kind: str, with_others: bool = True, before: int = 1) -> Iterator[Case]:
    """Every distinct one: by way, place, length, qualifier and the ids of so many segments before."""
    seen = set()
    for data in seeds(kind, with_others):
        pieces = counted(data) or []
        for number, piece in enumerate(pieces):
            context = tuple(each.id for each in pieces[max(0, number - before) : number])
            for place in range(1, 0 if piece.id in ENVELOPE else len(piece.elements)):
                for way in WAYS:
                    case = (context, piece.id, piece.at(1)[:3], way, place, len(piece.elements))
                    if case not in seen:
                        seen.add(case)
                        yield _made(data, piece, way(piece.elements, place))


def _made(data: bytes, piece: Piece, segments: list[Elements]) -> Case:
    separator, terminator = chr(data[3]), chr(data[105])
    raw = data[piece.offset :].split(data[105:106], 1)[0]
    new = terminator.join(separator.join(elements) for elements in segments).encode("latin-1")
    return Case(data[: piece.offset] + new + data[piece.offset + len(raw) :], piece.offset, piece.offset + len(new))


def check(kind: str, case: Case, by_columns: bool) -> Iterator[Finding]:
    """What is lost of the segments of a case, or read otherwise by columns."""
    pieces, first = counted(case.data), read(READERS, kind, case.data)
    if pieces is None or first.refusal:
        return
    yield from (Finding("lost", what) for what in lost_of(kind, pieces, first.rows))
    for number, piece in enumerate(of_claims(kind, pieces)):
        if case.start <= piece.offset < case.end:
            yield from traceless(kind, case.data, pieces, first, number)
    if by_columns and kind != "277CA":
        yield from differing(first, forced(kind, case.data), "columns")


def main() -> int:
    """All cases of the readers of X12; the status is 1 where something was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--before", type=int, default=1)
    before, has_found = parser.parse_args().before, False
    for kind in ("835", "837", "277CA"):
        number, found = 0, set[Finding]()
        for number, case in enumerate(cases(kind, before=before), 1):
            found |= set(check(kind, case, number % COLUMNS_EVERY == 0))
        print(f"{kind}: {number:,} cases, {len(found)} findings", *sorted(found)[:20], sep="\n  ")
        has_found |= bool(found)
    return int(has_found)


if __name__ == "__main__":
    sys.exit(main())
