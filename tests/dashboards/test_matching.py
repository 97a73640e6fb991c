"""How claims were put together: every member counted once, by rule; what is in doubt or alone is listed."""

from pathlib import Path

import pandas as pd
import pytest

from dashboards import cache, match_quality, matching
from pipelines.store import Store
from tests.dashboards.conftest import Open, said
from tests.dashboards.stores import PAID, make_store, remittance, sent


def test_rules_and_what_is_alone_are_counted(home: Path, open_page: Open) -> None:
    """The rules of the page add up to all members that have a family; every rule has words of ours."""
    app = open_page("data_quality")
    table = next(frame.value for frame in app.dataframe if "Joined by" in frame.value)
    build = str(Store(home).current_build())
    sql = "select count(*) from family_member where not is_repeat and family_id is not null"
    assert cache.query(build, sql).iloc[0, 0] == table["Count"].sum()
    assert set(table["Joined by"]) <= set(matching.RULES.values())
    assert set(table["How sure"]) <= {"certain", "likely", "possible"}


def test_a_submission_and_a_remittance_without_each_other_are_listed(empty_home: Path, open_page: Open) -> None:
    """A claim without a remittance and a remittance without a claim are counted, and listed when opened."""
    make_store(empty_home, remittance(PAID, paid=80), sent("ALONE1"))
    app = open_page("data_quality")
    text = said(app)
    assert "1 submission (no remittance)" in text and "1 remittance (no claim file)" in text
    assert "none could belong to several" in text
    for kind, number in (("submission", "ALONE1"), ("remit", "P202603021")):
        app.session_state[f"alone-{kind}"] = True
        app.run()
        assert number in {frame.value["Claim"].iloc[0] for frame in app.dataframe if "Claim" in frame.value}


def test_data_without_submissions_has_nothing_to_say_of_matching(empty_home: Path, open_page: Open) -> None:
    """Nothing loaded: no section, no error."""
    assert "How claims were put together" not in said(open_page("data_quality"))


@pytest.mark.parametrize(
    ("ambiguous", "alone", "expected"),
    [
        (0, 0, "12 parts of claims; none could belong to several; each has its counterpart"),
        (3, 0, "12 parts of claims; three could belong to several; each has its counterpart"),
        (0, 2, "12 parts of claims; none could belong to several; alone: 2 log rows (no claim in the files)"),
    ],
)
def test_the_title_counts_what_is_in_doubt_and_what_is_alone(ambiguous: int, alone: int, expected: str) -> None:
    """Parts, doubtful ones and those without a counterpart."""
    row = {"member_kind": "log", "member_count": 12, "ambiguous_count": ambiguous, "alone_count": alone}
    assert expected == match_quality.title(pd.DataFrame([row], dtype="object"))


def test_what_could_belong_to_several_stands_beside_each_of_them() -> None:
    """One row per claim that it could belong to, in words."""
    row = {
        "patient_control_number": "A1",
        "member_kind": "submission",
        "event_date": None,
        "amount": 100,
        "payer": "P",
        "rule": "account_date",
        "family_id": "F",
        "number": "A1",
        "service_date": None,
        "charge_amount": 100,
        "file_name": "f",
        "segment_no": 3,
    }
    shown = match_quality.ambiguous_for_people(pd.DataFrame([row, row | {"family_id": "G"}], dtype="object"))
    assert ["account and service date"] * 2 == list(shown["By"]) and ["submission"] * 2 == list(shown["What"])
