"""What is in the store, in one dictionary: the answer of `denials status`."""

import contextlib
from pathlib import Path
from typing import Any

from pipelines.disk import loose
from pipelines.errors import NoBuild
from pipelines.health import health
from pipelines.lake import LAKE_VERSION
from pipelines.settings import read_settings
from pipelines.store import Store, connect_build
from pipelines.volume import volume_of

Status = dict[str, Any]


def store_status(store: Store) -> Status:
    """Files, claims, lines, dates, current build, size, permissions, disk and whether it is the demo practice."""
    records = store.records() if store.sources.exists() else []
    return {
        "home": str(store.home.resolve()),
        "exists": store.home.exists(),
        "is_private": store.home.exists() and store.home.stat().st_mode & 0o077 == 0,
        "loose_count": sum(1 for _ in loose(store.home)),
        "volume": volume_of(store.home)._asdict(),
        "requires_encrypted_volume": read_settings(store.home).store.require_encrypted_volume,
        "is_demo": any(record.is_demo for record in records),
        "file_count": len(records),
        "unread_file_count": sum(not (store.lake / record.sha256).exists() for record in records),
        "source_bytes": sum(record.byte_count for record in records),
        "stored_bytes": sum(_byte_count(path) for path in _files(store.home)),
        "reader_version": LAKE_VERSION,
        "first_received_at": records[0].received_at if records else None,
        "last_received_at": records[-1].received_at if records else None,
        "health": health(store)._asdict(),
        "build": _build_status(store),
        "ledger": store.ledger.head()._asdict(),
    }


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _byte_count(path: Path) -> int:
    """What the file holds; nothing where it is gone by now, as a file half-way into the store may be."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _build_status(store: Store) -> Status | None:
    """What the current build says of itself and of its files; None if there is none."""
    try:
        path = store.current_build()
    except NoBuild:
        return None
    with contextlib.closing(connect_build(path)) as connection:
        about = connection.execute("select * from build_info")  # an older build tells less of itself
        info = dict(zip([name for name, *_ in about.description], about.fetchall()[0], strict=True))
        files = connection.execute(
            "select kind, status, count(*), sum(claim_count), sum(line_count), sum(rejected_row_count),"
            " min(first_payment_date), max(last_payment_date) from source_file group by kind, status order by 1, 2"
        ).fetchall()
    names = ("kind", "status", "files", "claims", "lines", "rejected_rows", "first_date", "last_date")
    kinds = [dict(zip(names, row, strict=True)) for row in files]
    return {
        "path": str(path),
        "version": info["version"],
        "created_at": info["created_at"].isoformat(),
        "kind": info.get("kind"),
        "reason": info.get("reason"),
        "touched_count": info.get("touched_count"),
        "seconds": info.get("seconds"),
        "file_count": info["file_count"],
        "rejected_rows": sum(int(kind["rejected_rows"] or 0) for kind in kinds),
        "first_date": min((kind["first_date"] for kind in kinds if kind["first_date"]), default=None),
        "last_date": max((kind["last_date"] for kind in kinds if kind["last_date"]), default=None),
        "files": kinds,
    }
