"""The one store that tests of pages share: the committed samples, loaded and built once per run."""

from pathlib import Path

import pytest

from pipelines.build import build
from pipelines.ingest import ingest
from pipelines.sources import expand
from pipelines.store import Store
from tests.breach import make_breach

SAMPLES = Path(__file__).parent.parent / "data" / "samples"


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store that holds data/samples; never written to (copy it to do so)."""
    home = tmp_path_factory.mktemp("demo") / "store"
    store = Store(home)
    ingest(store, expand(SAMPLES), workers=1)
    build(store, workers=1)
    return home


@pytest.fixture(scope="session")
def breach_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store in which one payer's denials broke their limits; never written to (copy it to do so)."""
    return make_breach(tmp_path_factory.mktemp("breach") / "store")
