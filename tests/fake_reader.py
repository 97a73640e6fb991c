"""A reader of a made-up format, for tests of everything above the readers: `CLAIM <amount in cents>` per line."""

import io
from collections.abc import Iterator
from pathlib import Path

from pipelines.build import Recipe
from pipelines.errors import MappingNeeded, NotReadable
from pipelines.reading import Readers
from pipelines.rows import Cents, Oddity, Remit, RemitClaim, RemitLine, Row
from pipelines.sources import Source


def given(name: str, content: bytes) -> Source:
    """A file of these bytes."""
    return Source(name, lambda: io.BytesIO(content))


def detect(head: bytes, name: str) -> str:
    """835 for what begins with CLAIM, a denial log for what begins with LOG."""
    return {b"CLAIM": "835", b"LOG": "denial_log"}.get(head.split(b" ")[0], "unknown")


def read(source: Source, mapping: dict[str, str] | None = None) -> Iterator[Row]:
    """One remit with a claim and a line per text line; a log needs to be told what its column AMOUNT is."""
    with source.open() as stream:
        if stream.readline().startswith(b"LOG") and mapping != {"AMOUNT": "paid_amount"}:
            raise MappingNeeded(f"{source.name}: say --map AMOUNT=paid_amount")
    yield Remit(1, 1, 0)
    with source.open() as stream:
        for number, line in enumerate(stream, 1):
            word, _, amount = line.decode().strip().partition(" ")
            if word == "LOG":
                continue
            if word == "ODD":
                yield Oddity("odd", number, 0, "an oddity")
                continue
            if word != "CLAIM":
                raise NotReadable(source.name, repr(word), "CLAIM", number)
            paid = Cents(int(amount))
            yield RemitClaim(1, number, number, 0, patient_control_number=f"P{number}", paid_amount=paid)
            yield RemitLine(1, number, 1, number, 0, charge_amount=Cents(2 * paid), paid_amount=paid)


def fingerprint(source: Source) -> str:
    """The first line."""
    with source.open() as stream:
        return stream.readline().decode().strip()


FAKE = Readers(detect, read, fingerprint)


def claims(*amounts: int) -> bytes:
    """A file of this format."""
    return b"".join(b"CLAIM %d\n" % amount for amount in amounts)


def one_table(folder: Path) -> Recipe:
    """A build of one table, what was paid for each claim, without checks and reference data."""
    (folder / "sql").mkdir()
    (folder / "sql" / "paid.sql").write_text("-- One row per claim.\nselect paid_amount from lake_remit_claim;\n")
    return Recipe(("paid",), folder / "sql", folder / "no checks", folder / "no reference")
