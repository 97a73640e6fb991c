"""The pages, in the order of the day's work, each with the right that opens it. A new page is one line here."""

from collections.abc import Callable
from typing import NamedTuple

import streamlit as st

from dashboards import access, claim_link, words
from pipelines.access import Person, Right
from pipelines.errors import AccessRefused


class Entry(NamedTuple):
    """One page: its file, its name in menu and URL, and whether the shared filters stand above it."""

    file: str
    title: str
    url_path: str
    help: str
    has_filters: bool = True
    right: Right = Right.NUMBERS


ENTRIES = {
    "Denials": (
        Entry("dashboards/overview.py", "Overview", "overview", "Five numbers against their targets, and what moved."),
        Entry(
            "dashboards/trends_page.py",
            "Trends",
            "trends",
            "Every rate against its own limits: what is more than chance, and whether it is the rates or the mix.",
        ),
        Entry(
            "dashboards/payers.py", "Payers", "payers", "Who denies more than the rest, for what, and how sure that is."
        ),
        Entry(
            "dashboards/root_causes.py",
            "Root causes",
            "root_causes",
            "What medical-necessity denials are about, on what evidence, and what helps.",
        ),
        Entry(
            "dashboards/time_page.py",
            "Time",
            "time",
            "From the service to the end of a denial: how long each step takes, and for whom.",
        ),
        Entry(
            "dashboards/outcomes.py",
            "Outcomes",
            "outcomes",
            "What became of denied lines, what expires next, and what was paid short or taken back.",
        ),
        Entry(
            "dashboards/denials.py",
            "Denials",
            "denials",
            "Every denied line: search, sort, take away, open.",
            right=Right.CLAIMS,
        ),
        Entry(
            "dashboards/deposits.py",
            "Deposits",
            "deposits",
            "Does every payment equal its claims and adjustments, and what came in at the bank?",
            right=Right.CLAIMS,
        ),
        Entry(
            "dashboards/claim.py",
            "Claim",
            "claim",
            "One claim: its history, its lines, why it was denied, and its segments.",
            has_filters=False,
            right=Right.CLAIMS,
        ),
    ),
    "Decide": (
        Entry("dashboards/changes.py", "Changes", "changes", "Did a documentation change work?", False),
        Entry(
            "dashboards/huddle.py",
            "Huddle",
            "huddle",
            "The quarter's meeting: the pack on screen, decisions typed in, files to hand out.",
            has_filters=False,
        ),
        Entry("dashboards/policies.py", "Policies", "policies", "What payers want, and what changed.", False),
        Entry("dashboards/playbook.py", "Playbook", "playbook", "What the record must show, by procedure.", False),
    ),
    "Data": (
        Entry(
            "dashboards/import_page.py",
            "Import",
            "import",
            "Drop remittances, claims and denial logs.",
            False,
            Right.WORK,
        ),
        Entry("dashboards/data_quality.py", "Data quality", "data_quality", "Is the data whole?", False),
        Entry("dashboards/definitions.py", "Definitions", "definitions", "What each number means; targets.", False),
        Entry(
            "dashboards/who_did_what.py",
            "Who did what",
            "who_did_what",
            "Who looked, took, decided.",
            False,
            Right.AUDIT,
        ),
    ),
}

START = "start"  # what the first page is called inside Streamlit; its address is `/`

SUMMARY = Entry(
    "dashboards/summary.py",
    "Summary",
    "summary",
    "The practice's denials, small counts withheld.",
    False,
    Right.SUMMARY,
)  # where several people look: what those see who see no claim


def pages(asker: Person) -> tuple[dict[str, list[st.Page]], set[str]]:
    """The pages for `st.navigation` by section, and the URL paths of those that want the shared filters.

    A page that the person may not open is not in the menu, and its address leads to a refusal. The first page's own
    address leads to `/`.
    """
    offered = ENTRIES if asker.is_local else {**ENTRIES, "Practice": (SUMMARY,)}
    first = next(entry for entries in offered.values() for entry in entries if asker.may(entry.right))
    sections = {section: [_page(entry, asker, entry == first) for entry in known] for section, known in offered.items()}
    start = next(page for known in sections.values() for page in known if page.url_path == "")
    sections[next(iter(sections))].append(
        _named(first, lambda: st.switch_page(start, query_params=claim_link.parameters()))
    )
    filtered = {entry.url_path for entries in ENTRIES.values() for entry in entries if entry.has_filters}
    return sections, filtered - {first.url_path} | ({""} if first.has_filters else set())


def closed(say: Callable[[], None]) -> st.Page:
    """Every address leads to what `say` draws, and there is no menu: for who has not come in."""
    known = [entry for entries in (*ENTRIES.values(), (SUMMARY,)) for entry in entries]
    pages = [st.Page(say, title=known[0].title, url_path=START, default=True), *(_named(one, say) for one in known)]
    return st.navigation(pages, position="hidden")


def _named(entry: Entry, draw: Callable[[], None]) -> st.Page:
    """What stands at the entry's own address, outside the menu: Streamlit has the first page at `/` alone."""
    return st.Page(draw, title=entry.title, url_path=entry.url_path, visibility="hidden")


def _page(entry: Entry, asker: Person, is_first: bool) -> st.Page:
    is_open = asker.may(entry.right)
    return st.Page(
        entry.file if is_open else _refusing(entry),
        title=entry.title,
        url_path=START if is_first else entry.url_path,
        default=is_first,
        visibility="visible" if is_open else "hidden",
        help=entry.help,
    )


def _refusing(entry: Entry) -> Callable[[], None]:
    """A page that only says why it is none."""

    def refused() -> None:
        access.require(entry.right)

    return refused


def run(page: st.Page) -> None:
    """The page is drawn, or one sentence says what this person may not; nothing of the refused was read."""
    try:
        page.run()
    except AccessRefused as refused:
        st.error(words.refusal(refused))
