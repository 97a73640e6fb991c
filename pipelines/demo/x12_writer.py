"""X12 as text: segments, amounts and the three envelopes, with the sender id and usage code that mark demo data."""

from functools import lru_cache

from pipelines.demo.calendar import compact

SENDER_ID = "DBDEMO"
RECEIVER_ID = "DENIALBOARD"
FUNCTIONAL_IDS = {"835": "HP", "837": "HC", "277": "HN", "999": "FA"}
VERSIONS = {"835": "005010X221A1", "837": "005010X222A1", "277": "005010X214", "999": "005010X231A1"}


@lru_cache(maxsize=65536)
def money(cents: int) -> str:
    """An amount without needless zeros, as X12 wants it: 120, 45.5, -3.07."""
    sign, whole, part = "-" if cents < 0 else "", *divmod(abs(cents), 100)
    if not part:
        return f"{sign}{whole}"
    return f"{sign}{whole}.{part:02d}".rstrip("0")


def segment(*elements: str) -> str:
    """One segment without its terminator, and without empty elements at its end."""
    return "*".join(elements).rstrip("*")


def transaction(kind: str, number: int, body: list[str]) -> list[str]:
    """ST to SE around the body, the count right."""
    control = f"{number:04d}"
    version = () if kind == "835" else (VERSIONS[kind],)
    return [segment("ST", kind, control, *version), *body, segment("SE", str(len(body) + 2), control)]


def interchange(kind: str, day: int, control: int, bodies: list[list[str]]) -> bytes:
    """A whole file: one interchange, one functional group, one transaction for each body."""
    date, number = compact(day), f"{control:09d}"
    lines = [
        f"ISA*00*{'':10}*00*{'':10}*ZZ*{SENDER_ID:15}*ZZ*{RECEIVER_ID:15}*{date[2:]}*0600*^*00501*{number}*0*T*:",
        segment("GS", FUNCTIONAL_IDS[kind], SENDER_ID, RECEIVER_ID, date, "0600", str(control), "X", VERSIONS[kind]),
    ]
    for index, body in enumerate(bodies, 1):
        lines.extend(transaction(kind, index, body))
    lines += [segment("GE", str(len(bodies)), str(control)), segment("IEA", "1", number)]
    return ("~\n".join(lines) + "~\n").encode("ascii")
