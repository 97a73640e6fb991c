"""One person at the dashboard, without a browser: the messages that a browser would send, and the wait for the answer.

A message to the server asks for a run of a page; the run is over when the server says so. What the page shows is
looked at only for errors, and for the switches above the page, which can be turned.
"""

import asyncio
import dataclasses
import time

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from benchmarks.serving import HOST

PATIENCE = 60  # seconds for one answer
LARGEST = 1 << 28  # bytes of one message


@dataclasses.dataclass
class Answer:
    """What one request came to: seconds until the run was over, and the errors that the page showed."""

    seconds: float
    errors: list[str]


class Visitor:
    """A connection to the dashboard; `open` a page, `turn` a switch."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.pages: dict[str, str] = {}  # path in the URL -> the page's hash
        self.path, self.page, self.query = "", "", ""
        self.switches: dict[str, tuple[str, list[str]]] = {}  # label -> widget id and its options
        self.states: dict[str, str] = {}

    async def open(self, path: str, query: str = "") -> Answer:
        """The page at this path was shown; the first request of all shows the default page."""
        self.path, self.page, self.query, self.states, self.switches = path, self.pages.get(path, ""), query, {}, {}
        return await self._run()

    async def turn(self, label: str, option: str) -> Answer:
        """The switch of this label above the page was turned to this option."""
        self.states[self.switches[label][0]] = option
        return await self._run()

    async def _run(self) -> Answer:
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.page_script_hash = self.page
        for name, option in self.states.items():
            state = WidgetState(id=name)
            state.string_array_value.data.append(option)
            message.rerun_script.widget_states.widgets.append(state)
        started = time.perf_counter()
        await self.connection.send(message.SerializeToString())
        errors: list[str] = []
        while True:
            told = ForwardMsg.FromString(await asyncio.wait_for(self.connection.recv(decode=False), PATIENCE))
            kind = told.WhichOneof("type")
            if kind == "navigation":
                self.pages = {page.url_pathname: page.page_script_hash for page in told.navigation.app_pages}
            elif kind == "delta":
                self._note(told, errors)
            elif kind == "script_finished":
                return Answer(time.perf_counter() - started, errors)

    def _note(self, told: ForwardMsg, errors: list[str]) -> None:
        element = told.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            errors.append(f"{self.path or 'overview'}: {element.exception.type} {element.exception.message}"[:300])
        elif kind == "button_group":
            group = element.button_group
            self.switches[group.label] = (group.id, [option.content for option in group.options])


def visit(port: int) -> connect:
    """A new visitor's connection, for `async with`."""
    return connect(
        f"ws://{HOST}:{port}/_stcore/stream",
        subprotocols=[Subprotocol("streamlit")],
        origin=Origin(f"http://{HOST}:{port}"),
        max_size=LARGEST,
        open_timeout=PATIENCE,
    )
