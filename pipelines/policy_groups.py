"""Which diagnoses of a coverage article go with which of its procedures, as far as its words can be read."""

import html
import re
from collections.abc import Sequence
from typing import NamedTuple

TAG = re.compile(r"<[^>]*>")
CODE = re.compile(r"\b(?:[0-9]{4}[0-9A-Z]|[A-Z][0-9]{4})\b")
RANGE = re.compile(r"\b([0-9]{4}[0-9A-Z]|[A-Z][0-9]{4})\s*(?:-|–|to|through)\s*([0-9]{4}[0-9A-Z]|[A-Z][0-9]{4})\b")
CONDITION = re.compile(
    r"\b(secondary|in addition|together with|along with|in combination|both|must be (?:reported|billed)|accompanied"
    r"|one of|dual diagnos\w*|primary diagnos\w*)\b",
    re.IGNORECASE,
)


class Group(NamedTuple):
    """A numbered group of codes of an article and the paragraph above it, as it stands in the export."""

    number: str
    codes: tuple[str, ...]
    paragraph: str = ""


def by_procedure(procedures: Sequence[Group], diagnoses: Sequence[Group]) -> tuple[dict[str, tuple[str, ...]], str]:
    """Each procedure of the article and the diagnoses that go with it, in order; and how that was found, in words."""
    every = list(dict.fromkeys(code for group in procedures for code in group.codes))
    named = [named_in(group.paragraph, every) for group in diagnoses]
    if any(named):
        how = "diagnoses go with the procedures that their group's text names"
        scopes = [found or set(every) for found in named]
    elif 1 < len(diagnoses) == len(procedures):
        how = "groups of diagnoses go with the groups of procedures of the same number"
        scopes = [set(group.codes) for group in procedures]
    else:
        how = "all diagnoses go with all procedures of the article"
        scopes = [set(every) for _ in diagnoses]
    found: dict[str, set[str]] = {code: set() for code in every}
    for scope, group in zip(scopes, diagnoses, strict=True):
        for code in scope:
            found[code].update(group.codes)
    return {code: tuple(sorted(listed)) for code, listed in found.items()}, how


def named_in(paragraph: str, procedures: Sequence[str]) -> set[str]:
    """Which of the procedures a paragraph names, one by one or within a range."""
    text = readable(paragraph)
    ranges = RANGE.findall(text)
    words = set(CODE.findall(text))
    return {code for code in procedures if code in words or any(first <= code <= last for first, last in ranges)}


def conditions(number: str, diagnoses: Sequence[Group]) -> tuple[str, ...]:
    """A line of the checklist per group of diagnoses whose text sets conditions that a list cannot hold."""
    return tuple(
        f"{number}, diagnosis group {group.number}: its text sets conditions beyond the list; read it"
        for group in diagnoses
        if CONDITION.search(readable(group.paragraph))
    )


def readable(paragraph: str) -> str:
    """The paragraph without markup."""
    return " ".join(TAG.sub(" ", html.unescape(html.unescape(paragraph))).split())
