"""The rows of `submission_code`, one per code of an HI segment, and the diagnoses that they give their claims."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.rows import SubmissionCode
from pipelines.rows.batch import arrow_schema, to_table
from pipelines.x12.claim_columns_part import ClaimPart
from pipelines.x12.claim_columns_values import has, pick, read_each
from pipelines.x12.claim_segments import fill_code
from pipelines.x12.columns import Flags, Ints
from pipelines.x12.columns_values import number_within
from pipelines.x12.diagnosis import PRINCIPAL, SUPPORTING, composites
from pipelines.x12.values import ValueReader

Columns = dict[str, pa.Array]


class Codes(NamedTuple):
    """Every code of the claims of a part, in order."""

    segments: Ints  # the HI of each
    claims: Ints
    codes: Ints  # which of `rows` each is
    rows: list[SubmissionCode]
    is_diagnosis: Flags


def read_codes(part: ClaimPart) -> Codes:
    """The codes of all HI segments; a composite that is not simply one makes its claim odd."""
    table, segments = part.table, part.inside("HI")
    counts = table.lengths[segments] - 1
    places = number_within(np.repeat(segments, counts))
    segments = np.repeat(segments, counts)
    is_there = has(table, segments, places)
    segments, places = segments[is_there], places[is_there]
    codes, read, _ = read_each(
        table.column(segments, places), lambda reader, given: _read_code(reader, given, table.delimiters.component)
    )
    is_odd = np.array([row is None for row, _ in read], dtype=bool)[codes]
    part.mark(segments[is_odd])
    rows = [row or SubmissionCode(0, 0, 0, 0, 0) for row, _ in read]
    is_diagnosis = np.array([is_one for _, is_one in read], dtype=bool)[codes]
    return Codes(segments, part.claim_of(segments), codes, rows, is_diagnosis)


def _read_code(reader: ValueReader, given: str, component: str) -> tuple[SubmissionCode | None, bool]:
    """A row without its place and whether it is a diagnosis; no row for an odd composite."""
    found = list(composites(["HI", given], component))
    row = SubmissionCode(0, 0, 0, 0, 0)
    if len(found) != 1 or found[0][2]:
        return None, False
    is_diagnosis = fill_code(row, reader, 1, found[0][1])
    return (None if reader.oddities else row), is_diagnosis


def code_columns(part: ClaimPart, codes: Codes) -> Columns:
    """The columns of `submission_code` but for the numbers of claim and transaction."""
    names = ("qualifier", "code", "date_value", "end_date", "amount", "present_on_admission_code")
    schema = arrow_schema(SubmissionCode)
    distinct = to_table(codes.rows) if codes.rows else schema.empty_table()
    return {
        "code_no": pa.array(number_within(codes.claims)),
        "segment_no": pa.array(codes.segments + part.table.first_number),
        "byte_offset": pa.array(part.table.offsets[codes.segments]),
        **{name: distinct[name].combine_chunks().take(pa.array(codes.codes)) for name in names},
    }


def diagnosis_columns(part: ClaimPart, codes: Codes) -> Columns:
    """Principal diagnosis and all diagnoses of each claim, as `diagnosis.Diagnoses` gathers them."""
    is_principal = np.array([row.qualifier in PRINCIPAL for row in codes.rows], dtype=bool)[codes.codes]
    is_supporting = np.array([row.qualifier in SUPPORTING for row in codes.rows], dtype=bool)[codes.codes]
    texts = pa.array([row.code for row in codes.rows], pa.string())
    principals = np.flatnonzero(is_principal & codes.is_diagnosis)[::-1]
    first = np.full(len(part.claims), -1)
    first[codes.claims[principals]] = codes.codes[principals]  # written backwards: the first of a claim stays
    return {
        "principal_diagnosis_code": pick(texts, first),
        "diagnosis_codes": _joined(part, codes, is_supporting, texts),
    }


def _joined(part: ClaimPart, codes: Codes, is_supporting: Flags, texts: pa.StringArray) -> pa.StringArray:
    """Those that lines point at in their order, then supporting ones that are not there yet."""
    rows = np.flatnonzero(codes.is_diagnosis)
    rows = rows[np.lexsort((is_supporting[rows], codes.claims[rows]))]
    if is_supporting.any():
        written = {row.code: number for number, row in enumerate(codes.rows)}  # one number per text
        same = np.array([written[row.code] for row in codes.rows])[codes.codes[rows]]
        is_first = np.zeros(len(rows), dtype=bool)
        is_first[np.unique(codes.claims[rows] * len(codes.rows) + same, return_index=True)[1]] = True
        rows = rows[is_first | ~is_supporting[rows]]
    bounds = np.searchsorted(codes.claims[rows], np.arange(len(part.claims) + 1))
    lists = pa.ListArray.from_arrays(pa.array(bounds, pa.int32()), texts.take(pa.array(codes.codes[rows])))
    joined = pc.binary_join(lists, " ")
    return pc.if_else(pc.equal(joined, ""), None, joined)
