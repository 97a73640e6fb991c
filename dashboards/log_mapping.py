"""The columns of a denial log: what each is taken for and why, to be corrected before anything is loaded.

Values are shown so that a person can judge; those of columns about the patient only by their shape.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import parts, words
from dashboards.looking import ASK, Key, Seen, SeenColumn
from pipelines.denial_log.fields import FIELDS, REPEATABLE
from pipelines.denial_log.synonyms import header_key

NOT_USED = "not used"
PLAIN = {
    "account": "patient account",
    "adjudication_date": "adjudication date (payment, EOB)",
    "carc": "reason code (CARC)",
    "category_text": "own category",
    "claim_id": "claim number",
    "code_amount": "amount of a reason code",
    "group_code": "group code (CO, PR, OA, PI)",
    "is_appealed": "appealed, yes or no",
    "is_denied": "denied, yes or no",
    "local_flag": "own letters (NR, NMR, M)",
    "note": "notes",
    "owner": "who works on it",
    "payer_class": "kind of plan",
    "procedure_code": "procedure (CPT/HCPCS)",
    "rarc": "remark code (RARC)",
    "reason_text": "denial reason in words",
    "rendering_npi": "rendering NPI",
    "submission_date": "submission date (first billed)",
}
NAME_OF = {field: PLAIN.get(field, words.named(field)) for field in FIELDS}
FIELD_OF = {name: field for field, name in NAME_OF.items()} | {NOT_USED: ""}
ORDERS = {"day first": ":dmy", "month first": ":mdy"}
PATIENT_FIELDS = {"patient_id", "patient_name", "member_id", "patient_birth_date", "note"}
PATIENT_HEADER = re.compile(
    r"patient|member|subscriber|insured|guarantor|name|birth|dob|ssn|social|phone|email|address|street|zip|mrn", re.I
)
LIKE_A_NAME = re.compile(r"^[^\W\d_]{2,},\s*[^\W\d_]+|^[A-Z][a-z]+ ([A-Z]\.? )?[A-Z][a-z]+$")
HARMLESS_FIELDS = {"payer_name", "provider_name", "rendering_npi", "location", "owner"}
SHOWN_SAMPLES, LONGEST_SAMPLE = 3, 28

Said = Callable[[Key, dict[str, str]], None]


def editor(seen: Seen, version: int, said: Said) -> None:
    """The columns of one log; `said` gets what a person changes, as header -> field, and has it all drawn anew."""
    used = sum(column.field is not None for column in seen.columns)
    title = f"{seen.name}: {used} of {len(seen.columns)} columns are used"
    with st.container(border=True):
        parts.heading(title, _below(seen))
        for question in seen.questions:
            st.markdown(f"**{words.plain(question.split(' say --map')[0].rstrip(';'))}**")
        key = f"mapping-{seen.key[0]}-{seen.key[1]}-{version}"
        st.data_editor(
            _frame(seen),
            column_config=_config(),
            disabled=["Column", "Sheet", "Some of its values", "Why", "How sure"],
            hide_index=True,
            key=key,
            alt=f"Columns of {seen.name}",
            placeholder="",
        )
        if edits := st.session_state[key]["edited_rows"]:
            said(seen.key, words_of_person(seen, edits))


def _below(seen: Seen) -> str:
    if seen.status == ASK:
        return "It can be loaded once the question below is settled: say in the table what the column holds."
    if seen.is_remembered:
        return "Read as you said for a log with these columns before. Change what is wrong; it is remembered again."
    return "Change what is wrong; it is remembered for the next log with these columns."


def _frame(seen: Seen) -> pd.DataFrame:
    columns = {
        "Column": [column.header for column in seen.columns],
        "Holds": [NAME_OF[column.field] if column.field else NOT_USED for column in seen.columns],
        "Dates": [_order(column) for column in seen.columns],
        "Some of its values": [samples(column) for column in seen.columns],
        "Why": [column.reason for column in seen.columns],
        "How sure": [column.confidence for column in seen.columns],
    }
    if len({column.sheet for column in seen.columns}) > 1:
        columns["Sheet"] = [column.sheet or "" for column in seen.columns]
    return pd.DataFrame(columns)


def _config() -> dict[str, Any]:
    return {
        "Column": st.column_config.TextColumn(pinned=True, width="medium"),
        "Holds": st.column_config.SelectboxColumn(
            options=[NOT_USED, *sorted(set(FIELD_OF) - {NOT_USED})], required=True, width="medium"
        ),
        "Dates": st.column_config.SelectboxColumn(options=["", *ORDERS], width="small", help="Day or month first"),
        "Some of its values": st.column_config.TextColumn(
            width="medium", help="Of columns about the patient only the shape is shown."
        ),
        "Why": st.column_config.TextColumn(width="large"),
    }


def _order(column: SeenColumn) -> str:
    if not column.has_order:
        return ""
    return "day first" if column.is_day_first else "month first"


def samples(column: SeenColumn) -> str:
    """A few values of the column; of one about the patient, letters as x and digits as 9."""
    values = [value[:LONGEST_SAMPLE] for value in column.samples[:SHOWN_SAMPLES]]
    if is_about_patient(column):
        values = [re.sub(r"[^\W\d_]", "x", re.sub(r"\d", "9", value)) for value in values]
    return " · ".join(values)


def is_about_patient(column: SeenColumn) -> bool:
    """The column may name a patient: by what it holds, or by its header and values where that is not known."""
    if column.field in HARMLESS_FIELDS:
        return False
    if column.field in PATIENT_FIELDS or PATIENT_HEADER.search(column.header):
        return True
    return column.field is None and any(LIKE_A_NAME.match(value) for value in column.samples)


def words_of_person(seen: Seen, edits: Mapping[int, Mapping[str, Any]]) -> dict[str, str]:
    """The edits as header -> field, with the order of dates after a colon; '' for a column that is not used.

    Of a field that a row has once, the column named last gives it: the one that gave it before is let go.
    """
    told: dict[str, str] = {}
    for row, cells in edits.items():
        column = seen.columns[int(row)]
        field = FIELD_OF[cells["Holds"]] if cells.get("Holds") else column.field or ""
        order = ORDERS.get(cells.get("Dates") or "", "") if field.endswith("_date") else ""
        rivals = [other.header for other in seen.columns if field and other.field == field]
        if field not in REPEATABLE:
            told.update({header: "" for header in rivals if header_key(header) != header_key(column.header)})
        told[column.header] = field + order
    return told
