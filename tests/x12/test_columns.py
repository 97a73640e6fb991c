"""The element table of a part: the same segments and elements as the row readers see, taken out by columns."""

import io
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from pipelines.x12.columns import Elements, part_elements
from pipelines.x12.columns_values import DistinctValues, decimals, distinct, number_within, reworded, sums_between
from pipelines.x12.segments import SegmentStream
from pipelines.x12.values import text

FIXTURES = sorted(path for kind in ("835", "837", "ack") for path in Path("tests/fixtures", kind).iterdir())
SOURCES = [path for path in FIXTURES if path.suffix not in (".rows", ".tsv", ".json")]
ISA = "ISA*00*          *00*          *ZZ*A              *ZZ*B              *260402*1600*^*00501*000000001*0*P*:~"
LINES = "GS*HP*A*B*20260102*0600*1*X*005010X221A1~ST*835*1~CLP* A1 *1*10.5*~CLP*A2~SE*4*1~GE*1*1~IEA*1*000000001~"


def table_of(data: str) -> Elements:
    """The table of the whole of a tidy text."""
    (part,) = SegmentStream(io.BytesIO(data.encode("latin-1")), "made.835").parts()
    table = part_elements(part)
    assert table is not None
    return table


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_the_elements_of_a_tidy_part_are_those_of_its_segments(path: Path) -> None:
    """Whatever the table says of a fixture's segments is what splitting them says; an untidy part has no table."""
    stream = SegmentStream(io.BytesIO(path.read_bytes()), path.name)
    for part in stream.parts():
        table, batch = part_elements(part), stream.batch(part)
        if table is None:
            continue
        places = list(batch.offsets)[: len(batch.pieces)]
        split = [[text(word) for word in piece.split(part.delimiters.element)] for piece in batch.pieces]
        segments, found = np.arange(len(table)), table.batch(0, len(table))
        columns = [table.take(segments, index).to_pylist() for index in range(max(table.lengths))]
        plain = [i for i in range(len(table)) if not table.strange[i]]
        assert (batch.pieces, places) == (found.pieces, list(found.offsets))
        assert [split[i] for i in plain] == [[c[i] for c in columns[: table.lengths[i]]] for i in plain]
        assert {"CLP"} >= {table_id[0] for table_id in (split[i] for i in table.where("CLP"))}


def test_a_part_ends_where_a_loop_begins() -> None:
    """A chunk that ends within a loop leaves that loop to the next part, so that no loop is cut."""
    body = "".join(f"CLP*{i}*1*10*10~SVC*HC:1*10*10~" for i in range(3000))
    stream = SegmentStream(io.BytesIO((ISA + body).encode()), "made.835", chunk=1 << 15, loop_ids=("CLP",))
    heads = []
    for part in stream.parts():
        heads.append(part.text[:3])
        stream.count(part.text.count("~") + 1)
    assert len(heads) > 2
    assert ["ISA", "CLP"] == sorted(set(heads), reverse=True)


def test_what_is_no_printable_ascii_is_marked() -> None:
    """A letter with an accent is for the row reader; the segments beside it are not touched by that."""
    table = table_of(ISA + LINES.replace("A2", "Ä2"))
    assert [False, False, False, False, True, False, False, False] == table.strange.tolist()


def test_elements_have_no_blanks_around_them() -> None:
    """Padding is no part of a value, and an element of blanks is none."""
    table = table_of(ISA + LINES.replace("10.5", "   "))
    loops = table.where("CLP")
    assert (["A1", "A2"], [None, None]) == (table.take(loops, 1).to_pylist(), table.take(loops, 3).to_pylist())


def test_amounts_mean_what_the_row_reader_reads_and_odd_ones_are_marked() -> None:
    """Plain amounts in cents, nothing as nothing; what the row reader would tell of is only marked."""
    amounts = DistinctValues().amounts(pa.array(["10.5", None, "-3", "x", "1.005", "(4.00)", "10.5"]))
    assert [1050, 0, -300, 0, 0, 0, 1050] == amounts.values.tolist()
    assert [True, False, True, False, False, False, True] == amounts.is_there.tolist()
    assert [False, False, False, True, True, True, False] == amounts.is_odd.tolist()


def test_small_helpers() -> None:
    """Numbers within a parent count from one; sums over nothing are nothing; decimals keep the sign."""
    assert [1, 2, 1, 1, 2, 3] == number_within(np.array([4, 4, 7, 9, 9, 9])).tolist()
    assert [] == number_within(np.array([], dtype=np.int64)).tolist()
    assert [3, 0, 3] == sums_between(np.array([1, 2, 3]), np.array([0, 2, 2, 3])).tolist()
    found = decimals(np.array([-105, 0]), np.array([True, False]), pa.decimal128(18, 2)).to_pylist()
    assert ["-1.05", "None"] == [str(value) for value in found]
    assert [0, -1, 0] == distinct(pa.array(["a", None, "a"]))[0].tolist()
    assert ["A", None, "B"] == reworded(pa.array(["a", None, "B"]), str.upper).to_pylist()
