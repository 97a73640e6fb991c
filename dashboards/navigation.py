"""The pages, in the order of the day's work. A new page is one line here."""

from typing import NamedTuple

import streamlit as st


class Entry(NamedTuple):
    """One page: its file, its name in menu and URL, and whether the shared filters stand above it."""

    file: str
    title: str
    url_path: str
    help: str
    has_filters: bool = True
    is_hidden: bool = False


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
        Entry("dashboards/denials.py", "Denials", "denials", "Every denied line: search, sort, take away, open."),
        Entry(
            "dashboards/deposits.py",
            "Deposits",
            "deposits",
            "Does every payment equal its claims and adjustments, and what came in at the bank?",
        ),
        Entry(
            "dashboards/claim.py",
            "Claim",
            "claim",
            "One claim: its history, its lines, why it was denied, and its segments.",
            has_filters=False,
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
        Entry("dashboards/import_page.py", "Import", "import", "Drop remittances, claims and denial logs.", False),
        Entry("dashboards/data_quality.py", "Data quality", "data_quality", "Is the data whole?", False),
        Entry("dashboards/definitions.py", "Definitions", "definitions", "What each number means; targets.", False),
    ),
}


def pages() -> tuple[dict[str, list[st.Page]], set[str]]:
    """The pages for `st.navigation` by section, and the URL paths of those that want the shared filters."""
    sections = {section: [_page(entry) for entry in entries] for section, entries in ENTRIES.items()}
    filtered = {entry.url_path for entries in ENTRIES.values() for entry in entries if entry.has_filters}
    return sections, filtered | {""}  # the default page's own path is empty


def _page(entry: Entry) -> st.Page:
    return st.Page(
        entry.file,
        title=entry.title,
        url_path=entry.url_path,
        default=entry.url_path == "overview",
        visibility="hidden" if entry.is_hidden else "visible",
        help=entry.help,
    )
