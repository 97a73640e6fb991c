"""Files that leave the dashboard: made at the click for who was offered them, and each one in the ledger."""

from collections.abc import Callable

from dashboards import access
from pipelines.access import Right
from pipelines.store import Store


def taken(make: Callable[[], bytes], name: str, what: str = "") -> Callable[[], bytes]:
    """The same file, made for who was offered it if that person may still have it, and written to the ledger first."""
    asker = access.person()

    def made() -> bytes:
        with access.acting(asker):
            access.require(Right.EXPORT)
            Store().prepare()
            access.ledger(Right.EXPORT).append("exported", name, {"what": what, "rows": None})
            return make()

    return made
