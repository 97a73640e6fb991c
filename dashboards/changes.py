"""Changes: did a documentation change work, what was it worth, and how sure is that?"""

import streamlit as st

from dashboards import (
    cache,
    change_data,
    change_form,
    change_list,
    change_result,
    change_settings,
    change_versions,
    claim_link,
    parts,
)
from pipelines.register import Change

RESULTS, REGISTER, COSTS = "Results", "Register", "Costs"
NONE_YET = "No documentation change is registered yet"
FIRST = "Register one before it goes live; once its claims are answered, this page says whether it worked."


def page() -> None:
    """The answer, and one part at a time, chosen above and kept in the address."""
    claim_link.follow()
    build, everything = cache.build(), change_data.changes()
    top = st.container()
    shown = st.segmented_control(
        "Show",
        (RESULTS, REGISTER, COSTS),
        default=RESULTS if everything else REGISTER,
        required=True,
        key="changes-show",
        bind="query-params",
        label_visibility="collapsed",
    )
    if not everything:
        with top:
            parts.headline(NONE_YET, FIRST)
    if shown == COSTS:
        change_settings.editor()
    elif shown == REGISTER:
        change_form.new(build, everything)
    elif not everything:
        parts.empty("There is no result to read yet", "Choose **Register** above, or `denials change register`.")
    if everything and build is None:
        with top:
            parts.headline("Nothing is loaded yet, so no change can be judged")
        parts.no_build()
    elif everything and build is not None:
        _results(build, everything, top, is_shown=shown == RESULTS)


def _results(build: str, everything: list[Change], top: st.delta_generator.DeltaGenerator, is_shown: bool) -> None:
    """The list at once, its results as they are found, then everything about the one that is chosen."""
    listed = st.empty()
    if is_shown:
        with listed.container():
            change_list.table(everything, {})
    results = change_list.judged(build, everything, change_list.wanted(everything))
    both = change_data.together(build, everything, results)
    with top:
        parts.headline(change_list.answer(everything, results), both.sentence if both else "")
    if not is_shown:
        return
    with listed.container():
        change_list.table(everything, results)
    change = change_list.chosen(everything, results)
    if change.change_id in results:
        change_result.show(build, change, results[change.change_id], both)
    change_versions.show(build, change, everything)
    parts.foot(change_data.whole(build))


page()
