"""Bytes -> sheets of raw cells, whatever the kind of file: its first bytes are trusted, its name never is."""

from dataclasses import dataclass, field
from typing import BinaryIO

from pipelines.denial_log.delimited import read_delimited
from pipelines.denial_log.sheet import Sheet
from pipelines.denial_log.workbook import read_workbook
from pipelines.errors import NotReadable
from pipelines.kinds import of_no_use
from pipelines.rows import Oddity

WANTED = "a denial log or claim export as CSV, TSV, XLSX, XLS or ODS"
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
OTHER_KINDS = ((b"ISA", "an X12 interchange"), (b"\x1f\x8b", "gzip bytes"))


@dataclass(slots=True)
class Tables:
    """A file's sheets, and what was odd about its bytes."""

    sheets: list[Sheet]
    oddities: list[Oddity] = field(default_factory=list)


def open_tables(stream: BinaryIO, name: str) -> Tables:
    """The sheets of the file; NotReadable when it is no table at all."""
    data = stream.read()
    if data.startswith((ZIP, OLE)):
        return Tables(read_workbook(data, name))
    refuse_other_kinds(data, name)
    sheet, oddities = read_delimited(data, name)
    return Tables([sheet], oddities)


def refuse_other_kinds(data: bytes, name: str) -> None:
    """Raise NotReadable, naming what the file is, when its first bytes say that it is no table."""
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise NotReadable(name, "nothing", WANTED)
    what = of_no_use(data) or next((what for mark, what in OTHER_KINDS if data.startswith(mark)), None)
    if what is not None:
        raise NotReadable(name, what, WANTED)
    start = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<head", b"<meta")):
        raise NotReadable(name, "a web page", f"{WANTED}: open it in Excel and save it as XLSX")
    if start.startswith(b"<?xml"):
        raise NotReadable(name, "an XML file", f"{WANTED}: open it in Excel and save it as XLSX")
    if start.startswith((b"{", b"[")):
        raise NotReadable(name, "JSON", WANTED)
