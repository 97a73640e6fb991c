"""A template and data become a PDF: tagged, searchable, fonts embedded, charts as vectors; no browser and no network.

Templates (`templates/*.typ`) read the data from `data.json` beside them, so a text is only ever a text: nothing that a
file or a person wrote is taken for a command. The PDF meets PDF/UA-1 (readable by a screen reader); where a text holds
a sign that no font here has, that standard cannot be met and the PDF is made without it.
"""

import datetime
import decimal
import json
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipelines.harmless import printed
from pipelines.words import shortened

TEMPLATES = Path(__file__).parent / "templates"
STANDARD = "ua-1"
MOST_LETTERS = 4_000  # of one text: as many as the ledger takes; a name in a file may be longer
LONG_WORD = re.compile(r"\S{31,}")
PART = re.compile(r"\S{10}(?=\S)")
MAY_BREAK = "\u200b"  # a blank without width


def typeset(template: str, data: Mapping[str, Any], made_on: datetime.date | None = None) -> bytes:
    """The PDF of this template (`pack` for templates/pack.typ) with these data.

    Dates in the data become ISO texts, Decimal and Fraction texts; everything else must be what JSON knows. `made_on`
    is the date that the PDF says it was made; the same data on the same date give the same bytes.
    """
    with tempfile.TemporaryDirectory(prefix="denialboard-") as folder:  # only its owner can look inside
        home = Path(folder)
        for part in TEMPLATES.glob("*.typ"):
            shutil.copy(part, home / part.name)
        (home / "data.json").write_text(json.dumps(_printable(data), default=_plain), encoding="utf-8")
        return _compiled(home / f"{template}.typ", home, made_on)


def _printable(value: Any) -> Any:
    """The data with each text as paper can show it: no control characters, no word that runs over the edge."""
    if isinstance(value, Mapping):
        return {name: _printable(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(one) for one in value]
    if isinstance(value, str):
        text = shortened(printed(value), MOST_LETTERS)
        return LONG_WORD.sub(lambda word: PART.sub(f"\\g<0>{MAY_BREAK}", word[0]), text)
    return value


def _compiled(path: Path, root: Path, made_on: datetime.date | None) -> bytes:
    import typst

    make: Any = typst.compile  # its types name every standard there is
    settled = {
        "root": str(root),
        "format": "pdf",
        "font_paths": [],
        "ignore_system_fonts": True,  # the same pages on every machine
        "package_path": str(root / "packages"),
        "package_cache_path": str(root / "packages"),
        "timestamp": _seconds(made_on),
    }
    try:
        return bytes(make(str(path), pdf_standards=[STANDARD], **settled))
    except typst.TypstError as problem:
        if "could not be displayed" not in str(problem):
            raise
        return bytes(make(str(path), **settled))


def _seconds(day: datetime.date | None) -> int | None:
    if day is None:
        return None
    return int(datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC).timestamp())


def _plain(value: Any) -> str:
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return f"{value:f}"
    raise TypeError(f"{type(value).__name__}: not something that a template can read")
