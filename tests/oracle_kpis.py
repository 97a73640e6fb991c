"""The second implementation, continued: verdicts on lines, claims, remits and payments, and KPIs counted from them."""

import dataclasses
import datetime
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from pipelines import reference
from pipelines.rows import Remit, Row, Submission
from tests import oracle, oracle_cohorts, oracle_families
from tests.oracle import CARCS, RARCS, ClaimEvent, LineEvent, Reason
from tests.oracle_after import After, Took, after
from tests.oracle_causes import root_cause
from tests.warehouse import file_id

CAUSES = {row["root_cause"]: row for row in reference.rows("root_cause")}
CATEGORIES = {row["category"]: row for row in reference.rows("category")}
NONE = "(not given)"
FOLLOWED_DAYS = 30
DENIAL_DAYS = (
    "days_to_resubmission",
    "days_to_next_remit",
    "days_resubmission_to_answer",
    "days_denial_to_resolution",
)
COHORT_KPIS = ("clean_claim_rate", "never_reached_share", "days_service_to_submission", "days_submission_to_remit")


@dataclasses.dataclass
class Verdict:
    """A line (or the lead of a claim or remit) with its dimensions and what it adds to each measure."""

    dimensions: dict[str, Any]
    adds: dict[str, Any]


class Oracle:
    """The verdicts on everything in these files."""

    def __init__(self, files: Mapping[str, Iterable[Row]]) -> None:
        held = {name: list(rows) for name, rows in files.items()}
        self.submissions = [row for rows in held.values() for row in rows if isinstance(row, Submission)]
        every = oracle.claim_events(held)
        oracle_families.set_sequences(every, self.submissions)
        oracle_families.set_families(every, self.submissions)
        self.events = oracle_families.without_repeats(every)
        self.newest = max((event.day for event in self.events if event.day), default=None)
        self.homes = oracle_cohorts.families_of(self.submissions, every)
        self.sent = oracle_cohorts.sent_claims(self.submissions, self.events)
        self.sent_on = {one.family: one.submission_date for one in self.sent}
        self.sent_of: dict[Any, list[Submission]] = defaultdict(list)
        for family, one in zip(
            oracle_cohorts.families_of(self.submissions, self.events), self.submissions, strict=True
        ):
            self.sent_of[family].append(one)
        days = [one.created_date for one in self.submissions if one.created_date]
        self.as_of = max([*days, *([self.newest] if self.newest else [])], default=None)
        self.lines: list[Verdict] = []
        self.claims: list[Verdict] = []
        families = defaultdict(list)
        for event in sorted(self.events, key=lambda e: e.place):
            families[event.family].append(event)
        for family in families.values():
            oracle_families.set_reversed(family)
            self._judge(oracle_families.set_keys(family))
        self.remits = [self._remit(event) for event in self.events if event.is_decision]
        self.payments = self._payments(held, every)
        self.cohorts = [self._cohort(one) for one in self.sent]

    def _judge(self, decisions: list[ClaimEvent]) -> None:
        history: dict[str, list[tuple[ClaimEvent, list[LineEvent]]]] = defaultdict(list)
        for event in decisions:
            together = defaultdict(list)
            for li in event.lines:
                if li.is_counted:
                    together[li.key].append(li)
            for key, own in together.items():
                history[key].append((event, own))
        found = [self._line(events) for events in history.values()]
        self.lines += found
        if found:
            first = min(verdict.dimensions["payment_date"] for verdict in found)
            claim = _claim([verdict for verdict in found if verdict.dimensions["payment_date"] == first])
            claim.adds["family"] = decisions[0].family
            self.claims.append(claim)

    def _line(self, events: list[tuple[ClaimEvent, list[LineEvent]]]) -> Verdict:
        event, own = events[0]
        standing = [lines for one, lines in events if not one.is_reversed]
        later = [lines for one, lines in events[1:] if not one.is_reversed]
        charge = sum(li.charge or 0 for li in own)
        denied = {scope: all(li.denied(scope) for li in own) for scope in oracle.SCOPES}
        allowed = any(li.is_allowed for li in own)
        partial = any(li.is_allowed and any(r.scope == "core" for r in li.reasons) for li in own)
        is_paid = any(li.is_allowed for lines in standing for li in lines)
        takeback = next((lines for lines in later if all(li.denied("broad") for li in lines)), None)
        is_takeback = bool(not denied["broad"] and allowed and takeback and not is_paid)
        deciding = own if denied["broad"] or partial else takeback if is_takeback and takeback else []
        is_open = bool(standing) and not is_paid
        what = (
            after(events, self.sent_of[event.family], self.as_of, is_open) if denied["broad"] else After(0, {}, False)
        )
        is_watched = what.submission_count and event.day and self.newest
        is_followed = bool(is_watched and (self.newest - event.day).days >= FOLLOWED_DAYS)
        tier = min((li.tier for li in deciding if li.tier), default="")
        cause = root_cause(event, deciding, self.submissions, self._own(event)) if denied["broad"] else NONE
        reason = deciding[0].principal if deciding else None
        dimensions = _dimensions(event, own[0]) | _outcome(reason, deciding, cause) | self._submitted(event.family)
        adds: dict[str, Any] = {
            "adjudicated_count": 1,
            "adjudicated_amount": charge,
            "partial_denial_count": int(partial),
        }
        adds["days_service_to_payment"] = (event.day - own[0].date).days if own[0].date and event.day else None
        for scope in oracle.SCOPES:
            is_in = denied[scope]
            facts = {
                "denied": is_in,
                "rate_denied": is_in,
                "necessity_a": is_in and tier == "A",
                "necessity_ab": is_in and tier in ("A", "B"),
                "rate_necessity_a": is_in and tier == "A",
                "rate_necessity_ab": is_in and tier in ("A", "B"),
                "preventable": is_in and CATEGORIES[dimensions["category"]]["is_preventable"] == "true",
                "undetermined": is_in and CAUSES[cause]["is_determined"] != "true",
                "open_denied": is_in and is_open,
                "expiring": is_in and what.is_expiring,
                "overturned": is_in and is_paid,
                "followed": is_in and is_followed,
                "never_resubmitted": is_in and is_followed and what.days["days_to_resubmission"].done is None,
                "takeback": is_takeback and takeback is not None and all(li.denied(scope) for li in takeback),
            }
            for name, flag in facts.items():
                adds[f"{name}_{scope}_count"] = int(flag)
                adds[f"{name}_{scope}_amount"] = charge if flag else 0
            for name in DENIAL_DAYS:
                took = what.days.get(name, Took()) if is_in else Took()
                adds |= {f"{name}_{scope}": took.done, f"open_{name}_{scope}": took.open}
            adds |= dict.fromkeys(_of_logs(scope), 0)
            paid = sum(li.paid or 0 for lines in standing for li in lines)
            adds[f"recovered_{scope}_amount"] = paid if is_in else 0
        adds["first_pass_paid_count"] = int(allowed)
        adds["order"] = (-charge, event.place, own[0].number)
        return Verdict(dimensions, adds)

    def _own(self, event: ClaimEvent) -> list[Submission]:
        """The submissions of its family."""
        return [one for one, family in zip(self.submissions, self.homes, strict=True) if family == event.family]

    def _submitted(self, family: Any) -> dict[str, Any]:
        day = self.sent_on.get(family)
        return {"submission_date": day, "submission_month": _month(day)}

    def _cohort(self, sent: oracle_cohorts.SentClaim) -> Verdict:
        """A claim that was sent, decided or not."""
        decided = next((claim for claim in self.claims if claim.adds["family"] == sent.family), None)
        if decided:
            dimensions = decided.dimensions
        else:
            dimensions = dict.fromkeys(("procedure", "carc", "group_code", "category", "rarc", "root_cause"), NONE)
            dimensions |= {
                "payer": sent.first.payer_name,
                "place_of_service": sent.first.facility_code or NONE,
                "payer_sequence": oracle_cohorts.TURNS[sent.first.payer_sequence_code or "P"],
            }
        day, service = decided.dimensions["payment_date"] if decided else None, sent.first.service_from_date
        adds = {
            "clean_count": 0,
            "acknowledged_count": 0,
            "never_reached_count": 0,
            "days_submission_to_remit": (day - sent.submission_date).days if day else None,
            "open_days_submission_to_remit": (self.as_of - sent.submission_date).days
            if self.as_of and oracle_cohorts.is_awaited(sent, self.sent_of[sent.family], self.events)
            else None,
            "days_service_to_submission": (sent.submission_date - service).days if service else None,
        }
        days = self._submitted(sent.family)
        return Verdict(dimensions | days | {"month": days["submission_month"]}, adds)

    def _remit(self, event: ClaimEvent) -> Verdict:
        counted = [li for li in event.lines if li.is_counted]
        denied = [li for li in counted if li.denied("broad")]
        codes = [li.principal.code if li.denied("broad") and li.principal else "" for li in counted]
        is_duplicate = bool(codes) and all(code == "18" for code in codes)
        lead = min(event.lines, key=lambda li: (li.charge is None, -(li.charge or 0), li.number))
        worst = min(denied, key=lambda li: (not li.denied("core"), -(li.charge or 0), li.number), default=None)
        if event.lines[0].number == 0 and _is_stray(event, self.events):
            worst, is_duplicate = None, False
        dimensions = _dimensions(event, lead)
        dimensions |= _outcome(worst.principal if worst else None, [worst] if worst else [], NONE)
        is_zero = event.claim.paid_amount == 0 and (event.claim.charge_amount or 0) > 1 and not is_duplicate
        return Verdict(dimensions, {"remit_count": int(not is_duplicate), "zero_pay_count": int(is_zero)})

    def _payments(self, held: dict[str, list[Row]], every: list[ClaimEvent]) -> list[Verdict]:
        counted = {(event.file, event.claim.transaction_no) for event in self.events}
        with_claims = {(event.file, event.claim.transaction_no) for event in every}
        found = []
        for name, rows in held.items():
            for remit in (row for row in rows if isinstance(row, Remit)):
                place = (file_id(name), remit.transaction_no)
                if place in counted or place not in with_claims:
                    is_even, amount = remit.off_amount == 0, abs(remit.payment_amount or 0)
                    adds = {"checked_count": 1, "balanced_count": int(is_even), "checked_amount": amount}
                    dimensions = {"payer": remit.payer_name, "month": _month(remit.payment_date)}
                    found.append(Verdict(dimensions, adds | {"balanced_amount": amount if is_even else 0}))
        return found


def _of_logs(scope: str) -> list[str]:
    """What only denial logs and people tell."""
    names = ("appealed_{}_count", "appeal_told_{}_count", "written_off_{}_amount", "rate_written_off_{}_amount")
    return [name.format(scope) for name in (*names, "rate_final_denied_{}_count")]


def _is_stray(event: ClaimEvent, events: list[ClaimEvent]) -> bool:
    family = sorted((e for e in events if e.family == event.family and e.is_decision), key=lambda e: e.place)
    return family[0].lines[0].number > 0


def _month(day: datetime.date | None) -> datetime.date | None:
    return day.replace(day=1) if day else None


def _dimensions(event: ClaimEvent, li: LineEvent) -> dict[str, Any]:
    return {
        "payment_date": event.day,
        "month": _month(event.day),
        "payer": event.remit.payer_name,
        "procedure": li.procedure or NONE,
        "place_of_service": event.claim.facility_code or NONE,
        "payer_sequence": event.sequence,
    }


def _outcome(reason: Reason | None, deciding: list[LineEvent], cause: str) -> dict[str, str]:
    """The reason dimensions."""
    spoken = (
        [r for r in deciding[0].remarks if RARCS.get(r, {}).get("is_alert", "false") == "false"] if deciding else []
    )
    best = min(spoken, key=lambda r: (RARCS.get(r, {}).get("mn_tier") or "Z", spoken.index(r)), default=NONE)
    return {
        "carc": reason.code if reason else NONE,
        "group_code": reason.group if reason else NONE,
        "category": CARCS[reason.code]["category"] if reason else NONE,
        "rarc": best,
        "root_cause": cause,
    }


def _claim(lines: list[Verdict]) -> Verdict:
    """A claim out of the lines of its first payment date."""
    lead = min(lines, key=lambda v: v.adds["order"])
    worst = min(
        lines, key=lambda v: (not v.adds["denied_core_count"], not v.adds["denied_broad_count"], v.adds["order"])
    )
    reasons = worst.dimensions if worst.adds["denied_broad_count"] else dict.fromkeys(worst.dimensions, NONE)
    adds = {"claim_count": 1, "first_pass_paid_count": max(v.adds["first_pass_paid_count"] for v in lines)}
    for scope in oracle.SCOPES:
        flags = [v.adds[f"denied_{scope}_count"] for v in lines]
        adds |= {f"denied_{scope}_count": min(flags), f"rate_denied_{scope}_count": min(flags)}
        adds |= {f"rate_any_denied_{scope}_count": max(flags)}
    names = ("carc", "group_code", "category", "rarc", "root_cause")
    return Verdict(lead.dimensions | {name: reasons[name] for name in names}, adds)


def days_of(of: Oracle, name: str, scope: str, where: Callable[[Verdict], bool]) -> list[int]:
    """The days of every line or claim that is asked for; with `open_` before the name, of what is open."""
    verdicts = _verdicts(of, name.removeprefix("open_"))
    found = [v.adds.get(name, v.adds.get(f"{name}_{scope}")) for v in verdicts if where(v)]
    return [days for days in found if days is not None and days >= 0]


def kpi(
    of: Oracle, name: str, numerator: str, denominator: str | None, scope: str, where: Callable[[Verdict], bool]
) -> tuple[Any, Any, Any]:
    """Numerator, denominator and value of a KPI over the verdicts that are asked for; dollars in cents."""
    if name.startswith("days_"):
        days = days_of(of, name, scope, where)
        return sum(days), len(days), Decimal(str(statistics.median(days))) if days else None
    parts = [v for v in _verdicts(of, name) if where(v)]
    above = sum(v.adds[numerator.format(scope=scope)] for v in parts)
    below = None if denominator is None else sum(v.adds[denominator.format(scope=scope)] for v in parts)
    return above, below, None


def _verdicts(of: Oracle, name: str) -> list[Verdict]:
    if name.startswith("balanced"):
        return of.payments
    if name == "zero_pay_rate":
        return of.remits
    if name == "overturn_rate":
        return []
    if name in COHORT_KPIS:
        return of.cohorts
    if name in ("denial_rate", "any_line_denied_rate", "denied_claims", "first_pass_resolution_rate"):
        return of.claims
    return of.lines
