import datetime
import io
from decimal import Decimal

import openpyxl
import pandas as pd

from dashboards import files
from pipelines import policy_words

TABLE = pd.DataFrame(
    {
        "Payer": ["=cmd()", "Aetna"],
        "Month": [datetime.date(2026, 3, 1), None],
        "Dollars": [Decimal("1234.50"), None],
        "Lines": [12, 0],
        "Signal": [True, False],
    },
    dtype="object",
)


def test_a_workbook_has_true_numbers_and_dates_and_says_what_it_is() -> None:
    """Numbers are numbers, dates dates, nothing is empty text; the second sheet names measure and scope."""
    book = openpyxl.load_workbook(io.BytesIO(files.to_xlsx(TABLE, {"What": "Payers", "Measure": "Denial rate"})))
    rows = list(book["Data"].values)
    assert ("Payer", "Month", "Dollars", "Lines", "Signal") == rows[0]
    assert ("=cmd()", datetime.datetime(2026, 3, 1), 1234.5, 12, True) == rows[1]
    assert ("Aetna", None, None, 0, False) == rows[2]
    assert [("What", "Payers"), ("Measure", "Denial rate")] == list(book["About"].values)


def test_a_text_never_becomes_a_formula() -> None:
    """In Excel a text stays a text; in CSV one that a spreadsheet would run is led by an apostrophe."""
    book = openpyxl.load_workbook(io.BytesIO(files.to_xlsx(TABLE, {})))
    assert "s" == book["Data"]["A2"].data_type
    assert "'=cmd()" in files.to_csv(TABLE).decode("utf-8-sig")


def test_claim_numbers_are_tokens() -> None:
    """What leads to a patient is told by its token, and what nobody needs of one is left out; amounts stay."""
    table = pd.DataFrame({"Claim": ["A1", None], "patient_last_name": ["MADEUP", "MADEUP"], "Dollars": [1, 2]})
    told = files.without_numbers(table, lambda value: f"T{value}" if isinstance(value, str) else "")
    assert [{"Claim": "TA1", "Dollars": 1}, {"Claim": "", "Dollars": 2}] == told.to_dict("records")


def test_a_payers_policy_keeps_its_number() -> None:
    """The number of a policy leads to no patient: a matrix that was taken away can be read in again."""
    table = pd.DataFrame({policy_words.LABELS["reference"]: ["L1"], "reference": ["L1"], "reference_id": ["A1"]})
    told = files.without_numbers(table, lambda value: f"T{value}")
    assert [{"Reference": "L1", "reference": "L1", "reference_id": "TA1"}] == told.to_dict("records")


def test_csv_keeps_cents_and_names() -> None:
    """Amounts are the exact decimals; a byte-order mark tells Excel that it is UTF-8."""
    text = files.to_csv(pd.DataFrame({"Payer": ["Åsa Plan"], "Dollars": [Decimal("0.10")]}))
    assert b"\xef\xbb\xbf" == text[:3] and "Åsa Plan,0.10" in text.decode("utf-8-sig")


def test_an_empty_table_is_a_file_with_headers() -> None:
    """Nothing to show is not an error."""
    assert "Payer,Dollars" in files.to_csv(pd.DataFrame(columns=["Payer", "Dollars"])).decode("utf-8-sig")
    assert files.to_xlsx(pd.DataFrame(columns=["Payer"]), {}).startswith(b"PK")
