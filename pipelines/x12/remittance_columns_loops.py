"""The claim loops of a part of an 835: which segments are whose, and which loops are plainly regular.

A loop is a CLP and what follows it up to the next CLP or whatever ends a claim. It is regular until something in it is
`refused`: whatever would be told as an oddity, and what is too rare to have columns of its own. Loops that are not
regular go through the row reader, so refusing one that could have been taken costs time and never a row.
"""

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from pipelines.x12.columns import Elements, Flags, Ints, id_number

ENDS = ("CLP", "LX", "PLB", "ISA", "IEA", "GS", "GE", "ST", "SE")
SUMMARIES = ("TS2", "TS3")  # what may stand between the LX that ends a claim and the next claim
WITHOUT_ROWS = ("N2", "N3", "N4", "RDM")
TAKEN = ("SVC", "CAS", "DTM", "REF", "NM1", "AMT", "QTY", "LQ", "MIA", "MOA")


class Taken(NamedTuple):
    """The loops that are taken by columns, and where they belong; one entry for each loop of the part."""

    is_taken: Flags
    transaction_no: Ints
    claim_no: Ints
    lx_number: pa.StringArray


class Loops:
    """Of each segment its loop (-1: none), its line's number (0: the claim itself) and its line among all SVCs."""

    def __init__(self, table: Elements) -> None:
        self.table = table
        self.heads = table.where("CLP")
        ends = np.append(table.where(*ENDS), len(table))
        after = np.searchsorted(ends, self.heads, "right")
        self.ends = ends[after]
        self.is_regular = self.ends < len(table)  # what follows the last loop is not known
        self.owner = self._owners()
        self._by_id = {segment_id: self._inside(segment_id) for segment_id in TAKEN}
        self.services = self._by_id["SVC"]
        self.line = running_count(self.services, len(table)) - 1
        self.line_no = self.line - np.searchsorted(self.services, self.heads)[self.owner] + 1
        self._refuse_what_goes_on(ends, after)
        self._refuse_unknown()

    def _owners(self) -> Ints:
        owners = running_count(self.heads, len(self.table)) - 1
        return np.where((owners >= 0) & (np.arange(len(self.table)) < self.ends[owners]), owners, -1)

    def _inside(self, *segment_ids: str) -> Ints:
        found = self.table.where(*segment_ids)
        return found[self.owner[found] >= 0]

    def of(self, segment_id: str) -> Ints:
        """The segments in loops that have this id."""
        return self._by_id[segment_id]

    def refuse(self, segments: Ints) -> None:
        """The loops of these segments are not regular."""
        self.is_regular[self.owner[segments]] = False

    def _refuse_what_goes_on(self, ends: Ints, after: Ints) -> None:
        """A claim that an LX ended is open still where an SVC follows, and ends elsewhere at a second LX."""
        table = self.table
        is_other = np.ones(len(table), dtype=bool)
        is_other[table.where(*SUMMARIES)] = False
        others = np.append(0, np.cumsum(is_other))
        is_group = np.append(table.ids == id_number("LX"), False)
        following = np.append(ends, len(table))[after + 1]
        goes_on = (others[following] - others[self.ends] > 1) | is_group[following] | (following == len(table))
        self.is_regular[is_group[self.ends] & goes_on] = False

    def _refuse_unknown(self) -> None:
        is_known = self.owner < 0
        for segments in (self.heads, *self._by_id.values(), self._inside(*WITHOUT_ROWS)):
            is_known[segments] = True
        self.refuse(np.flatnonzero(~is_known | (self.table.strange & (self.owner >= 0))))


def running_count(places: Ints, size: int) -> Ints:
    """For each of so many positions how many of these places are at or before it."""
    counted = np.zeros(size, dtype=np.int64)
    counted[places] = 1
    return np.cumsum(counted)
