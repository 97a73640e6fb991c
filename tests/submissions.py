"""Made-up claims as sent, line by line: `submitted("P1", "M17.11 M25.561", Sent(points="2"))` as rows of an 837."""

import dataclasses
from collections.abc import Iterator
from typing import Any

from pipelines.rows import Row, Submission, SubmissionCode, SubmissionLine
from tests.practice import SERVICE, Day, dollars

JANUARY = Day(2026, 1, 9)


@dataclasses.dataclass(frozen=True)
class Sent:
    """One service line as it was sent."""

    procedure: str = "20610"
    points: str | None = "1"
    units: int = 1
    modifiers: str | None = None
    place: str | None = None
    authorization: str | None = None
    date: Day | None = SERVICE
    charge: float = 100


def submitted(pcn: str, diagnoses: str, *lines: Sent, payer: str = "Aetna", number: int = 1, **more: Any) -> list[Row]:
    """The rows of one claim of an 837: its CLM is segment 100 x `number`, its HI the next, its lines 10, 20, ... on."""
    values: dict[str, Any] = {
        "claim_form": "837P",
        "created_date": JANUARY,
        "frequency_code": "1",
        "payer_name": payer,
        "payer_sequence_code": "P",
        "facility_code": "11",
        "service_from_date": SERVICE,
        "service_to_date": SERVICE,
    }
    codes = diagnoses.split()
    claim = Submission(
        1,
        number,
        *_place(number, 0),
        patient_control_number=pcn,
        charge_amount=dollars(sum(one.charge for one in lines)),
        diagnosis_codes=diagnoses or None,
        principal_diagnosis_code=codes[0] if codes else None,
        line_count=len(lines),
        **{**values, **more},
    )
    listed = [
        SubmissionCode(1, number, place, *_place(number, 1), qualifier="ABF" if place > 1 else "ABK", code=code)
        for place, code in enumerate(codes, 1)
    ]
    return [claim, *listed, *_lines(pcn, number, lines)]


def _lines(pcn: str, number: int, lines: tuple[Sent, ...]) -> Iterator[Row]:
    for line_no, one in enumerate(lines, 1):
        yield SubmissionLine(
            1,
            number,
            line_no,
            *_place(number, 10 * line_no),
            procedure_qualifier="HC",
            procedure_code=one.procedure,
            modifiers=one.modifiers,
            charge_amount=dollars(one.charge),
            units=one.units * 1000,  # type: ignore[arg-type]
            place_of_service_code=one.place,
            diagnosis_pointers=one.points,
            service_date=one.date,
            line_control_number=f"{pcn}-{line_no}",
            authorization_number=one.authorization,
        )


def _place(number: int, segment: int) -> tuple[int, int]:
    return number * 100 + segment, (number * 100 + segment) * 10
