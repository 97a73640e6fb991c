"""What the made-up practices decided, in words: their documentation changes, decisions, policies and audit findings.

Codes and dates of what is planted are filled in by ledger_book.py. Payers' policies and their references are invented.
"""

from typing import Any, NamedTuple

NORTHFIELD, HARBOR, MEDICARE = "NORTHFIELD HEALTH DEMO", "HARBOR ADVANTAGE DEMO", "Medicare"  # as the pages show them


class ChangeWords(NamedTuple):
    """A planted documentation change as its owner registers it."""

    title: str
    what: str
    description: str
    checklist_item: str
    owner: str
    cost: str  # dollars
    minutes: int
    reference: str


CHANGES = {
    "ortho": {
        "working": ChangeWords(
            "Checklist for lumbar MRI and injections",
            "checklist",
            "The note cannot be closed before the therapy that failed, its dates and the last X-ray are in it.",
            "Six weeks of therapy, with dates",
            "Dr Example",
            "2000.00",
            480,
            "DEMO-LCD-01, DEMO-LCD-02",
        ),
        "idle": ChangeWords(
            "New template for therapy notes",
            "template",
            "One page with goals, total minutes and what was done in them.",
            "Total minutes and goals",
            "Therapy lead",
            "900.00",
            300,
            "",
        ),
    },
    "behavioral": {
        "working": ChangeWords(
            "Checklist for 60-minute sessions and testing",
            "checklist",
            "The note says start and stop, why the longer time was needed, and what testing is to answer.",
            "Why the longer time was needed",
            "Dr Example",
            "1800.00",
            420,
            "DEMO-POL-21",
        ),
        "idle": ChangeWords(
            "Reminder about goals in session notes",
            "training",
            "An hour of training: each note names a goal of the treatment plan.",
            "A goal of the treatment plan",
            "Therapy lead",
            "600.00",
            480,
            "",
        ),
    },
}


class DecisionWords(NamedTuple):
    """A decision: how many quarters ago its huddle looked at, when it is due, and what came of it."""

    key: str
    quarters_ago: int  # 0: the last whole quarter
    text: str
    owner: str
    due_days: int  # after the huddle
    change: str = ""  # working or idle
    status: str = "open"
    result: str = ""


DECISIONS = (
    DecisionWords(
        "keep-the-checklist", 1, "Keep the checklist, and judge it again with another quarter", "Dr Example", 75,
        "working", "done",
    ),
    DecisionWords(
        "notes-worth-it", 1, "Find out whether the new notes bring anything; else drop them", "Therapy lead", 45, "idle"
    ),
    DecisionWords(
        "ask-northfield", 1, "Ask Northfield in writing why {policy} needs an authorisation since {policy_month}",
        "Billing lead", 14, "", "done", "Their answer: a new policy, sent with a newsletter; it stays.",
    ),
    DecisionWords(
        "northfield-auth", 0, "Ask for authorisation before every {policy} for Northfield's patients", "Front desk", 45
    ),
    DecisionWords("second-group", 0, "Bring the checklist to the other clinicians, one at a time", "Dr Example", 60),
    DecisionWords("ten-records", 0, "Read ten records a month against the checklist", "Compliance", 75),
)  # fmt: skip

FINDINGS = (  # key, days before the last day, severity, text, owner, days until closed (None: open)
    ("unsigned", 230, "critical", "Two notes were billed before they were signed", "Compliance", 60),
    ("open-mail", 33, "critical", "A list with patients' names was mailed without encryption", "Privacy officer", None),
    ("minutes", 95, "major", "Total minutes are missing in 3 of 20 notes read", "Therapy lead", None),
    ("modifier", 150, "minor", "Modifier 25 without a separate reason in 1 of 20 notes read", "Coding lead", 35),
)

QUESTIONS = (
    "I know what a note must say for the payer",
    "The forms and checklists help more than they cost",
    "I hear in time when a payer denies what I ordered",
)
ROLES = ("physician", "therapist")

PLANTED_POLICY: dict[str, dict[str, Any]] = {  # what Northfield wants for the planted procedure, before and after
    "ortho": {
        "covered_diagnoses": ["M17", "M25.5", "M75"],
        "prior_therapy": "six weeks of exercise or medicine, with dates",
        "frequency_limit": "one per joint in three months",
        "frequency_count": 1,
        "frequency_days": 90,
        "reference": "DEMO-POL-11",
    },
    "behavioral": {
        "covered_diagnoses": ["F32", "F33", "F41", "F43", "F90"],
        "frequency_limit": "one session a week",
        "frequency_count": 1,
        "frequency_days": 7,
        "reference": "DEMO-POL-22",
    },
}

POLICIES: dict[str, dict[str, dict[str, Any]]] = {
    "ortho": {
        "72148-medicare": {
            "payer": MEDICARE,
            "procedures": ["72148"],
            "covered_diagnoses": ["M48.061", "M51.26", "M54.16"],
            "noncovered_diagnoses": ["M54.50"],
            "prior_therapy": "six weeks of therapy, unless there is a warning sign",
            "imaging": "X-ray of the lumbar spine",
            "imaging_window_days": 180,
            "authorisation": "not required",
            "reference": "DEMO-LCD-01",
            "reference_kind": "LCD",
            "owner": "Coding lead",
            "audit_every_months": 6,
            "checklist": ["Therapy that was tried, with dates", "Result of the X-ray", "What the MRI will decide"],
        },
        "20610-medicare": {
            "payer": MEDICARE,
            "procedures": ["20610"],
            "covered_diagnoses": ["M17", "M25.561", "M25.562", "M75"],
            "prior_therapy": "six weeks of exercise or medicine",
            "imaging": "X-ray of the joint",
            "imaging_window_days": 365,
            "authorisation": "not required",
            "frequency_limit": "one per joint in three months",
            "frequency_count": 1,
            "frequency_days": 90,
            "reference": "DEMO-LCD-02",
            "reference_kind": "LCD",
            "owner": "Coding lead",
            "audit_every_months": 6,
            "checklist": ["What was tried before, with dates", "Side and joint", "Relief after the last injection"],
        },
        "27447-harbor": {
            "payer": HARBOR,
            "procedures": ["27447"],
            "covered_diagnoses": ["M17"],
            "prior_therapy": "three months of therapy",
            "imaging": "standing X-ray of the knee",
            "imaging_window_days": 365,
            "authorisation": "required",
            "reference": "DEMO-POL-07",
            "reference_kind": "payer policy",
            "owner": "Coding lead",
            "audit_every_months": 12,
            "checklist": ["Therapy that was tried, with dates", "What the knee keeps the patient from doing"],
        },
    },
    "behavioral": {
        "90837-medicare": {
            "payer": MEDICARE,
            "procedures": ["90837"],
            "covered_diagnoses": ["F33", "F41.1", "F43", "F60.3", "F90"],
            "noncovered_diagnoses": ["F32.A"],
            "authorisation": "not required",
            "reference": "DEMO-LCD-21",
            "reference_kind": "LCD",
            "owner": "Coding lead",
            "audit_every_months": 6,
            "checklist": ["Start and stop of the session", "Why 45 minutes were not enough", "Goal of the plan"],
        },
        "96130-harbor": {
            "payer": HARBOR,
            "procedures": ["96130", "96131", "96136", "96137"],
            "covered_diagnoses": ["F33", "F41", "F43", "F60", "F90"],
            "authorisation": "required",
            "frequency_limit": "once a year",
            "frequency_count": 1,
            "frequency_days": 365,
            "reference": "DEMO-POL-21",
            "reference_kind": "payer policy",
            "owner": "Coding lead",
            "audit_every_months": 12,
            "checklist": ["The question that testing is to answer", "Which tests, and how long each took"],
        },
    },
}
