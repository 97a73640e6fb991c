"""A made-up practice with enough claims in six months that some numbers may be shown and others may not."""

from tests.practice import Claim, Day, Line, claim, denied, paid, remit
from tests.warehouse import Files

FORMULA_PAYER = "=Payer <b>Co</b>"  # a name that a spreadsheet or a browser would take for a command
PAYERS = {"Aetna": 30, "Cigna": 24, FORMULA_PAYER: 9}  # claims a month
MONTHS = tuple(Day(2026, number, 10) for number in range(4, 10))
PATIENT = {"patient_last_name": "MUSTERFRAU", "patient_first_name": "ERIKA"}


def busy() -> Files:
    """One remittance per payer and month, its claims of two procedures, of which some are denied for some reasons."""
    return {
        f"era-{payer[:6]}-{day.month}": remit(day, *_claims(payer, day, count), payer=payer, trace=f"T{payer}{day}")
        for payer, count in PAYERS.items()
        for day in MONTHS
    }


def _claims(payer: str, day: Day, count: int) -> list[Claim]:
    return [
        claim(
            f"{payer[:2]}{day.month}-{number}",
            _line(number, day),
            icn=f"I{payer[:2]}{day.month}-{number}",
            fields=PATIENT,
        )
        for number in range(count)
    ]


def _line(number: int, day: Day) -> Line:
    """One in three is denied: most for necessity, some with a remark, a few for an authorisation."""
    service = day.replace(day=2)
    if number % 3:
        return paid(procedure="99213", date=service)
    if number % 5 == 0:
        return denied("CO-197", 60, procedure="99213", date=service)
    remarks = ("N115",) if number % 2 else ()
    return denied("CO-50", 100 + number, procedure="20610", remarks=remarks, date=service)
