"""What changed: payers beyond their own limits, what moved by more than chance, and which policies are new."""

import datetime

from dashboards import huddle_tables
from pipelines.huddle.pack import Pack


def show(build: str, found: Pack) -> None:
    """The control limits first, then the movers, then the policy matrix."""
    huddle_tables.block(found.breaches, "breaches")
    huddle_tables.block(found.moved, "moved")
    huddle_tables.block(found.policies, "policies")
    links = [
        ("Every rate against its own limits", "trends", {}),
        ("The matrix, day against day", "policies", _days(found)),
    ]
    huddle_tables.links(links)


def _days(found: Pack) -> dict[str, str]:
    """The quarter's last day against the last day before it, as the page Policies reads them."""
    before = found.period.first - datetime.timedelta(days=1)
    return {"policy-show": "What changed", "policy-from": str(before), "policy-to": str(found.period.last)}
