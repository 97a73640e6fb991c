"""The columns of a part's tables and what its envelope says -> batches of rows, without those of odd claims."""

from itertools import chain
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from pipelines.rows import Submission
from pipelines.rows.batch import RowBatch, arrow_schema, table_name
from pipelines.x12.claim_columns_header import FORMS, form_number
from pipelines.x12.claim_columns_tables import Columns, PartColumns, Told
from pipelines.x12.claim_columns_values import pick
from pipelines.x12.columns import Ints

CONTROL_NUMBERS = ("transaction_control_number", "group_control_number", "interchange_control_number")


class Transaction(NamedTuple):
    """What the envelope says of the claims from segment `first` of a part on."""

    first: int
    number: int
    form: str | None
    control_numbers: tuple[str | None, str | None, str | None]  # in the order of CONTROL_NUMBERS


class Batches:
    """Puts the tables of one part together.

    `walks` are the transactions of each file in it; `claim_nos` number the claim before the first that is in the part.
    """

    def __init__(self, columns: PartColumns, walks: list[list[Transaction]], claim_nos: list[int]) -> None:
        self.columns, self.part = columns, columns.part
        self._transactions = list(chain.from_iterable(walks))
        firsts = np.array([transaction.first for transaction in self._transactions])
        self._which = np.searchsorted(firsts, self.part.claims, side="right") - 1
        self._claim_nos = self._numbers([walk[0].first for walk in walks], claim_nos)

    def _numbers(self, begins: list[int], claim_nos: list[int]) -> Ints:
        """Each claim's number in its file; files begin at these segments."""
        claims = self.part.claims
        file = np.searchsorted(begins, claims, side="right") - 1
        numbers: Ints = (np.array(claim_nos) - np.searchsorted(claims, begins))[file] + np.arange(len(claims)) + 1
        return numbers

    def of(self, told: Told) -> RowBatch:
        """The rows of one table."""
        numbers = np.array([transaction.number for transaction in self._transactions])[self._which]
        columns = told.columns | {
            "transaction_no": pa.array(numbers[told.claims]),
            "claim_no": pa.array(self._claim_nos[told.claims]),
        }
        if told.row_class is Submission:
            columns |= self._envelope()
        schema = arrow_schema(told.row_class)
        rows = pa.Table.from_arrays([columns[name] for name in schema.names], schema=schema)
        is_odd = self.part.is_odd[told.claims]
        return RowBatch(table_name(told.row_class), rows.filter(pa.array(~is_odd)) if is_odd.any() else rows)

    def _envelope(self) -> Columns:
        """Control numbers and forms; a form that nothing above the claims says is that of the first service."""
        forms = np.array([form_number(transaction.form) for transaction in self._transactions])[self._which]
        forms = self.columns.header.forms(forms)
        forms = np.where(forms < 0, self.columns.first_services(), forms)
        given = zip(*(transaction.control_numbers for transaction in self._transactions), strict=True)
        return {
            "claim_form": pick(pa.array(FORMS), forms),
            **{
                name: pick(pa.array(column, pa.string()), self._which)
                for name, column in zip(CONTROL_NUMBERS, given, strict=True)
            },
        }
