"""A sealed file gives back every byte to its key, and nothing to anybody after it was touched."""

import io
from collections.abc import Callable

import pytest

from pipelines import sealed
from pipelines.errors import Refused

KEY, OTHER = bytes(range(32)), bytes(32)
HEADER = len(sealed.MAGIC) + sealed.SALT_BYTES + sealed.CHECK_BYTES
CHUNK = 64
SEALED = CHUNK + sealed.TAG_BYTES


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chunk has 64 bytes here."""
    monkeypatch.setattr(sealed, "CHUNK_BYTES", CHUNK)


def seal(content: bytes, key: bytes = KEY) -> bytes:
    """The sealed file of these bytes, written some at a time."""
    target = io.BytesIO()
    with sealed.Sealing(target, key) as sealing:
        for start in range(0, len(content), 50):
            sealing.write(content[start : start + 50])
    return target.getvalue()


def opened(content: bytes, key: bytes = KEY) -> bytes:
    """What the key gets out of a sealed file, some bytes at a time."""
    opening = sealed.Opening(io.BytesIO(content), key, "x.backup")
    return b"".join(iter(lambda: opening.read(37), b""))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 5 * CHUNK + 7])
def test_the_key_gives_everything_back(size: int) -> None:
    """Whatever the length, and above all at the end of a chunk, the same bytes come out; none stand in the open."""
    content = bytes(number % 251 for number in range(size))
    assert content == opened(seal(content))
    assert size < 4 or content[:CHUNK] not in seal(content)


def test_no_two_files_are_alike() -> None:
    """The same bytes with the same key are other bytes each time: nobody sees that two backups hold the same."""
    first, second = seal(b"x" * 200), seal(b"x" * 200)
    assert not {first[at : at + 16] for at in range(8, len(first), 16)} & {
        second[at : at + 16] for at in range(8, len(second), 16)
    }


def test_another_key_is_said_to_be_one() -> None:
    """Who has the wrong key is told so, and not that the file is damaged."""
    with pytest.raises(Refused, match=r"x\.backup: this is not the key that it was made with"):
        opened(seal(b"content"), OTHER)


def test_every_changed_byte_is_noticed() -> None:
    """A bit changed anywhere, in the header too, is refused: nothing of it is given out as if it were right."""
    whole = seal(b"ab" * 100)
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1
        with pytest.raises(Refused, match=r"x\.backup: "):
            opened(bytes(changed))


def test_every_cut_is_noticed() -> None:
    """A file cut at any byte, at the end of a chunk too, is refused."""
    whole = seal(b"ab" * 100)
    for size in range(len(whole)):
        with pytest.raises(Refused, match=r"x\.backup: "):
            opened(whole[:size])


def chunk(whole: bytes, number: int) -> bytes:
    """One chunk of a sealed file."""
    return whole[HEADER + number * SEALED : HEADER + (number + 1) * SEALED]


SPLICES: dict[str, Callable[[bytes, bytes], bytes]] = {
    "two chunks change places": lambda one, two: (
        one[:HEADER] + chunk(one, 1) + chunk(one, 0) + one[HEADER + 2 * SEALED :]
    ),
    "a chunk comes twice": lambda one, two: one[: HEADER + SEALED] + chunk(one, 0) + one[HEADER + SEALED :],
    "a chunk is left out": lambda one, two: one[:HEADER] + one[HEADER + SEALED :],
    "a chunk of another file": lambda one, two: one[: HEADER + SEALED] + chunk(two, 1) + one[HEADER + 2 * SEALED :],
    "another file's chunks": lambda one, two: one[:HEADER] + two[HEADER:],
    "something after the end": lambda one, two: one + b"more",
    "the last chunk twice": lambda one, two: one + one[HEADER + 3 * SEALED :],
}


@pytest.mark.parametrize("name", SPLICES)
def test_no_chunk_stands_elsewhere(name: str) -> None:
    """Chunks cannot be moved, repeated, left out, or taken from another file with the same key."""
    one, two = seal(b"ab" * 100), seal(b"ab" * 100)
    with pytest.raises(Refused, match="cut or changed"):
        opened(SPLICES[name](one, two))


@pytest.mark.parametrize(
    ("content", "said"), [(b"", "not an encrypted backup"), (b"dnlseal\x02" + bytes(80), "of version 2, wanted 1")]
)
def test_what_is_none_is_said_so(content: bytes, said: str) -> None:
    """Another file, and one of a later version, are told from a damaged one."""
    with pytest.raises(Refused, match=said):
        opened(content)


def test_a_file_that_was_not_finished_is_refused() -> None:
    """Where writing failed half-way, what is there cannot be opened."""
    target = io.BytesIO()
    with pytest.raises(ValueError, match="disk"), sealed.Sealing(target, KEY) as sealing:
        sealing.write(b"ab" * 100)
        raise ValueError("disk")
    with pytest.raises(Refused, match="cut or changed"):
        opened(target.getvalue())
