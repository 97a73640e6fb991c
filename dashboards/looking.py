"""What dropped files would be read as, found out before anything of them is stored. No Streamlit here.

The bytes of an upload lie in a private folder inside the store while they are looked at or loaded, and no longer.
"""

import contextlib
import dataclasses
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, Protocol

from pipelines.check import check
from pipelines.denial_log import Proposal, any_table, propose_mapping
from pipelines.errors import NotReadable, UsageError
from pipelines.harmless import known_name
from pipelines.kinds import HEAD_BYTES, detect
from pipelines.limits import MEGABYTE, Limits
from pipelines.settings import read_settings
from pipelines.sources import Source, expand
from pipelines.store import Store

CHUNK = 1 << 20
TABLES = (".csv", ".tsv", ".tab", ".xls", ".xlsx", ".xlsm", ".xlsb", ".ods")
NEW, HERE, ASK, REFUSED = "new", "here", "ask", "refused"
Key = tuple[str, int]  # an upload, and a file's place in it: an archive holds many
Words = Mapping[str, str]  # what a person said about a log's columns: header -> field


class Upload(Protocol):
    """A dropped file, as Streamlit hands it over."""

    name: str
    file_id: str

    def getbuffer(self) -> memoryview:
        """Its bytes."""
        ...


@dataclasses.dataclass(frozen=True)
class SeenColumn:
    """One column of a log: what it is taken for, why, how sure that is, and a few of its values."""

    header: str
    sheet: str | None
    field: str | None
    reason: str
    confidence: str
    samples: tuple[str, ...]
    is_day_first: bool
    has_order: bool  # its dates can be read both ways unless someone says which


@dataclasses.dataclass(frozen=True)
class Odd:
    """One kind of oddity in a file: how often, and the first case."""

    code: str
    count: int
    segment: int | None
    message: str


@dataclasses.dataclass(frozen=True)
class Seen:
    """What one file would be read as."""

    key: Key  # what it is known by while it lies on the page
    name: str
    status: str  # new, here, ask (a person has to settle its columns) or refused
    report: dict[str, Any]  # as of `denials check --json`
    odd: tuple[Odd, ...] = ()
    columns: tuple[SeenColumn, ...] = ()
    questions: tuple[str, ...] = ()
    is_remembered: bool = False  # a person spoke about a log with these columns before

    @property
    def kind(self) -> str:
        """835, 837P, ..., denial_log or unknown."""
        return str(self.report["kind"])


@contextlib.contextmanager
def at_hand(store: Store, uploads: Sequence[Upload]) -> Iterator[list[tuple[Key, Source]]]:
    """Every file of the uploads, archives opened, each with its key; gone from the disk afterwards.

    UsageError where they are more than is taken at once.
    """
    limits = read_settings(store.home).limits
    _refuse_much(uploads, limits)
    with store.workplace() as folder:
        found: list[tuple[Key, Source]] = []
        for number, upload in enumerate(uploads):
            home = folder / str(number)
            home.mkdir(mode=0o700)
            path = home / known_name(upload.name)
            path.touch(mode=0o600)
            path.write_bytes(upload.getbuffer())
            found += [((upload.file_id, place), source) for place, source in enumerate(expand(path, limits))]
        yield found


def _refuse_much(uploads: Sequence[Upload], limits: Limits) -> None:
    sizes = [(upload.name, upload.getbuffer().nbytes) for upload in uploads]  # two may have one name
    for name, size in sizes:
        if size > limits.upload_mb * MEGABYTE:
            raise UsageError(f"{name}: {size:,} bytes, wanted at most {limits.upload_mb:,} MB (limits.upload_mb)")
    if (total := sum(size for _, size in sizes)) > limits.uploads_mb * MEGABYTE:
        raise UsageError(f"{total:,} bytes at once, wanted at most {limits.uploads_mb:,} MB (limits.uploads_mb)")


def look(store: Store, key: Key, source: Source, said: Words) -> Seen:
    """What the file would be read as, with what a person said about its columns now or, if nothing, once before."""
    try:
        digest = _sha256(source)
    except NotReadable as problem:
        return Seen(key, source.name, REFUSED, _refused(source, problem))
    if store.loaded(digest):
        with source.open() as stream:
            kind = detect(stream.read(HEAD_BYTES), source.name)
        return Seen(key, source.name, HERE, {**_refused(source, None), "kind": kind})
    proposal, mapping = _proposal(store, source, said)
    report = check(source, mapping).as_json()
    status = NEW if report["error"] is None else ASK if proposal else REFUSED
    return Seen(
        key,
        source.name,
        status,
        report,
        _odd(report["oddities"]),
        tuple(_columns(proposal)),
        tuple(proposal.questions) if proposal else (),
        is_remembered=bool(mapping) and not said,
    )


def _sha256(source: Source) -> str:
    digest = hashlib.sha256()
    with source.open() as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _refused(source: Source, problem: NotReadable | None) -> dict[str, Any]:
    error = None
    if problem:
        error = {"segment": problem.segment, "got": problem.got, "wanted": problem.wanted, "message": str(problem)}
    counts = {"transactions": 0, "claims": 0, "lines": 0, "total_amount": "0.00", "balanced": {}, "oddities": []}
    return {"file": source.name, "kind": "unknown", **counts, "error": error}


def _proposal(store: Store, source: Source, said: Words) -> tuple[Proposal | None, dict[str, str] | None]:
    """What a table's columns are taken for, and the words it took; no proposal for what is no table."""
    with source.open() as stream:
        if detect(stream.read(HEAD_BYTES), source.name) not in ("denial_log", "unknown"):
            return None, None
    try:
        proposal, is_log = _first_look(source)
    except NotReadable:
        return None, None  # `check` says it again, with the reason
    known = {event.subject: event.body["mapping"] for event in store.ledger.current("log_mapping")}
    mapping = {**known.get(proposal.fingerprint, {}), **said}
    try:
        if mapping:
            with source.open() as stream:
                return propose_mapping(stream, source.name, mapping), mapping
    except NotReadable:
        is_log = False
    except UsageError:
        return proposal, None
    is_table = PurePosixPath(source.name).suffix.lower() in TABLES  # of which a person may say what its columns hold
    return proposal if is_log or is_table else None, mapping or None


def _first_look(source: Source) -> tuple[Proposal, bool]:
    """What the columns are taken for before anybody said a word, and whether that makes a log."""
    try:
        with source.open() as stream:
            return propose_mapping(stream, source.name), True
    except NotReadable:
        with source.open() as stream:
            return any_table(stream, source.name), False


def _columns(proposal: Proposal | None) -> Iterator[SeenColumn]:
    for column in proposal.columns if proposal else []:
        has_order = bool(column.profile and column.profile.numbered_dates and (column.field or "").endswith("_date"))
        yield SeenColumn(
            column.header,
            column.sheet_name,
            column.field,
            column.reason,
            column.confidence,
            column.samples,
            column.is_day_first,
            has_order,
        )


def _odd(oddities: Sequence[Mapping[str, Any]]) -> tuple[Odd, ...]:
    counts = Counter(str(oddity["code"]) for oddity in oddities)
    first = {str(oddity["code"]): oddity for oddity in reversed(oddities)}
    return tuple(
        Odd(code, count, first[code]["segment"], str(first[code]["message"])) for code, count in counts.most_common()
    )
