"""A claim that is known only as it was sent: no payer has decided it, or the remittance is not here."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboards import cache, claim_data, claim_joined, claim_mask, claim_segments, claim_timeline, parts, words
from dashboards.claim_data import Claim

NO_EVIDENCE = pd.DataFrame()


def sent_claim(claim: Claim) -> None:
    """What was sent, what came back so far, and the claim as it stands in the file."""
    known = claim_data.submitted(claim.build, claim.family_id)
    last_day = claim_timeline.last_day(claim.build)
    steps = claim_timeline.steps(claim)
    parts.headline(_said(known), _about(claim, known))
    _patient(claim)
    left, right = st.columns([5, 7])
    with left, st.container(border=True, height="stretch"):
        parts.heading("What happened", "From files and your log, with the days between. Pick a place to read it below.")
        claim_timeline.show(steps, False, last_day, lambda place: claim_segments.pick(claim, place))
    with right:
        parts.empty(_waiting(known, last_day), _advice(known))
        claim_joined.joined(claim)
    claim_segments.segments(claim, steps, None, NO_EVIDENCE, None)


def _said(known: Any) -> str:
    name = f"{known['patient_control_number'] or 'Claim without a number'} at {known['payer']}"
    day = known["first_submission_date"] or known["last_submission_date"]
    sent = f"sent {words.day(day)}" if day else "sent"
    if known["is_never_reached"]:
        return f"{name}: {sent}, rejected before it reached the payer"
    if known["is_ever_accepted"]:
        return f"{name}: {sent}, accepted, no remittance yet"
    return f"{name}: {sent}, no answer yet"


def _about(claim: Claim, known: Any) -> str:
    places = cache.labels(claim.build, "place_of_service")
    told = [
        f"service {words.day(known['service_date'])}",
        f"charge {words.cents(known['charge_amount'])}",
        f"provider {known['provider']}",
        f"place {words.with_label(str(known['place_of_service']), places)}",
        f"most charged for {known['procedure']}",
        f"turn: {known['payer_sequence']}" if known["payer_sequence"] != "primary" else "",
    ]
    return " · ".join(filter(None, told))


def _patient(claim: Claim) -> None:
    head, subject = claim.sent.iloc[0], claim.family_id
    name = ", ".join(filter(None, (head["patient_last_name"], head["patient_first_name"])))
    facts = {"Patient": name, "Member ID": head["subscriber_id"], "Authorisation": head["authorization_number"]}
    claim_mask.facts(facts, subject)


def _waiting(known: Any, last_day: Any) -> str:
    day = known["last_submission_date"]
    if known["is_never_reached"]:
        return "No payer has seen this claim"
    if day is None or last_day is None or day >= last_day:
        return "Not decided yet"
    return f"Not decided for {words.days((last_day - day).days)}, as far as the data reach"


def _advice(known: Any) -> str:
    if known["is_never_reached"]:
        return "It was rejected on the way. Mend what the answer names and send it again: the time to file runs on."
    return (
        "If it was decided, its remittance is not here: drop it on the Import page. Otherwise ask the payer; "
        "the time to file runs from the day of service."
    )
