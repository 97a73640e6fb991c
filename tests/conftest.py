"""The one store that tests of pages share: the committed samples, loaded and built once per run."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from pipelines.build import build
from pipelines.deidentify import tokens
from pipelines.ingest import ingest
from pipelines.sources import expand
from pipelines.store import Store
from tests.breach import make_breach
from tests.changed_practice import make_practice
from tests.refusing import sitecustomize as refusing
from tests.shared import contents, shared_folder
from tests.spark import cluster

SAMPLES = Path(__file__).parent.parent / "data" / "samples"

settings.register_profile("no deadline", deadline=None)  # tests never judge how long something took
settings.load_profile("no deadline")


@pytest.fixture(scope="session", autouse=True)
def nothing_leaves(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """This process and all that it starts are refused every way to another machine, and none has tried."""
    told = tmp_path_factory.mktemp("outside") / "told"
    folders = [str(Path(refusing.__file__).parent), os.environ.get("PYTHONPATH", "")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(refusing.VARIABLE, str(told))
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, folders)))
        sys.addaudithook(refusing.watch)  # until this process ends: a hook cannot be taken out again
        yield
        assert [] == (told.read_text().splitlines() if told.exists() else [])


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--cluster`: what is tested on Spark runs on a real cluster (`make test-spark`), not on Sail."""
    parser.addoption("--cluster", action="store_true", help="use a real Spark cluster instead of Sail")


@pytest.fixture(scope="session")
def spark(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Spark server with two workers, for this process's tests."""
    folder = tmp_path_factory.mktemp("spark")
    if pytestconfig.getoption("--cluster"):
        with cluster.running(folder) as started:
            yield started.remote
    else:
        with cluster.sail(folder) as address:
            yield address


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a store that holds data/samples; copy it to write to it, for the end of the run looks."""
    home = shared_folder(tmp_path_factory, "samples", _load_samples) / "store"
    before = contents(home)
    yield home
    assert before == contents(home), "a test wrote to the store that all tests share"


def _load_samples(folder: Path) -> None:
    store = Store(folder / "store")
    ingest(store, expand(SAMPLES), workers=1)
    build(store, workers=1)
    tokens(store.home)  # makes the store's key, as its first export would


@pytest.fixture(scope="session")
def breach_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store in which one payer's denials broke their limits; never written to (copy it to do so)."""
    return shared_folder(tmp_path_factory, "breach", lambda own: make_breach(own / "store")) / "store"


@pytest.fixture(scope="session")
def changed_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store in which a template halved denials; never written to (copy it to do so)."""
    return shared_folder(tmp_path_factory, "changed", lambda own: make_practice(own / "store")) / "store"
