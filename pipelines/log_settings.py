"""The section of the settings about the log: how much stands in it, and which questions count as slow.

[log]
level = "info"          # or debug, warning, error: what is less grave is not written
slow_seconds = 2        # a question that takes longer is written down
"""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipelines.errors import wrong

LEVELS = ("debug", "info", "warning", "error")
KEYS = {"log": ("level", "slow_seconds")}


@dataclasses.dataclass(frozen=True)
class LogSettings:
    """What the log holds."""

    level: str = "info"
    slow_seconds: float = 2.0


def log_of(path: Path, given: Mapping[str, Any]) -> LogSettings:
    """The section as it stands in the settings at `path`; UsageError for what cannot be meant."""
    found = LogSettings(**given)
    if found.level not in LEVELS:
        raise wrong(path, "log.level", found.level, f"{', '.join(LEVELS[:-1])} or {LEVELS[-1]}")
    seconds = found.slow_seconds
    if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not 0 <= seconds < 1e6:
        raise wrong(path, "log.slow_seconds", seconds, "a number of seconds")
    return found
