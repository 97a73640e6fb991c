"""The frame of the dashboard: page config, navigation, what every page shares, and the page itself."""

from pathlib import Path

import streamlit as st

# A local picture, and before the navigation: an icon by name would make the browser ask a font server.
ASSETS = Path(__file__).parent / "dashboards"
st.set_page_config(
    page_title="denialboard", page_icon=str(ASSETS / "icon.png"), layout="wide", initial_sidebar_state=210
)

from dashboards import claim_link, controls, navigation, parts, sign_in  # noqa: E402  (after the page config: importing pandas takes a second)
from pipelines.access import Right  # noqa: E402

st.html(ASSETS / "style.css")
st.logo(str(ASSETS / "logo.svg"), size="large")
person = sign_in.entered()  # or the page ends here
sections, filtered = navigation.pages(person)
page = st.navigation(sections, expanded=True)  # every page, not the first ten
parts.demo_banner()
claim_link.restore(page.url_path)
sign_in.bar(person)
if page.url_path in filtered and person.may(Right.NUMBERS):
    controls.bar()
navigation.run(page)
