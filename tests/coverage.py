"""A small made-up export of coverage articles, with the tables and columns of the CMS export."""

import csv
import io
import zipfile
from pathlib import Path

HEADS = {
    "article": "article_id,article_version,article_type,title,article_pub_date,article_eff_date,article_end_date,"
    "description,status,last_updated,article_rev_end_date,date_retired,display_id",
    "article_x_hcpc_code": "article_id,article_version,hcpc_code_id,hcpc_code_version,hcpc_code_group,range,"
    "last_updated,long_description,short_description",
    "article_x_icd10_covered": "article_id,article_version,icd10_code_id,icd10_code_version,icd10_covered_group,range,"
    "last_updated,sort_order,description,asterisk",
    "article_x_icd10_noncovered": "article_id,article_version,icd10_code_id,icd10_code_version,icd10_noncovered_group,"
    "range,last_updated,sort_order,description,asterisk",
    "article_x_icd10_covered_group": "article_id,article_version,icd10_covered_group,paragraph,last_updated,"
    "icd10_covered_ast",
    "article_x_contractor": "article_id,article_version,article_type,contractor_id,contractor_type_id,"
    "contractor_version,last_updated",
    "contractor": "contractor_id,contractor_type_id,contractor_version,contractor_bus_name,contractor_number,status",
}
ROWS: dict[str, list[dict[str, str]]] = {
    "article": [
        {"article_id": "90001", "article_version": "3", "title": "Made-up old rules", "article_eff_date": "2025-01-01"},
        {
            "article_id": "90001",
            "article_version": "12",
            "title": "Made-up rules\nfor knee injections",
            "article_eff_date": "2026-02-01 00:00:00",
            "description": "<p>Text, with “quotes” and,\ncommas</p>",
            "status": "A",
            "display_id": "A90001",
        },
        {
            "article_id": "90002",
            "article_version": "1",
            "title": "Made-up rules for therapy",
            "article_eff_date": "01/01/2026",
            "article_end_date": "06/30/2026",
        },
        {"article_id": "90003", "article_version": "1", "title": "Draft", "article_eff_date": ""},
    ],
    "article_x_hcpc_code": [
        *({"article_id": "90001", "article_version": "12", "hcpc_code_id": code, "hcpc_code_group": group}
          for code, group in (("20610", "1"), ("20611", "1"), ("J7325", "2"))),
        {"article_id": "90001", "article_version": "3", "hcpc_code_id": "20605", "hcpc_code_group": "1"},
        *({"article_id": "90002", "article_version": "1", "hcpc_code_id": code, "hcpc_code_group": "1"}
          for code in ("97110", "97140")),
    ],
    "article_x_icd10_covered": [
        *({"article_id": "90001", "article_version": "12", "icd10_code_id": code, "icd10_covered_group": group}
          for code, group in (("M17.11", "1"), ("M17.12", "1"), ("M25.561", "1"), ("M17.11", "2"))),
        {"article_id": "90001", "article_version": "3", "icd10_code_id": "M17.0", "icd10_covered_group": "1"},
        {"article_id": "90002", "article_version": "1", "icd10_code_id": "M54.50", "icd10_covered_group": "1"},
    ],
    "article_x_icd10_noncovered": [
        {"article_id": "90001", "article_version": "12", "icd10_code_id": "XX000", "icd10_noncovered_group": "1"},
        {"article_id": "90002", "article_version": "1", "icd10_code_id": "M54.59", "icd10_noncovered_group": "1"},
    ],
    "article_x_icd10_covered_group": [
        {"article_id": "90001", "article_version": "12", "icd10_covered_group": "1",
         "paragraph": "<p>For CPT codes 20610\u201320611 only:</p>"},
        {"article_id": "90001", "article_version": "12", "icd10_covered_group": "2",
         "paragraph": "&lt;p&gt;For J7325, with a secondary diagnosis&lt;/p&gt;"},
    ],
    "article_x_contractor": [
        {"article_id": "90001", "article_version": "12", "contractor_id": "7"},
        {"article_id": "90002", "article_version": "1", "contractor_id": "8"},
    ],
    "contractor": [
        {"contractor_id": "7", "contractor_bus_name": "Novitas Solutions, Inc."},
        {"contractor_id": "8", "contractor_bus_name": "Made Up Contractor"},
    ],
}  # fmt: skip


def text_of(table: str, rows: list[dict[str, str]] | None = None) -> str:
    """The CSV of one table."""
    lines = io.StringIO()
    writer = csv.DictWriter(lines, HEADS[table].split(","), quoting=csv.QUOTE_ALL, restval="")
    writer.writeheader()
    writer.writerows(ROWS[table] if rows is None else rows)
    return lines.getvalue()


def export_folder(folder: Path, without: tuple[str, ...] = ()) -> Path:
    """A folder with the export's files."""
    folder.mkdir(exist_ok=True)
    for table in HEADS:
        if table not in without:
            (folder / f"{table}.csv").write_text(text_of(table), encoding="utf-8")
    return folder


def export_zip(path: Path) -> Path:
    """The export as CMS hands it out: a zip of CSV files, in Windows-1252, in another zip."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        for table in HEADS:
            archive.writestr(f"{table}.csv", text_of(table).encode("cp1252"))
    with zipfile.ZipFile(path, "w") as outer:
        outer.writestr("current_article_csv.zip", inner.getvalue())
        outer.writestr("readme.txt", "made up")
    return path
