"""A policy matrix kept in a spreadsheet (CSV, XLSX, ODS): one row per payer and procedure -> Policies.

Columns are known by many names; what is not known is said and left out. A row that cannot be meant is refused with its
number and why, and the others are read. Slashed dates are month first.
"""

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import islice
from typing import NamedTuple

from pipelines import policy_codes
from pipelines.denial_log.delimited import read_delimited
from pipelines.denial_log.sheet import Cells, Sheet, cell, is_blank, one_line
from pipelines.denial_log.synonyms import header_key
from pipelines.denial_log.values import parse_date
from pipelines.denial_log.workbook import read_workbook
from pipelines.errors import NotReadable, UsageError
from pipelines.policy import REFERENCE_KINDS, Policy, from_body, id_for

HEADERS = {  # field: names of its column, without spaces and signs
    "payer": "payer payername payerkey insurance insurancename insurer plan planname healthplan carrier",
    "procedures": "cpt cptcode cptcodes cpthcpcs cpthcpcscode procedure procedures procedurecode procedurecodes hcpcs"
    " hcpcscode code codes service services",
    "covered_diagnoses": "covereddiagnoses covereddiagnosis coveredicd coveredicd10 coveredicd10codes covereddx"
    " coveredcodes diagnoses diagnosis icd10 icd icd10codes dx dxcodes requireddiagnosis"
    " requireddiagnoses supporteddiagnoses",
    "noncovered_diagnoses": "noncovereddiagnoses noncovereddiagnosis noncoveredicd10 noncoveredicd noncovereddx"
    " notcovered notcovereddiagnoses diagnosesnotcovered excludeddiagnoses excludedicd10 excludeddx",
    "prior_therapy": "priortherapy conservativetherapy conservativetreatment priortreatment steptherapy therapy"
    " priortherapyrequired conservativecare",
    "imaging": "imaging imagingrequired imagingrequirement requiredimaging",
    "imaging_window_days": "imagingwindow imagingwindowdays imagingdays imagingwithin imagingnotolderthandays",
    "authorisation": "authorisation authorization auth priorauth priorauthorization priorauthorisation authrequired"
    " priorauthrequired authorizationrequired authorisationrequired precert precertification pa parequired",
    "frequency_limit": "frequency frequencylimit limit limits maxfrequency unitlimit",
    "frequency_count": "frequencycount maxcount timesallowed",
    "frequency_days": "frequencydays perdays withindays",
    "reference": "reference policyreference policy policynumber policyid policyno lcd lcdnumber ncd lcdncd document"
    " source policydocument medicalpolicy",
    "reference_kind": "referencekind kindofreference referencetype policytype documenttype kind",
    "effective_from": "effectivefrom inforcefrom effective effectivedate from startdate validfrom begins begindate",
    "effective_to": "effectiveto lastday enddate end to validto retired retirementdate until termdate expirationdate",
    "owner": "owner responsible responsibleperson assignedto",
    "audit_every_months": "auditeverymonths auditfrequency audit auditmonths reviewfrequency auditevery reviewmonths",
    "checklist": "checklist documentation documentationrequired requireddocumentation documentationchecklist"
    " documentationrequirements",
    "policy_key": "policykey matrixid rowid id",
}
FIELD_OF = {name: field for field, names in HEADERS.items() for name in names.split()}
NEEDED = ("payer", "procedures", "effective_from")
PROBE_ROWS = 20
WORKBOOK_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
REQUIRED = {"yes", "y", "required", "require", "true", "1", "x", "needed", "prior auth required"}
NOT_REQUIRED = {"no", "n", "not required", "none", "false", "0", "not needed", "no auth required"}
UNKNOWN = {"unknown", "?", "tbd", "unclear", "varies"}
PERIODS: dict[str, int | Fraction] = {
    "day": 1,
    "week": 7,
    "month": Fraction(365, 12),
    "quarter": Fraction(365, 4),
    "year": 365,
}  # in days
LENGTH = re.compile(r"(\d+)\s*(day|week|month|year)?s?", re.IGNORECASE)
FREQUENCY = re.compile(
    r"(\d+|once|one|twice|two|three|four)\b[^0-9/]*?(?:/|\bper\b|\bevery\b|\bin\b|\bwithin\b|\ba\b|\beach\b)\s*(?:any\s*)?(\d+)?\s*"
    r"(day|week|month|quarter|year|annum)s?",
    re.IGNORECASE,
)
COUNTS = {"once": 1, "one": 1, "twice": 2, "two": 2, "three": 3, "four": 4}
EVERY = {"monthly": 1, "quarterly": 3, "semiannually": 6, "twice a year": 6, "annually": 12, "yearly": 12}
Payers = Callable[[str], str]
ITEM_ENDS = re.compile(r"\s*(?:\n|;|\|)\s*")


class Refusal(NamedTuple):
    """A row that is not taken: its number in the file, and why."""

    row_no: int
    why: str


class Table(NamedTuple):
    """What a file tells: policies with their rows, rows refused, and columns that are not used."""

    policies: tuple[tuple[int, Policy], ...]
    refused: tuple[Refusal, ...]
    unused: tuple[str, ...]


def read_table(data: bytes, name: str, shown_as: Payers = str) -> Table:
    """The policies of a spreadsheet, payers as `shown_as` gives them.

    NotReadable where it has no columns for payer, procedure and first day.
    """
    sheets = read_workbook(data, name) if data.startswith(WORKBOOK_STARTS) else [read_delimited(data, name)[0]]
    for sheet in sheets:
        if not sheet.is_hidden and (found := _header(sheet)):
            row_no, fields, unused = found
            return _read(sheet, row_no, fields, unused, shown_as)
    wanted = "columns for payer, CPT/HCPCS and the day from which it holds, such as Payer, CPT, Effective from"
    raise NotReadable(name, "no row of column names that says these", wanted)


def _header(sheet: Sheet) -> tuple[int, dict[int, str], tuple[str, ...]] | None:
    """Row of the column names, field by column (the first of a field gives it), and the names that say nothing."""
    for row_no, cells in enumerate(islice(sheet.rows(), PROBE_ROWS), 1):
        fields: dict[int, str] = {}
        unused = []
        for place, text in enumerate(cells):
            field = FIELD_OF.get(header_key(text))
            if field and field not in fields.values():
                fields[place] = field
            elif not is_blank(text):
                unused.append(one_line(text))
        if set(NEEDED) <= set(fields.values()):
            return row_no, fields, tuple(unused)
    return None


def _read(sheet: Sheet, header_row: int, fields: dict[int, str], unused: tuple[str, ...], shown_as: Payers) -> Table:
    policies: list[tuple[int, Policy]] = []
    refused: list[Refusal] = []
    seen: dict[tuple[str, object], int] = {}
    for row_no, told in _rows(sheet, header_row, fields):
        try:
            policy = _policy(told, shown_as)
            key = (policy.policy_id, policy.effective_from)
            if key in seen:
                raise UsageError(f"payer, procedure and day are those of row {seen[key]}")
        except UsageError as problem:
            refused.append(Refusal(row_no, str(problem)))
            continue
        seen[key] = row_no
        policies.append((row_no, policy))
    return Table(tuple(policies), tuple(refused), unused)


def _rows(sheet: Sheet, header_row: int, fields: dict[int, str]) -> Iterator[tuple[int, dict[str, str]]]:
    for row_no, cells in enumerate(sheet.rows(), 1):
        if row_no > header_row and not all(map(is_blank, cells)):
            yield row_no, {field: _text(cells, place) for place, field in fields.items()}


def _text(cells: Cells, place: int) -> str:
    text = cell(cells, place)
    return "" if is_blank(text) else text.strip()


def _policy(told: dict[str, str], shown_as: Payers) -> Policy:
    """The policy that a row tells; UsageError says which column, what it holds and what was wanted."""
    for field in NEEDED:
        if not told[field]:
            raise UsageError(f"{field.replace('_', ' ')}: nothing given, wanted one")
    payer, procedures = shown_as(one_line(told["payer"])), policy_codes.procedures(told["procedures"])
    limit, reference = one_line(told.get("frequency_limit", "")), one_line(told.get("reference", ""))
    count, days = frequency(limit)
    body = {
        "payer": payer,
        "procedures": procedures,
        "covered_diagnoses": told.get("covered_diagnoses", ""),
        "noncovered_diagnoses": told.get("noncovered_diagnoses", ""),
        "effective_from": _day(told, "effective_from"),
        "effective_to": _day(told, "effective_to"),
        "prior_therapy": one_line(told.get("prior_therapy", "")),
        "imaging": one_line(told.get("imaging", "")),
        "imaging_window_days": _length(told, "imaging_window_days"),
        "authorisation": authorisation(told.get("authorisation", "")),
        "frequency_limit": limit,
        "frequency_count": _length(told, "frequency_count") or count,
        "frequency_days": _length(told, "frequency_days") or days,
        "reference": reference,
        "reference_kind": reference_kind(told.get("reference_kind", ""), reference),
        "owner": one_line(told.get("owner", "")),
        "audit_every_months": months(told.get("audit_every_months", "")),
        "checklist": tuple(filter(None, ITEM_ENDS.split(told.get("checklist", "")))),
    }
    return from_body(told.get("policy_key") or id_for(payer, procedures), body)


def _day(told: dict[str, str], field: str) -> object:
    text = told.get(field, "")
    day = parse_date(text) if text else None
    if text and day is None:
        raise UsageError(f"{field.replace('_', ' ')}: got {text!r}, wanted a date such as 2026-07-01")
    return day


def _length(told: dict[str, str], field: str) -> int | None:
    """Days of `60`, `60 days`, `6 months`; None of an empty cell."""
    text = told.get(field, "")
    if not text:
        return None
    found = LENGTH.search(text)
    if not found or int(found[1]) < 1:
        raise UsageError(f"{field.replace('_', ' ')}: got {text!r}, wanted a number of days such as 60")
    return int(int(found[1]) * PERIODS[(found[2] or "day").lower()])


def authorisation(text: str) -> str:
    """required, not required or unknown; UsageError for other words."""
    said = one_line(text).lower().rstrip(".")
    for words, answer in ((REQUIRED, "required"), (NOT_REQUIRED, "not required"), (UNKNOWN | {""}, "unknown")):
        if said in words:
            return answer
    raise UsageError(f"authorisation: got {text!r}, wanted yes, no or unknown")


def frequency(text: str) -> tuple[int | None, int | None]:
    """How often in how many days a limit in words allows: `3 per 12 months` is 3 in 365; None twice where unclear."""
    found = FREQUENCY.search(text)
    if not found:
        return None, None
    count = COUNTS.get(found[1].lower()) or int(found[1])
    unit = found[3].lower().replace("annum", "year")
    return count, int(int(found[2] or 1) * PERIODS[unit])


def months(text: str) -> int | None:
    """Months of `6`, `6 months`, `quarterly`; None of an empty cell; UsageError for other words."""
    said = one_line(text).lower()
    if not said:
        return None
    if said in EVERY:
        return EVERY[said]
    found = LENGTH.fullmatch(said)
    if not found or int(found[1]) < 1 or found[2] in ("day", "week"):
        raise UsageError(f"audit every months: got {text!r}, wanted a number of months or quarterly")
    return int(found[1]) * (12 if found[2] == "year" else 1)


def reference_kind(text: str, reference: str) -> str:
    """The kind that is said, else what the form of the reference says: L33333 is an LCD, A12345 an article."""
    said = one_line(text).lower()
    for kind in REFERENCE_KINDS:
        if said and said == kind.lower():
            return kind
    if said:
        raise UsageError(f"reference kind: got {text!r}, wanted {', '.join(REFERENCE_KINDS)}")
    for pattern, kind in ((r"(LCD|D?L\d{5})\b", "LCD"), (r"NCD|\d{2,3}\.\d+$", "NCD"), (r"D?A\d{5}\b", "article")):
        if re.match(pattern, reference, re.IGNORECASE):
            return kind
    return "payer policy" if reference else "other"
