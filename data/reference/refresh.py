"""Makes the code tables of this folder anew from a codes.csv and a header_synonyms.csv given on the command line.

Build time only; nothing at run time imports it.  python data/reference/refresh.py codes CODES_CSV
                                                  python data/reference/refresh.py headers HEADER_SYNONYMS_CSV
                                                  python data/reference/refresh.py diagnoses
"""

import csv
import functools
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import mends

HERE = Path(__file__).parent
OWN = HERE / "source"
Cells = dict[str, str]
SOURCE = "X12 code list; own label and class"
DIAGNOSIS_SOURCE = "ICD-10-CM FY2026 (April 2026 release)"
SPAN = ["valid_from", "valid_to", "source"]
CARC = ["code", "label", "category", "denial_scope", "mn_tier", "root_cause", "remedy", "status", "openness", *SPAN]
RARC = ["code", "label", "is_alert", "category", "mn_tier", "root_cause", "remedy", "status", *SPAN]


def main(what: str, *paths: str) -> None:
    """The tables that `what` stands for are written beside this script."""
    if what == "codes":
        write_codes(read(Path(paths[0])))
    elif what == "headers":
        write("header_synonym", ["field", "synonym", *SPAN], header_synonyms(read(Path(paths[0]))))
    elif what == "diagnoses":
        write_diagnoses()
    else:
        sys.exit(f"refresh.py: '{what}' is not one of codes, headers, diagnoses")


def read(path: Path) -> list[Cells]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write(stem: str, columns: list[str], rows: Iterable[Cells]) -> None:
    """The table `stem` stands beside this script, with `columns` in that order."""
    with (HERE / f"{stem}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def natural(code: str) -> tuple[str, int]:
    """Sort key that puts 9 before 10 and N9 before N10."""
    digits = re.sub(r"\D", "", code)
    return re.sub(r"\d", "", code), int(digits or 0)


def write_codes(rows: list[Cells]) -> None:
    """The three code tables hold every row of codes.csv, mended; root_cause_rule.csv a rule per telling RARC."""
    rows = sorted([*rows, *read(OWN / "more_codes.csv")], key=lambda row: natural(row["code"]))
    write("carc", CARC, (carc(row) for row in rows if row["type"] == "CARC"))
    rarcs = [rarc(row) for row in rows if row["type"] == "RARC"]
    rarcs = sorted([*rarcs, *more_remarks({row["code"] for row in rarcs})], key=lambda row: natural(row["code"]))
    write("rarc", RARC, rarcs)
    own_rules = read(OWN / "own_rules.csv")
    rules = sorted([*remark_rules(rarcs), *own_rules], key=lambda rule: (int(rule["stage"]), int(rule["precedence"])))
    write("root_cause_rule", list(own_rules[0]), rules)
    write("group_code", ["code", "label", "status", *SPAN], (group(row) for row in rows if row["type"] == "group"))


@functools.cache
def dates() -> dict[str, tuple[str, str]]:
    """CARC -> first and last day, as far as known."""
    spans = read(OWN / "code_dates.csv")
    return {code: (span["valid_from"], span["valid_to"]) for span in spans for code in span["carcs"].split()}


def shared(row: Cells) -> Cells:
    """The columns that every code table has."""
    valid_from, valid_to = dates().get(row["code"], ("", "")) if row["type"] == "CARC" else ("", "")
    status = "deactivated" if row["status"].startswith("deactivated") else row["status"]
    span = {"valid_from": valid_from, "valid_to": valid_to, "source": SOURCE}
    return {"code": row["code"], "label": row["label"], "status": status, **span}


def classed(row: Cells) -> Cells:
    """Category, tier, root cause and remedy of a CARC or RARC, after the mends."""
    row = row | mends.ROWS.get((row["type"], row["code"]), {})
    cause = row["medical_necessity_root_cause"]
    remedy = mends.REMEDIES.get(row["typical_remedy"], row["typical_remedy"])
    return {"category": row["category"], "mn_tier": row["mn_tier"], "root_cause": cause, "remedy": remedy}


def carc(row: Cells) -> Cells:
    """One row of carc.csv; a denial always has a root cause, be it `not_determined`."""
    facts = classed(row)
    scope = row["denial_scope"]
    if scope != "never" and not facts["root_cause"]:
        facts["root_cause"] = mends.CAUSE_OF_CATEGORY[facts["category"]]
    return (
        shared(row) | facts | {"denial_scope": scope, "openness": str(openness(row["code"], facts["category"], scope))}
    )


def openness(code: str, category: str, scope: str) -> int:
    """How far evidence other than the code may decide the root cause: 0 (not at all) to 3 (any word of a log)."""
    closed = scope == "never" or category in mends.CLOSED_CATEGORIES
    return mends.OPENNESS.get(code, 0 if closed else 1)


def rarc(row: Cells) -> Cells:
    """One row of rarc.csv; an alert and a remark that says nothing definite have no root cause."""
    facts = classed(row)
    is_alert = row["denial_scope"] == "never" and row["code"] not in mends.NEVER_BUT_NO_ALERT
    is_mute = row["denial_scope"] == "never" or row["code"] in mends.MUTE_RARCS
    if not facts["root_cause"] and not is_mute:
        facts["root_cause"] = mends.CAUSE_OF_CATEGORY[facts["category"]]
    return shared(row) | facts | {"is_alert": str(is_alert).lower()}


def more_remarks(known: set[str]) -> list[Cells]:
    """The remarks of source/more_remarks.txt that are not known already; a letter stands for what they say."""
    lines = (OWN / "more_remarks.txt").read_text(encoding="utf-8").splitlines()
    return [more_remark(*line.split(" ", 2)) for line in lines if line.split(" ", 1)[0] not in known]


def more_remark(code: str, letter: str, label: str) -> Cells:
    """One row of rarc.csv from a code, its letter and our label."""
    category, cause, tier, remedy = mends.REMARK_CLASSES[letter]
    status = "deactivated" if code in mends.RETIRED_REMARKS else "current"
    facts = {"category": category, "root_cause": cause, "mn_tier": tier, "remedy": remedy}
    span = {"valid_from": "", "valid_to": "", "source": SOURCE}
    return {"code": code, "label": label, "is_alert": str(letter == "A").lower(), "status": status} | facts | span


def remark_rules(rows: list[Cells]) -> list[Cells]:
    """One rule per RARC that names a root cause."""
    return [remark_rule(row) for row in rows if row["root_cause"] and row["code"] not in mends.LATE_REMARKS]


def remark_rule(row: Cells) -> Cells:
    """The rule by which a RARC decides: what names the gap comes before what only points to a policy or to records."""
    cause, weak = row["root_cause"], row["code"] in mends.WEAK_REMARKS
    usual = mends.NECESSITY_PRECEDENCE if row["mn_tier"] else mends.OTHER_PRECEDENCE
    precedence = mends.WEAK_PRECEDENCE if weak else mends.REMARK_PRECEDENCE.get(cause, usual)
    confidence = "low" if weak else "medium" if row["mn_tier"] == "C" else "high"
    match = {"rule_id": f"R10-{row['code']}", "stage": "10", "precedence": str(precedence), "match_kind": "remark"}
    limits = {"min_openness": "2" if weak else "1", "rarc": row["code"]}
    return (
        match
        | limits
        | {"root_cause": cause, "confidence": confidence, "note": row["label"].lower(), "source": "rarc.csv"}
    )


def group(row: Cells) -> Cells:
    """One row of group_code.csv."""
    return shared(row) | {"source": "X12 835 CAS01; own label"}


def header_synonyms(rows: list[Cells]) -> list[Cells]:
    """One row per field of LogRow (or pseudo-field) and header, lower-case letters and digits only, no header twice."""
    fields = own_headers()
    for row in rows:
        field = mends.FIELDS.get(row["canonical_field"], row["canonical_field"])
        for synonym in row["synonyms_pipe_separated"].split("|"):
            if synonym not in mends.DROPPED_SYNONYMS:
                fields.setdefault(plain(synonym), field)
    own = {"valid_from": "", "valid_to": "", "source": "headers seen in public denial logs; own mapping"}
    return [
        {"field": field, "synonym": synonym} | own for synonym, field in sorted(fields.items(), key=lambda x: x[::-1])
    ]


def own_headers() -> dict[str, str]:
    """Plain header -> field, from own_headers.txt; these win over the list where both name a header."""
    lines = (OWN / "own_headers.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split(": ", 1) for line in lines)
    return {plain(synonym): field for field, words in pairs for synonym in words.split(" | ")}


def plain(header: str) -> str:
    """A header as it is compared: lower-case letters and digits only; `#` reads as `no`."""
    return re.sub(r"[^a-z0-9]", "", header.lower().replace("#", "no"))


def write_diagnoses() -> None:
    """diagnosis_fact.parquet holds each valid ICD-10-CM code that is unspecified, leaves out a side, or is a Z code."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    import simple_icd_10_cm as icd

    codes = [code for code in icd.get_all_codes(True) if icd.is_leaf(code)]
    texts = {code: icd.get_description(code).lower() for code in codes}
    known = frozenset(texts.values())
    facts = [diagnosis_fact(code, text, known) for code, text in sorted(texts.items())]
    table = pa.Table.from_pylist([fact for fact in facts if any(list(fact.values())[1:4])])
    for place, name in enumerate(SPAN[:2], table.num_columns - 1):
        table = table.add_column(place, name, pa.nulls(table.num_rows, pa.date32()))
    pq.write_table(table, HERE / "diagnosis_fact.parquet", compression="zstd")


def diagnosis_fact(code: str, text: str, known: frozenset[str]) -> dict[str, str | bool]:
    """What a code's description says; a side is left out where the same text exists for the right or left side."""
    places = [match.span() for match in re.finditer("unspecified", text)]
    sided = {text[:start] + side + text[end:] for start, end in places for side in ("right", "left")}
    fact: dict[str, str | bool] = {"code": code, "is_unspecified": bool(places), "is_z_code": code[0] == "Z"}
    fact |= {"laterality": "unspecified" if sided & known else ""}
    return fact | {"source": DIAGNOSIS_SOURCE}


if __name__ == "__main__":
    main(*sys.argv[1:])
