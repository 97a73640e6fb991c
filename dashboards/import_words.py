"""What the Import page says of files before and after they are loaded. Plain text: it is escaped where it is shown."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from dashboards import issues, titles, words
from dashboards.loading import Loaded
from dashboards.looking import ASK, HERE, NEW, REFUSED, Odd, Seen
from pipelines.ingest import Ingested

MOST_ROWS = 15
KINDS = {
    "835": "remittance (835)",
    "837P": "professional claims (837P)",
    "837I": "institutional claims (837I)",
    "837D": "dental claims (837D)",
    "277CA": "claim acknowledgements (277CA)",
    "999": "file acknowledgements (999)",
    "denial_log": "denial log or claim export",
    "unknown": "unknown",
}
HEAD = ("File", "Read as", "Adds up", "Next", "Claims", "Lines", "Dollars")
NUMBERS = 3
NEXT = {
    NEW: "can be loaded",
    HERE: "is here already; loading it changes nothing",
    ASK: "needs your word about its columns, below",
    REFUSED: "cannot be read, see below; it would be put aside whole",
}
LEVELS = {"transaction": "payment", "claim": "claim", "line": "line"}
RESULTS = {"loaded": "loaded", "already_loaded": "was here already", "quarantined": "put aside"}
RESULT_HEAD = ("File", "Result", "What to do", "Claims", "Lines", "Rows not used")


def answer(seen: Sequence[Seen]) -> str:
    """`Three files can be loaded, one is here already`."""
    counts = [
        (sum(one.status == NEW for one in seen), "can be loaded"),
        (sum(one.status == HERE for one in seen), "here already"),
        (sum(one.status == ASK for one in seen), "waiting for your word"),
        (sum(one.status == REFUSED for one in seen), "cannot be read"),
    ]
    said = [f"{titles.number(count)} {what}" for count, what in counts if count]
    files = f"{titles.number(len(seen))} file{'' if len(seen) == 1 else 's'}"
    return titles.sentence(f"{files}: {words.listed(said, 4)}") if said else "No file was found in what was dropped"


def rows(seen: Sequence[Seen]) -> list[tuple[str, ...]]:
    """Every file as a row under HEAD; of very many, those that are well are one row per kind."""
    well = [one for one in seen if one.status in (NEW, HERE) and not any(map(_is_off, one.report["balanced"].values()))]
    if len(seen) <= MOST_ROWS:
        return [row(one) for one in seen]
    groups: dict[tuple[str, str], list[Seen]] = {}
    for one in well:
        groups.setdefault((one.kind, one.status), []).append(one)
    others = [row(one) for one in seen if one not in well]
    return [_together(kind, status, group) for (kind, status), group in groups.items()] + others


def _is_off(level: dict[str, Any]) -> bool:
    return bool(level["off"])


def _together(kind: str, status: str, group: Sequence[Seen]) -> tuple[str, ...]:
    files = f"{words.count(len(group))} files, {group[0].name} and so on" if len(group) > 1 else group[0].name
    claims, lines = (sum(one.report[name] for one in group) for name in ("claims", "lines"))
    dollars = sum(Decimal(one.report["total_amount"]) for one in group)
    adds_up = "yes" if any(level["checked"] for one in group for level in one.report["balanced"].values()) else ""
    if status == HERE:
        return files, KINDS[kind], "", NEXT[status], "", "", ""
    return files, KINDS[kind], adds_up, NEXT[status], words.count(claims), words.count(lines), words.cents(dollars)


def row(seen: Seen) -> tuple[str, ...]:
    """One file as a row under HEAD."""
    report = seen.report
    if seen.status in (HERE, REFUSED):
        return seen.name, KINDS[seen.kind], "", NEXT[seen.status], "", "", ""
    dollars = words.cents(Decimal(report["total_amount"]))
    counts = words.count(report["claims"]), words.count(report["lines"])
    use = f", as {report['used_as']}" if report["used_as"] and seen.status == NEW else ""
    return seen.name, KINDS[seen.kind], balance(seen), NEXT[seen.status] + use, *counts, dollars


def balance(seen: Seen) -> str:
    """`all 12 payments, claims and lines checked` or what does not balance, and by how much."""
    levels = seen.report["balanced"]
    off = [
        f"{words.count(level['off'])} {LEVELS[name]}{'' if level['off'] == 1 else 's'} off by "
        f"{words.cents(Decimal(level['amount_off']))}"
        for name, level in levels.items()
        if level["off"]
    ]
    checked = sum(level["checked"] for level in levels.values())
    if off:
        return "; ".join(off)
    return f"yes, at {words.count(checked)} places" if checked else ""


def refusal(seen: Seen) -> str:
    """Where reading ended, what was found there, what was wanted, and what to do."""
    error = seen.report["error"]
    place = f"At segment {error['segment']} there is" if error["segment"] else "There is"
    return f"{place} {error['got']}; wanted is {error['wanted']}. {advice(seen.kind)}"


def advice(kind: str) -> str:
    """What to do about a file that is not taken."""
    if kind == "denial_log":
        return "Save the log as XLSX or CSV with one row of column names above the rows, and drop it again."
    if kind == "unknown":
        return "Look whether it is the right file; a spreadsheet should be saved as XLSX or CSV."
    return "Ask the sender for the file again, whole, or mend it at that segment, and drop it again."


def odd_row(name: str, odd: Odd) -> tuple[str, str, str, str]:
    """One kind of oddity as a row: file, what it is, the first case, how often."""
    place = f"segment {odd.segment}: " if odd.segment else ""
    return name, issues.oddity_label(odd.code), f"{place}{odd.message}", words.count(odd.count)


def outcome(done: Loaded) -> str:
    """`Two files loaded, one was here already`."""
    counts = [
        (sum(result.status == status for result in done.results), said)
        for status, said in (("loaded", "loaded"), ("already_loaded", "here already"), ("quarantined", "put aside"))
    ]
    said = [f"{titles.number(count)} {what}" for count, what in counts if count]
    if done.waiting:
        said.append(f"{titles.number(len(done.waiting))} left out until the columns are settled")
    return titles.sentence(words.listed(said, 4)) or "Nothing was loaded"


def result_rows(results: Sequence[Ingested]) -> list[tuple[str, ...]]:
    """Every file as a row under RESULT_HEAD; of very many, those that are well are one row per result."""
    if len(results) <= MOST_ROWS:
        return [result_row(result) for result in results]
    found = []
    for status in ("loaded", "already_loaded"):
        well = [result for result in results if result.status == status and not result.rejected_rows]
        if well:
            counts = sum(result.claims for result in well), sum(result.lines for result in well), 0
            name = f"{words.count(len(well))} files, {well[0].file} and so on" if len(well) > 1 else well[0].file
            found.append((name, RESULTS[status], "", *(words.count(count) for count in counts)))
    return found + [result_row(result) for result in results if result.error or result.rejected_rows]


def result_row(result: Ingested) -> tuple[str, ...]:
    """What became of one file as a row under RESULT_HEAD."""
    to_do = ""
    if result.error:
        error = result.error
        place = f"segment {error['segment']}: " if error["segment"] else ""
        found = f"{place}{error['got']}, wanted {error['wanted']}" if error["got"] else str(error["message"])
        to_do = f"{found}. Mend it or ask for it again, then drop it once more."
    elif result.rejected_rows:
        to_do = "Rows that were not used are on the Data quality page, with the reason."
    counts = (result.claims, result.lines, result.rejected_rows)
    return result.file, RESULTS[result.status], to_do, *(words.count(count) for count in counts)
