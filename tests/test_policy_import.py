import csv
import datetime
import io
from pathlib import Path

import openpyxl
import pytest

from pipelines import policy_groups, policy_mcd, policy_payers, policy_table, policy_words
from pipelines.denial_log.synonyms import header_key
from pipelines.errors import NotReadable, UsageError
from pipelines.ledger import Ledger
from pipelines.policy import Policy
from pipelines.policy_groups import Group
from pipelines.policy_import import Step, counted, preview, write
from pipelines.policy_matrix import in_force, records
from tests import coverage

Day = datetime.date
MATRIX = (Path(__file__).parent / "fixtures" / "policies" / "matrix.csv").read_text(encoding="utf-8")
SHOWN = policy_payers.shown_as({"aetna commercial": "Aetna", "aetna": "Aetna"})


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """An empty ledger."""
    return Ledger(tmp_path / "ledger.sqlite")


def table(text: str) -> policy_table.Table:
    """What a CSV of this text tells."""
    return policy_table.read_table(text.encode(), "matrix.csv", SHOWN)


def test_a_row_is_a_policy() -> None:
    """Columns go by many names; payers are shown as everywhere; limits in words are read where they can be."""
    (_, knee), (_, long_talk), (_, gel) = table(MATRIX).policies
    assert ("Aetna", ("20610",), ("M17-M17.9", "M25.56")) == (knee.payer, knee.procedures, knee.covered_diagnoses)
    assert ("required", 60, 3, 365) == (
        knee.authorisation,
        knee.imaging_window_days,
        knee.frequency_count,
        knee.frequency_days,
    )
    assert ("6 weeks of therapy", 3, ("Side named", "Failed therapy dated")) == (
        knee.prior_therapy,
        knee.audit_every_months,
        knee.checklist,
    )
    assert ("Blue Cross Blue Shield of Texas", "not required", "LCD", Day(2026, 2, 1)) == (
        long_talk.payer,
        long_talk.authorisation,
        long_talk.reference_kind,
        long_talk.effective_from,
    )
    assert (("J7320", "J7321", "J7322"), 182, 1, 90) == (
        gel.procedures,
        gel.imaging_window_days,
        gel.frequency_count,
        gel.frequency_days,
    )


def test_rows_that_cannot_be_meant_are_named() -> None:
    """A row is refused with its number and why, the others are taken, and a column of no use is said."""
    found = table(MATRIX)
    expected = {6: "payer", 7: "procedures", 8: "KNEE", 9: "'soon'", 10: "'maybe'", 11: "those of row 4"}
    assert list(expected) == [refusal.row_no for refusal in found.refused]
    assert all(word in refusal.why for word, refusal in zip(expected.values(), found.refused, strict=True))
    assert ("Remark",) == found.unused


def test_a_workbook_says_the_same() -> None:
    """A sheet of a workbook, below a title, is read as its CSV is."""
    book = openpyxl.Workbook()
    book.active.append(["Policies of 2026"])
    book.active.append(["Payer", "CPT/HCPCS", "Covered diagnoses", "Effective from"])
    book.active.append(["Aetna", 20610, "M17", datetime.datetime(2026, 1, 1)])
    data = io.BytesIO()
    book.save(data)
    ((row_no, policy),) = policy_table.read_table(data.getvalue(), "matrix.xlsx").policies
    assert (3, ("20610",), Day(2026, 1, 1)) == (row_no, policy.procedures, policy.effective_from)


def test_what_is_taken_away_can_be_brought_back() -> None:
    """The names under which the page gives policies away are names that the import knows."""
    known = {label: policy_table.FIELD_OF.get(header_key(label)) for label in policy_words.LABELS.values()}
    assert {label: field for field, label in policy_words.LABELS.items()} == known


def test_a_table_of_something_else() -> None:
    """A file without payer, procedure and first day is refused as a whole."""
    with pytest.raises(NotReadable, match="Effective from"):
        table("Payer,CPT,Denied\nAetna,20610,40\n")


def test_preview_then_write(ledger: Ledger) -> None:
    """First all is new, then unchanged; another day is a new version, another word a correction."""
    found = table(MATRIX).policies
    assert {"new": 3} == counted(preview(found, ledger))
    assert [] == records(ledger)
    assert 3 == write(preview(found, ledger), ledger, "tester")
    assert {"unchanged": 3} == counted(preview(found, ledger))
    assert 0 == write(preview(found, ledger), ledger, "tester")
    text = MATRIX.replace("3 per 12 months", "4 per 12 months").replace("2026-03-01", "2026-09-01")
    steps = preview(table(text).policies, ledger)
    assert [("correction", ("frequency_limit", "frequency_count")), ("unchanged", ()), ("new version", ())] == [
        (step.status, step.fields) for step in steps
    ]


def articles(path: Path, *numbers: str, payers: tuple[str, ...] = ()) -> list[tuple[str, Policy]]:
    """The policies of these articles of an export."""
    tables = policy_mcd.export(path)
    known = policy_mcd.articles(tables)
    return policy_mcd.policies(tables, policy_mcd.chosen(known, numbers), payers, policy_payers.shown_as({}))


@pytest.mark.parametrize("is_zip", [False, True])
def test_an_article(tmp_path: Path, is_zip: bool) -> None:
    """An article's newest version, from a folder or the zip in a zip, as policies of the contractor as a payer."""
    path = coverage.export_zip(tmp_path / "a.zip") if is_zip else coverage.export_folder(tmp_path / "a")
    found = [policy for _, policy in articles(path, "A90001")]
    assert [
        ("Medicare (Novitas)", ("20610", "20611"), ("M17.11", "M17.12", "M25.561")),
        ("Medicare (Novitas)", ("J7325",), ("M17.11",)),
    ] == [(one.payer, one.procedures, one.covered_diagnoses) for one in found]
    assert {("A90001 (version 12)", "article", Day(2026, 2, 1))} == {
        (one.reference, one.reference_kind, one.effective_from) for one in found
    }


def test_an_article_that_has_ended(tmp_path: Path) -> None:
    """Its last day and what it does not cover are kept; placeholders that stand for `none` are no codes."""
    ((how, policy),) = articles(coverage.export_folder(tmp_path / "a"), "90002", payers=("Medicare",))
    assert (Day(2026, 6, 30), ("M54.59",), ("97110", "97140")) == (
        policy.effective_to,
        policy.noncovered_diagnoses,
        policy.procedures,
    )
    assert "A90002, all diagnoses go with all procedures of the article" == how


def test_what_an_export_cannot_say(tmp_path: Path) -> None:
    """Missing tables, unknown articles and contractors that are no payer here are said, not guessed."""
    folder = coverage.export_folder(tmp_path / "a")
    with pytest.raises(NotReadable, match=r"article_x_hcpc_code\.csv"):
        policy_mcd.export(coverage.export_folder(tmp_path / "b", without=("article_x_hcpc_code",)))
    with pytest.raises(UsageError, match="A99999"):
        articles(folder, "A99999")
    with pytest.raises(UsageError, match=r"Made Up Contractor.*--payer"):
        articles(folder, "90002")
    assert ["A90001", "A90002"] == [one.number for one in policy_mcd.articles(policy_mcd.export(folder))]


def test_long_cells_are_of_an_export_alone(tmp_path: Path) -> None:
    """After an export was read, a field that does not end is refused in a denial log as before: the limit is global."""
    usual = csv.field_size_limit()
    policy_mcd.articles(policy_mcd.export(coverage.export_folder(tmp_path / "export")))
    assert usual == csv.field_size_limit()


def test_how_diagnoses_go_with_procedures() -> None:
    """By the procedures that the text of a group names, else by number where there are as many groups, else all."""
    codes = [Group("1", ("20610", "20611")), Group("2", ("J7325",))]
    plain = [Group("1", ("M17.11",)), Group("2", ("M17.12",))]
    named = [Group("1", ("M17.11",), "<p>For CPT 20610&ndash;20611</p>"), Group("2", ("M17.12",), "<b>Any</b>")]
    found = [policy_groups.by_procedure(codes, one)[0] for one in (named, plain, plain[:1])]
    assert [
        {"20610": ("M17.11", "M17.12"), "20611": ("M17.11", "M17.12"), "J7325": ("M17.12",)},
        {"20610": ("M17.11",), "20611": ("M17.11",), "J7325": ("M17.12",)},
        {"20610": ("M17.11",), "20611": ("M17.11",), "J7325": ("M17.11",)},
    ] == found


def test_an_article_grouped_anew(tmp_path: Path, ledger: Ledger) -> None:
    """Policies of an article that its new version does not have end the day before it begins; the rest are versions."""
    folder = coverage.export_folder(tmp_path / "a")
    write(preview(articles(folder, "90001"), ledger), ledger)
    newer = coverage.text_of("article").replace('"12"', '"13"').replace("2026-02-01 00:00:00", "2026-08-01")
    (folder / "article.csv").write_text(newer)
    (folder / "article_x_contractor.csv").write_text(coverage.text_of("article_x_contractor").replace('"12"', '"13"'))
    for name in ("article_x_hcpc_code", "article_x_icd10_covered"):
        lines = coverage.text_of(name).replace('"12"', '"13"').splitlines()
        (folder / f"{name}.csv").write_text("\n".join(line for line in lines if "J7325" not in line))
    steps = preview(articles(folder, "90001"), ledger)
    assert {"new version": 1, "ended": 1} == counted(steps)
    write(steps, ledger)
    assert [("20610", "20611"), ("J7325",)] == [one.procedures for one in in_force(ledger, Day(2026, 7, 31))]
    assert [("20610", "20611")] == [one.procedures for one in in_force(ledger, Day(2026, 8, 1))]


def test_a_step_without_change_writes_nothing(ledger: Ledger) -> None:
    """What is unchanged is no event."""
    policy = Policy("knee", "Aetna", ("20610",), Day(2026, 1, 1))
    assert 0 == write([Step("row 2", policy, "unchanged")], ledger)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3 per 12 months", (3, 365)),
        ("1 every 90 days", (1, 90)),
        ("twice a year", (2, 365)),
        ("4 injections per year", (4, 365)),
        ("one/6 weeks", (1, 42)),
        ("as needed", (None, None)),
        ("", (None, None)),
    ],
)
def test_frequency(text: str, expected: tuple[int | None, int | None]) -> None:
    """A limit in words is a count and days, or stays words."""
    assert expected == policy_table.frequency(text)
