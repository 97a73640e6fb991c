"""Policies: what payers want for which procedure, what changed, which denials fit it, and how it comes in here."""

import streamlit as st

from dashboards import (
    cache,
    claim_link,
    parts,
    policy_changes,
    policy_data,
    policy_denials,
    policy_files,
    policy_form,
    policy_list,
)

SHOWN = {
    "Matrix": policy_list.matrix,
    "What changed": policy_changes.between,
    "Denials": policy_denials.held,
    "Enter": policy_form.enter,
    "Import": policy_files.take,
}


def page() -> None:
    """The answer, what waits for a build, and one part at a time, chosen above and kept in the URL."""
    claim_link.follow()
    build, found = cache.build(), policy_data.policies()
    parts.headline(*policy_list.answer(found))
    if build:
        policy_data.waiting(build, found)
    chosen = st.segmented_control(
        "Show",
        list(SHOWN),
        default=next(iter(SHOWN)),
        required=True,
        key="policy-show",
        bind="query-params",
        label_visibility="collapsed",
    )
    SHOWN[str(chosen or "Matrix")](build, found)


page()
