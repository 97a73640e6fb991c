"""Tables of words: cells fold instead of being cut, and every screen reader knows what they are.

For numbers and long lists use `parts.table`. Texts may come from files: they are shown as they stand.
"""

from collections.abc import Collection, Iterable, Sequence

import pandas as pd
import streamlit as st

from dashboards import words


def text_table(
    head: Sequence[str],
    rows: Iterable[Sequence[object]],
    alt: str,
    numbers: int = 0,
    right: Collection[int] = (),
) -> None:
    """The rows as an HTML table, the first column bold; to the right those at `right` and the last `numbers`."""
    aside = {*right, *range(len(head) - numbers, len(head))}
    titles = "".join(
        f"<th scope='col'{_side(place, aside)}>{words.markup(name)}</th>" for place, name in enumerate(head)
    )
    body = "".join(f"<tr>{_cells(row, aside)}</tr>" for row in rows)
    label = words.markup(alt)
    table = (
        f"<table class='db-table' aria-label='{label}'><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>"
    )
    st.html(f"<div class='db-wide'>{table}</div>")


def facts(entries: Iterable[tuple[str, str, Sequence[tuple[str, str]]]]) -> None:
    """One block per entry: title, sentence, and beside them its facts as name and text."""
    st.html("".join(_entry(*entry) for entry in entries))


def search(key: str, placeholder: str) -> str:
    """What is typed into a search box, while it is typed."""
    typed = st.text_input(
        "Search", key=key, type="search", placeholder=placeholder, live=True, bind="query-params", width=420
    )
    return typed or ""


def matches(needle: str, *texts: object) -> bool:
    """Every word of the needle stands somewhere in the texts, in whatever case."""
    hay = " ".join(str(text) for text in texts if text is not None).lower()
    return all(word in hay for word in needle.lower().split())


def frame(rows: Iterable[Sequence[object]], names: Sequence[str]) -> pd.DataFrame:
    """The rows under these names, for downloads."""
    return pd.DataFrame(list(rows), columns=list(names), dtype="object")


def _entry(title: str, sentence: str, told: Sequence[tuple[str, str]]) -> str:
    known = "".join(
        f"<div><dt>{words.markup(name)}</dt><dd>{words.markup(text)}</dd></div>" for name, text in told if text
    )
    head = f"<div><h3 class='db-title'>{words.markup(title)}</h3><p class='db-said'>{words.markup(sentence)}</p></div>"
    return f"<section class='db-entry'>{head}<dl>{known}</dl></section>"


def _cells(row: Sequence[object], aside: Collection[int]) -> str:
    cells = []
    for place, value in enumerate(row):
        tag = "th scope='row'" if place == 0 else "td"
        text = words.NONE if value is None or value == "" else words.markup(value)
        cells.append(f"<{tag}{_side(place, aside)}>{text}</{tag.split()[0]}>")
    return "".join(cells)


def _side(place: int, aside: Collection[int]) -> str:
    return " class='db-number'" if place in aside else ""
