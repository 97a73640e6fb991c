"""Reading bytes into segments: whatever the file looks like, the same segments come out, and what was odd is told."""

import io
import random

import pytest

from pipelines.errors import NotReadable
from pipelines.x12 import segments
from pipelines.x12.delimiters import Delimiters
from pipelines.x12.segments import open_segments
from tests.x12.writer import USUAL, Dress, a_payment, interchange

PLAIN = interchange([a_payment()])
IDS = [
    "ISA", "GS", "ST", "BPR", "TRN", "DTM", "N1", "N4", "N1", "REF", "LX", "CLP", "NM1", "SVC", "DTM", "CAS", "CAS",
    "SE", "GE", "IEA",
]  # fmt: skip


def elements_of(data: bytes) -> list[list[str]]:
    """Return the elements of every segment."""
    return [elements for _, _, elements in open_segments(io.BytesIO(data), "test.835")]


def codes_of(data: bytes) -> list[str]:
    """Return the codes of what was odd."""
    stream = open_segments(io.BytesIO(data), "test.835")
    list(stream)
    return [oddity.code for oddity in stream.oddities]


def test_a_plain_file() -> None:
    """A plain file gives its segments, numbered from 1, each at the byte where it stands, and nothing odd."""
    stream = open_segments(io.BytesIO(PLAIN), "test.835")
    found = list(stream)
    assert IDS == [elements[0] for _, _, elements in found]
    assert list(range(1, len(IDS) + 1)) == [number for number, _, _ in found]
    assert IDS == [PLAIN[offset : offset + len(name)].decode() for name, (_, offset, _) in zip(IDS, found, strict=True)]
    assert [] == stream.oddities


@pytest.mark.parametrize("terminator", ["~", "\n", "'", "\x1c", "\r", "^"])
@pytest.mark.parametrize("newline", ["", "\n", "\r\n", "\r"])
def test_any_terminator_and_line_end(terminator: str, newline: str) -> None:
    """The terminator is read from the ISA, and a line end after it is only for the eye."""
    repetition = "!" if terminator == "^" else "^"
    dress = Dress(Delimiters("*", ":", repetition, terminator), newline)
    plain = elements_of(interchange([a_payment()], Dress(Delimiters("*", ":", repetition, "~"))))
    assert plain == elements_of(interchange([a_payment()], dress))


@pytest.mark.parametrize("element", ["*", "|", "+", "\x1d", "~"])
def test_any_element_separator(element: str) -> None:
    """The element separator is the character after ISA, whatever it is."""
    dress = Dress(Delimiters(element, ">", "^", "'"))
    assert IDS == [elements[0] for elements in elements_of(interchange([a_payment()], dress))]


@pytest.mark.parametrize("width", [7, 80, 106])
def test_wrapped_lines(width: int) -> None:
    """Text wrapped at any width is read as if it were not, and told once."""
    data = interchange([a_payment()], Dress(width=width))
    assert elements_of(PLAIN) == elements_of(data)
    assert ["wrapped_lines"] == codes_of(data)


def test_last_terminator_missing() -> None:
    """The last segment needs no terminator; that it has none is told."""
    assert elements_of(PLAIN) == elements_of(PLAIN.removesuffix(b"~"))
    assert ["no_last_terminator"] == codes_of(PLAIN.removesuffix(b"~"))


def test_byte_order_mark_and_utf_16() -> None:
    """A byte order mark and UTF-16 are taken off; offsets are those of the UTF-8 form."""
    text = PLAIN.decode()
    marked, wide = text.encode("utf-8-sig"), text.encode("utf-16")
    assert elements_of(PLAIN) == elements_of(marked) == elements_of(wide) == elements_of(text.encode("utf-16-le"))
    assert ["byte_order_mark"] == codes_of(marked)
    assert ["utf_16"] == codes_of(wide)
    assert 3 == next(iter(open_segments(io.BytesIO(marked), "")))[1]


def test_text_before_the_isa() -> None:
    """Text before the ISA is passed over and told; ISAAC in it is no ISA."""
    data = b"Remittance for ISAAC*NEWTON, ISA*JOHN\r\nST. MARY'S\r\n\r\n" + PLAIN
    assert elements_of(PLAIN) == elements_of(data)
    assert ["text_before_isa"] == codes_of(data)


@pytest.mark.parametrize(
    ("isa", "code"),
    [
        (b"ISA*00**00**ZZ*A*ZZ*B*260301*0900*^*00501*1*0*P*:~", "isa_not_fixed_width"),
        (b"ISA*00*" + b" " * 30 + b"*00* *ZZ*A*ZZ*B*260301*0900*^*00501*1*0*P*:~\n", "isa_not_fixed_width"),
        (
            b"ISA*00*..........*01*SECRET....*ZZ*A..............*ZZ*B..*260301*0900*^*00501*1*0*P*:~",
            "isa_not_fixed_width",
        ),
        (b"ISA*00**00**ZZ*A*ZZ*B*260301*0900*^*00501*1*0*P*~", "isa_component_missing"),
        (b"ISA*00**00**ZZ*A*ZZ*B*260301*0900*^*1*0*P*:~", "isa_short"),
        (b"ISA*00**00**ZZ*A*ZZ*B*260301*0900*^*00501*1*0*P*: ~ \n", "isa_not_fixed_width"),
    ],
)
def test_a_badly_made_isa(isa: bytes, code: str) -> None:
    """An ISA that is short, badly padded or lacks elements still gives the delimiters, and is told."""
    data = isa + PLAIN[PLAIN.index(b"GS*") :]
    stream = open_segments(io.BytesIO(data), "test.835")
    assert elements_of(PLAIN)[1:] == [elements for _, _, elements in stream][1:]
    assert ("*", ":", "~") == (stream.delimiters.element, stream.delimiters.component, stream.delimiters.terminator)
    assert code in [oddity.code for oddity in stream.oddities]


@pytest.mark.parametrize("first", ["GS", "ST", "BPR", "CLP"])
@pytest.mark.parametrize("dress", [Dress(), Dress(newline="\r\n"), Dress(Delimiters("|", ">", "^", "\n"))])
def test_no_isa(first: str, dress: Dress) -> None:
    """Without an ISA the delimiters are guessed from the text."""
    data = interchange([a_payment()], dress)
    bare = data[data.index(first.encode() + dress.delimiters.element.encode()) :]
    stream = open_segments(io.BytesIO(bare), "test.835")
    assert IDS[IDS.index(first) :] == [elements[0] for _, _, elements in stream]
    assert dress.delimiters.component == stream.delimiters.component
    assert ["no_isa"] == [oddity.code for oddity in stream.oddities]


def test_delimiters_change_with_each_interchange() -> None:
    """Every interchange has its own delimiters, also where the one before lacks its last terminator."""
    other = Dress(Delimiters("|", ">", "^", "\n"))
    third = Dress(Delimiters("+", "!", "", "'"), "\r\n")
    parts = [interchange([a_payment()], dress, control) for control, dress in enumerate((Dress(), other, third))]
    assert IDS * 3 == [elements[0] for elements in elements_of(b"".join(parts))]
    assert IDS * 3 == [
        elements[0] for elements in elements_of(parts[0].removesuffix(b"~") + b"\n\n" + parts[1] + parts[2])
    ]
    assert IDS * 2 == [elements[0] for elements in elements_of(parts[0].removesuffix(b"~") + parts[1])]


def test_a_patient_called_isa_is_no_interchange() -> None:
    """ISA within a segment, and ISAAC at its start, do not begin an interchange."""
    data = interchange([a_payment(patient_last_name="ISA", patient_first_name="ISA")] * 300)
    data = data.replace(b"~LX*", b"~ISAAC*1~LX*")
    assert 300 == sum(elements[0] == "CLP" for elements in elements_of(data))
    assert [] == codes_of(data)


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 64, 1000])
def test_chunks_may_end_anywhere(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a chunk ends changes nothing."""
    dresses = [Dress(), Dress(newline="\r\n"), Dress(Delimiters("~", ">", "", "\n")), Dress(width=80)]
    data = b"".join(interchange([a_payment()], dress) for dress in dresses)
    whole = list(open_segments(io.BytesIO(data), ""))
    monkeypatch.setattr(segments, "CHUNK", chunk)
    assert whole == list(open_segments(io.BytesIO(data), ""))


def test_blanks_and_empty_segments() -> None:
    """Blanks and line ends around segments and empty segments are passed over; offsets point at the id."""
    data = PLAIN.replace(b"~", b" ~\n\n   ~ \t", 5)
    found = list(open_segments(io.BytesIO(data), ""))
    assert IDS == [elements[0] for _, _, elements in found]
    assert IDS == [data[offset : offset + len(name)].decode() for name, (_, offset, _) in zip(IDS, found, strict=True)]


def test_utf_8_letters_that_look_like_blanks() -> None:
    """The second byte of à is no blank: what is at a segment's end stays whole."""
    data = interchange([a_payment(patient_last_name="NÀ", patient_first_name="Sà")], Dress(newline="\n"))
    assert any("NÀ".encode().decode("latin-1") in elements for elements in elements_of(data))


@pytest.mark.parametrize("data", [b"", b" \r\n", b"hello", b"%PDF-1.7\nST. JOHN", b"a,b,c\n1,2,3\n", bytes(5000)])
def test_what_is_no_x12(data: bytes) -> None:
    """What has no X12 segment at all is refused with what was found and what was wanted."""
    with pytest.raises(NotReadable) as refusal:
        open_segments(io.BytesIO(data), "strange.835")
    assert ("strange.835", 1) == (refusal.value.file, refusal.value.segment)
    assert "an ISA, GS, ST or CLP segment" == refusal.value.wanted


def test_a_file_without_terminators_is_refused() -> None:
    """A segment that never ends is refused after a megabyte; it does not fill the memory."""
    data = PLAIN + b"NTE*" + b"x" * 3_000_000
    with pytest.raises(NotReadable, match="without a segment terminator"):
        elements_of(data)


def test_random_bytes_end_in_segments_or_refusal() -> None:
    """Random bytes, cut files and files with bytes changed are read or refused; nothing else happens."""
    chance = random.Random(20260301)
    for _ in range(400):
        data = bytearray(PLAIN[: chance.randrange(len(PLAIN))])
        for _ in range(chance.randrange(30)):
            data.insert(chance.randrange(len(data) + 1), chance.choice(b"~*:^ISAGT\n\r\0\xff "))
        try:
            elements_of(bytes(data))
        except NotReadable as refusal:
            assert refusal.wanted


def test_the_usual_delimiters() -> None:
    """The delimiters of a plain file are the usual ones."""
    assert USUAL == open_segments(io.BytesIO(PLAIN), "").delimiters
