"""Streamlit's server, with what every page needs imported beside it: a first page then waits for its numbers alone.

`python -m dashboards.server run app.py ...` takes what `streamlit run` takes. Importing pandas takes as long as the
server does to start, and a browser needs a moment too before it asks for a page.
"""

import importlib
import threading

from streamlit.web.cli import main as streamlit

HEAVY = ("pandas", "pyarrow.compute")  # plotly comes with Streamlit


def main() -> None:
    """The server runs until it is stopped."""
    # Not before Streamlit is there: as it is imported it sets plotly up, which uses a pandas that is half imported.
    threading.Thread(target=_import_what_pages_need, daemon=True).start()
    streamlit(prog_name="streamlit")


def _import_what_pages_need() -> None:
    for name in HEAVY:
        importlib.import_module(name)


if __name__ == "__main__":
    main()
