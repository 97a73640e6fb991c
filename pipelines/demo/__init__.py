"""A made-up but plausible practice, written as the files that a practice gets: 837P, 277CA, 999, 835, logs, an export.

`write_demo` plants known facts and writes them, counted from its own events, to `truth.json` beside the files. Same
seed, size and practice give the same bytes on any machine. Demo data is recognised by any of: every file's name begins
with `demo_`; ISA06 (sender) is `DBDEMO` and ISA15 (usage) is `T`; the first cell of every log begins with `DEMO DATA`.
"""

import datetime
import json
from pathlib import Path

from pipelines.demo.calendar import iso, span
from pipelines.demo.chance import Chance
from pipelines.demo.ledger_book import LEDGER, LedgerBook
from pipelines.demo.office import Office
from pipelines.demo.parameters import load_parameters
from pipelines.demo.practice import build_practice
from pipelines.demo.telling import cast, told

LAST_DAY = datetime.date(2026, 10, 31)
TRUTH = "truth.json"
LEDGER_CHANCE = 3  # its own stream, so that the ledger changes no other file
STREAMS = 100  # seeds from one piece to the next: more than there are streams of chance

__all__ = ["LEDGER", "TRUTH", "write_demo"]


def write_demo(
    folder: Path,
    claims: int = 6000,
    seed: int = 1,
    practice: str = "ortho",
    end: datetime.date = LAST_DAY,
    months: int = 24,
    piece: int = 0,
) -> Path:
    """The demo's files and their `truth.json` lie in `folder`; returned is the path of `truth.json`.

    Ingesting the folder passes over JSON files and over `demo_ledger.jsonl`, which `denials ledger import` takes.
    `claims` is the number of visits; `end` is the last day of everything. A practice too large for one run is made in
    pieces of the same size: in each, claims, members, payments and files are numbered on from the pieces before it.
    Raises UsageError for a practice that does not exist.
    """
    parameters = load_parameters()
    days, seed = span(end, months), seed + piece * STREAMS
    people = build_practice(practice)
    folder.mkdir(parents=True, exist_ok=True)
    office = Office(folder, people, parameters, days, claims, seed, piece)
    office.run()
    book = LedgerBook(people, days, office.reviewer.changes, office.reviewer.policy, Chance(seed + LEDGER_CHANCE))
    ledger = book.write(folder)
    about = {
        "practice": practice,
        "seed": seed,
        "claims": claims,
        "first_day": iso(days.first),
        "last_day": iso(days.last),
    }
    text = json.dumps({"demo": about, "ledger": ledger, **cast(office), **told(office)}, indent=1, sort_keys=True)
    truth = folder / TRUTH
    truth.write_bytes(f"{text}\n".encode())
    return truth
