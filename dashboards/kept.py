"""Answers that are kept for all sessions, each given only to who holds the right for it."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import streamlit as st

from dashboards.access import needs
from pipelines.access import Right

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")
ENTRIES = 400


def kept(right: Right, **options: Any) -> Callable[[Callable[Asked, Answer]], Callable[Asked, Answer]]:
    """The function's answers are kept by their arguments; who lacks the right is refused before any is looked up.

    `options` are those of st.cache_data.
    """

    def keep(function: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
        return needs(right)(st.cache_data(**({"max_entries": ENTRIES, "show_spinner": False} | options))(function))

    return keep
