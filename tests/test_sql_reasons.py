"""Why a line was denied: each rule on a claim made for it."""

from pipelines.rows import Row
from tests.practice import Cas, Day, claim, denied, line, log, remit, sent
from tests.warehouse import each, file_id, found, lines, query, warehouse

MARCH = Day(2026, 3, 2)

PRINCIPAL = [
    ("core before broad", [Cas("CO-97", 90), Cas("CO-29", 10)], "29"),
    ("tier A before B", [Cas("CO-167", 90), Cas("CO-50", 10)], "50"),
    ("tier B before none", [Cas("CO-29", 90), Cas("CO-11", 10)], "11"),
    ("the larger amount", [Cas("CO-29", 10), Cas("CO-27", 90)], "27"),
    ("the first given", [Cas("CO-29", 50), Cas("CO-27", 50)], "29"),
]


def test_principal_reason() -> None:
    """Of several reasons one stands for the line, by stated precedence; all are kept."""
    cases = {name: [(MARCH, claim("P1", line(*adjustments)))] for name, adjustments, _ in PRINCIPAL}
    assert {name: [code] for name, _, code in PRINCIPAL} == each(cases, "family_line", "carc")


TIERS = [
    ("CO-50", (), "A"),
    ("CO-11", (), "B"),
    ("CO-197", (), "C"),
    ("CO-29", (), ""),
    ("CO-16", ("N115",), "A"),
    ("CO-29", ("N183",), ""),
    ("CO-97", ("M25",), "A"),
]


def test_necessity_tier() -> None:
    """The tier is the best of the denial reasons and of remarks that are no alerts; not of codes that begin with M."""
    cases = {f"{code} {remarks}": [(MARCH, claim("P1", denied(code, remarks=remarks)))] for code, remarks, _ in TIERS}
    expected = {name: [tier] for name, (_, _, tier) in zip(cases, TIERS, strict=True)}
    assert expected == each(cases, "family_line", "mn_tier")


def test_remark_of_claim() -> None:
    """A claim's remark speaks for lines that have none of their own."""
    one = claim("P1", denied("CO-16", remarks=("M76",)), denied("CO-16", procedure="20610"), remarks=("N115",))
    assert [("20610", "N115"), ("99213", "M76")] == sorted(lines(one, columns="procedure, rarc"))


CAUSES = [
    (denied("CO-50"), (), "not_necessary_unspecified", "D50-50"),
    (denied("CO-50", remarks=("N115",)), (), "lcd_ncd_policy", "R10-N115"),
    (denied("CO-16", remarks=("M76",)), (), "dx_unspecified_or_invalid", "C10-16-M76"),
    (denied("CO-29", remarks=("M1",)), (), "timely_filing", "D50-29"),
    (denied("CO-50", policy="L34567"), (), "lcd_ncd_policy", "P20-lcd"),
    (denied("CO-16"), (), "not_determined", "none"),
    (denied("CO-16", remarks=("MA130",)), (), "billing_data_missing", "W50-16-MA130"),
    (denied("CO-197"), ("837",), "missing_auth", "F30-auth-197"),
    (denied("CO-50"), ("log",), "missing_imaging_results", "L40-imaging-absent"),
]


def test_root_cause() -> None:
    """Remark, policy, claim, log, code: the first that speaks decides, and the rule is kept; nothing is an answer."""
    cases = {f"{number} {rule}": [(MARCH, claim("P", one))] for number, (one, _, _, rule) in enumerate(CAUSES)}
    more: dict[str, list[Row]] = {}
    for number, (_, kinds, *_) in enumerate(CAUSES):
        if "837" in kinds:
            more[f"837-{number}"] = sent(Day(2026, 1, 9), f"Px{number}")
        if "log" in kinds:
            more[f"log-{number}"] = log(2, claim_id=f"Px{number}", reason_text="MRI report missing")
    expected = {name: [(cause, rule)] for name, (_, _, cause, rule) in zip(cases, CAUSES, strict=True)}
    assert expected == each(cases, "denial", "root_cause, rule_id", more)


def test_override_wins() -> None:
    """A person's word wins over every rule, and the rules that it overruled are kept."""
    files = {"era": remit(MARCH, claim("P1", denied(remarks=("N115",))))}
    (denial_id,) = found(files, "denial", "denial_id")
    connection = warehouse(files, overrides={denial_id: "missing_auth"})
    ranked = query(connection, "select root_cause from root_cause_evidence order by rank")
    decided = query(connection, "select root_cause, is_overridden, rule_id from denial")
    assert ([("missing_auth", True, "override")], [("missing_auth",), ("lcd_ncd_policy",)]) == (decided, ranked[:2])


def test_override_without_denial() -> None:
    """A word on a denial that is not there any more is told."""
    connection = warehouse({}, overrides={"X|1": "missing_auth"})
    assert [(1,)] == query(connection, "select issue_count from data_quality where issue = 'lost_override'")


def test_diagnosis_of_837() -> None:
    """A line's diagnosis is that of the submission which the remit answers, not of a later one."""
    files = {
        "era": remit(MARCH, claim("P1", denied())),
        "837": [
            *sent(Day(2026, 1, 9), "P1", principal_diagnosis_code="M17.11"),
            *sent(Day(2026, 3, 9), "P1", 2, principal_diagnosis_code="F32.9"),
        ],
    }
    assert [("M17.11", True)] == [
        (code, "given" not in chapter)
        for code, chapter in found(files, "family_line", "diagnosis_code, diagnosis_chapter")
    ]


def test_file_id_in_every_row() -> None:
    """A denial leads to its file and segment."""
    files = {"era": remit(MARCH, claim("P1", denied()))}
    assert [(file_id("era"), 3, 30)] == found(files, "denial", "file_id, segment_no, byte_offset")
