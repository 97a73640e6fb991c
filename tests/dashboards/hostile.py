"""A practice whose payers, patients, accounts and codes are named to hurt: HTML, Markdown, LaTeX, shortcodes, SQL."""

from pathlib import Path

from tests.dashboards.stores import make_store, remittance

NAMES = (
    "<img src=x onerror=odd()>",
    "</div><script>odd()</script>",
    "[odd](https://evil.example)",
    "![odd](https://evil.example/a.png)",
    "**odd** _odd_ `odd`",
    "$\\odd$ ~~odd~~",
    ":material/home: :red[odd] :tada:",
    "'; drop table denial; -- odd",
    "www.evil.example/odd",
    '=HYPERLINK("https://evil.example","odd")',
)
OTHERS = str.maketrans({"*": "\x1d", "~": "\x1e", ":": "\x1f", "^": "\x1c"})  # so that names may hold the usual ones
CLAIM = (
    "CLP*A{0}*{1}*{2}*{3}**12*ICN{0}*11*1~NM1*QC*1*@P{4}*@P{5}****MI*M{0}~"
    "SVC*HC:99213*{2}*{3}~DTM*472*{6}~CAS*CO*{7}*{8}~"
)
MONTHS = ("202601", "202602", "202603")


def files() -> list[str]:
    """An 835 per payer and month, each with a denied claim and a paid one."""
    return [_file(number, month) for number in range(len(NAMES)) for month in MONTHS]


def _file(number: int, month: str) -> str:
    """One file; names stand in it as they are."""
    other = (number + 1) % len(NAMES)
    claims = (
        CLAIM.format(f"{month}{number}1@P{number}", 4, 100, 0, number, other, f"{month}05", 50, 100),
        CLAIM.format(f"{month}{number}2", 1, 100, 80, number, other, f"{month}06", 45, 20),
    )
    text = remittance(payer=f"@P{number}", paid=80, day=f"{month}20").replace("LX*1~", "LX*1~" + "".join(claims))
    text = text.translate(OTHERS)
    for place, name in enumerate(NAMES):
        text = text.replace(f"@P{place}", name)
    return text


def hostile_store(home: Path) -> Path:
    """A store of these files, built."""
    return make_store(home, *files())
