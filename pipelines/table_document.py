"""docs/tables.md: every table of a build with its columns, types and meanings, from the comments of the SELECTs.

The first comment of `sql/<table>.sql` is the table's grain, each further line `-- column: meaning`; types come from a
build without any file. `make docs` writes it.
"""

import contextlib
import tempfile
from pathlib import Path
from typing import NamedTuple

from pipelines.build import Recipe, build
from pipelines.store import Store

INTRODUCTION = """\
# Tables of a build

What `denials sql` and `denials export` can name. Made by `make docs` from the comments of `pipelines/sql`; do not edit.

Amounts are DECIMAL dollars. `segment_no` counts segments from the start of a file (the first is 1) and `byte_offset` is
the place of a segment's first byte, so that every row can be followed to the text it came from. Tables whose names end
in `_fact` hold additive columns only: sum them, then divide.

Three functions come with every build: `days_between(a, b)`, the whole days from a to b, `days_after(day, n)`, the day n
days later, and `text_matches(text, pattern)`, whether a regular expression is found in a text.
"""
COLUMNS = """
    select table_name, column_name, data_type from duckdb_columns()
    where database_name = current_database() and not internal order by table_name, column_index
"""
OWN_TABLES = {  # tables of a build that have no SELECT of their own: grain, then the columns that need a word
    "ledger_override": "One row per denial whose root cause a person has set: the last word on it.",
    "ledger_target": "One row per KPI whose target a person has set: the last word on it.",
    "ledger_bank_amount": "One row per deposit whose amount at the bank a person has entered: the last word on it.",
    "ledger_closed": "One row per denial that a person has closed or opened again: the last word on it.",
    "ledger_policy": "One row per version of a payer's policy that is in force for some days, and procedure.",
    "ledger_policy_diagnosis": "One row per such version, list and span of diagnoses within a category.",
    "build_info": "One row: the version that made the build, when, from how many files, and whether any is the demo's.",
    "build_source": "One row per source file that the build holds.",
    "build_table": "One row per SELECT: its place in the order, its rows (NULL of a view), and how long it took.",
    "rollup": "One row per roll-up of a fact, the same sums by fewer dimensions: `rollup.py` says which.",
    "rollup_month": "One row per fact, clock and month: the first and the last day on which the fact has a row.",
    "member_count": "The members of families added up: one row per kind, whether it has a family, rule and sureness.",
}
OWN_COLUMNS = {
    "denial_id": "the denial",
    "family_id": "the claim's family",
    "line_key": "the line within the family",
    "root_cause": "the root cause that the person chose",
    "note": "what the person wrote to it",
    "who": "who decided",
    "decided_at": "when (UTC)",
    "kpi": "name of the KPI",
    "target": "the target, in the KPI's own unit",
    "deposit_key": "the deposit",
    "amount": "amount at the bank (dollars)",
    "state": "written_off, denied_final or open",
    "policy_id": "the policy",
    "version_no": "version of the policy: 1, 2, ... in the order of their first days",
    "payer": "the payer as shown; capitals do not matter",
    "procedure_code": "procedure that the policy is about",
    "first_day": "first service date for which the version holds",
    "last_day": "last service date for which it holds, 9999-12-31 while nothing ends it",
    "reference": "what the payer calls it, else payer and procedures",
    "reference_kind": "LCD, NCD, article, payer policy, contract or other",
    "authorisation": "required, not required or unknown",
    "has_covered": "it lists diagnoses that are covered",
    "has_noncovered": "it lists diagnoses that are not covered",
    "list_kind": "covered or noncovered",
    "category": "first three characters of the diagnoses",
    "first_code": "first diagnosis of the span, without its dot",
    "last_code": "last one, filled up with Z",
    "version": "version of denialboard",
    "created_at": "when the build was made (UTC)",
    "file_count": "source files, quarantined ones too",
    "is_demo": "a file of the made-up practice is among them",
    "input_digest": "equal for two builds exactly when they hold the same",
    "recipe_digest": "the same without source files and decisions: version, rules, reference data and policies",
    "decision_digest": "the same of people's decisions that its tables hold, policies aside",
    "kind": "complete, or daily: made out of the last build and the files that came since",
    "reason": "of a complete build why it is one",
    "touched_count": "of a daily build how many claim payments, claims sent, log rows and answers were looked at again",
    "source_digest": "changes when the file's rows do",
    "file_id": "the file",
    "position": "place in the order",
    "member_kind": "remit, submission, acknowledgement or log",
    "is_placed": "it has a family",
    "match_rule": "the rule that found it",
    "sureness": "how sure that is",
    "member_count": "members, copies of a file left out",
    "ambiguous_count": "of them: may belong to several families",
    "alone_count": "of them: a submission without a remit, a remit without a submission, another without a family",
    "fact": "the fact",
    "day_column": "payment_date or submission_date",
    "month": "first day of the month",
    "first_date": "first day in it with a row",
    "last_date": "last day in it with a row",
    "table_name": "name of the table",
    "row_count": "rows",
    "seconds": "time it took",
}


class Described(NamedTuple):
    """What an SQL file's comments say: the table's grain and its columns' meanings."""

    grain: str
    columns: dict[str, str]


def described(path: Path) -> Described:
    """The comments at the top of an SQL file; a line without a name goes on with the one before."""
    grain, columns = "", dict[str, str]()
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("--"):
            break
        name, colon, meaning = line.removeprefix("--").strip().partition(": ")
        if colon and name.isidentifier():
            columns[name] = meaning
        elif columns:
            last = next(reversed(columns))
            columns[last] += " " + line.removeprefix("--").strip()
        else:
            grain = f"{grain} {line.removeprefix('--').strip()}".strip()
    return Described(grain, columns)


def column_types() -> dict[str, dict[str, str]]:
    """Table -> column -> type of a build without any file."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(folder)
        build(store)
        with contextlib.closing(store.connect()) as connection:
            rows = connection.execute(COLUMNS).fetchall()
    types: dict[str, dict[str, str]] = {}
    for table, column, kind in rows:
        types.setdefault(table, {})[column] = kind
    return types


def document() -> str:
    """The whole of docs/tables.md."""
    types, recipe = column_types(), Recipe()
    parts = [INTRODUCTION]
    for table in recipe.tables:
        found = described(recipe.sql / f"{table}.sql")
        parts.append(_section(table, found.grain, types[table], found.columns))
    for table, grain in OWN_TABLES.items():
        parts.append(_section(table, grain, types[table], OWN_COLUMNS))
    parts.append(_reference_section({name: kinds for name, kinds in types.items() if name.startswith("ref_")}))
    return "\n".join(parts)


def _section(table: str, grain: str, types: dict[str, str], meanings: dict[str, str]) -> str:
    lines = [f"## {table}", "", grain, "", "| column | type | meaning |", "|---|---|---|"]
    for column, kind in types.items():
        meaning = meanings.get(column, "").replace("|", "\\|")
        lines.append(f"| {column} | {kind} | {meaning} |")
    return "\n".join([*lines, ""])


def _reference_section(tables: dict[str, dict[str, str]]) -> str:
    lines = [
        "## Reference tables",
        "",
        "One table per file of `data/reference`; docs/reference_data.md tells where from.",
        "",
    ]
    lines += ["| table | columns |", "|---|---|"]
    lines += [f"| {table} | {', '.join(columns)} |" for table, columns in tables.items()]
    return "\n".join([*lines, ""])
