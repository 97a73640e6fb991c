"""Streamlit's server, with what every page needs imported beside it: a first page then waits for its numbers alone.

`python -m dashboards.server run app.py ...` takes what `streamlit run` takes. Importing pandas and plotly takes longer
than the server does to start, and a browser needs a moment too before it asks for a page.
"""

import importlib
import threading

HEAVY = ("pandas", "plotly.graph_objects", "plotly.io", "pyarrow.compute")


def main() -> None:
    """The server runs until it is stopped."""
    threading.Thread(target=_import_what_pages_need, daemon=True).start()
    from streamlit.web.cli import main as streamlit

    streamlit(prog_name="streamlit")


def _import_what_pages_need() -> None:
    for name in HEAVY:
        importlib.import_module(name)


if __name__ == "__main__":
    main()
