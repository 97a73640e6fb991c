"""What money is reckoned with: the cost of reworking a denial and of a clinician's minute, each with its source."""

from decimal import Decimal

import streamlit as st

from dashboards import change_data, deciding, parts, words
from pipelines.register import Setting

SAID = {
    "rework_cost": (
        "Reworking one denial",
        "Staff time and postage to correct, send again or appeal one denied line, in dollars. Saved with each denial "
        "that does not come.",
    ),
    "clinician_minute_cost": (
        "One minute of a clinician",
        "Pay and benefits per minute of work, in dollars. Times the minutes that a change is registered with, it is "
        "part of what the change cost.",
    ),
}


def editor() -> None:
    """Both settings side by side; what is set counts at once, on every page and in the pack."""
    with st.grid(2, min_column_width=parts.HALF):
        for name in change_data.SETTINGS:
            with st.container(border=True, height="stretch", key=f"block-{name}"):
                _one(change_data.setting(name))


def _one(now: Setting) -> None:
    title, what = SAID[now.name]
    parts.heading(f"{title}: {words.cents(now.value)}", what)
    whose = "ours, until you set your own" if now.is_default else "set here"
    st.html(f"<p class='db-said'>Source: {words.markup(now.source)} <span class='db-n'>{whose}</span></p>")
    with st.form(f"setting-{now.name}", border=False):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            value = st.number_input(
                "Dollars", 0.0, 100_000.0, float(now.value), 0.5, format="%.2f", key=f"value-{now.name}", width=130
            )
            source = st.text_input("Source", key=f"source-{now.name}", max_chars=300, width=320)
            who = deciding.who_asks("Your name", key=f"who-{now.name}", width=150)
        if st.form_submit_button("Set it"):
            _set(now.name, value, source.strip(), who)
    if not now.is_default and st.button("Back to ours", key=f"ours-{now.name}"):
        deciding.record_and_show("setting", now.name, {})


def _set(name: str, value: float, source: str, who: str) -> None:
    """The setting is in the ledger with its source, or the page says what is missing."""
    if not source:
        st.error("Say where the number is from: whoever reads a result will ask.")
        return
    amount = Decimal(repr(value)).quantize(Decimal("0.01"))
    deciding.record_and_show("setting", name, {"value": f"{amount}", "source": source}, who)
