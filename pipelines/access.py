"""Who may do what: the rights there are, the roles that hold them, and the right that each kind of event needs.

right      viewer  biller  manager  admin   what it opens
summary       x       x       x       x     numbers of the practice, small counts withheld
numbers               x       x       x     every number, filters, what was decided
claims                x       x       x     claims, lines, deposits, segments; names stay masked
names                 x       x       x     the names and IDs of one claim, each look in the ledger
work                  x       x       x     files in; root causes, closed lines and bank amounts by hand
decide                        x       x     decisions, changes, policies, targets, alerts, settings
export                        x       x     files out
audit                         x       x     who did what
people                                x     who has which role
"""

import enum
from typing import NamedTuple

from pipelines.access_settings import ROLES
from pipelines.errors import AccessRefused


class Right(enum.StrEnum):
    """One thing that a role may do or may not; the value is how a refusal says it."""

    SUMMARY = "see the summary"
    NUMBERS = "see all numbers"
    CLAIMS = "see claims"
    NAMES = "see names and IDs"
    WORK = "load files and work on claims"
    DECIDE = "decide and choose settings"
    EXPORT = "take files away"
    AUDIT = "see who did what"
    PEOPLE = "see who has which role"


_VIEWER = frozenset({Right.SUMMARY})
_BILLER = _VIEWER | {Right.NUMBERS, Right.CLAIMS, Right.NAMES, Right.WORK}
_MANAGER = _BILLER | {Right.DECIDE, Right.EXPORT, Right.AUDIT}
RIGHTS = dict(zip(ROLES, (_VIEWER, _BILLER, _MANAGER, frozenset(Right)), strict=True))

SAYING = {  # kind of event -> the right to write it; every other kind is a decision
    "unmasked": Right.NAMES,
    "log_mapping": Right.WORK,
    "root_cause_override": Right.WORK,
    "bank_amount": Right.WORK,
    "line_closed": Right.WORK,
    "imported": Right.WORK,
    "exported": Right.EXPORT,
    "signed_in": Right.SUMMARY,
}


class Person(NamedTuple):
    """Who asks, in which role, and from when until when the sign-in lasts: seconds since 1970, None without an end."""

    name: str
    role: str
    until: float | None = None
    way: str = "local"  # or sign-in, proxy
    since: float = 0.0

    @property
    def is_local(self) -> bool:
        """The one user of this computer, who never signed in."""
        return self.way == "local"

    def may(self, right: Right) -> bool:
        """The person's role holds the right."""
        return right in RIGHTS[self.role]

    def require(self, right: Right) -> None:
        """AccessRefused, in one sentence, where the role does not hold the right."""
        if not self.may(right):
            raise AccessRefused(f"As {self.role} you may not {right}: ask whoever keeps the settings for another role")


def right_to_say(kind: str) -> Right:
    """What a person must be allowed to write an event of this kind."""
    return SAYING.get(kind, Right.DECIDE)
