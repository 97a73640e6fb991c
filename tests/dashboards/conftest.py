import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

APP = Path(__file__).parent.parent.parent / "app.py"
PATIENCE = 60  # seconds; a page takes far less, a busy machine may not
NAMED_OTHERWISE = (
    "import_page",
    "time_page",
    "trends_page",
)  # AppTest learns of an address unlike the file's name only by a run

Open = Callable[..., AppTest]


@pytest.fixture
def home(demo_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The demo's store is the dashboard's; for looking only."""
    monkeypatch.setenv("DENIALS_HOME", str(demo_home))
    return demo_home


@pytest.fixture
def own_home(demo_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the demo's store that the test may change is the dashboard's."""
    home = Path(shutil.copytree(demo_home, tmp_path / "store"))
    monkeypatch.setenv("DENIALS_HOME", str(home))
    return home


@pytest.fixture
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The dashboard's store is one in which there is nothing."""
    monkeypatch.setenv("DENIALS_HOME", str(tmp_path / "store"))
    return tmp_path / "store"


@pytest.fixture
def open_page() -> Open:
    """A page of the whole app, run once: `open_page("payers", payer="AETNA")`; the rest are query parameters."""

    def opened(name: str = "overview", **query: str) -> AppTest:
        app = AppTest.from_file(str(APP), default_timeout=PATIENCE)
        app.query_params.update(query)
        if name in NAMED_OTHERWISE:
            app.run()
        if name != "overview":
            app.switch_page(f"dashboards/{name}.py")
        app.run()
        assert [] == [error.value for error in app.exception]
        return app

    return opened


def said(app: AppTest) -> str:
    """Every text of the page in one string: Markdown, HTML, captions, titles."""
    parts = [element.proto.body for kind in ("html", "markdown", "caption") for element in app.get(kind)]
    return "\n".join(parts)
