"""The contents of truth.json, put in order for people and tests: totals, tallies, histograms, and what was planted."""

from collections.abc import Mapping
from typing import Any

from pipelines.demo.calendar import iso
from pipelines.demo.office import Office
from pipelines.demo.practice import Payer
from pipelines.demo.truth import Truth

HEADLINES = ("submissions", "later_remit_events", "line_states", "appeals", "never_resubmitted")
CODES = ("denied_lines_by_codes", "denied_lines_by_planted_cause")


def told(office: Office) -> dict[str, Any]:
    """Everything that is true about this demo; amounts are in cents, months are CCYY-MM."""
    truth = office.truth
    return {
        "primary": truth.tallies["primary"]["all"],
        "secondary": truth.tallies["secondary"]["all"],
        **{name: truth.tallies[name] for name in sorted(truth.tallies) if name.startswith("primary_by_")},
        **{name: truth.counts[name] for name in (*HEADLINES, *CODES)},
        **office.lives.told(),
        "histograms": truth.histograms | office.lives.histograms,
        "deposits": _deposits(office),
        "claim_export": office.totals["claim_export"],
        "files": office.totals["files"],
        "remits_as_sent": office.totals["remits_as_sent"],
        "remits_counted": office.totals["remits_counted"],
        "log": office.totals["log"],
        "planted": {
            **office.plants.told,
            **_refused_days(office),
            **_changes(truth),
            "payer_mix": _payer_mix(office),
            "slow_remits": _slow(office),
        },
    }


def _deposits(office: Office) -> dict[str, int]:
    """Payments and their parts, what was sent twice left out; one of them is off on purpose."""
    counted = office.totals["remits_counted"]
    parts = ("transactions", "payment_cents", "claim_paid_cents", "provider_adjustment_cents")
    off = office.plants.told.get("unbalanced_payment", {})
    return {name: counted[name] for name in parts} | {"off_cents": int(off.get("off_cents", 0))}


def _refused_days(office: Office) -> dict[str, Any]:
    """The days whose batch, and whose transaction set, was turned back."""
    days = office.teller.mishaps.refused_days
    return {f"rejected_{refusal}": {"day": iso(day)} for refusal, day in sorted(days.items())}


def _changes(truth: Truth) -> dict[str, Any]:
    policy = truth.policy
    changes: dict[str, Any] = {
        change.name: {
            "procedures": change.procedures,
            "provider_group": change.provider_group,
            "first_service_day": iso(change.first_day),
            "odds_factor": change.odds_factor,
            "arms": truth.tallies[change.name],
        }
        for change in truth.changes
    }
    changes["payer_policy_change"] = {
        "payer_key": policy.payer,
        "procedure": policy.procedure,
        "carc": "197",
        "first_service_day": iso(policy.first_day),
        "rate": policy.rate,
        "before": truth.counts["policy_before"],
        "after": truth.counts["policy_after"],
    }
    return changes


def _payer_mix(office: Office) -> dict[str, Any]:
    """Visits of each payer by month of service: Medicare Advantage grows."""
    growing = next(payer for payer in office.practice.payers if payer.payer_class == "medicare_adv")
    return {"growing_payer": growing.name, "visits_by_service_month": _by_month(office.truth.counts, "visits_")}


def _slow(office: Office) -> dict[str, Any]:
    """Claims by month of submission, and how many of them are adjudicated on the last day."""
    teller = office.teller
    return {
        "first_submission_day": iso(teller.slow_from),
        "lag_factor": teller.slow_factor,
        "cohorts_by_submission_month": _by_month(office.truth.counts, "cohort_"),
    }


def _by_month(counts: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {name.removeprefix(prefix): counts[name] for name in sorted(counts) if name.startswith(prefix)}


def cast(office: Office) -> dict[str, Any]:
    """Who takes part: providers with their planted group, payers with their habits."""
    return {
        "providers": {each.npi: {"name": each.last_name, "group": each.group} for each in office.practice.providers},
        "payers": {payer.name: _payer(payer) for payer in office.payers},
    }


def _payer(payer: Payer) -> dict[str, Any]:
    return {
        "key": payer.key,
        "payer_id": payer.payer_id,
        "payer_class": payer.payer_class,
        "habits": sorted(payer.habits),
    }
