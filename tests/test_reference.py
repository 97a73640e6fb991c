import datetime
import re
from collections import Counter
from dataclasses import fields
from itertools import pairwise

import pyarrow.parquet as pq
import pytest

from pipelines.reference import reference_dir, rows, tables
from pipelines.rows import LogRow

KEYS = {
    "benchmark": ["figure"],
    "carc": ["code"],
    "category": ["category"],
    "claim_filing": ["code"],
    "claim_status": ["code"],
    "diagnosis_chapter": ["chapter"],
    "filler_number": ["number"],
    "group_code": ["code"],
    "header_synonym": ["synonym"],
    "list_date": ["list"],
    "local_code": ["code"],
    "payer_alias": ["match_kind", "precedence"],
    "log_outcome": ["rule_id"],
    "payer_rules": ["rule_id"],
    "place_of_service": ["code"],
    "provider_adjustment_reason": ["code"],
    "procedure_family": ["code_from"],
    "procedure_label": ["code"],
    "rarc": ["code"],
    "playbook_item": ["item_id"],
    "root_cause": ["root_cause"],
    "root_cause_rule": ["rule_id"],
    "target": ["kpi"],
}
SHAPES = {
    "carc": r"[0-9]{1,3}|[A-DPWY][0-9]{1,2}",
    "rarc": r"M[0-9]{1,3}|MA[0-9]{2,3}|N[0-9]{1,3}",
    "group_code": r"[A-Z]{2}",
    "claim_status": r"[0-9]{1,2}",
    "claim_filing": r"[0-9A-Z]{2}",
    "place_of_service": r"[0-9]{2}",
    "procedure_label": r"[0-9A-Z][0-9]{4}",
    "provider_adjustment_reason": r"[0-9A-Z]{2}",
}
REMEDIES = {
    "appeal",
    "bill other payer",
    "bill patient",
    "correct and resubmit",
    "none",
    "request authorisation",
    "send records",
    "write off",
}


def column(stem: str, name: str) -> set[str]:
    """All values of one column."""
    return {row[name] for row in rows(stem)}


@pytest.mark.parametrize("stem", KEYS)
def test_key_is_unique(stem: str) -> None:
    """No code or key stands twice in a table."""
    keys = Counter(tuple(row[name] for name in KEYS[stem]) for row in rows(stem))
    assert not [key for key, count in keys.items() if count > 1]


@pytest.mark.parametrize("stem", KEYS)
def test_span_and_source(stem: str) -> None:
    """Every row names its source; dates are ISO; no row ends before it begins."""
    for row in rows(stem):
        dates = [datetime.date.fromisoformat(row[name]) for name in ("valid_from", "valid_to") if row[name]]
        assert dates == sorted(dates), row
        assert row["source"], row


@pytest.mark.parametrize("stem", KEYS)
def test_cells_are_clean(stem: str) -> None:
    """No row has a cell too many or too few, nor blanks around a cell."""
    for row in rows(stem):
        assert None not in row, row
        assert not [cell for cell in row.values() if cell is None or cell != cell.strip()], row


@pytest.mark.parametrize("stem", SHAPES)
def test_codes_are_well_formed(stem: str) -> None:
    """A code looks like a code of its list."""
    assert not [code for code in column(stem, "code") if not re.fullmatch(SHAPES[stem], code)]


@pytest.mark.parametrize("stem", [*SHAPES, "category", "root_cause", "diagnosis_chapter", "local_code"])
def test_labels_are_short(stem: str) -> None:
    """Labels are our own, at most 8 words: the official descriptions are copyrighted."""
    assert not [row["label"] for row in rows(stem) if not 1 <= len(row["label"].split()) <= 8]


def test_payer_rules() -> None:
    """A rule's days are whole numbers, its class a known one, and the last resort is always there."""
    for row in rows("payer_rules"):
        days = [row[name] for name in ("timely_filing_days", "corrected_claim_days", "appeal_days")]
        assert not [one for one in days if one and not 1 <= int(one) <= 730], row
        assert row["corrected_claim_from"] in {"service", "denial", ""}, row
        assert row["payer_class"] in {"*", *column("claim_filing", "payer_class")}, row
    assert {"*"} == {row["payer_name"] for row in rows("payer_rules") if row["payer_class"] == "*"}


def test_provider_adjustment_kinds() -> None:
    """A provider-level adjustment is a takeback, a balance carried forward, interest, withholding or something else."""
    kinds = {"takeback", "forward_balance", "interest", "withholding", "other"}
    assert kinds == column("provider_adjustment_reason", "kind")


def test_root_cause_labels() -> None:
    """A root cause's label fits a chart: at most 5 words."""
    assert not [row["label"] for row in rows("root_cause") if len(row["label"].split()) > 5]


def test_code_classes_exist() -> None:
    """Categories, root causes, scopes, tiers and remedies that codes use are known ones."""
    for row in [*rows("carc"), *rows("rarc")]:
        assert row["category"] in column("category", "category"), row
        assert row["root_cause"] in {"", *column("root_cause", "root_cause")}, row
        assert row["mn_tier"] in {"A", "B", "C", ""}, row
        assert row["remedy"] in REMEDIES, row
        assert row["status"] in {"current", "deactivated"}, row
    assert {"core", "broad", "never"} == column("carc", "denial_scope")
    assert {"0", "1", "2", "3"} == column("carc", "openness")


def test_denials_have_a_cause() -> None:
    """Every CARC in core or broad scope has a root cause, be it `not_determined`; the others have none."""
    for row in rows("carc"):
        assert (row["denial_scope"] != "never") == bool(row["root_cause"]), row


def test_necessity_cause_means_tier() -> None:
    """A tier goes with a necessity cause and the other way round, but for codes too vague to name a cause."""
    necessity = {row["root_cause"] for row in rows("root_cause") if row["is_necessity"] == "true"}
    assert len(necessity) == 15
    vague = {"96"}
    for row in [*rows("carc"), *rows("rarc")]:
        assert row["code"] in vague or (row["root_cause"] in necessity) == bool(row["mn_tier"]), row


def test_tier_a_is_clinical() -> None:
    """Tier A is exactly the codes by which the payer states a clinical judgement; no M-series rule of thumb."""
    assert {"50", "55", "56", "57", "150", "151", "152", "153", "154"} == tier_a("carc")
    remarks = "M25 M26 N115 N386 N661 N124 N125 N623 N569 N96 N98 N86"
    assert set(remarks.split()) == tier_a("rarc")


def tier_a(stem: str) -> set[str]:
    """The codes of tier A."""
    return {row["code"] for row in rows(stem) if row["mn_tier"] == "A"}


def test_vague_codes_are_not_guessed() -> None:
    """A code that says nothing by itself has no cause of its own."""
    causes = {row["code"]: row["root_cause"] for row in rows("carc")}
    assert {"not_determined"} == {causes[code] for code in ("16", "96", "125", "A1")}


def test_alerts_never_decide() -> None:
    """An alert has no root cause, no tier and no rule."""
    alerts = {row["code"] for row in rows("rarc") if row["is_alert"] == "true"}
    assert {"N183", "N939", "N109", "N688", "MA01", "N563"} <= alerts
    assert not [row["code"] for row in rows("rarc") if row["code"] in alerts and row["root_cause"] + row["mn_tier"]]
    assert not alerts & column("root_cause_rule", "rarc")


def test_domain_corrections() -> None:
    """The corrections to common glossaries hold: N517 is general, N584 and MA66 and N56 are not necessity."""
    causes = {row["code"]: row["root_cause"] for row in rows("rarc")}
    want = {"N517": "", "N584": "benefit_exclusion", "MA66": "coding_procedure", "N56": "coding_procedure"}
    assert want == {code: causes[code] for code in want}


def test_retired_codes_are_marked() -> None:
    """A code with a last day is deactivated, and a deactivated CARC has its day but for four."""
    retired = {row["code"]: row["valid_to"] for row in rows("carc") if row["status"] == "deactivated"}
    assert retired.keys() >= {row["code"] for row in rows("carc") if row["valid_to"]}
    assert {"15", "138", "165", "168"} == {code for code, day in retired.items() if not day}


def test_every_cause_says_what_to_do() -> None:
    """A root cause has a remedy, an owner and a definition of one sentence."""
    for row in rows("root_cause"):
        assert row["remedy"] and row["owner"] and row["definition"].count(". ") == 0, row
    assert {"not_determined", "not_necessary_unspecified"} == {
        row["root_cause"] for row in rows("root_cause") if row["is_determined"] == "false"
    }


def test_headers_lead_to_fields() -> None:
    """A header is plain lower-case text and leads to a field of LogRow, to a reason code or to nothing."""
    known = {field.name for field in fields(LogRow)} | {"carc", "rarc", "group_code", "unused"}
    assert not column("header_synonym", "field") - known
    assert not [word for word in column("header_synonym", "synonym") if not re.fullmatch("[a-z0-9]+", word)]


def test_claim_status_codes() -> None:
    """Every CLP02 code is there; a pended or reversed claim is not adjudicated."""
    want = {"1", "2", "3", "4", "5", "10", "13", "15", "16", "17", "19", "20", "21", "22", "23", "25", "27"}
    assert want == column("claim_status", "code")
    adjudicated = {row["code"] for row in rows("claim_status") if row["is_adjudicated"] == "true"}
    assert {"1", "2", "3", "4", "19", "20", "21"} == adjudicated


def test_ranges_do_not_overlap() -> None:
    """A procedure code has at most one family, a diagnosis at most one chapter."""
    for stem, first, last in [
        ("procedure_family", "code_from", "code_to"),
        ("diagnosis_chapter", "first_code", "last_code"),
    ]:
        spans = sorted((row[first], row[last]) for row in rows(stem))
        assert all(start <= end for start, end in spans)
        assert not [pair for pair in pairwise(spans) if pair[0][1] >= pair[1][0]]


def test_labelled_procedures_agree_with_ranges() -> None:
    """A labelled procedure has the family that its range gives."""
    ranges = [(row["code_from"], row["code_to"], row["procedure_family"]) for row in rows("procedure_family")]
    for row in rows("procedure_label"):
        found = [family for first, last, family in ranges if first <= row["code"] <= last]
        assert [row["procedure_family"]] == found, row


def test_diagnosis_facts() -> None:
    """The diagnosis table is small and knows unspecified codes, omitted sides and Z codes."""
    path = tables()["diagnosis_fact"]
    facts = {row["code"]: row for row in pq.read_table(path).to_pylist()}
    assert path.stat().st_size < 1_500_000
    marks = {code: (fact["is_unspecified"], fact["is_z_code"], fact["laterality"]) for code, fact in facts.items()}
    want = {"M25.569": (True, False, "unspecified"), "M17.9": (True, False, ""), "Z47.1": (False, True, "")}
    assert want == {code: marks[code] for code in want}
    assert "M17.11" not in facts


def test_every_table_is_documented() -> None:
    """docs/reference_data.md names every table."""
    text = (reference_dir().parent.parent / "docs" / "reference_data.md").read_text(encoding="utf-8")
    assert not [stem for stem in KEYS if f"`{stem}`" not in text]
