"""A practice of two payers, one of which begins to want authorisation for 20610: what an alert is about, in small.

Twenty quiet months from Dec 2024, then NORTHFIELD denies 9 and 12 of its 30 claims in Aug and Sep 2026, and a few days
of October are there too. No line of it is of a real patient.
"""

from pathlib import Path

from pipelines.build import build
from pipelines.ingest import ingest
from pipelines.sources import expand
from pipelines.store import Store
from tests.dashboards.stores import remittance

CLAIMS = 30  # a month and payer
BREACH = {"202608": 9, "202609": 12}
PAID = "CLP*{0}*1*100*80**12*ICN{0}*11*1~SVC*HC:20610*100*80~DTM*472*20260105~CAS*CO*45*20~"
DENIED = "CLP*{0}*4*100*0**12*ICN{0}*11*1~SVC*HC:20610*100*0~DTM*472*20260105~CAS*CO*197*100~"
MONTHS = [f"{2024 + month // 12}{month % 12 + 1:02}" for month in range(11, 34)]  # Dec 2024 to Oct 2026


def make_breach(home: Path) -> Path:
    """The practice's store at `home`, built; one file of each payer."""
    inbox = home.parent / "inbox"
    inbox.mkdir()
    usual = {month: 1 + place % 3 for place, month in enumerate(MONTHS)}
    for payer, denied in {"NORTHFIELD": usual | BREACH, "AETNA": usual}.items():
        text = "".join(payments(payer, month, count) for month, count in denied.items())
        (inbox / f"{payer}.835").write_text(text)
    store = Store(home)
    ingest(store, expand(inbox), workers=1)
    build(store, workers=1)
    return home


def payments(payer: str, month: str, denied: int, claims: int = CLAIMS) -> str:
    """What one payer sent on the 5th of a month, so many of its claims denied for a missing authorisation."""
    loops = [DENIED] * denied + [PAID] * (claims - denied)
    named = [loop.replace("{0}", f"{payer[0]}{{0}}") for loop in loops]
    text = remittance(*named, payer=payer, paid=80 * (claims - denied), day=f"{month}05")
    return text.replace("TRN*1*T", f"TRN*1*T{payer[0]}")
