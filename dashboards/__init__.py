"""Showing: the Streamlit pages, their charts and their words. No KPI is computed here; `pipelines.measure` does."""
