"""The dashboard as a test sees it in a browser: go somewhere, wait until it is still, read, click."""

from pathlib import Path
from urllib.parse import urlencode, urlsplit

from playwright.sync_api import Download, Locator, Page, TimeoutError, expect

from dashboards.navigation import ENTRIES

PATIENCE = 30_000  # milliseconds; a busy machine may need them
STILL = "[data-testid='stApp'][data-test-script-state='notRunning']"
HEADLINE = "[data-testid='stMain'] .db-headline"
HEADER_HEIGHT, ROW_HEIGHT = 35, 35  # pixels of a table
PAGES = tuple(entry for entries in ENTRIES.values() for entry in entries)
LOCAL = ("data:", "blob:", "about:")


class Board:
    """One browser window on the dashboard at `address`."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.outside: list[str] = []
        self.blocked: list[str] = []  # what the page wanted and its own security policy refused
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        page.on("request", lambda request: self._note(request.url))
        page.on("websocket", lambda socket: self._note(socket.url))
        page.on("console", lambda message: self._hear(message.text))

    def _note(self, url: str) -> None:
        is_own = urlsplit(url).netloc == urlsplit(self.address).netloc
        if not is_own and not url.startswith(LOCAL):
            self.outside.append(url)

    def _hear(self, text: str) -> None:
        if "Content Security Policy" in text:
            self.blocked.append(text)

    def go(self, path: str = "", **query: str) -> "Board":
        """The page at this path is there and still."""
        self.page.goto(f"{self.address}/{path}?{urlencode(query)}")
        return self.settle()

    def menu(self, title: str) -> "Board":
        """The page with this title was chosen in the menu, and is there and still."""
        self.page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True).click()
        return self.settle()

    def settle(self) -> "Board":
        """Nothing runs any more and the page says something."""
        self.page.wait_for_selector(STILL)
        self.page.wait_for_selector(f"{HEADLINE}, [data-testid='stMain'] .db-title")
        self.page.wait_for_selector("[data-testid='stSkeleton']", state="detached")
        self.page.wait_for_selector(STILL)
        return self

    @property
    def main(self) -> Locator:
        """Everything but the menu."""
        return self.page.get_by_test_id("stMain")

    @property
    def headline(self) -> str:
        """The page's answer."""
        return self.page.locator(HEADLINE).first.inner_text()

    def says(self, text: str) -> None:
        """The text stands on the page, now or in a moment."""
        expect(self.main).to_contain_text(text)

    def is_at(self, *parts: str) -> None:
        """The address holds these parts, now or in a moment."""
        self.page.wait_for_function(
            "parts => parts.every(part => decodeURIComponent(location.href).includes(part))", arg=list(parts)
        )

    def pick_row(self, table: Locator, row: int = 0) -> None:
        """The row of a table whose rows can be picked is picked."""
        table.locator(".dvn-scroller").first.click(position={"x": 16, "y": HEADER_HEIGHT + row * ROW_HEIGHT + 17})

    def click_mark(self, chart: Locator) -> None:
        """A mark of the chart was clicked, once the chart noticed the mouse on it."""
        marks, label = chart.locator(".scatterlayer .point"), chart.locator(".hoverlayer .hovertext").first
        marks.first.wait_for()
        for number in [*range(marks.count())] * 2:  # one may lie outside the axes, or move while all is laid out
            place, plot = marks.nth(number).bounding_box(), chart.locator(".nsewdrag").first.bounding_box()
            if place is None or plot is None or not plot["x"] < place["x"] < plot["x"] + plot["width"] - 20:
                continue
            x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
            self.page.mouse.move(x - 40, y)
            self.page.mouse.move(x, y, steps=5)
            try:
                label.wait_for(state="attached", timeout=2_000)
            except TimeoutError:
                continue
            self.page.mouse.click(x, y)
            return
        raise AssertionError("the chart does not notice the mouse")

    def download(self, key: str, folder: Path) -> Path:
        """The file that this download button gives."""
        with self.page.expect_download() as waiting:
            self.main.locator(f".st-key-{key} button").click()
        given: Download = waiting.value
        path = folder / given.suggested_filename
        given.save_as(path)
        return path
