"""What is true about a demo: counted from the generated events themselves, never from what was hoped for.

Truth knows only stories (see events.py) and the words of the design; it shares no code and no SQL with the pipelines.
Only events up to the demo's last day count, and only those of payers that send 835 files.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass

from pipelines.demo.calendar import Span, iso
from pipelines.demo.events import Step, Story
from pipelines.demo.parameters import DenialKind
from pipelines.demo.reviewer import Change, PolicyChange
from pipelines.demo.rulings import Ruling

CORE, BROAD, NEVER = "core", "broad", "never"
PLANTED_SCOPES = {"125": CORE, "998": NEVER}  # the retired CARC, and the one that no list knows
Tally = Counter[str]


@dataclass(slots=True)
class Verdict:
    """What the words of the design say about one adjudicated line."""

    line_no: int
    ruling: Ruling
    is_core: bool
    is_broad: bool  # core included
    is_partial: bool
    kind: DenialKind | None


class Judge:
    """Applies the design's definition of a denied line."""

    def __init__(self, kinds: list[DenialKind]) -> None:
        self.scopes = {kind.carc: kind.denial_scope for kind in kinds} | PLANTED_SCOPES

    def verdicts(self, story: Story, step: Step) -> list[Verdict]:
        """One verdict for each line of the step's settlement."""
        by_line = {line.number: kind for line, kind in zip(story.claim.lines, story.kinds, strict=True)}
        by_line[0] = story.lead
        return [self._verdict(ruling, by_line.get(ruling.line.number)) for ruling in step.settlement.rulings]

    def _verdict(self, ruling: Ruling, kind: DenialKind | None) -> Verdict:
        scopes = {self.scopes.get(carc, NEVER) for _, carc, _, _ in ruling.adjustments}
        nothing_allowed = ruling.line.charge > 1 and ruling.paid == 0 and ruling.patient_share == 0
        return Verdict(
            line_no=ruling.line.number,
            ruling=ruling,
            is_core=nothing_allowed and CORE in scopes,
            is_broad=nothing_allowed and bool(scopes & {CORE, BROAD}),
            is_partial=not nothing_allowed and CORE in scopes,
            kind=kind,
        )


class Truth:
    """Counts stories as they are told."""

    def __init__(self, span: Span, judge: Judge, changes: tuple[Change, ...], policy: PolicyChange) -> None:
        self.span, self.judge, self.changes, self.policy = span, judge, changes, policy
        self.tallies: dict[str, dict[str, Tally]] = defaultdict(lambda: defaultdict(Counter))
        self.counts: dict[str, Tally] = defaultdict(Counter)
        self.histograms: dict[str, Counter[int]] = defaultdict(Counter)

    def story(self, story: Story) -> None:
        """Everything that this story adds to the truth."""
        self._submissions(story)
        steps = [step for step in story.steps if step.day <= self.span.last]
        if not steps or "paper" in story.payer.habits:
            return
        first = steps[0]
        verdicts = self.judge.verdicts(story, first)
        for dimension, value in self._places(story, first):
            _tally_claim(self.tallies[dimension][value], verdicts, story)
        for step in steps[1:]:
            self.counts["later_remit_events"][step.role] += 1
        if story.sequence == "primary":
            for verdict in verdicts:
                code = verdict.ruling.line.procedure if verdict.line_no else "(claim without lines)"
                _tally_line(self.tallies["primary_by_procedure"][code], verdict)
            self._lags(story, first, verdicts)
            self._codes(verdicts)
            self._ends(story, steps, verdicts)
            self._planted(story, verdicts)

    def _places(self, story: Story, first: Step) -> list[tuple[str, str]]:
        if story.sequence == "secondary":
            return [("secondary", "all")]
        return [
            ("primary", "all"),
            ("primary_by_payer", story.payer.name),
            ("primary_by_month", iso(first.day)[:7]),
            ("primary_by_rendering_npi", story.claim.provider.npi),
            ("primary_by_place_of_service", story.claim.place.code),
        ]

    def _submissions(self, story: Story) -> None:
        counts = self.counts["submissions"]
        for sent in story.sent:
            if sent.day <= self.span.last and not sent.is_exported:
                counts["claims"] += 1
                counts["lines"] += len(sent.claim.lines)
                counts["charge_cents"] += sent.claim.charge
                verdict = f"rejected_with_{sent.refusal}" if sent.refusal else "rejected"
                counts["accepted" if sent.is_accepted else verdict] += 1
                counts[f"frequency_{sent.frequency}"] += 1
                counts["secondary"] += bool(sent.earlier)
                counts["under_another_account"] += sent.account != story.claim.account
        if story.sequence == "primary":
            month = iso(story.claim.service_day)[:7]
            self.counts[f"visits_{month}"][story.payer.name] += 1
            self._cohort(story)

    def _cohort(self, story: Story) -> None:
        sent = next((sent for sent in story.sent if sent.is_accepted), None)
        if sent and sent.day <= self.span.last and "paper" not in story.payer.habits:
            cohort = self.counts[f"cohort_{iso(sent.day)[:7]}"]
            cohort["submitted"] += 1
            cohort["adjudicated"] += story.steps[0].day <= self.span.last

    def _lags(self, story: Story, first: Step, verdicts: list[Verdict]) -> None:
        charged = sum(verdict.ruling.line.charge > 0 for verdict in verdicts)
        self.histograms["service_to_payment_lines"][first.day - story.claim.service_day] += charged
        denied = [verdict for verdict in verdicts if verdict.is_broad]
        if not denied:
            return
        again = [sent.day for sent in story.sent if sent.frequency == "7" and sent.day <= self.span.last]
        core = sum(verdict.is_core for verdict in denied)
        for name, count in (
            ("core_lines", core),
            ("broad_lines", len(denied)),
            ("broad_claims", 1),
            ("core_claims", core > 0),
        ):
            if again and count:
                self.histograms[f"denial_to_resubmission_{name}"][again[0] - first.day] += count
            elif count:
                self.counts["never_resubmitted"][name] += count

    def _codes(self, verdicts: list[Verdict]) -> None:
        for verdict in verdicts:
            if verdict.is_broad:
                group, carc = verdict.ruling.adjustments[0][:2]
                codes = "+".join((f"{group}-{carc}", *verdict.ruling.remarks))
                self.counts["denied_lines_by_codes"][codes] += 1
            if verdict.is_broad and verdict.kind:
                self.counts["denied_lines_by_planted_cause"][verdict.kind.root_cause] += 1

    def _ends(self, story: Story, steps: list[Step], verdicts: list[Verdict]) -> None:
        """Where each line stands on the last day; a duplicate's denial changes nothing."""
        changing = [step for step in steps if step.role not in ("reversal", "duplicate")]
        last = {verdict.line_no: verdict for verdict in self.judge.verdicts(story, changing[-1])}
        states = self.counts["line_states"]
        for verdict in verdicts:
            now = last[verdict.line_no]
            if verdict.is_broad:
                scope = "core" if verdict.is_core else "broad_only"
                outcome = "open" if now.is_broad else f"overturned_{changing[-1].role}"
                states[f"denied_{scope}_{outcome}"] += 1
                states[f"denied_{scope}_{outcome}_cents"] += verdict.ruling.line.charge
                if not now.is_broad:
                    states[f"recovered_{scope}_cents"] += now.ruling.paid
            elif now.is_broad:
                states["takeback"] += 1
            else:
                states["paid_or_patient"] += 1
        for appeal in story.appeals:
            self._appeal(appeal.filed_day, appeal.decided_day, appeal.is_overturned)

    def _appeal(self, filed: int, decided: int, overturned: bool) -> None:
        if filed <= self.span.last:
            counts = self.counts["appeals"]
            counts["filed"] += 1
            if decided <= self.span.last:
                counts["overturned" if overturned else "upheld"] += 1

    def _planted(self, story: Story, verdicts: list[Verdict]) -> None:
        claim = story.claim
        for line, verdict in zip(claim.lines, verdicts, strict=False):
            for change in self.changes:
                if line.procedure in change.procedures and "no_lines" not in story.payer.habits:
                    arm = "treated" if change.covers(claim, line) else "control"
                    when = "after" if claim.service_day >= change.first_day else "before"
                    _tally_arm(self.tallies[change.name][f"{arm}_{when}"], verdict)
            if self.policy.covers(claim, line):
                when = "after" if claim.service_day >= self.policy.first_day else "before"
                counts = self.counts[f"policy_{when}"]
                counts["lines"] += 1
                counts["denied_197_lines"] += verdict.is_core and verdict.ruling.adjustments[0][1] == "197"


def _tally_claim(tally: Tally, verdicts: list[Verdict], story: Story) -> None:
    tally["claims"] += 1
    tally["claims_without_charge"] += not any(verdict.ruling.line.charge for verdict in verdicts)
    tally["charge_cents"] += sum(verdict.ruling.line.charge for verdict in verdicts)
    tally["claims_denied_core"] += all(verdict.is_core for verdict in verdicts)
    tally["claims_denied_broad"] += all(verdict.is_broad for verdict in verdicts)
    tally["claims_any_line_denied_core"] += any(verdict.is_core for verdict in verdicts)
    tally["claims_any_line_denied_broad"] += any(verdict.is_broad for verdict in verdicts)
    tally["claims_paid_nothing"] += all(verdict.ruling.paid == 0 for verdict in verdicts)
    for verdict in verdicts:
        _tally_line(tally, verdict)


def _tally_line(tally: Tally, verdict: Verdict) -> None:
    charge = verdict.ruling.line.charge
    tally["lines"] += 1
    tally["lines_without_charge"] += charge == 0
    tally["lines_partly_denied"] += verdict.is_partial
    tally["lines_on_patient"] += verdict.ruling.paid == 0 and verdict.ruling.patient_share > 0
    if verdict.is_broad:
        tally["lines_denied_broad"] += 1
        tally["denied_broad_cents"] += charge
    if not verdict.is_core:
        return
    tally["lines_denied_core"] += 1
    tally["denied_core_cents"] += charge
    tier = verdict.kind.mn_tier if verdict.kind else ""
    for name, tiers in (("strict", "A"), ("extended", "AB")):
        if tier and tier in tiers:
            tally[f"necessity_{name}_lines"] += 1
            tally[f"necessity_{name}_cents"] += charge


def _tally_arm(tally: Tally, verdict: Verdict) -> None:
    tally["lines"] += 1
    kind = verdict.kind
    if verdict.is_core and kind and kind.reach == "necessity":
        tally["necessity_lines"] += 1
        tally["necessity_strict_lines"] += kind.mn_tier == "A"
        tally["necessity_extended_lines"] += kind.mn_tier in ("A", "B")
