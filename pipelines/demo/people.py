"""Made-up people: obviously invented names, patients that are always the same without being kept, test NPIs."""

import datetime
from dataclasses import dataclass

LAST_NAMES = [
    "TESTERLY", "SAMPLESON", "MOCKFORD", "DUMMYWELL", "FIXTUREMAN", "PLACEHOLD", "EXAMPLEBY", "TRYOUT",
    "FICTIONER", "INVENTLEY", "PRETENDER", "SPECIMEN", "NOBODYSON", "MADEUPPER", "IMAGINE", "FABLEMAN",
    "NOTREAL", "DRAFTWELL", "STUBBINGS", "PROTOTYPE",
]  # fmt: skip
FIRST_NAMES = [
    "ADA", "BEN", "CORA", "DAN", "EVE", "FINN", "GIA", "HAL", "IDA", "JON", "KIT", "LEA", "MAX", "NIA",
    "OTTO", "PIA", "QUIN", "RAY", "SUE", "TOM", "UMA", "VAL", "WES", "YAN", "ZOE",
]  # fmt: skip
STREETS = ["SAMPLE ST", "MOCK AVE", "EXAMPLE RD", "FICTION LN", "TEST BLVD"]


@dataclass(frozen=True, slots=True)
class Patient:
    """One made-up person as a payer's member."""

    last_name: str
    first_name: str
    member_id: str
    birth_date: str  # CCYYMMDD
    sex: str
    street: str


def npi(number: int) -> str:
    """A ten-digit number that passes the NPI check digit and begins with 9, which no real one does."""
    body = f"9{number:08d}"
    digits = [int(digit) for digit in "80840" + body]
    doubled = sum(sum(divmod(digit * 2, 10)) for digit in digits[::-2])
    return f"{body}{-(doubled + sum(digits[-2::-2])) % 10}"


def patient(payer_id: str, payer_class: str, number: int) -> Patient:
    """The payer's member of this number: always the same person, without keeping anybody in memory."""
    mixed = number * 7919 + sum(payer_id.encode()) * 31
    first_year, span = (1931, 10000) if payer_class.startswith("medicare") else (1962, 17000)
    born = datetime.date(first_year, 1, 1).toordinal() + mixed * 37 % span
    return Patient(
        LAST_NAMES[mixed % len(LAST_NAMES)],
        FIRST_NAMES[mixed // 20 % len(FIRST_NAMES)],
        f"{payer_id[-3:]}X{number:07d}",
        datetime.date.fromordinal(born).strftime("%Y%m%d"),
        "FM"[mixed % 2],
        f"{mixed % 900 + 1} {STREETS[mixed % len(STREETS)]}",
    )
