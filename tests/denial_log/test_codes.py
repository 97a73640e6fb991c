import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.denial_log.codes import (
    Code,
    is_npi,
    parse_codes,
    parse_diagnoses,
    parse_group,
    parse_groups,
    parse_modifiers,
    parse_place,
    parse_procedure,
)

CARCS = st.integers(1, 310).map(str) | st.sampled_from(["A1", "B7", "B15", "P14", "W1"])
RARCS = st.integers(1, 900).map(lambda number: f"N{number}") | st.sampled_from(["M25", "M127", "MA01", "MA130"])
REASONS = st.tuples(st.sampled_from(["CO", "PR", "OA", "PI"]), CARCS)


def carc(code: str, group: str | None = None) -> Code:
    """An adjustment reason code."""
    return Code("CARC", group, code)


@settings(deadline=None)
@given(
    st.lists(REASONS, min_size=1, max_size=5, unique_by=lambda reason: reason[1]),
    st.lists(RARCS, unique=True, max_size=3),
)
def test_codes_read_back_however_they_are_joined(reasons: list[tuple[str, str]], remarks: list[str]) -> None:
    """Separator and joint between group and code make no difference to what is read."""
    expected = [carc(code, group) for group, code in reasons] + [Code("RARC", None, remark) for remark in remarks]
    for joint in ("-", "", " ", ":", " - "):
        for between in (",", ", ", ";", "|", " / ", " ", "\n"):
            text = between.join([*(group + joint + code for group, code in reasons), *remarks])
            assert expected == parse_codes(text), text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CO-97", [carc("97", "CO")]),
        ("CO97", [carc("97", "CO")]),
        ("97", [carc("97")]),
        ("97.0", [carc("97")]),
        ("097", [carc("97")]),
        ("PR 204", [carc("204", "PR")]),
        ("CO-16, N706", [carc("16", "CO"), Code("RARC", None, "N706")]),
        ("CO-16-N706", [carc("16", "CO"), Code("RARC", None, "N706")]),
        ("45|1", [carc("45"), carc("1")]),
        ("CO50PR2", [carc("50", "CO"), carc("2", "PR")]),
        ("CARC 50", [carc("50")]),
        ("CO-50 - not deemed necessary, over 30 days", [carc("50", "CO")]),
        ("CO-50, CO-50", [carc("50", "CO")]),
        ("NR", [Code("local", None, "NR")]),
        ("NMR", [Code("local", None, "NMR")]),
        ("M", [Code("local", None, "M")]),
        ("CVRG01", [Code("local", None, "CVRG01")]),
        ("M76", [Code("RARC", None, "M76")]),
        ("M01, N01, MA1", [Code("RARC", None, "M1"), Code("RARC", None, "N1"), Code("RARC", None, "MA01")]),
        ("missing auth", None),
        ("not covered", None),
        ("", []),
    ],
)
def test_codes_as_logs_write_them(text: str, expected: list[Code] | None) -> None:
    """Groups are taken where they are given, never guessed; words without a code are no code."""
    assert expected == parse_codes(text)


@settings(deadline=None)
@given(st.text(max_size=40))
def test_no_text_makes_the_code_readers_fail(text: str) -> None:
    """Whatever stands in a cell, the answer is a value or None, and codes come once each."""
    codes = parse_codes(text) or []
    assert len(set(codes)) == len(codes)
    for read in (parse_group, parse_groups, parse_procedure, parse_modifiers, parse_diagnoses, parse_place, is_npi):
        read(text)


def test_groups() -> None:
    """A group may stand with its meaning, and several with their separators."""
    assert ["CO", None, ["CO", "PR"]] == [
        parse_group("CO - contractual"),
        parse_group("Commercial"),
        parse_groups("CO|PR"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("99213", ("99213", None)),
        ("99213-25", ("99213", "25")),
        ("HC:20610:RT:59", ("20610", "RT 59")),
        ("j1234", ("J1234", None)),
        ("0123T", ("0123T", None)),
        ("97", None),
    ],
)
def test_procedures(text: str, expected: tuple[str, str | None] | None) -> None:
    """A procedure code may carry its modifiers."""
    assert expected == parse_procedure(text)


def test_modifiers_diagnoses_and_places() -> None:
    """Each has one written form in the lake."""
    assert ["RT 59", "RT 59", "25", None] == [parse_modifiers(text) for text in ("rt,59", "RT59", "25.0", "left")]
    found = [parse_diagnoses(text) for text in ("M1711, Z96.651", "ABK:M17.11", "pain M54.5", "pain")]
    assert ["M17.11 Z96.651", "M17.11", "M54.5", None] == found
    assert ["11", "02", "11", None] == [parse_place(text) for text in ("11", "2", "11 - Office", "Office")]


def test_an_npi_has_a_check_digit() -> None:
    """Ten digits of which the last one checks the others."""
    assert [True, False, False] == [is_npi(text) for text in ("1234567893", "1234567890", "123")]
