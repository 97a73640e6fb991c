"""Several files read together give the rows that each of them gives alone, counted as they are in it."""

import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import together
from pipelines.errors import NotReadable
from pipelines.rows import Row
from pipelines.rows.batch import RowBatch
from pipelines.sources import Source, read
from pipelines.x12.claim import read_claims
from pipelines.x12.claim_columns import read_claims_together
from pipelines.x12.joined import Joined, Whole, join, whole
from pipelines.x12.remittance import read_remittance
from pipelines.x12.remittance_columns import read_remittances_together
from tests.x12.claim_writer import Claim, Style, Writer
from tests.x12.made_claims import STYLES
from tests.x12.made_claims import files as made_claims
from tests.x12.test_claim_columns import damaged_files
from tests.x12.test_remittance_columns import files, rows_of

Rows = list[Row | RowBatch]
SAMPLES = sorted(Path("data/samples").glob("*.83[57]"))
KINDS = {".835": "835", ".837": "837P"}


def assert_same_together(
    contents: Sequence[bytes],
    read_rows: Callable[[io.BytesIO, str], Iterator[Row]],
    read_together: Callable[[Joined], list[Rows] | None],
) -> None:
    """Those of the files that can be joined give the same rows together as alone; or one of them is refused alone."""
    alike: dict[object, list[tuple[bytes, Whole]]] = {}
    for content in contents:
        if file := whole(io.BytesIO(content), "made"):
            alike.setdefault((file.part.delimiters, file.part.separator), []).append((content, file))
    for found in alike.values():
        alone = [rows_of(read_rows(io.BytesIO(content), "made")) for content, _ in found]
        joined = join([file for _, file in found])
        try:
            rows = None if joined is None else read_together(joined)
        except NotReadable as problem:
            assert str(problem) in [refusal for _, refusal in alone]
            continue
        if rows is not None:
            assert alone == [rows_of(each) for each in together.in_batches(rows)]


@settings(deadline=None, max_examples=40)
@given(st.lists(files(), min_size=2, max_size=4))
def test_remittances_together(contents: list[bytes]) -> None:
    """Claims of every kind in a row, in files that are whole or damaged."""
    assert_same_together(contents, read_remittance, read_remittances_together)


@settings(deadline=None, max_examples=30)
@given(st.lists(damaged_files(), min_size=2, max_size=4))
def test_claims_together(contents: list[bytes]) -> None:
    """The same of 837s."""
    assert_same_together(contents, read_claims, read_claims_together)


@settings(deadline=None, max_examples=10)
@given(st.lists(made_claims(), min_size=2, max_size=3), STYLES)
def test_whole_claims_together(made: list[tuple[str, list[Claim]]], style: Style) -> None:
    """Claims of each form, with all that they can say."""
    contents = [Writer(style, form).text(claims).encode() for form, claims in made]
    assert_same_together(contents, read_claims, read_claims_together)


def on_disk(path: Path) -> Source:
    """The file as a source."""
    return Source(path.name, lambda: path.open("rb"))


def test_a_practice_s_files_are_read_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them are, remittances and claims at once, and every file has its own rows."""
    monkeypatch.setattr(together, "WORTH_IT", 0)
    sources = [on_disk(path) for path in SAMPLES]
    found = together.read_together(sources, [KINDS[path.suffix] for path in SAMPLES])
    assert [rows_of(read(source)) for source in sources] == [rows_of(rows or []) for rows in found]


def test_an_untidy_or_refused_file_is_left_to_be_read_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file with wrapped lines keeps nobody from being joined; with a file of no remittance all are read alone."""
    monkeypatch.setattr(together, "WORTH_IT", 0)
    good = next(path for path in SAMPLES if path.suffix == ".835").read_bytes()
    wrapped = good.replace(b"*PR*", b"*P\nR*", 1)
    other = good.replace(b"ST*835*", b"ST*820*")
    assert [True, True, False, True, True] == taken([good, good, wrapped, good, good])
    assert [False, False, False] == taken([good, other, good])
    assert [False, False] == taken([good[5:], b""])


def taken(contents: list[bytes]) -> list[bool]:
    """Which of these 835s are read together."""
    sources = [Source("made", lambda content=content: io.BytesIO(content)) for content in contents]  # type: ignore[misc]
    return [rows is not None for rows in together.read_together(sources, ["835"] * len(sources))]
