"""Coverage articles of the CMS Medicare Coverage Database, from its CSV export, as Policies.

The export (folder, CSV files or the zip, a zip within a zip) has, among others, article.csv, article_x_hcpc_code.csv,
article_x_icd10_covered.csv, article_x_icd10_noncovered.csv, article_x_contractor.csv, and where it is whole
article_x_icd10_covered_group.csv and contractor.csv. Codes stand there one by one, ranges written out.

Which diagnoses go with which procedures is said in words, in the paragraph of a group of diagnoses. A group goes with
the procedures that its paragraph names; where none names any and there are as many groups of procedures as of
diagnoses, with those of the same number; else with all of the article. Conditions in words (two diagnoses together)
cannot be read: the policy's checklist says so.
"""

import contextlib
import csv
import datetime
import io
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pipelines import policy_codes
from pipelines.denial_log.delimited import STRAY_BYTES
from pipelines.denial_log.values import parse_date
from pipelines.errors import NotReadable, UsageError
from pipelines.policy import Policy, from_body, id_for
from pipelines.policy_groups import Group, by_procedure, conditions
from pipelines.sources import Source, expand

NEEDED = {
    "article": ("article_id", "article_version", "title", "article_eff_date"),
    "article_x_hcpc_code": ("article_id", "article_version", "hcpc_code_id"),
    "article_x_icd10_covered": ("article_id", "article_version", "icd10_code_id"),
    "article_x_contractor": ("article_id", "article_version", "contractor_id"),
}
ALSO = ("article_x_icd10_noncovered", "article_x_icd10_covered_group", "article_x_icd10_noncovered_group", "contractor")
LARGEST_CELL = 2**24  # characters: an article's text stands in one cell
ENDS = ("article_end_date", "date_retired", "article_rev_end_date")
NUMBER = re.compile(r"[AL]?0*(\d+)", re.IGNORECASE)

Export = Mapping[str, Source]
Payers = Callable[[str], str]


class Article(NamedTuple):
    """An article of the export: its newest version there."""

    article_id: str
    version: str
    number: str  # as people call it: A57079
    title: str
    effective_from: datetime.date
    effective_to: datetime.date | None
    contractors: tuple[str, ...]

    @property
    def reference(self) -> str:
        """What a policy from it refers to."""
        return f"{self.number} (version {self.version})"


def export(path: Path) -> Export:
    """The known tables of the export by their names; NotReadable says which are missing."""
    found = {source.name.rpartition("/")[2].lower().removesuffix(".csv"): source for source in expand(path)}
    missing = [f"{name}.csv" for name in NEEDED if name not in found]
    if missing:
        raise NotReadable(path.name, f"no {', '.join(missing)}", "the CSV export of the Medicare Coverage Database")
    return {name: source for name, source in found.items() if name in (*NEEDED, *ALSO)}


def articles(tables: Export) -> list[Article]:
    """The articles of the export in force or to come, by number: of each its newest version."""
    names = {row["contractor_id"]: row.get("contractor_bus_name", "") for row in _rows(tables, "contractor")}
    contractors: dict[tuple[str, str], dict[str, None]] = {}
    for row in _rows(tables, "article_x_contractor"):
        name = names.get(row["contractor_id"]) or f"contractor {row['contractor_id']}"
        contractors.setdefault((row["article_id"], row["article_version"]), {})[name] = None
    newest: dict[str, dict[str, str]] = {}
    for row in _rows(tables, "article"):
        known = newest.get(row["article_id"])
        if known is None or _number(row["article_version"]) > _number(known["article_version"]):
            newest[row["article_id"]] = row
    found = [_article(row, contractors.get((row["article_id"], row["article_version"]), {})) for row in newest.values()]
    return sorted(filter(None, found), key=lambda one: _number(one.article_id))


def _article(row: Mapping[str, str], contractors: Collection[str]) -> Article | None:
    """The article; None where no day is given from which it holds."""
    first = parse_date(row["article_eff_date"])
    if first is None:
        return None
    ends = [day for name in ENDS if (day := parse_date(row.get(name) or "")) and day >= first]
    number = (row.get("display_id") or "").strip() or f"A{row['article_id']}"
    title = " ".join(row["title"].split())
    last = ends[0] if ends else None
    return Article(row["article_id"], row["article_version"], number, title, first, last, tuple(sorted(contractors)))


def chosen(known: Sequence[Article], wanted: Collection[str]) -> list[Article]:
    """The articles of these numbers (A57079, 57079); UsageError names those that are not there."""
    numbers = {number: NUMBER.fullmatch(number.strip()) for number in wanted}
    by_id = {one.article_id.lstrip("0"): one for one in known}
    missing = [number for number, match in numbers.items() if not match or match[1] not in by_id]
    if missing:
        raise UsageError(f"{', '.join(missing)}: not among the {len(known)} articles of the export, such as A57079")
    return [by_id[match[1]] for match in numbers.values() if match]


def policies(
    tables: Export, articles_wanted: Sequence[Article], payers: Sequence[str], shown_as: Payers
) -> list[tuple[str, Policy]]:
    """What these articles want, as policies of these payers, or else of their contractors as `shown_as` knows them.

    One policy per set of procedures with the same diagnoses, each with the words that say how they were joined.
    """
    keys = {(one.article_id, one.version): one for one in articles_wanted}
    procedures = _groups(tables, "article_x_hcpc_code", "hcpc_code_id", "hcpc_code_group", keys, policy_codes.PROCEDURE)
    covered, noncovered = (
        _groups(tables, f"article_x_icd10_{kind}", "icd10_code_id", f"icd10_{kind}_group", keys, policy_codes.DIAGNOSIS)
        for kind in ("covered", "noncovered")
    )
    found: list[tuple[str, Policy]] = []
    for key, article in keys.items():
        if key not in procedures:
            raise UsageError(f"{article.number}: lists no procedures, so it cannot be a policy about any")
        for payer in payers or _payers_of(article, shown_as):
            found += _of_article(article, payer, procedures[key], covered.get(key, []), noncovered.get(key, []))
    return found


def _of_article(
    article: Article, payer: str, procedures: list[Group], covered: list[Group], noncovered: list[Group]
) -> Iterator[tuple[str, Policy]]:
    allowed, how = by_procedure(procedures, covered)
    refused, _ = by_procedure(procedures, noncovered)
    sets: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for code in allowed:
        sets.setdefault((allowed[code], refused[code]), []).append(code)
    for (listed, excluded), codes in sets.items():
        body = {
            "payer": payer,
            "procedures": sorted(codes),
            "covered_diagnoses": listed,
            "noncovered_diagnoses": excluded,
            "effective_from": article.effective_from,
            "effective_to": article.effective_to,
            "reference": article.reference,
            "reference_kind": "article",
            "checklist": conditions(article.number, covered),
        }
        policy_id = id_for(payer, (), f"{article.number} {min(codes)}")
        yield f"{article.number}, {how}", from_body(policy_id, body)


def _payers_of(article: Article, shown_as: Payers) -> list[str]:
    """The payers as shown whose contractors made the article; UsageError where a contractor is none that we know."""
    shown = {name: shown_as(name) for name in article.contractors}
    unknown = [name for name, payer in shown.items() if payer == name]
    if unknown or not shown:
        by = f"by {', '.join(unknown)}" if unknown else "without a contractor"
        raise UsageError(f"{article.number} is {by}: say with --payer to which of your payers it applies")
    return sorted(set(shown.values()))


def _groups(
    tables: Export,
    table: str,
    code_column: str,
    group_column: str,
    keys: Collection[tuple[str, str]],
    form: re.Pattern[str],
) -> dict[tuple[str, str], list[Group]]:
    """Article -> its groups of codes in order, each with its paragraph; placeholders for `none` are left out."""
    codes: dict[tuple[str, str], dict[str, dict[str, None]]] = {}
    for row in _rows(tables, table, keys):
        code = row[code_column].strip().upper()
        if form.fullmatch(code):
            groups = codes.setdefault((row["article_id"], row["article_version"]), {})
            groups.setdefault((row.get(group_column) or "1").strip(), {})[code] = None
    texts = {
        (row["article_id"], row["article_version"], (row.get(group_column) or "1").strip()): row.get("paragraph") or ""
        for row in _rows(tables, f"{table}_group", keys)
    }
    return {
        key: [Group(name, tuple(found), texts.get((*key, name), "")) for name, found in sorted(groups.items())]
        for key, groups in codes.items()
    }


def _rows(tables: Export, name: str, keys: Collection[tuple[str, str]] | None = None) -> Iterator[dict[str, str]]:
    """The rows of a table (of these articles), by lower-case column names; none where the export has no such table."""
    if name not in tables:
        return
    with _long_cells(), tables[name].open() as stream, io.TextIOWrapper(stream, "utf-8-sig", STRAY_BYTES, "") as text:
        reader = csv.reader(text)
        head = [column.strip().lower() for column in next(reader, [])]
        missing = [column for column in NEEDED.get(name, ()) if column not in head]
        if missing:
            raise NotReadable(tables[name].name, f"no column {', '.join(missing)}", "the columns of the CMS export")
        at = (head.index("article_id"), head.index("article_version")) if keys is not None else None
        for cells in reader:
            if len(cells) == len(head) and (at is None or (cells[at[0]], cells[at[1]]) in (keys or ())):
                yield dict(zip(head, cells, strict=True))


@contextlib.contextmanager
def _long_cells() -> Iterator[None]:
    """Cells may be as long as an article. The limit is the whole process's: a denial log goes by the usual one."""
    usual = csv.field_size_limit(LARGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(usual)


def _number(text: str) -> int:
    return int(text) if text.strip().isdigit() else 0
