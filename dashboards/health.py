"""The address for programs that watch the dashboard, /health: it needs no sign-in and says nothing of the practice."""

import threading
import time

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from pipelines.health import Health, health
from pipelines.store import Store

PATH = "/health"
KEPT_SECONDS = 2.0  # so that asking without end costs no more than asking now and then

_last: tuple[float, Health] | None = None
_lock = threading.Lock()  # who asks at the same time waits for one answer, instead of opening the build as well


def answer(request: Request) -> JSONResponse:
    """200 where there is a build to look at, else 503, with what is known of it. Runs beside the pages, in a thread."""
    global _last
    with _lock:
        if _last is None or time.monotonic() - _last[0] > KEPT_SECONDS:
            _last = time.monotonic(), health(Store())
        found = _last[1]
    return JSONResponse(found._asdict(), status_code=503 if found.problem else 200)


ROUTES = [Route(PATH, answer)]
