"""Denial logs and claim exports (CSV, TSV, XLSX, XLS, ODS) -> rows, whatever the practice called its columns.

`propose_mapping` says what each column is taken for and why; `read_log` yields the rows. Which headers are known is
data (data/reference/header_synonym.csv); what a header cannot settle, the values of the whole column do.
"""

from pipelines.denial_log.proposal import Proposal, any_table, fingerprint, header_fingerprint, propose_mapping
from pipelines.denial_log.reader import read_log

__all__ = ["Proposal", "any_table", "fingerprint", "header_fingerprint", "propose_mapping", "read_log"]
