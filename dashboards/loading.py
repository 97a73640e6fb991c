"""Dropped files into the store and the pages up to date. No Streamlit here; `tell` hears of each file and step."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence

from dashboards.looking import ASK, Key, Seen, Upload, Words, at_hand
from pipelines.alert_telling import Telling, tell
from pipelines.build import build
from pipelines.errors import DenialboardError
from pipelines.ingest import Ingested, ingest
from pipelines.sources import Source
from pipelines.store import Store

# One process: a process pool would run the whole dashboard once more in each of its processes.
WORKERS = 1
NOBODY_TOLD = Telling()


@dataclasses.dataclass(frozen=True)
class Loaded:
    """What came of one run: a result per file, and why the pages could not follow ('' when they did)."""

    results: tuple[Ingested, ...]
    waiting: tuple[str, ...]  # logs left out: a person has to settle their columns
    problem: str = ""
    alerts: Telling = NOBODY_TOLD  # what the new build told that nobody was told of before


def load(
    store: Store,
    uploads: Sequence[Upload],
    seen: Sequence[Seen],
    said: Mapping[Key, Words],
    tell: Callable[[Ingested], None],
    building: Callable[[], None],
) -> Loaded:
    """Every file that needs no word any more is in the store or refused, and a new build is current."""
    waiting = {one.key: one.name for one in seen if one.status == ASK}
    results: list[Ingested] = []
    problem, alerts = "", NOBODY_TOLD
    try:
        with at_hand(store, uploads) as found:
            wanted = [(key, source) for key, source in found if key not in waiting]
            for sources, words in _batches(wanted, said):
                results += ingest(store, sources, dict(words), tell, workers=WORKERS)
        building()
        alerts = _built(store)
    except DenialboardError as error:
        problem = str(error)
    return Loaded(tuple(results), tuple(waiting.values()), problem, alerts)


def _batches(wanted: Iterable[tuple[Key, Source]], said: Mapping[Key, Words]) -> Iterable[tuple[list[Source], Words]]:
    """The files that nobody spoke about together, each other one with its own words."""
    silent = []
    for key, source in wanted:
        words = said.get(key)
        if words:
            yield [source], words
        else:
            silent.append(source)
    if silent:
        yield silent, {}


def catch_up(store: Store) -> str:
    """The pages show every file of the store; else why not, in one line."""
    try:
        _built(store)
    except DenialboardError as error:
        return str(error)
    return ""


def _built(store: Store) -> Telling:
    """A new build is current, and who watches a number is told."""
    build(store, workers=WORKERS)
    return tell(store)
