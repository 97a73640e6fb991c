"""Where an alert leads: the view it is seen in, and the denied lines behind it, as addresses that the dashboard binds.

Dates of the lines are the months of the run: whole, settled months of the rule's clock, so that what is still being
decided is not among them. Values are written as the filters show them, labels included: an address that a filter does
not know is left out there, and said.
"""

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from pipelines import words
from pipelines.alerts import Alert
from pipelines.kpis import KPIS
from pipelines.measure import answer
from pipelines.months import last_of
from pipelines.register import AlertRule

if TYPE_CHECKING:
    import duckdb

Query = dict[str, list[str]]

KEYS = {  # dimension -> what its filter is called in the address
    "payer": "payer",
    "provider": "provider",
    "place_of_service": "place",
    "procedure": "cpt",
    "category": "category",
    "root_cause": "root_cause",
}
BY_LINES = {"denial_rate_lines": "denial_rate"}  # the same rate, counted by lines
USUAL = "denial_rate"  # what the page Trends shows unasked
TIERS = {  # KPI -> what the Denials page calls the necessity tiers that it counts
    "m_code_ratio": ["A, clinical judgement"],
    "m_code_ratio_extended": ["A, clinical judgement", "B, coverage rule"],
    "necessity_denial_rate": ["A, clinical judgement"],
    "necessity_denial_rate_extended": ["A, clinical judgement", "B, coverage rule"],
}
LABELLED = {"category": "category", "root_cause": "root_cause", "place_of_service": "code"}  # table -> key
PERIOD = "24 months"  # what the limits are learnt from is in sight


def view(connection: "duckdb.DuckDBPyConnection", alert: Alert) -> str:
    """The trend of the rule's number with its limits, narrowed as the rule is."""
    name = BY_LINES.get(alert.rule.kpi, alert.rule.kpi)
    kpi = {"kpi": [KPIS[name].label]} if name != USUAL else {}
    return _address("trends", {"period": [PERIOD]} | _filters(connection, alert.rule) | kpi)


def lines(connection: "duckdb.DuckDBPyConnection", alert: Alert) -> str:
    """The denied lines of the run's months in the rule's cell."""
    dates = {"period": ["Own dates"], "from": [str(alert.since)], "to": [str(last_of(alert.until))]}
    tiers = {"tiers": TIERS[alert.rule.kpi]} if alert.rule.kpi in TIERS else {}
    return _address("denials", dates | _filters(connection, alert.rule) | tiers)


def label(connection: "duckdb.DuckDBPyConnection", dimension: str, value: str) -> str:
    """A value of a dimension as the filters show it."""
    if dimension not in LABELLED:
        return value
    table, key = dimension, LABELLED[dimension]
    rows = answer(connection, f"select label from ref_{table} where {key} = ?", [value])
    if dimension == "place_of_service":
        return " ".join([value, *(str(found) for (found,) in rows)])
    return str(rows[0][0]) if rows else words.named(value)


def _filters(connection: "duckdb.DuckDBPyConnection", rule: AlertRule) -> Query:
    """The rule's cell, scope, unit and clock; what is as usual is not said, or Back would stop at it first."""
    chosen = {KEYS[dimension]: [label(connection, dimension, value)] for dimension, value in rule.cell}
    scope = {"scope": [rule.denial_scope]} if rule.denial_scope != "core" else {}
    clock = {"clock": [rule.clock]} if rule.clock != "remittance" else {}
    unit = {"unit": ["lines"]} if rule.kpi in BY_LINES else {}
    return chosen | scope | clock | unit


def _address(page: str, query: Query) -> str:
    return f"{page}?{urlencode(query, doseq=True)}"
