"""Who takes part: the practice, its providers, places and payers. Every name and number is made up.

National Provider Identifiers are given out with a first digit of 1 or 2; ours begin with 9 and pass the check digit, so
that they look right to any reader and can belong to nobody.
"""

from dataclasses import dataclass

from pipelines.demo.parameters import read_rows
from pipelines.demo.people import FIRST_NAMES, npi
from pipelines.errors import UsageError


@dataclass(frozen=True, slots=True)
class Provider:
    """One clinician; `group` A gets the planted documentation change that works, B the one that does not."""

    last_name: str
    first_name: str
    npi: str
    taxonomy_code: str
    group: str


@dataclass(frozen=True, slots=True)
class Place:
    """One location and its place-of-service code."""

    name: str
    code: str
    npi: str
    weight: float


@dataclass(frozen=True, slots=True)
class Payer:
    """One payer, its habits in remits, and its rhythm of payment (every `cycle` days, counted from `phase`)."""

    key: str
    name: str
    payer_id: str
    payer_class: str
    filing_code: str
    weight: float
    cycle: int
    phase: int
    log_name: str
    habits: frozenset[str]

    def payment_day(self, day: int) -> int:
        """The payer's first payment day on or after this day."""
        return day + (self.phase - day) % self.cycle

    @property
    def trace_prefix(self) -> str:
        """What the payer's check and claim numbers begin with."""
        return self.payer_id[-5:]


@dataclass(frozen=True, slots=True)
class Cast:
    """What sets one demo practice apart from the other."""

    name: str
    number: int
    taxonomy_codes: tuple[str, str]
    places: tuple[tuple[str, str, float], ...]  # name, place-of-service code, share of visits
    visits_per_patient: int


CASTS = {
    "ortho": Cast(
        "MADE-UP ORTHOPAEDICS OF SAMPLETON",
        10,
        ("207X00000X", "225100000X"),
        (
            ("SAMPLETON MAIN CLINIC", "11", 0.62),
            ("MOCKVILLE CLINIC", "11", 0.26),
            ("EXAMPLE GENERAL OUTPATIENT", "22", 0.12),
        ),
        5,
    ),
    "behavioral": Cast(
        "MADE-UP BEHAVIORAL HEALTH OF SAMPLETON",
        11,
        ("2084P0800X", "1041C0700X"),
        (
            ("SAMPLETON COUNSELING", "11", 0.5),
            ("TELEHEALTH AT HOME", "10", 0.38),
            ("TELEHEALTH ELSEWHERE", "02", 0.12),
        ),
        12,
    ),
}


@dataclass(frozen=True, slots=True)
class Practice:
    """The whole cast of one demo practice."""

    key: str  # ortho or behavioral
    name: str
    npi: str
    tax_id: str
    taxonomy_code: str
    providers: tuple[Provider, ...]
    places: tuple[Place, ...]
    payers: tuple[Payer, ...]
    secondary_payer: Payer
    visits_per_patient: int


def build_practice(key: str) -> Practice:
    """The orthopaedic or the behavioural-health practice."""
    if key not in CASTS:
        raise UsageError(f"{key!r} is not a demo practice: wanted {' or '.join(CASTS)}")
    cast = CASTS[key]
    payers = _payers(key)
    return Practice(
        key=key,
        name=cast.name,
        npi=npi(cast.number),
        tax_id=f"9900000{cast.number}",
        taxonomy_code=cast.taxonomy_codes[0],
        providers=_providers(cast),
        places=tuple(
            Place(name, code, npi(cast.number * 10 + index), weight)
            for index, (name, code, weight) in enumerate(cast.places)
        ),
        payers=tuple(payer for payer in payers if payer.payer_class != "secondary"),
        secondary_payer=next(payer for payer in payers if payer.payer_class == "secondary"),
        visits_per_patient=cast.visits_per_patient,
    )


def _payers(practice: str) -> list[Payer]:
    rows = [row for row in read_rows("demo_payer.csv") if row["practice"] in (practice, "both")]
    return [_payer(row) for row in rows]


def _payer(row: dict[str, str]) -> Payer:
    return Payer(
        key=row["key"],
        name=row["name"],
        payer_id=row["payer_id"],
        payer_class=row["payer_class"],
        filing_code=row["filing_code"],
        weight=float(row["weight"]),
        cycle=int(row["cycle"]),
        phase=int(row["phase"]),
        log_name=row["log_name"],
        habits=frozenset(row["habits"].split()),
    )


def _providers(cast: Cast) -> tuple[Provider, ...]:
    names = ["EXAMPLE", "SAMPLE", "SPECIMEN", "PLACEHOLDER", "MOCKUP", "FIXTURE", "DUMMY", "INVENTED"]
    return tuple(
        Provider(
            last_name=name,
            first_name=FIRST_NAMES[index],
            npi=npi(cast.number * 100 + index),
            taxonomy_code=cast.taxonomy_codes[index % 2],
            group="A" if index < len(names) // 2 else "B",
        )
        for index, name in enumerate(names)
    )
