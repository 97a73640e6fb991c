"""The rows that readers make. One class is one table of the lake; a field is a column; the docstring is its grain.

Readers yield instances in any order; the store adds `file_id` in front and writes one Parquet file per table and
source file. Money is `Cents` and quantities are `Milli` (whole thousandths): exact, quick integers while reading,
DECIMAL(18,2) and DECIMAL(18,3) in the lake. Numbers count from 1 within the file (`transaction_no`, `claim_no`) or
within their parent (`line_no`, ...); `line_no` 0 means the claim itself, `claim_no` 0 the transaction. `segment_no`
counts segments from the start of the file; `byte_offset` is the place of that segment's first byte in the decompressed
file (for UTF-16: in its UTF-8 form).
"""

from pipelines.rows.acknowledgement import Acknowledgement
from pipelines.rows.denial_log import LogCode, LogColumn, LogReject, LogRow
from pipelines.rows.oddity import Oddity
from pipelines.rows.remittance import (
    Adjustment,
    Detail,
    ProviderAdjustment,
    ProviderSummary,
    Remark,
    Remit,
    RemitClaim,
    RemitLine,
)
from pipelines.rows.submission import (
    Submission,
    SubmissionAdjustment,
    SubmissionCode,
    SubmissionDecision,
    SubmissionDetail,
    SubmissionLine,
    SubmissionPayer,
)
from pipelines.rows.units import Cents, Date, Milli

__all__ = [
    "Acknowledgement",
    "Adjustment",
    "Cents",
    "Date",
    "Detail",
    "LogCode",
    "LogColumn",
    "LogReject",
    "LogRow",
    "Milli",
    "Oddity",
    "ProviderAdjustment",
    "ProviderSummary",
    "Remark",
    "Remit",
    "RemitClaim",
    "RemitLine",
    "Row",
    "Submission",
    "SubmissionAdjustment",
    "SubmissionCode",
    "SubmissionDecision",
    "SubmissionDetail",
    "SubmissionLine",
    "SubmissionPayer",
]

Row = (
    Oddity
    | Remit
    | ProviderAdjustment
    | ProviderSummary
    | RemitClaim
    | RemitLine
    | Adjustment
    | Remark
    | Detail
    | Submission
    | SubmissionLine
    | SubmissionPayer
    | SubmissionDecision
    | SubmissionAdjustment
    | SubmissionCode
    | SubmissionDetail
    | Acknowledgement
    | LogRow
    | LogCode
    | LogReject
    | LogColumn
)
