import random
import re
import string

import pytest

from pipelines import policy_codes
from pipelines.errors import UsageError


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("M17", ("M17",)),
        ("m1711; M17.11", ("M17.11",)),
        ("M17.x, M25.56x", ("M17", "M25.56")),
        ("M17.- M18.*", ("M17", "M18")),
        ("M17 - M17.9\nF32.0 to F33.9", ("M17-M17.9", "F32.0-F33.9")),
        ("M17–M19|S83.21XA", ("M17-M19", "S83.21XA")),
        ("T36.0X1A", ("T36.0X1A",)),
        ("", ()),
    ],
)
def test_diagnoses_as_people_write_them(text: str, entries: tuple[str, ...]) -> None:
    """Prefixes, ranges and lists are read however they are separated, each once."""
    assert entries == policy_codes.diagnoses(text)


@pytest.mark.parametrize("text", ["knee pain", "M17.11.2", "717.1", "M17-", "M19-M17", "M17.9-M17.1", "XX000"])
def test_what_is_no_diagnosis(text: str) -> None:
    """What cannot be a code, prefix or range is refused and named."""
    with pytest.raises(UsageError, match=re.escape(text.split()[0].upper())):
        policy_codes.diagnoses(text)


@pytest.mark.parametrize(
    ("entry", "code", "is_covered"),
    [
        ("M17", "M17.11", True),
        ("M17.1", "M1711", True),
        ("M17.1", "M17", False),
        ("M17.11", "M17.12", False),
        ("M17-M17.9", "M17.9", True),
        ("M17-M17.8", "M17.9", False),
        ("M17.0-M19.1", "M19.19", True),
        ("C43-C4A", "C4A.9", True),
        ("F32", "F33", False),
    ],
)
def test_what_an_entry_covers(entry: str, code: str, is_covered: bool) -> None:
    """An entry covers itself and what is more specific; a range everything between, its last prefix included."""
    assert is_covered == policy_codes.covers(entry, code)


def test_spans_by_category_cover_the_same() -> None:
    """The spans that SQL joins by category cover exactly what the entry covers."""
    chance = random.Random(7)

    def code() -> str:
        tail = "".join(chance.choices(string.digits + "ABX", k=chance.randint(0, 4)))
        return f"{chance.choice('MF')}{chance.choice('12')}{chance.choice('0189AB')}{tail}"

    for _ in range(300):
        ends = sorted(code() for _ in range(2))
        entry = "-".join(map(policy_codes.dotted, ends)) if chance.random() < 0.5 else policy_codes.dotted(ends[0])
        spans = policy_codes.spans(entry)
        for asked in (code() for _ in range(20)):
            found = any(one.category == asked[:3] and one.first <= asked <= one.last for one in spans)
            assert policy_codes.covers(entry, asked) == found, (entry, asked)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("20610", ("20610",)),
        ("20610-20611, j7325", ("20610", "20611", "J7325")),
        ("0123T to 0125T", ("0123T", "0124T", "0125T")),
        ("90837; 90837", ("90837",)),
    ],
)
def test_procedures_as_people_write_them(text: str, codes: tuple[str, ...]) -> None:
    """Ranges of procedures are written out, also those of HCPCS and of category III."""
    assert codes == policy_codes.procedures(text)


@pytest.mark.parametrize("text", ["2061", "20611-20610", "20610-J7325", "00100-99999", "knee"])
def test_what_is_no_procedure(text: str) -> None:
    """What cannot be a procedure, and a range of half the book, is refused."""
    with pytest.raises(UsageError):
        policy_codes.procedures(text)
