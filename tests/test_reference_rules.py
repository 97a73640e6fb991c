import re
import string

import pytest

from pipelines.reference import rows

MATCH_KINDS = {
    "10": {"remark", "carc_and_remark"},
    "20": {"policy_reference"},
    "30": {
        "auth_missing",
        "dx_side_missing",
        "dx_z_code_only",
        "place_of_service",
        "pointer_missing",
        "pointer_other",
        "pointer_unpaid",
        "units_over",
        "modifier_missing",
        "modifier_usual",
        "place_unpaid",
        "policy_not_on_list",
    },
    "40": {"log_text", "local_code"},
    "50": {
        "remark",
        "carc_and_remark",
        "dx_unspecified",
        "dx_z_code_only",
        "pointer_unpaid",
        "units_over",
        "modifier_missing",
        "place_unpaid",
        "policy_on_list",
    },
}


def rules(*kinds: str) -> list[dict[str, str]]:
    """The rules of these match kinds."""
    return [row for row in rows("root_cause_rule") if row["match_kind"] in kinds]


def test_rules_refer_to_known_things() -> None:
    """A rule's stage, kind, root cause, confidence, CARC and RARC exist."""
    causes = {cause["root_cause"] for cause in rows("root_cause")}
    carcs, rarcs = ({"", *(code["code"] for code in rows(name))} for name in ("carc", "rarc"))
    for row in rows("root_cause_rule"):
        assert row["match_kind"] in MATCH_KINDS[row["stage"]], row
        assert row["root_cause"] in causes, row
        assert row["confidence"] in {"high", "medium", "low"}, row
        assert row["carc"] in carcs and row["rarc"] in rarcs, row
        assert row["min_openness"] in {"0", "1", "2", "3"} and int(row["precedence"]) > 0, row


def test_each_telling_remark_has_one_rule() -> None:
    """A remark with a root cause decides by exactly one rule of its own, and by the cause its table gives."""
    telling = {row["code"]: row["root_cause"] for row in rows("rarc") if row["root_cause"]}
    assert sorted(telling.items()) == sorted((row["rarc"], row["root_cause"]) for row in rules("remark"))


def test_specific_remarks_come_first() -> None:
    """A remark that names the gap wins over a policy, a policy over missing records."""
    order = {row["rarc"]: int(row["precedence"]) for row in rules("remark")}
    assert order["N96"] < order["N115"] < order["N180"] < order["M127"] < order["N130"]


def test_patterns_are_given_where_needed() -> None:
    """Text rules have a pattern, other rules none."""
    with_pattern = {"policy_reference", "place_of_service", "log_text", "local_code", "modifier_missing"}
    for row in rows("root_cause_rule"):
        assert (row["match_kind"] in with_pattern) == bool(row["pattern"]), row


def test_habits_have_a_threshold() -> None:
    """A rule about what the payer pays says from how many lines on; one about diagnoses or places, how mixed."""
    for row in rows("root_cause_rule"):
        is_habit = row["match_kind"] in (
            "pointer_other",
            "pointer_unpaid",
            "units_over",
            "modifier_usual",
            "place_unpaid",
        )
        is_mixed = row["match_kind"] in ("pointer_other", "pointer_unpaid", "place_unpaid")
        is_modifier = row["match_kind"] in ("modifier_missing", "modifier_usual")
        given = ("min_paid_lines", "max_once_percent", "lacking_modifiers")
        assert (is_habit, is_mixed, is_modifier) == tuple(bool(row[name]) for name in given), row
        assert all(row[name].isdecimal() for name in given[:2] if row[name]), row


def test_unsure_facts_wait_for_the_words_of_a_log() -> None:
    """What is only unlikely decides after the words of a log, unless the code itself is about diagnoses."""
    unsure = [
        row
        for row in rules("pointer_unpaid", "units_over", "modifier_missing", "place_unpaid")
        if row["confidence"] == "low"
    ]
    assert unsure and {"50"} == {row["stage"] for row in unsure}
    assert {"11", "167", "B22"} == {row["carc"] for row in rules("pointer_unpaid") if row["stage"] == "30"}


def test_patterns_run_on_every_engine() -> None:
    """Patterns compile and use nothing that RE2, Java and Rust understand differently."""
    patterns = [row["pattern"] for row in [*rows("root_cause_rule"), *rows("payer_alias")] if row["pattern"]]
    for pattern in patterns:
        re.compile(pattern)
        assert not re.search(r"\(\?|\\[a-zA-Z0-9]|[*+?}]\+|[+*?}]\?", pattern), pattern


def test_log_patterns_are_lower_case() -> None:
    """Log words are matched in lower-case text, payer names in upper-case text."""
    assert not [row["rule_id"] for row in rules("log_text") if set(row["pattern"]) & set(string.ascii_uppercase)]
    aliases = [re.sub(r"\\.", "", row["pattern"]) for row in rows("payer_alias")]
    assert not [pattern for pattern in aliases if set(pattern) & set(string.ascii_lowercase)]


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("needs 6 wks pt first", "conservative_therapy_step"),
        ("no x-ray in record", "missing_imaging_results"),
        ("not med nec", "not_necessary_unspecified"),
        ("dx doesn't support inj", "dx_procedure_mismatch"),
        ("unspecified dx", "dx_unspecified_or_invalid"),
        ("lcd criteria not met", "lcd_ncd_policy"),
        ("too soon - 3 mo between injections", "frequency_duration"),
        ("em level too high", "level_of_service"),
        ("no auth on file", "missing_auth"),
        ("op note not enough", "insufficient_documentation"),
        ("max visits used", "benefit_limit"),
        ("past timely", "timely_filing"),
        ("pt not found", "demographics"),
        ("paid, posted", ""),
    ],
)
def test_log_words(text: str, cause: str) -> None:
    """What practices write in their logs leads to the cause they mean; "pt" alone may be the patient."""
    ordered = sorted(rules("log_text"), key=lambda row: (int(row["precedence"]), row["rule_id"]))
    hits = [row["root_cause"] for row in ordered if re.search(row["pattern"], text)]
    assert cause == (hits or [""])[0]


@pytest.mark.parametrize(
    ("name", "payer"),
    [
        ("AETNA COMMERCIAL", "Aetna"),
        ("BCBS OF TEXAS", "Blue Cross Blue Shield of Texas"),
        ("BLUE CROSS BLUE SHIELD", "Blue Cross Blue Shield"),
        ("BCBS OF DELAWARE", ""),
        ("UHC COMMUNITY PLAN", "UnitedHealthcare"),
        ("HUMANA MILITARY", "TRICARE"),
        ("SOME PLAN MEDICARE ADVANTAGE", ""),
    ],
)
def test_payer_names(name: str, payer: str) -> None:
    """Names of one payer lead to one name; a payer that is not known is not merged with one that is."""
    aliases = sorted((row for row in rows("payer_alias") if row["match_kind"] == "name"), key=precedence)
    assert payer == next((row["payer_name"] for row in aliases if re.search(row["pattern"], name)), "")


def precedence(row: dict[str, str]) -> int:
    """What a row is ordered by."""
    return int(row["precedence"])
