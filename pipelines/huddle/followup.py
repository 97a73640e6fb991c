"""What earlier huddles decided, who owns it, and whether it worked; and what this huddle has decided so far."""

import datetime
from collections.abc import Mapping, Sequence

from pipelines import words
from pipelines.huddle.tables import Table, columns
from pipelines.register import Change, Decision

DECISIONS = columns(
    ("Decision", "text", 3.2),
    ("Owner", "text", 1.2),
    ("Due", "date", 1.2),
    ("State", "text", 0.9),
    ("Did it work?", "text", 3.2),
)
ENTERED = columns(("Decision", "text", 4.5), ("Owner", "text", 1.4), ("Due", "date", 1.0))
CHANGES = columns(("Change", "text", 2.2), ("Live since", "date", 1.2), ("Owner", "text", 1.2), ("Result", "text", 4.4))


def last_time(decisions: Sequence[Decision], verdicts: Mapping[str, str], today: datetime.date, quarter: str) -> Table:
    """The decisions of the quarter before; what is tied to a documentation change says what came of that."""
    rows = tuple(
        (one.text, one.owner, one.due, state(one, today), worked(one, verdicts))
        for one in sorted(decisions, key=lambda one: (one.due, one.text))
    )
    done = sum(one.status == "done" for one in decisions)
    title = f"{done} of {words.counted(len(rows), 'decision')} of {quarter} {'is' if done == 1 else 'are'} done"
    empty = f"No decision of {quarter} is in the ledger."
    return Table("Last decisions", title if rows else empty, DECISIONS, rows, empty=empty)


def state(one: Decision, today: datetime.date) -> str:
    """Open, done, dropped; or overdue."""
    return "overdue" if one.is_overdue(today) else one.status


def worked(one: Decision, verdicts: Mapping[str, str]) -> str:
    """The judged sentence of its change, and what the owner wrote down."""
    said = [verdicts.get(one.change_id, ""), one.result]
    return " ".join(filter(None, said)) or ("not said yet" if one.status == "open" else "no result written down")


def entered(decisions: Sequence[Decision], quarter: str) -> Table:
    """What this huddle decided so far."""
    rows = tuple((one.text, one.owner, one.due) for one in sorted(decisions, key=lambda one: (one.due, one.text)))
    return Table("Decisions", f"What the huddle of {quarter} decides", ENTERED, rows, empty="Nothing entered yet.")


def changed(changes: Sequence[Change], verdicts: Mapping[str, str]) -> Table:
    """The documentation changes that are live, the newest first, each with its judged sentence."""
    live = sorted(changes, key=lambda one: one.go_live, reverse=True)
    rows = tuple((one.title, one.go_live, one.owner, verdicts.get(one.change_id, "not judged")) for one in live)
    title = f"{words.counted(len(rows), 'documentation change')} and what came of {'it' if len(rows) == 1 else 'them'}"
    empty = "No documentation change is registered."
    return Table(
        "Changes", title if rows else empty, CHANGES, rows, "Judged by submission, mature months alone", empty=empty
    )
