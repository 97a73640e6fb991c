"""docs/licences.md: every package that requirements.lock installs, its version and licence, as the packages say it.

`python -m pipelines.licences` writes the page; a test holds it against the lock.
"""

import re
from email.message import Message
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import cast

ROOT = Path(__file__).parent.parent
LOCK, PAGE = ROOT / "requirements.lock", ROOT / "docs" / "licences.md"
PINNED = re.compile(r"^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)(?:\s*;\s*([^\\\n]+))?", re.MULTILINE)
LONGEST = 60
HEAD = """# Licences

What `make setup` installs, from requirements.lock. Made by `python -m pipelines.licences`; a package that is for
another system alone and not installed here says so.

| package | version | licence | only where |
|---|---|---|---|
"""


def locked(text: str) -> list[tuple[str, str, str]]:
    """Name, version and condition of every package of a lock."""
    return [(name, version, (condition or "").strip()) for name, version, condition in PINNED.findall(text)]


def licence(name: str) -> str:
    """The licence in the package's own words: its expression, else its classifier, else the first line it gives."""
    try:
        said = cast(Message, metadata(name))
    except PackageNotFoundError:
        return "not installed here"
    if expression := said.get("License-Expression"):
        return str(expression)
    classifiers = [line.rpartition(" :: ")[2] for line in said.get_all("Classifier") or () if "License ::" in line]
    named = [line for line in classifiers if line != "OSI Approved"]
    first = (said.get("License") or "").strip().partition("\n")[0]
    return ", ".join(named) or (first if len(first) <= LONGEST else f"{first[:LONGEST]}…") or "says none"


def page() -> str:
    """The page for the lock as it is."""
    rows = locked(LOCK.read_text(encoding="utf-8"))
    return HEAD + "".join(
        f"| {name} | {version} | {licence(name)} | {where.replace('|', '/')} |\n" for name, version, where in rows
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
