"""A few files in which most of what the SELECTs tell apart occurs at least once."""

from pipelines.policy import Policy
from pipelines.rows import Acknowledgement, Row
from tests.practice import SERVICE, Cas, Day, claim, denied, line, log, paid, remit, reversal, sent
from tests.submissions import Sent, submitted

POLICIES = (
    Policy(
        "20610-aetna",
        "Aetna",
        ("97530", "99213"),
        Day(2025, 1, 1),
        covered_diagnoses=("M17.1", "M54-M54.9"),
        noncovered_diagnoses=("M17.12", "F32"),
        authorisation="required",
        reference="MADE-UP 7",
    ),
    Policy("97110-aetna", "AETNA", ("97110",), Day(2025, 1, 1), noncovered_diagnoses=("Z00",)),
)


def practice() -> dict[str, list[Row]]:
    """A few files in which most of what the SELECTs tell apart occurs at least once."""
    march, april, may = Day(2026, 3, 2), Day(2026, 4, 2), Day(2026, 5, 4)
    first = claim(
        "P1", denied(remarks=("N115",), number="1"), paid(procedure="20610", number="2"), icn="A1", filing="12"
    )
    second = claim("P2", paid(200, 150), icn="A2")
    copay = claim("P3", line(Cas("PR-3", 25), Cas("CO-45", 75)), denied("CO-97"), icn="A3")
    whole = claim("P4", charge=80, paid=0, cas=[Cas("PR-204", 80)], date=SERVICE)
    other = claim("P5", denied("OA-23"), denied("CO-18", 60), status="2", icn="C5")
    odd = claim("P6", denied("CO-999", 70), denied("CO-45", 30, procedure=None), status="99")
    march_rows = remit(march, first, second, copay, whole, plb=12.5)
    return habits() | {
        "era-1": march_rows,
        "era-1-copy": march_rows,
        "era-2": remit(march, other, odd, claim("P7", denied(), status="5"), payer="Cigna", payment=1),
        "era-3": [
            *remit(april, reversal(second), claim("P2", denied("CO-197", 200), icn="A9"), control="000000002"),
            *remit(april, claim("P1", paid(number="1"), icn="B1", f8="A1"), transaction_no=2, trace="T-9"),
        ],
        "era-4": remit(may, claim("P8", paid(), denied("CO-16", remarks=("M76",)), cas=[Cas("CO-253", 2)], paid=78)),
        "837-1": sent(Day(2026, 1, 6), "P1", principal_diagnosis_code="M17.9", diagnosis_codes="M17.9 Z96.651"),
        "837-2": sent(Day(2026, 3, 12), "P1", frequency_code="7", original_reference_number="A1"),
        "837-3": [
            *sent(Day(2026, 1, 7), "P2", principal_diagnosis_code="F32.9", diagnosis_codes="F32.9"),
            *sent(Day(2026, 1, 7), "P20", 2, charge_amount=10000),
        ],
        "277": [
            Acknowledgement(1, 1, 1, 10, "claim", True, effective_date=Day(2026, 1, 9), patient_control_number="P1"),
            Acknowledgement(1, 2, 2, 20, "claim", False, effective_date=Day(2026, 1, 9), patient_control_number="P20"),
        ],
        "log-1": [
            *log(
                2, "CO-50", claim_id="P1", procedure_code="99213", service_date=SERVICE, reason_text="no x-ray report"
            ),
            *log(3, "CO-16", "N706", claim_id="L1", procedure_code="97110", charge_amount=90, note="send the records"),
            *log(4, "local:NR", claim_id="L2", denied_amount=40, payer_name="Bright Valley", appeal_date=march),
            *log(5, "CO-45", claim_id="L3"),
        ],
        "log-2": [
            *log(2, claim_id="E1", is_denied=False, charge_amount=50, paid_amount=40),
            *log(3, "CO-29", claim_id="E2", charge_amount=70, last_bill_date=Day(2026, 2, 11)),
        ],
    }


def habits() -> dict[str, list[Row]]:
    """A payer that pays two procedures together twenty times, and denies four claims that differ from what it pays."""
    usual = (Sent("97530", modifiers="59", units=2), Sent("97140"))
    names = [f"H{number}" for number in range(20)]
    sent_rows = [row for n, pcn in enumerate(names) for row in submitted(pcn, "M17.11", *usual, number=n + 1)]
    answers = [
        claim(pcn, paid(procedure="97530", number=f"{pcn}-1"), paid(procedure="97140", number=f"{pcn}-2"))
        for pcn in names
    ]
    odd = {
        "D1": ("CO-50", "M25.561 M17.11", (Sent("97530"),)),
        "D2": ("CO-97", "M17.11", (Sent("97530"), Sent("97140"))),
        "D3": ("CO-151", "M17.11", (Sent("97530", units=3, points=None),)),
        "D4": ("CO-16", "M17.11", (Sent("97530", points="2", place="10"),)),
    }
    for number, (pcn, (code, diagnoses, lines)) in enumerate(odd.items(), 30):
        sent_rows += submitted(pcn, diagnoses, *lines, number=number)
        others = [paid(procedure=one.procedure, number=f"{pcn}-2") for one in lines[1:]]
        answers.append(claim(pcn, denied(code, procedure="97530", number=f"{pcn}-1"), *others))
    return {"837-habit": sent_rows, "era-habit": remit(Day(2026, 2, 2), *answers, trace="T-habit")}
