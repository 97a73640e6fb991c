"""A practice of eight providers, four of whom get a new template for 20610 on 1 Oct 2025: a change's result, in small.

Two years of claims from Oct 2024, sent by an 837 and answered by an 835 three weeks later. Until then one claim in
four is denied as not necessary; after it one in twelve with the template, still one in four without it. No line of it
is of a real patient.
"""

import datetime
from decimal import Decimal
from pathlib import Path

from pipelines.build import build
from pipelines.ingest import ingest
from pipelines.register import Change
from pipelines.sources import expand
from pipelines.store import Store

Day = datetime.date
GO_LIVE = Day(2025, 10, 1)
WITH, WITHOUT = ("ANT", "BEE", "COW", "DOE"), ("ELK", "FOX", "GNU", "HEN")
PROVIDERS = {name: f"{name}, DOC" for name in (*WITH, *WITHOUT)}  # as the build calls them
AT = {name: place for place, name in enumerate(PROVIDERS)}
MONTHS = [Day(2024 + month // 12, month % 12 + 1, 8) for month in range(9, 33)]  # Oct 2024 to Sep 2026


def change(change_id: str = "template", **more: object) -> Change:
    """The template as registered, or with something else about it."""
    values = {
        "title": "Knee template",
        "what": "template",
        "go_live": GO_LIVE,
        "owner": "Dr. Sample",
        "providers": tuple(PROVIDERS[name] for name in WITH),
        "procedures": ("20610",),
        "cost_amount": Decimal("500.00"),
        "clinician_minutes": 60,
    }
    return Change(change_id, **{**values, **more})  # type: ignore[arg-type]


def make_practice(home: Path) -> Path:
    """The practice's store at `home`, built; an 837 and an 835 of each month."""
    inbox = home.parent / "inbox"
    inbox.mkdir()
    for day in MONTHS:
        claims = [(f"{name}{day:%y%m}{number}", name, _is_denied(name, number, day)) for name, number in _claims(day)]
        (inbox / f"sent{day:%y%m}.837").write_text(_sent(claims, day))
        (inbox / f"paid{day:%y%m}.835").write_text(_answered(claims, day))
    store = Store(home)
    ingest(store, expand(inbox), workers=1)
    build(store, workers=1)
    return home


def _claims(day: Day) -> list[tuple[str, int]]:
    """Eleven to thirteen of each provider."""
    return [(name, number) for name in PROVIDERS for number in range(11 + (AT[name] * 5 + day.month * 7) % 3)]


def _is_denied(name: str, number: int, day: Day) -> bool:
    """Two to four of a provider's claims in a month; with the template two fewer."""
    usual = 2 + (AT[name] + day.month) % 3
    return number < usual - 2 * (name in WITH and day > GO_LIVE)


def _sent(claims: list[tuple[str, str, bool]], day: Day) -> str:
    loops = "".join(
        f"HL*{number}*1*22*0~SBR*P*18*******CI~NM1*IL*1*MADEUP*PAT****MI*M{account}~NM1*PR*2*NORTHFIELD*****PI*P1~"
        f"CLM*{account}*100***11:B:1*Y*A*Y*Y~HI*ABK:M1711~NM1*82*1*{name}*DOC****XX*{_npi(name)}~"
        f"LX*1~SV1*HC:20610*100*UN*1***1~DTP*472*D8*{day:%Y%m}05~"
        for number, (account, name, _) in enumerate(claims, start=2)
    )
    return (
        f"ISA*00*          *00*          *ZZ*PRACTICE       *ZZ*HOUSE          *{day:%y%m%d}*1200"
        "*^*00501*000000001*0*P*:~"
        f"GS*HC*PRACTICE*HOUSE*{day:%Y%m%d}*1200*1*X*005010X222A1~ST*837*0001*005010X222A1~"
        f"BHT*0019*00*B{day:%Y%m%d}*{day:%Y%m%d}*1200*CH~NM1*41*2*MADE UP PRACTICE*****46*S1~NM1*40*2*HOUSE*****46*H1~"
        f"HL*1**20*1~NM1*85*2*MADE UP PRACTICE*****XX*1111111111~N3*1 ST~N4*TOWN*KS*660000000~REF*EI*990000010~{loops}"
        f"SE*9*0001~GE*1*1~IEA*1*000000001~"
    )


def _answered(claims: list[tuple[str, str, bool]], day: Day) -> str:
    paid_on = day + datetime.timedelta(days=21)
    paid = 80 * sum(not denied for *_, denied in claims)
    loops = "".join(_answer(account, name, denied, day) for account, name, denied in claims)
    return (
        f"ISA*00*          *00*          *ZZ*PAYER          *ZZ*PRACTICE       *{paid_on:%y%m%d}*1200"
        "*^*00501*000000001*0*P*:~"
        f"GS*HP*PAYER*PRACTICE*{paid_on:%Y%m%d}*1200*1*X*005010X221A1~ST*835*0001~"
        f"BPR*I*{paid}*C*ACH*CCP*01*1*DA*1*1*1*01*1*DA*1*{paid_on:%Y%m%d}~"
        f"TRN*1*T{paid_on:%Y%m%d}*1~N1*PR*NORTHFIELD~N1*PE*MADE UP PRACTICE*XX*1111111111~LX*1~{loops}"
        f"SE*9*0001~GE*1*1~IEA*1*000000001~"
    )


def _answer(account: str, name: str, denied: bool, day: Day) -> str:
    status, paid, reason = (4, 0, "50*100") if denied else (1, 80, "45*20")
    return (
        f"CLP*{account}*{status}*100*{paid}**12*ICN{account}*11*1~NM1*82*1*{name}*DOC****XX*{_npi(name)}~"
        f"SVC*HC:20610*100*{paid}~DTM*472*{day:%Y%m}05~CAS*CO*{reason}~"
    )


def _npi(name: str) -> int:
    return 1_234_500_000 + 7 * AT[name]
