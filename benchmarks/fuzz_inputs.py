"""Made-up X12 files that something has damaged: segments, elements, bytes, delimiters, envelopes, encodings.

An input comes from one number: the same seeds and the same number make the same bytes. The seeds are the repository's
fixtures, and third-party samples where they lie beside it; those are only read.
"""

import random
from collections.abc import Callable
from pathlib import Path

LONGEST_SEED = 4_000  # bytes: what a large file shows, a small one with the same segments shows too, and sooner
LONGEST = 60_000  # bytes of an input, but for those that are made long on purpose
SUFFIXES_OF_NONE = (".tsv", ".rows", ".md")
FOLDERS = {"835": "835", "837": "837", "277CA": "ack"}

ODD = """
    x - . 0 -0 +1 1e5 1,000.00 (45.00) 12.345 12.3451 .5 5. 45- $3 99999999999999999 9999999999999999
    -9999999999999999.99
    99999999999999999999999999 20260230 260101 2026-01-02 1/2/2026 20260101-20260105 20260101-20261301 00000000 99991231
    202601011200 19000229 HC:99213 HC:99213:25 :: HC> ISA ST CLP CLM A B A:B:C:D:E:F:G:H:I D8 RD8 TM 472 QC 82 835 277
"""
ODD_LETTERS = ["", " ", "\t", " A", "A ", "Ä", "é", "\x00", "\x85", "\xa0", "\x1a", "''", '"', "=1+1", "9" * 400]
ODD_ELEMENTS = [*ODD.split(), *ODD_LETTERS]
ODD_BYTES = [bytes([code]) for code in b"~*:^|>\n\r\0\xff 1.-x\x1c\x85\xa0'\"+,;\xc3"]
KNOWN = """
    ISA GS ST SE GE IEA TA1 BPR TRN CUR REF DTM N1 N2 N3 N4 PER LX TS2 TS3 CLP CAS NM1 MIA MOA AMT QTY SVC LQ PLB RDM HL
    PRV SBR PAT DMG CLM DTP CL1 PWK CN1 NTE CRC HI HCP OI SV1 SV2 SV3 SVD LIN CTP STC AK1 AK2 AK3 AK4 AK5 AK9 IK3 IK4
    IK5 CTX BHT XXX
"""
IDS = KNOWN.split()
OTHER_MARKS = ["|", ">", "^", "!", "+", "'", "\n", "\x1c", "\x1d", "@", "#", ";", "\\", "%"]
ENVELOPE = ("ISA", "GS", "ST", "SE", "GE", "IEA")


def seeds(kind: str, with_others: bool = True) -> list[bytes]:
    """The files of our own, and of others, that inputs of this kind are made of, always in the same order."""
    places = [Path("tests/fixtures") / FOLDERS[kind], Path("../shared/corpus") / FOLDERS[kind]][: 1 + with_others]
    paths = [path for place in places for path in sorted(place.glob("*")) if path.suffix not in SUFFIXES_OF_NONE]
    return [data for path in paths if len(data := path.read_bytes()) <= LONGEST_SEED]


class Damage:
    """Makes inputs of one kind; `ways` counts what was done to them."""

    def __init__(self, found: list[bytes]) -> None:
        self.seeds = found
        self.ways: dict[str, int] = {}

    def made(self, rng: random.Random) -> bytes:
        """One input from a seed."""
        return self.of(rng.choice(self.seeds), rng)

    def of(self, data: bytes, rng: random.Random) -> bytes:
        """The data, damaged in one to four ways."""
        text = Text(data, rng)
        if rng.random() < 0.6:
            shorten(text)
        for _ in range(rng.choice((0, 1, 1, 1, 2, 2, 3))):
            self._count(way := rng.choice(OF_SEGMENTS))
            if len(text.segments) > 1:
                way(text, self)
        made = text.data()
        for _ in range(rng.choice((0, 0, 0, 0, 1, 1, 2, 4))):
            self._count(change := rng.choice(OF_BYTES))
            made = change(made, rng)
        return made[:LONGEST]

    def long(self, rng: random.Random) -> bytes:
        """An input of a megabyte or so, to see how time grows: one file's claims many times over, then damaged."""
        text = Text(rng.choice(self.seeds), rng)
        head, tail = text.segments[:4], text.segments[-4:]
        body = text.segments[4:-4] or text.segments
        text.segments = head + body * (1_000_000 // (len(body) * 30)) + tail
        rng.choice(OF_SEGMENTS[:4])(text, self)
        self._count(self.long)
        return rng.choice(OF_BYTES)(text.data(), rng)

    def _count(self, way: Callable[..., object]) -> None:
        self.ways[way.__name__] = self.ways.get(way.__name__, 0) + 1


class Text:
    """A file as segments, with the marks that it seems to be written with."""

    def __init__(self, data: bytes, rng: random.Random) -> None:
        text = data.decode("latin-1")
        is_plain = text.startswith("ISA") and len(text) > 106
        self.rng = rng
        self.separator = text[3] if is_plain else "*"
        self.component = text[104] if is_plain else ":"
        self.terminator = text[105] if is_plain and not text[105].isalnum() else "~"
        self.segments = text.split(self.terminator)

    def place(self) -> int:
        """Any segment, the first included."""
        return self.rng.randrange(len(self.segments))

    def elements(self, place: int) -> list[str]:
        """The elements of a segment."""
        return self.segments[place].split(self.separator)

    def put(self, place: int, elements: list[str]) -> None:
        """The segment is made of these."""
        self.segments[place] = self.separator.join(elements)

    def data(self) -> bytes:
        """The file."""
        return self.terminator.join(self.segments).encode("latin-1", "replace")


def shorten(text: Text) -> None:
    """What is left is the beginning, some segments in a row, and most often the ends."""
    size, rng = len(text.segments), text.rng
    if size > 14:
        start, length = rng.randrange(3, size - 8), rng.randrange(4, 14)
        text.segments = (
            text.segments[:3] + text.segments[start : start + length] + text.segments[rng.choice((-4, -4, -1)) :]
        )


def drop_segment(text: Text, damage: Damage) -> None:
    """One to three segments are gone."""
    place = text.place()
    del text.segments[place : place + text.rng.choice((1, 1, 3))]
    text.segments = text.segments or [""]


def double_segment(text: Text, damage: Damage) -> None:
    """A segment, or a run of them, stands twice, here or elsewhere."""
    place, length = text.place(), text.rng.choice((1, 1, 2, 6))
    other = place if text.rng.random() < 0.5 else text.place()
    text.segments[other:other] = text.segments[place : place + length] * text.rng.choice((1, 1, 1, 2, 20))


def move_segment(text: Text, damage: Damage) -> None:
    """A segment stands elsewhere."""
    text.segments.insert(text.place(), text.segments.pop(text.place()))


def reverse_segments(text: Text, damage: Damage) -> None:
    """A run of segments stands the other way round."""
    place = text.place()
    text.segments[place : place + 5] = text.segments[place : place + 5][::-1]


def splice(text: Text, damage: Damage) -> None:
    """Some segments of another file stand in this one, as it writes them or as the other does."""
    other = Text(text.rng.choice(damage.seeds), text.rng)
    place, start = text.place(), other.place()
    pieces = other.segments[start : start + text.rng.randrange(1, 12)]
    if text.rng.random() < 0.8:
        pieces = [piece.replace(other.separator, text.separator) for piece in pieces]
    text.segments[place:place] = pieces


def change_element(text: Text, damage: Damage) -> None:
    """An element is something odd, or what stands in another place."""
    place = text.place()
    elements = text.elements(place)
    at = text.rng.randrange(len(elements))
    elements[at] = text.rng.choice(ODD_ELEMENTS if text.rng.random() < 0.8 else text.elements(text.place()))
    text.put(place, elements)


def shift_elements(text: Text, damage: Damage) -> None:
    """An element is missing, doubled, one too many, or very many too many."""
    place = text.place()
    elements = text.elements(place)
    at = text.rng.randrange(len(elements))
    if text.rng.random() < 0.4:
        del elements[at]
    else:
        elements[at:at] = [text.rng.choice(("", elements[at], "1"))] * text.rng.choice((1, 1, 1, 2, 40))
    text.put(place, elements)


def change_components(text: Text, damage: Damage) -> None:
    """An element is parted into more or other pieces."""
    place = text.place()
    elements = text.elements(place)
    at = text.rng.randrange(len(elements))
    elements[at] = text.rng.choice((text.component, ">", ":", "^", "")).join(
        [elements[at], text.rng.choice(ODD_ELEMENTS)]
    )
    text.put(place, elements)


def rename_segment(text: Text, damage: Damage) -> None:
    """A segment is called otherwise, or in small letters."""
    place = text.place()
    elements = text.elements(place)
    given = elements[0]
    elements[0] = text.rng.choice(
        (given.lower(), given.title(), text.rng.choice(IDS), text.rng.choice(IDS), f" {given}", f"\n{given} ")
    )
    text.put(place, elements)


def change_envelope(text: Text, damage: Damage) -> None:
    """An envelope segment is lost, doubled or says something else: a count, a number, a kind."""
    places = [place for place, segment in enumerate(text.segments) if segment.strip().startswith(ENVELOPE)]
    if not places:
        return
    place = text.rng.choice(places)
    way = text.rng.choice(("lost", "double", "element", "kind"))
    if way == "lost":
        del text.segments[place]
        text.segments = text.segments or [""]
    elif way == "double":
        text.segments.insert(text.place(), text.segments[place])
    else:
        elements = text.elements(place)
        at = 1 if way == "kind" else text.rng.randrange(len(elements))
        if at < len(elements):
            elements[at] = text.rng.choice(("835", "837", "277", "999", "HP", "HC", "0", "9" * 30, "", "1 "))
        text.put(place, elements)


def change_marks(text: Text, damage: Damage) -> None:
    """Another separator, component separator or terminator, everywhere or only from somewhere on."""
    rng = text.rng
    way, new = rng.choice(("separator", "component", "terminator")), rng.choice(OTHER_MARKS)
    if way == "terminator":
        text.terminator = new
        return
    old, start = getattr(text, way), 0 if rng.random() < 0.7 else text.place()
    text.segments[start:] = [segment.replace(old, new) for segment in text.segments[start:]]
    if start == 0:
        setattr(text, way, new)


OF_SEGMENTS = [drop_segment, double_segment, move_segment, reverse_segments, splice, change_element, change_element,
               change_element, shift_elements, shift_elements, change_components, rename_segment, change_envelope,
               change_marks]  # fmt: skip


def change_bytes(data: bytes, rng: random.Random) -> bytes:
    """Some bytes are others, gone or one too many."""
    place = rng.randrange(len(data) + 1)
    return data[:place] + rng.choice((b"", *ODD_BYTES)) + data[place + rng.choice((0, 1, 1, 2, 5)) :]


def flip_bit(data: bytes, rng: random.Random) -> bytes:
    """One bit is the other."""
    changed = bytearray(data or b"\0")
    changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def cut_bytes(data: bytes, rng: random.Random) -> bytes:
    """The file ends early, begins late, or lacks something in the middle."""
    start, end = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    return rng.choice((data[:end], data[:end], data[start:], data[:start] + data[end:]))


def double_bytes(data: bytes, rng: random.Random) -> bytes:
    """A stretch of the file stands twice; or all of it does."""
    start = rng.randrange(len(data) + 1)
    return data + data if rng.random() < 0.2 else data[: start + 40] + data[start:]


def change_encoding(data: bytes, rng: random.Random) -> bytes:
    """UTF-16 with or without its mark, a byte order mark, UTF-8 written twice."""
    text = data.decode("latin-1")
    encoding = rng.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-8", "utf-32"))
    return text.encode(encoding)


def change_lines(data: bytes, rng: random.Random) -> bytes:
    """Lines of 80 characters, a line for each segment, or blank lines between."""
    way = rng.randrange(3)
    if way == 0:
        return b"\r\n".join(data[start : start + 80] for start in range(0, len(data), 80))
    return data.replace(b"~", (b"~\n", b"~\r\n \r\n")[way - 1])


OF_BYTES = [change_bytes, change_bytes, change_bytes, flip_bit, cut_bytes, double_bytes, change_encoding, change_lines]
