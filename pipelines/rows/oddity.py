"""What was not as it should be in a file."""

from dataclasses import dataclass


@dataclass(slots=True)
class Oddity:
    """One thing about a file that is not as the standard wants it, and that did not stop the reading."""

    code: str
    segment_no: int | None = None
    byte_offset: int | None = None
    message: str = ""
