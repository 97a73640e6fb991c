"""The KPIs as they are defined, and the document written from them."""

import re
from pathlib import Path

import pytest

from pipelines import reference
from pipelines.build import SQL_FOLDER
from pipelines.kpi_document import document
from pipelines.kpi_texts import TEXTS
from pipelines.kpis import DIMENSIONS, KPIS, SCOPES
from pipelines.tables import TABLES

DOCS = Path(__file__).parent.parent / "docs"
REQUIRED = """denial_rate denial_rate_lines denial_rate_dollars any_line_denied_rate zero_pay_rate m_code_ratio
m_code_ratio_extended m_code_ratio_dollars m_code_ratio_extended_dollars necessity_denial_rate
necessity_denial_rate_extended preventable_share denied_claims denied_lines denied_amount open_denied_amount
recovered_amount overturned_share partial_denial_rate takeback_lines first_pass_resolution_rate clean_claim_rate
never_reached_share days_service_to_submission days_submission_to_remit days_service_to_payment
days_to_resubmission never_resubmitted_share days_to_next_remit days_resubmission_to_answer days_denial_to_resolution
appeal_rate overturn_rate written_off_amount written_off_rate final_denial_rate expiring_amount undetermined_share
balanced_payment_share balanced_dollar_share"""


def described(table: str) -> dict[str, str]:
    """Column -> what the table's own comment says of it."""
    head = (SQL_FOLDER / f"{table}.sql").read_text(encoding="utf-8").split("\nwith ")[0]
    return dict(re.findall(r"^-- (\w+): (.+)$", head, re.MULTILINE))


def test_names() -> None:
    """Every KPI that pages and scripts rely on is there, under its name."""
    assert REQUIRED.split() == list(KPIS)


def test_texts() -> None:
    """Every KPI has its words, and no words are left over."""
    assert list(KPIS) == list(TEXTS)


@pytest.mark.parametrize("kpi", KPIS.values(), ids=KPIS)
def test_columns(kpi: object) -> None:
    """A KPI's columns are columns of its fact, for both scopes."""
    assert isinstance(kpi, type(KPIS["denial_rate"]))
    names = [name.format(scope=scope) for scope in SCOPES for name in (kpi.numerator, kpi.denominator) if name]
    assert [] == [name for name in names if name not in described(kpi.fact)]


@pytest.mark.parametrize("fact", sorted({kpi.fact for kpi in KPIS.values()}))
def test_dimensions(fact: str) -> None:
    """Every fact has every dimension."""
    assert [] == [name for name in DIMENSIONS if name not in described(fact)]


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_described(table: str) -> None:
    """A SELECT begins with its grain and its columns, as comments; a long one goes on in the next line."""
    text = (SQL_FOLDER / f"{table}.sql").read_text(encoding="utf-8")
    lines = text.split("\nwith ")[0].splitlines()
    assert lines[0].startswith("-- One row per ")
    assert [] == [line for line in lines if not line.startswith("-- ")]


def test_targets() -> None:
    """A target speaks of a KPI, or of something that is entered by hand."""
    by_hand = {"clinician_satisfaction", "critical_audit_findings"}
    assert set() == {row["kpi"] for row in reference.rows("target")} - set(KPIS) - by_hand


def test_document_is_current() -> None:
    """docs/kpis.md is what `python -m pipelines.kpis` writes."""
    assert document() == (DOCS / "kpis.md").read_text(encoding="utf-8")
