"""Several interchanges in one file, each with delimiters of its own."""

import io

import pytest

from pipelines.x12.segments import open_segments

STARS = (
    "ISA*00*          *00*          *ZZ*A              *ZZ*B              *260402*1600*^*00501*000000030*0*P*:~"
    "GS*HP*A*B*20260402*1600*1*X*005010X221A1~ST*835*1~SE*2*1~GE*1*1~IEA*1*000000030~"
)
BARS = STARS.replace("*", "|")
IDS = ["ISA", "GS", "ST", "SE", "GE", "IEA"]


class Drops(io.BytesIO):
    """A stream that gives at most so many bytes at a time, as a pipe may."""

    size = 100

    def read(self, size: int | None = -1, /) -> bytes:
        """Fewer bytes than asked for."""
        return super().read(self.size)


@pytest.mark.parametrize("between", ["", "\n", "\r\n"])
@pytest.mark.parametrize("pairs", [1, 2, 5])
@pytest.mark.parametrize("stream", [io.BytesIO, Drops])
def test_every_interchange_is_read_with_its_own_delimiters(stream: type[io.BytesIO], pairs: int, between: str) -> None:
    """A short interchange with other delimiters is parted by them, wherever the chunks of the file end."""
    content = between.join([STARS, BARS] * pairs).encode()
    assert IDS * 2 * pairs == [elements[0] for _, _, elements in open_segments(stream(content), "two.835")]
