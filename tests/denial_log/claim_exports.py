"""Two made-up claim exports, each as CSV and XLSX; `python -m tests.denial_log.claim_exports` writes the files anew."""

import datetime
from pathlib import Path

import xlsxwriter

from tests.denial_log.tables import Table, text_bytes

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "logs"
Day = datetime.date
MARCH_2, MARCH_4, MARCH_16, APRIL_8 = Day(2026, 3, 2), Day(2026, 3, 4), Day(2026, 3, 16), Day(2026, 4, 8)

# One row per line: a claim of two lines, the same claim corrected, and its turn at the secondary payer.
BY_LINE: Table = [
    ["Claim #", "Acct #", "Patient Last Name", "Patient First Name", "DOB", "Insurance", "Payer Order", "Policy No",
     "DOS From", "DOS To", "Date Submitted", "Line #", "CPT", "Mod 1", "Mod 2", "Units", "Charge", "DX 2", "DX 1",
     "DX 3", "DX 4", "Place of Svc", "Rendering NPI", "Prior Auth #", "Resubmission Code", "Original Ref No"],
    ["70001", "OR-100", "Muster", "Ada", Day(1951, 2, 3), "Example Health", "Primary", "EH-1", MARCH_2, MARCH_2,
     MARCH_4, 1, "99213", "25", "", 1, 150.5, "Z96.651", "M17.11", "", "", 11, "1234567893", "", "", ""],
    ["70001", "OR-100", "Muster", "Ada", Day(1951, 2, 3), "Example Health", "Primary", "EH-1", MARCH_2, MARCH_2,
     MARCH_4, 2, "20610", "RT", "59", 1, 210, "", "M17.11", "", "", 11, "1234567893", "PA-9", "", ""],
    ["70001", "OR-100", "Muster", "Ada", Day(1951, 2, 3), "Example Health", "Primary", "EH-1", MARCH_2, MARCH_2,
     APRIL_8, 1, "20610", "RT", "", 1, 210, "", "M17.11", "", "", 11, "1234567893", "PA-9", "7", "EH26000001"],
    ["70002", "OR-101", "Probe", "Ben", Day(1948, 7, 9), "Second Example Health", "Secondary", "SE-2", MARCH_2,
     MARCH_2, MARCH_16, 1, "73721", "LT", "", 1, 900, "M23.205", "M25.562", "S83.242A", "Z98.890", 22, "1234567893",
     "", "1", ""],
]  # fmt: skip
# One row per claim: several procedures and diagnoses in a cell, and nothing that a denial log has.
BY_CLAIM: Table = [
    ["Visit #", "Carrier", "Service Date", "Bill Date", "CPT Codes", "Diagnosis Codes", "Units", "Total Charges",
     "Auth #", "Status"],
    ["V-1", "Example Health", MARCH_2, MARCH_4, "99213-25, 20610", "M17.11, Z96.651, E11.9", 2, 360.5, "", "Billed"],
    ["V-2", "Example Health", MARCH_4, MARCH_16, "90837", "F41.1", 1, 180, "PA-7", "Billed"],
    ["V-3", "Blue Example", MARCH_16, APRIL_8, "97110", "M54.50", 4, 240, "", "Submitted"],
]  # fmt: skip
EXPORTS = {"claims_by_line": BY_LINE, "claims_by_claim": BY_CLAIM}


def as_text(table: Table) -> bytes:
    """The table as a program writes it: month first, and a byte order mark."""
    cells = [[f"{cell:%m/%d/%Y}" if isinstance(cell, Day) else cell for cell in row] for row in table]
    return b"\xef\xbb\xbf" + text_bytes(cells)


def write_workbook(path: Path, table: Table) -> None:
    """The table under a title, with true dates and numbers, as a spreadsheet holds it."""
    with xlsxwriter.Workbook(path, {"default_date_format": "m/d/yyyy"}) as book:
        book.set_properties({"created": datetime.datetime(2026, 5, 1)})
        sheet = book.add_worksheet("Claims")
        sheet.write(0, 0, "Claims sent, March to April 2026")
        for row_no, row in enumerate(table, 2):
            sheet.write_row(row_no, 0, row)


def main() -> None:
    """Write the fixtures; look at the difference before committing it."""
    for name, table in EXPORTS.items():
        (FIXTURES / f"{name}.csv").write_bytes(as_text(table))
        write_workbook(FIXTURES / f"{name}.xlsx", table)


if __name__ == "__main__":
    main()
