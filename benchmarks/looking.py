"""Look: a question on the command line, the cold start, and the pages in a real browser."""

import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, WebSocket, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.children import ROOT
from benchmarks.serving import serving
from benchmarks.timing import Bar, Section, Timed, in_turn
from tests.browser import chromium

PATIENCE = 120_000  # milliseconds
TURNS = ("broad", "lines", "submission", "core", "claims", "remittance")  # what the switches above a page are turned to
Spent = dict[str, list[float]]  # title of a page -> seconds of the server
STILL = "[data-testid='stApp'][data-test-script-state='notRunning']"
CARDS = "[data-testid='stMain'] .db-headline"
CHART = "[data-testid='stMain'] .js-plotly-plot .main-svg"
MEDIAN, WORST = 0.3, 1.0  # seconds of the server for a page
CARDS_BY, CHARTS_BY = 5.0, 7.0  # seconds from the start of the process
BEYOND_IMPORT, IN_ALL = 0.15, 0.7  # seconds of `denials kpi`


def measure_question(home: Path, runs: int) -> Section:
    """`denials kpi` in a new process, against importing duckdb alone."""
    environment = os.environ | {"DENIALS_HOME": str(home)}

    def run(*arguments: str) -> None:
        subprocess.run([sys.executable, *arguments], check=True, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)

    timed = in_turn(
        runs,
        import_duckdb=lambda: run("-c", "import duckdb"),
        denials_kpi_by_payer=lambda: run("-m", "pipelines", "kpi", "denial_rate", "--by", "payer"),
    )
    bars = [
        Bar("in all", timed[1].median, IN_ALL, unit="s"),
        Bar("beyond the import", timed[1].median - timed[0].median, BEYOND_IMPORT, unit="s"),
    ]
    return Section("A question", "`denials kpi denial_rate --by payer`, a new process each time.", timed, bars)


class Server:
    """What the server took for each run that the browser asked for: from the request sent to its end told."""

    def __init__(self, page: Page) -> None:
        self.seconds: list[float] = []
        self._asked = 0.0
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", self._sent)
        socket.on("framereceived", self._received)

    def _sent(self, frame: str | bytes) -> None:
        if isinstance(frame, bytes) and BackMsg.FromString(frame).WhichOneof("type") == "rerun_script":
            self._asked = time.perf_counter()

    def _received(self, frame: str | bytes) -> None:
        if isinstance(frame, bytes) and ForwardMsg.FromString(frame).WhichOneof("type") == "script_finished":
            self.seconds.append(time.perf_counter() - self._asked)

    def spent(self) -> float:
        """Seconds of all runs since this was asked last."""
        seconds, self.seconds = sum(self.seconds), []
        return seconds


def measure_pages(home: Path, work: Path, titles: tuple[str, ...] = ()) -> list[Section]:
    """Each page of the running app in a real browser: first view, then every switch above it turned once."""
    with _browser() as page, serving(home, work / "pages.log") as server:
        told = Server(page)
        page.goto(server.address)
        page.wait_for_selector(CARDS)
        cards = time.perf_counter() - server.started
        page.wait_for_selector(CHART)
        charts = time.perf_counter() - server.started
        _settle(page)
        told.spent()
        first, changed = walk(page, told, titles or _titles(page), TURNS)
    return [_cold(cards, charts), _pages("Pages, first view", first), _pages("Pages, a filter changed", changed)]


@contextlib.contextmanager
def _browser() -> Iterator[Page]:
    path = chromium.find()
    if path is None:
        raise RuntimeError("no Chromium or Chrome: `python -m tests.browser.chromium` installs one")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.LAUNCH_ARGUMENTS)
        page = browser.new_page(viewport={"width": 1440, "height": 1000}, reduced_motion="reduce")
        page.set_default_timeout(PATIENCE)
        yield page
        browser.close()


def _settle(page: Page) -> None:
    """Nothing runs any more, nor does anything begin to."""
    page.wait_for_selector(STILL)
    page.wait_for_timeout(300)
    page.wait_for_selector(STILL)


def _titles(page: Page) -> tuple[str, ...]:
    return tuple(page.get_by_test_id("stSidebarNav").get_by_role("link").all_inner_texts())


def walk(page: Page, told: Server, titles: tuple[str, ...], options: tuple[str, ...]) -> tuple[Spent, Spent]:
    """Title of a page -> the server's seconds for its first view; and for each turn of a switch."""
    first: Spent = {}
    changed: Spent = {}
    for title in titles:
        page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True).click()
        _settle(page)
        first[title] = [told.spent()]
        for option in options:
            switch = page.get_by_test_id("stMain").get_by_role("radio", name=option, exact=True)
            if switch.count() and switch.first.is_enabled() and not switch.first.is_checked():
                switch.first.click()
                _settle(page)
                changed.setdefault(title, []).append(told.spent())
    return first, changed


def _cold(cards: float, charts: float) -> Section:
    bars = [Bar("KPI cards", cards, CARDS_BY, unit="s"), Bar("charts", charts, CHARTS_BY, unit="s")]
    note = "From the start of `denials serve` to what stands in the browser, on a store that is built; once."
    return Section("Cold start", note, [Timed("KPI cards", [cards]), Timed("charts", [charts])], bars)


def _pages(title: str, seconds: Spent) -> Section:
    every = [one for values in seconds.values() for one in values] or [0.0]
    bars = [
        Bar("median of all pages", statistics.median(every), MEDIAN, unit="s"),
        Bar("worst", max(every), WORST, unit="s"),
    ]
    note = "Seconds of the server: from the browser's request to the end of the run that it asked for."
    return Section(title, note, [Timed(name, values) for name, values in seconds.items()], bars)
