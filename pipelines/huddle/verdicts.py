"""What came of each documentation change, in the sentence that the page Changes and `denials change report` say."""

import datetime
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from pipelines.errors import UsageError
from pipelines.huddle.suppress import Hidden
from pipelines.ledger import Ledger
from pipelines.register import Change

if TYPE_CHECKING:
    import duckdb

TOO_FEW = "Too few to judge"


class Verdicts(NamedTuple):
    """Change id -> its sentence; those that were judged; titles and first day of those that cannot be judged yet."""

    said: dict[str, str]
    judged: tuple[str, ...]
    waiting: tuple[tuple[str, datetime.date], ...]

    def shown(self, hidden: Hidden) -> "Verdicts":
        """The same without small numbers of lines or denials; what was estimated (fewer denials) is no such number."""
        return self._replace(said={change: _masked(text, hidden) for change, text in self.said.items()})


def verdicts(connection: "duckdb.DuckDBPyConnection", ledger: Ledger, changes: Sequence[Change]) -> Verdicts:
    """The sentence of every change; a change that cannot be judged says why."""
    if not changes:
        return Verdicts({}, (), ())  # without a change nothing of the dear modules is loaded
    from pipelines.effect import judge, settings_of

    said: dict[str, str] = {}
    judged: list[str] = []
    waiting: list[tuple[str, datetime.date]] = []
    for change in changes:
        try:
            found = judge(connection, change, changes, settings_of(ledger))
        except UsageError as problem:
            said[change.change_id] = f"Cannot be judged: {problem}."
            continue
        said[change.change_id] = found.headline
        if found.state == "judged":
            judged.append(change.change_id)
        if found.can_judge_from:
            waiting.append((change.title, found.can_judge_from))
    return Verdicts(said, tuple(judged), tuple(waiting))


def _without_small_shares(text: str, minimum: int) -> str:
    """The sentence without a share that says a small number of lines, or of others; and without the odds beside it."""

    def mark(found: re.Match[str]) -> str:
        lines, half = int(found[2].replace(",", "")), 0.0005  # printed with one decimal of a percent
        least, most = (lines * (float(found[1]) / 100 + by) for by in (-half, half))
        small = any(least <= count <= most for one in range(1, minimum) for count in (one, lines - one))
        return "a withheld share of" if small else found[0]

    shown = re.sub(r"([\d.]+)\s%\sof(?=\s([\d,]+)\sline)", mark, text)
    return shown if shown == text else re.sub(r" \(odds ratio [^)]*\)", "", shown)


def _masked(text: str, hidden: Hidden) -> str:
    """The sentence with the mark for each small number; how far a change is from enough would say it again."""

    def mark(found: re.Match[str]) -> str:
        return f"<{hidden.minimum}{found[2]}" if 0 < int(found[1]) < hidden.minimum else found[0]

    text = _without_small_shares(text, hidden.minimum)
    shown = re.sub(r"(?<![\d.,])(\d+)( (?:treated |compared |necessity )?(?:lines?|denials?)\b)", mark, text)
    few, _, rest = shown.partition(". ")
    return f"{TOO_FEW}. {rest}".strip() if few.startswith(TOO_FEW) and shown != text else shown
