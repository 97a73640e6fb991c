"""Tiny stores of hand-written remittances, loaded and built as any other: for pages with almost nothing to show."""

import shutil
import tempfile
from pathlib import Path

from pipelines.build import build
from pipelines.ingest import ingest
from pipelines.sources import expand
from pipelines.store import Store

KEPT = tempfile.TemporaryDirectory(prefix="denialboard-stores-")  # of this process; gone when it ends
MADE: dict[tuple[str, ...], Path] = {}
PAID = "CLP*{0}*1*100*80**12*ICN{0}*11*1~SVC*HC:99213*100*80~DTM*472*20260105~CAS*CO*45*20~"
DENIED = "CLP*{0}*4*100*0**12*ICN{0}*11*1~SVC*HC:99213*100*0~DTM*472*20260105~CAS*CO*50*100~"


def remittance(*claims: str, payer: str = "AETNA", paid: int = 0, day: str = "20260302") -> str:
    """An 835 of one payment with these claim loops; each gets its own control number."""
    loops = "".join(claim.format(f"P{day}{number}") for number, claim in enumerate(claims, start=1))
    return (
        f"ISA*00*          *00*          *ZZ*PAYER          *ZZ*PRACTICE       *{day[2:]}*1200*^*00501*000000001*0*P*:~"
        f"GS*HP*PAYER*PRACTICE*{day}*1200*1*X*005010X221A1~ST*835*0001~"
        f"BPR*I*{paid}*C*ACH*CCP*01*1*DA*1*1*1*01*1*DA*1*{day}~"
        f"TRN*1*T{day}{paid}*1~N1*PR*{payer}~N1*PE*MADE UP PRACTICE*XX*1111111111~LX*1~{loops}"
        f"SE*9*0001~GE*1*1~IEA*1*000000001~"
    )


def make_store(home: Path, *texts: str) -> Path:
    """A store at `home` with these files, built; a new one of files built before is a copy of that build."""
    if home.exists():  # a ledger is there already, and has its say
        return _built(home, texts)
    if texts not in MADE:
        MADE[texts] = _built(Path(tempfile.mkdtemp(dir=KEPT.name)) / "store", texts)
    return Path(shutil.copytree(MADE[texts], home))


def _built(home: Path, texts: tuple[str, ...]) -> Path:
    inbox = home.parent / "inbox"
    inbox.mkdir()
    for number, text in enumerate(texts):
        (inbox / f"file{number}.835").write_text(text)
    store = Store(home)
    ingest(store, expand(inbox), workers=1)
    build(store, workers=1)
    return home


def sent(*accounts: str, payer: str = "AETNA", day: str = "20260108", service: str = "20260105") -> str:
    """An 837P of these accounts, sent on that day."""
    loops = "".join(
        f"HL*{number}*1*22*0~SBR*P*18*******12~NM1*IL*1*MADEUP*PAT****MI*M{account}~NM1*PR*2*{payer}*****PI*P1~"
        f"CLM*{account}*100***11:B:1*Y*A*Y*Y~HI*ABK:M1711~LX*1~SV1*HC:99213*100*UN*1***1~"
        f"DTP*472*D8*{service}~"
        for number, account in enumerate(accounts, start=2)
    )
    return (
        f"ISA*00*          *00*          *ZZ*PRACTICE       *ZZ*HOUSE          *{day[2:]}*1200*^*00501*000000001*0*P*:~"
        f"GS*HC*PRACTICE*HOUSE*{day}*1200*1*X*005010X222A1~ST*837*0001*005010X222A1~"
        f"BHT*0019*00*B{day}*{day}*1200*CH~NM1*41*2*MADE UP PRACTICE*****46*S1~NM1*40*2*HOUSE*****46*H1~"
        f"HL*1**20*1~NM1*85*2*MADE UP PRACTICE*****XX*1111111111~N3*1 ST~N4*TOWN*KS*660000000~REF*EI*990000010~{loops}"
        f"SE*9*0001~GE*1*1~IEA*1*000000001~"
    )
