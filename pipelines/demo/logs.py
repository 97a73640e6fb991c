"""The practice's own denial log: a CSV a year and a workbook for the last months, as untidy as people keep them.

And the claim export of the one location whose billing system gives no 837.
"""

import csv
import datetime
import io
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

from pipelines.demo.calendar import american, compact, iso
from pipelines.demo.claims import Claim, Line
from pipelines.demo.events import Sent
from pipelines.demo.parameters import DenialKind

TITLE = "DEMO DATA - made-up practice, denial log"
BILLERS = ("KIM S", "Pat", "pat", "R. Demo")


@dataclass(frozen=True, slots=True)
class Entry:
    """One denied line as the log keeps it; days are ordinals, 0 where there is none; amounts in cents."""

    claim: Claim
    line: Line
    kind: DenialKind
    denial_day: int
    sent_day: int
    last_bill_day: int
    appeal_day: int
    outcome: str
    outcome_day: int
    status: str
    recovered: int

    @property
    def style(self) -> int:
        """A number that spreads the entries over the ways of writing."""
        return self.claim.number + self.line.number


def _dollars(cents: int) -> str:
    return f"${cents // 100:,}.{cents % 100:02d}" if cents else ""


def _day(day: int) -> str:
    return american(day) if day else ""


def _code(entry: Entry) -> str:
    """The denial code as different hands write it: CO-50, CO50, CO 50, or with its remark code: CO-16, N290."""
    kind = entry.kind
    together = kind.rarcs if _is_together(entry) else ()
    return ", ".join((f"{kind.group_code}{('-', '', ' ')[entry.style % 3]}{kind.carc}", *together))


def _remarks(entry: Entry) -> str:
    return "" if _is_together(entry) else ", ".join(entry.kind.rarcs)


def _is_together(entry: Entry) -> bool:
    return entry.style % 5 == 0


def _name(entry: Entry) -> str:
    person = entry.claim.patient
    return f"{person.last_name.title()}, {person.first_name.title()}"


def _worked(entry: Entry) -> str:
    if entry.recovered:
        return "paid"
    return ("", "called payer", "waiting on dr", "see chart")[entry.style % 4]


EXPORTED = (
    "Claim ID", "Payer Name", "Member ID", "Date of Service", "Submission Date", "CPT", "Modifiers", "Units",
    "Billed Amount", "Diagnosis Codes", "Authorization #", "Rendering NPI",
)  # fmt: skip
Column = tuple[str, Callable[[Entry], str]]
COMMON: tuple[Column, ...] = (
    ("Acct #", lambda entry: entry.claim.account),
    ("Patient Name (Last, First)", _name),
    ("DOS", lambda entry: _day(entry.claim.service_day)),
    ("Insurance", lambda entry: entry.claim.payer.log_name),
    ("CPT", lambda entry: entry.line.procedure),
    ("Mod", lambda entry: " ".join(entry.line.modifiers)),
    ("Dx", lambda entry: entry.claim.diagnoses[0]),
    ("Charges", lambda entry: _dollars(entry.line.charge)),
    ("Date Sent", lambda entry: _day(entry.sent_day)),
    ("Denial Date", lambda entry: _day(entry.denial_day)),
    ("Denial Code", _code),
    ("Remark Code", _remarks),
    ("NR/NMR/M", lambda entry: entry.kind.local_code),
    ("Denial Reason", lambda entry: entry.kind.log_text),
    ("Last Bill Date", lambda entry: _day(entry.last_bill_day)),
    ("Appeal Date", lambda entry: _day(entry.appeal_day)),
    ("Outcome", lambda entry: entry.outcome),
    ("Outcome Date", lambda entry: _day(entry.outcome_day)),
    ("Status", lambda entry: entry.status),
    ("Recovered", lambda entry: _dollars(entry.recovered)),
    ("Worked By", lambda entry: BILLERS[entry.style % 4]),
    ("Notes", _worked),
)
WORDS_OF_ODD_YEARS = {
    "Acct #": "Patient Account",
    "DOS": "Date of Service",
    "Insurance": "Payer Name",
    "CPT": "Procedure Code",
    "Mod": "Modifiers",
    "Dx": "Primary Dx",
    "Charges": "Billed Amount",
    "Denial Date": "Denied Date",
    "Denial Code": "CO/PR Code",
    "Remark Code": "RARC",
    "Denial Reason": "Rejection Reason",
}


def columns(year: int) -> list[Column]:
    """The log's columns: somebody renames them every other year."""
    if year % 2 == 0:
        return list(COMMON)
    return [(WORDS_OF_ODD_YEARS.get(header, header), cell) for header, cell in COMMON]


def ordered(entries: Iterable[Entry]) -> list[Entry]:
    """The entries as they came in: by denial day, then account and line."""
    return sorted(entries, key=lambda entry: (entry.denial_day, entry.claim.account, entry.line.number))


def write_csv_log(path: Path, year: int, entries: list[Entry]) -> None:
    """A CSV log: title row, empty row, headers, rows with an empty one between months, a note to self, a total row."""
    chosen = columns(year)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([f"{TITLE} {year}", *[""] * (len(chosen) - 1)])
        writer.writerow([""] * len(chosen))
        writer.writerow([header for header, _ in chosen])
        month = ""
        for entry in entries:
            if month and compact(entry.denial_day)[:6] != month:
                writer.writerow([""] * len(chosen))
            month = compact(entry.denial_day)[:6]
            writer.writerow([cell(entry) for _, cell in chosen])
        writer.writerow([*[""] * (len(chosen) - 1), "which claim was the fax about?"])
        total = _dollars(sum(entry.line.charge for entry in entries))
        place = [header for header, _ in COMMON].index("Charges")
        writer.writerow(["TOTAL", *[""] * (place - 1), total, *[""] * (len(chosen) - place - 1)])


def write_claim_export(path: Path, exported: list[Sent]) -> None:
    """A billing system's export: one row for each line of each claim that it sent, a corrected claim once more."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(["DEMO DATA - made-up practice, claim export", *[""] * (len(EXPORTED) - 1)])
        writer.writerow(EXPORTED)
        for sent in exported:
            writer.writerows(_export_row(sent, line) for line in sent.claim.lines)


def _export_row(sent: Sent, line: Line) -> list[str]:
    claim = sent.claim
    return [
        sent.account,
        claim.payer.name,
        claim.patient.member_id,
        american(claim.service_day),
        american(sent.day),
        line.procedure,
        " ".join(line.modifiers),
        str(line.units),
        f"{line.charge // 100}.{line.charge % 100:02d}",
        " ".join(claim.diagnoses),
        claim.authorization,
        claim.provider.npi,
    ]


def write_workbook_log(path: Path, entries: list[Entry]) -> None:
    """An XLSX log with real dates and numbers, whose bytes depend on nothing but the entries."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": TITLE, "created": datetime.datetime(2026, 1, 1)})
    sheet = book.add_worksheet("Denials")
    date, amount = book.add_format({"num_format": "m/d/yyyy"}), book.add_format({"num_format": "$#,##0.00"})
    sheet.merge_range(0, 0, 0, 5, TITLE)
    for place, (header, _) in enumerate(COMMON):
        sheet.write_string(2, place, header)
    for row, entry in enumerate(entries, 3):
        _write_row(sheet, row, entry, date, amount)
    book.close()
    path.write_bytes(_stored(buffer.getvalue()))


def _write_row(sheet: "xlsxwriter.worksheet.Worksheet", row: int, entry: Entry, date: object, amount: object) -> None:
    days = {
        "DOS": entry.claim.service_day,
        "Date Sent": entry.sent_day,
        "Denial Date": entry.denial_day,
        "Last Bill Date": entry.last_bill_day,
        "Appeal Date": entry.appeal_day,
        "Outcome Date": entry.outcome_day,
    }
    amounts = {"Charges": entry.line.charge, "Recovered": entry.recovered}
    for place, (header, cell) in enumerate(COMMON):
        if days.get(header):
            sheet.write_datetime(row, place, datetime.datetime.fromisoformat(iso(days[header])), date)
        elif amounts.get(header):
            sheet.write_number(row, place, amounts[header] / 100, amount)
        elif cell(entry):
            sheet.write_string(row, place, cell(entry))


def _stored(workbook: bytes) -> bytes:
    """The same workbook uncompressed, because compressors differ between machines."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system = 3
            new.writestr(info, old.read(name))
    return out.getvalue()
