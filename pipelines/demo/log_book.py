"""What the practice itself writes down: its denial logs, and the export of the location that gives no 837."""

from collections import Counter, defaultdict
from pathlib import Path

from pipelines.demo.calendar import Span, iso
from pipelines.demo.chance import Chance
from pipelines.demo.claims import Line
from pipelines.demo.events import Sent, Story
from pipelines.demo.logs import Entry, ordered, write_claim_export, write_csv_log, write_workbook_log
from pipelines.demo.parameters import DenialKind

WORKBOOK_MONTHS = 3
Counts = defaultdict[str, Counter[str]]


class LogBook:
    """Keeps the entries until their file is written; `totals` is told how many."""

    def __init__(self, folder: Path, span: Span, work: dict[str, float], chance: Chance, totals: Counts) -> None:
        self.folder, self.span, self.work, self.chance, self.totals = folder, span, work, chance, totals
        self.workbook_from = span.month_start(max(2, span.months - WORKBOOK_MONTHS + 1))
        self.years: dict[str, list[Entry]] = defaultdict(list)
        self.now: list[Entry] = []
        self.exported: list[Sent] = []

    def log(self, story: Story) -> None:
        """Most denied lines get into the practice's log; all of those that came on paper."""
        paper = "paper" in story.payer.habits
        for line, kind in zip(story.claim.lines, story.kinds, strict=True):
            if kind and (self.chance.happens(self.work[f"log_{kind.denial_scope}"]) or paper):
                story.logged.add(line.number)
                entry = log_entry(story, line, kind, self.span.last)
                is_old = entry.denial_day < self.workbook_from
                (self.years[iso(entry.denial_day)[:4]] if is_old else self.now).append(entry)
                counts = self.totals["log"]
                counts["rows"] += 1
                counts["rows_on_paper_only"] += paper
                counts["cents_on_paper_only"] += line.charge * paper
                counts[f"rows_{kind.denial_scope}{'_on_paper_only' * paper}"] += 1

    def close_year(self, year: str) -> None:
        """A past year's log is closed: nothing can be added to it any more."""
        if year in self.years:
            write_csv_log(self.folder / f"demo_denial_log_{year}.csv", int(year), ordered(self.years.pop(year)))
            self.totals["files"]["denial_log"] += 1
            self.totals["log"]["rows_unusable"] += 2  # a note to self, and the total

    def close(self) -> None:
        """Every log is written, and the claim export if there is anything in it."""
        for year in sorted(self.years):
            self.close_year(year)
        write_workbook_log(self.folder / "demo_denial_log_current.xlsx", ordered(self.now))
        self.totals["files"]["denial_log"] += 1
        if self.exported:
            write_claim_export(self.folder / "demo_claim_export.csv", self.exported)
            self.totals["files"]["claim_export"] += 1
            self.totals["claim_export"]["claims"] += len(self.exported)
            self.totals["claim_export"]["rows"] += sum(len(sent.claim.lines) for sent in self.exported)


def log_entry(story: Story, line: Line, kind: DenialKind, last: int) -> Entry:
    """The log's row for one denied line, as things stand on the last day."""
    first = story.steps[0]
    done = [step for step in story.steps[1:] if step.day <= last and step.role != "reversal"]
    places = (line.number, 0) if line.number == 1 else (line.number,)  # a claim without lines is told at its first line
    paid = [each.paid for step in done[-1:] for each in step.settlement.rulings if each.line.number in places]
    again = [sent.day for sent in story.sent if sent.frequency == "7" and sent.day <= last]
    appeals = [appeal for appeal in story.appeals if appeal.filed_day <= last]
    decided = [appeal for appeal in appeals if appeal.decided_day <= last]
    ending = story.ending if story.ending and story.ending.day <= last else None
    return Entry(
        claim=story.claim,
        line=line,
        kind=kind,
        denial_day=first.day,
        sent_day=next(sent.day for sent in story.sent if sent.is_accepted),
        last_bill_day=again[0] if again else 0,
        appeal_day=appeals[0].filed_day if appeals else 0,
        outcome=("Overturned" if decided[-1].is_overturned else "Upheld") if decided else "Pending" if appeals else "",
        outcome_day=decided[-1].decided_day if decided else ending.day if ending else 0,
        status=ending.words if ending else "paid" if sum(paid) else "appealed" if appeals else "open",
        recovered=sum(paid),
    )
