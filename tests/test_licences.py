"""docs/licences.md says what the lock installs, and nothing whose terms we could not keep."""

import re

from pipelines.licences import LOCK, PAGE, licence, locked

ROW = re.compile(r"^\| ([\w.-]+) \| (\S+) \| (.*?) \| (.*?) \|$", re.MULTILINE)
STRICT = re.compile(r"\b(A?GPL|SSPL|BUSL|Commons Clause|Proprietary|non-?commercial)\b", re.IGNORECASE)


def rows() -> list[tuple[str, str, str, str]]:
    """Package, version, licence and where, of every line of the page."""
    return ROW.findall(PAGE.read_text(encoding="utf-8"))


def test_the_page_lists_what_the_lock_installs() -> None:
    """Every package with its version; `python -m pipelines.licences` makes the page anew after `make lock`."""
    expected = [(name, version) for name, version, _ in locked(LOCK.read_text(encoding="utf-8"))]
    assert expected == [(name, version) for name, version, _, _ in rows() if name != "package"]


def test_licences_are_those_of_the_packages() -> None:
    """Each says what the installed package says of itself; only what is for another system may be unknown."""
    said = [(name, licence(name), found, where) for name, _, found, where in rows() if name != "package"]
    assert [] == [(name, real, found) for name, real, found, _ in said if real not in (found, "not installed here")]
    assert [] == [name for name, _, found, _ in said if found == "says none"]
    assert [] == [name for name, _, found, where in said if found == "not installed here" and not where]


def test_no_licence_asks_for_more_than_we_give() -> None:
    """Apache 2.0 can be kept beside permissive licences and LGPL, not beside those that take the whole work."""
    assert [] == [(name, found) for name, _, found, _ in rows() if STRICT.search(found)]
