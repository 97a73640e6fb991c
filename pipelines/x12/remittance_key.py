"""The content key of an 835 claim: a digest of codes and amounts of its whole loop, to recognise a claim sent twice.

Numbers of 64 bits throughout, so that numpy reckons the same for a whole column (`remittance_columns_key`): every part
of a claim (its CLP, each SVC, CAS and service date) gives one number of what it says, and the claim's key is a
polynomial of these in their order. `100` and `100.00` are the same amount, hence the same key.
"""

from functools import lru_cache

MASK = (1 << 64) - 1
MULTIPLIER = 0x9E3779B97F4A7C15  # odd, with its bits well mixed: what a part's numbers are multiplied by
STEP = 0xD6E8FEB86659FD93  # likewise: from one part of a claim to the next
NOTHING = 0x51ED270B7A4C1F3D  # stands for a text or an amount that is not there
HALF, WORD = 32, 8  # bits, bytes

CLAIM, SERVICE, ADJUSTMENT, SERVICE_DATE = 1, 2, 3, 4  # what a part is


def mixed(key: int, number: int) -> int:
    """A key that depends on every bit of both; different numbers give different keys."""
    product = ((key ^ (number & MASK)) * MULTIPLIER) & MASK
    return product ^ (product >> HALF)


def text_number(text: str | None) -> int:
    """A text's number: its length and its bytes, eight at a time."""
    if text is None:
        return NOTHING
    content = text.encode()
    number = len(content)
    for start in range(0, len(content), WORD):
        number = mixed(number, int.from_bytes(content[start : start + WORD], "little"))
    return number


code_number = lru_cache(maxsize=1 << 12)(text_number)  # for texts that repeat


def part_number(kind: int, *numbers: int | None) -> int:
    """The number of one part of a claim."""
    number = kind
    for each in numbers:
        number = mixed(number, NOTHING if each is None else each)
    return number


def with_part(key: int, part: int) -> int:
    """The claim's key, one part further."""
    return (key * STEP + part) & MASK


def as_text(key: int) -> str:
    """The key as it stands in the lake."""
    return f"{key:016x}"
