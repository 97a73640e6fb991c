"""A header's text -> the fields it may name: by the list of known headers, else by the words in it."""

import csv
import functools
import re
from typing import NamedTuple

from pipelines.reference import opened

UNUSED = "unused"  # in the list: a header that is known and holds nothing that a denial needs

CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-zA-Z])(?=\d)|(?<=\d)(?=[a-zA-Z])")
SERIES_NOISE = re.compile(r"icd[\W_]*(?:9|10)(?:[\W_]*cm)?|\([^)]*\)")
SERIES_NUMBER = re.compile(r"(?<![a-z\d])(\d{1,2})(?!\d)")
SERIES_LETTER = re.compile(r"(?<![a-z])([a-l])[\W_]*$")
PLACES = {"primary": 1, "principal": 1, "secondary": 2, "tertiary": 3, "other": 99, "additional": 99}
NOT_WORD = re.compile(r"[^a-z0-9]+")
BRACKETS = re.compile(r"\([^)]*\)|\[[^]]*\]")
LONG_FORMS = {
    "no": "number",
    "num": "number",
    "nbr": "number",
    "amt": "amount",
    "dt": "date",
    "pt": "patient",
    "pat": "patient",
    "ins": "insurance",
    "proc": "procedure",
    "svc": "service",
    "prov": "provider",
    "acct": "account",
    "cd": "code",
    "desc": "description",
    "payor": "payer",
    "adj": "adjustment",
    "auth": "authorization",
    "diag": "diagnosis",
    "denied": "denial",
    "rejected": "rejection",
    "charges": "charge",
    "payments": "payment",
    "codes": "code",
    "reasons": "reason",
    "billed": "bill",
    "billing": "bill",
    "clm": "claim",
    "rsn": "reason",
    "ptr": "pointer",
    "pointers": "pointer",
}

# A column about another payer, a person's address or a length of time is none of ours, whatever else its header says.
FOREIGN_WORDS = (
    "secondary tertiary guarantor days age aging aged count percent pct ratio rate probability probable score address "
    "city zip phone fax email modified created gender sex copay deductible coinsurance balance supervising scheduling "
    "admit admission discharge referring specialty loss lag delay weight year month quarter week reference ref "
    "batch check transaction trace file response required on valid flagged sequence hospitalization ein method "
    "other expected missing entry info"
)
FOREIGN = frozenset(FOREIGN_WORDS.split())

# The first rule whose words are all in the header names the field; the order goes from the particular to the general.
WORD_RULES: tuple[tuple[str, str], ...] = (
    ("patient payment", UNUSED),
    ("allowed units", UNUSED),
    ("diagnosis pointer", UNUSED),
    ("dx pointer", UNUSED),
    ("adjusted charge", UNUSED),
    ("location npi", UNUSED),
    ("procedure category", UNUSED),
    ("case id", UNUSED),
    ("payment id", UNUSED),
    ("payment category", UNUSED),
    ("appeal id", UNUSED),
    ("total adjustments", "adjustment_amount"),
    ("appeal deadline", "deadline_date"),
    ("appeal due", "deadline_date"),
    ("deadline", "deadline_date"),
    ("appeal resolution date", "resolved_date"),
    ("appeal date", "appeal_date"),
    ("appeal level", "appeal_level"),
    ("appeal outcome", "appeal_outcome"),
    ("appeal result", "appeal_outcome"),
    ("appeal status", "appeal_outcome"),
    ("denial date", "denial_date"),
    ("rejection date", "denial_date"),
    ("resolution date", "resolved_date"),
    ("resolved date", "resolved_date"),
    ("birth", "patient_birth_date"),
    ("dob", "patient_birth_date"),
    ("last bill date", "last_bill_date"),
    ("resubmission date", "last_bill_date"),
    ("original reference", "original_reference_number"),
    ("submission date", "submission_date"),
    ("submitted date", "submission_date"),
    ("bill date", "submission_date"),
    ("adjudication date", "adjudication_date"),
    ("paid date", "adjudication_date"),
    ("payment date", "adjudication_date"),
    ("remit date", "adjudication_date"),
    ("posted date", "adjudication_date"),
    ("service end date", "service_end_date"),
    ("service to", "service_end_date"),
    ("dos", "service_date"),
    ("service date", "service_date"),
    ("service from", "service_date"),
    ("denial id", "denial_id"),
    ("denial amount", "denied_amount"),
    ("denial reason code", "carc"),
    ("denial reason", "reason_text"),
    ("rejection reason", "reason_text"),
    ("denial description", "reason_text"),
    ("reason description", "reason_text"),
    ("denial code", "carc"),
    ("carc", "carc"),
    ("rarc", "rarc"),
    ("remark code", "rarc"),
    ("remittance remark", "rarc"),
    ("adjustment group", "group_code"),
    ("adjustment reason", "carc"),
    ("adjustment code", "carc"),
    ("adjustment amount", "adjustment_amount"),
    ("reason code", "carc"),
    ("group code", "group_code"),
    ("denial category", "category_text"),
    ("denial type", "category_text"),
    ("root cause", "category_text"),
    ("denial flag", "is_denied"),
    ("is denial", "is_denied"),
    ("denial status", "claim_status"),
    ("claim status", "claim_status"),
    ("claim line id", "line_id"),
    ("claim number", "claim_id"),
    ("claim id", "claim_id"),
    ("account number", "account"),
    ("member id", "member_id"),
    ("subscriber id", "member_id"),
    ("policy number", "member_id"),
    ("mrn", "patient_id"),
    ("patient id", "patient_id"),
    ("chart number", "patient_id"),
    ("patient name", "patient_name"),
    ("financial class", "payer_class"),
    ("payer class", "payer_class"),
    ("payer type", "payer_class"),
    ("payer id", "payer_id"),
    ("payer code", "payer_id"),
    ("payer name", "payer_name"),
    ("insurance name", "payer_name"),
    ("insurance company", "payer_name"),
    ("npi", "rendering_npi"),
    ("modifier", "modifiers"),
    ("mod", "modifiers"),
    ("icd", "diagnosis_codes"),
    ("dx", "diagnosis_codes"),
    ("diagnosis", "diagnosis_codes"),
    ("cpt", "procedure_code"),
    ("hcpcs", "procedure_code"),
    ("procedure code", "procedure_code"),
    ("place service", "place_of_service_code"),
    ("recovered amount", "recovered_amount"),
    ("recovery amount", "recovered_amount"),
    ("allowed", "allowed_amount"),
    ("paid amount", "paid_amount"),
    ("payment amount", "paid_amount"),
    ("insurance payment", "paid_amount"),
    ("patient responsibility", "patient_responsibility_amount"),
    ("charge amount", "charge_amount"),
    ("bill amount", "charge_amount"),
    ("claim amount", "charge_amount"),
    ("submitted amount", "charge_amount"),
    ("charge", "charge_amount"),
    ("authorization number", "authorization_number"),
    ("rendering provider", "provider_name"),
    ("provider name", "provider_name"),
    ("physician", "provider_name"),
    ("payer", "payer_name"),
    ("facility", "location"),
    ("notes", "note"),
    ("comments", "note"),
)
RULES = tuple((frozenset(words.split()), field) for words, field in WORD_RULES)


class Guess(NamedTuple):
    """A field that a header may name, how sure that is, and why in words."""

    field: str
    confidence: str  # high, medium or low
    reason: str


@functools.cache
def synonyms() -> dict[str, tuple[str, ...]]:
    """Known headers without spaces and signs, each with the fields that it names."""
    found: dict[str, tuple[str, ...]] = {}
    with opened("header_synonym.csv") as file:
        for row in csv.DictReader(file):
            key = NOT_WORD.sub("", row["synonym"].lower())
            found[key] = (*found.get(key, ()), row["field"])
    return found


def words(header: str) -> list[str]:
    """The header's words in lower case and long form: 'Adj1ReasonCd' -> adjustment, 1, reason, code."""
    spread = CAMEL.sub(" ", header.replace("#", " number ")).lower()
    return [LONG_FORMS.get(word, word) for word in NOT_WORD.split(spread) if word]


def header_key(header: str) -> str:
    """The header in lower case without spaces and signs; two headers with one key are the same column."""
    return NOT_WORD.sub("", header.replace("#", "no").lower())


def column_index(header: str) -> int | None:
    """The number by which a header belongs to others ('adj_1_code' and 'adj_1_group'), or None."""
    numbers = [int(word) for word in words(header) if word.isdigit() and len(word) < 3]
    return numbers[0] if numbers and "icd" not in header.lower() else None


def series_place(header: str) -> int:
    """The place among columns that hold one thing each in turn: of 'DX 3' and 'ICD-10 C' it is 3, of 'Primary Dx' 1."""
    text = SERIES_NOISE.sub(" ", CAMEL.sub(" ", header).lower())
    if found := SERIES_NUMBER.findall(text):
        return int(found[-1])
    if match := SERIES_LETTER.search(text):
        return ord(match[1]) - ord("a") + 1
    return next((PLACES[word] for word in NOT_WORD.split(text) if word in PLACES), 1)


def spellings(header: str) -> list[str]:
    """The keys to look a header up by, the most faithful first."""
    plain = header_key(header)
    long = words(header)
    unnumbered = [word for word in long if not word.isdigit()]
    candidates = [
        plain,
        NOT_WORD.sub("", header.replace("#", "number").lower()),
        NOT_WORD.sub("", header.replace("#", "").lower()),
        header_key(BRACKETS.sub(" ", header)),
        "".join(long),
        "".join(unnumbered) if len(unnumbered) > 1 else "",
        "".join(word for word in long if word != "primary"),
        "".join(word for word in long if word not in {"primary", "insurance"}),
    ]
    return [key for key in dict.fromkeys(candidates) if key]


@functools.lru_cache(maxsize=4096)
def known_header(text: str) -> bool:
    """True when the text is in the list of known headers, in one spelling or another."""
    return 0 < len(text) <= 60 and any(key in synonyms() for key in spellings(text))


def guesses(header: str) -> list[Guess]:
    """The fields that the header may name, the likeliest first; empty for a header that says nothing."""
    known = synonyms()
    for key in spellings(header):
        if key in known:
            return [Guess(field, "high", f"‘{header}’ is a known name for it") for field in known[key]]
    present = set(words(header))
    if foreign := present & FOREIGN:
        return [Guess(UNUSED, "medium", f"‘{min(foreign)}’ in the header: nothing that a denial needs")]
    for wanted, field in RULES:
        if wanted <= present:
            return [Guess(field, "medium", f"the words ‘{' '.join(sorted(wanted))}’ in the header")]
    return []
