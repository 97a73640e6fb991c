"""Who asks: the person of this session, found out anew for every answer, and what that person may do.

Without [people] in the settings there is one user, the account that started the dashboard, and only this computer is
served. With them everybody is known by a verified e-mail, and a sign-in ends when its token does: Streamlit reads the
token once, so it is looked at here before each answer.
"""

import contextlib
import functools
import getpass
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

import streamlit as st

from dashboards import access_ways
from pipelines.access import Person, Right, right_to_say
from pipelines.errors import AccessRefused, SignInNeeded, UsageError
from pipelines.ledger import Event, Ledger, Said
from pipelines.settings import Settings, current_settings
from pipelines.store import Store

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")

GONE = "settings.toml says no more who may come in, so nobody may; put it right, or start the dashboard anew"
NO_ROLE = "You have no role here any more: ask whoever keeps the settings"
_acting: ContextVar[Person | None] = ContextVar("acting", default=None)
_remains_shared = False


def person() -> Person:
    """Who asks; AccessRefused (one sentence) where nobody may, SignInNeeded where signing in would help."""
    found = _acting.get() or _arrived()
    if found.until is not None and time.time() >= found.until:
        raise SignInNeeded(access_ways.ENDED)
    return found


def require(right: Right) -> Person:
    """Who asks, who holds the right; else AccessRefused, before anything is read."""
    found = person()
    found.require(right)
    return found


def may(right: Right) -> bool:
    """Whether who asks holds the right; for leaving out what would only be refused."""
    try:
        return person().may(right)
    except AccessRefused:
        return False


def needs(right: Right) -> Callable[[Callable[Asked, Answer]], Callable[Asked, Answer]]:
    """The function refuses who does not hold the right, also where its answer is kept: the check is outside."""

    def guarded(function: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
        @functools.wraps(function)
        def asked(*arguments: Asked.args, **named: Asked.kwargs) -> Answer:
            require(right)
            return function(*arguments, **named)

        asked.right = right  # type: ignore[attr-defined]  # read by a test: no door without one
        return asked

    return guarded


@contextlib.contextmanager
def acting(asker: Person) -> Iterator[None]:
    """Inside, this person asks, in the role of now: for files, which are made outside the session that offered them."""
    token = _acting.set(_still(asker))
    try:
        yield
    finally:
        _acting.reset(token)


def _still(asker: Person) -> Person:
    """The person as the settings have them now; AccessRefused for whom they name no more."""
    known = settings().access
    if asker.is_local and not known.is_shared:
        return asker
    role = known.people.get(asker.name)
    if role is None:
        raise AccessRefused(NO_ROLE)
    return asker._replace(role=role)


def remain_shared() -> None:
    """From now on nobody is the one user of this computer, whatever becomes of the settings.

    An editor that saves takes the file away for a moment; behind a proxy everybody would then sit at this computer.
    """
    global _remains_shared
    _remains_shared = True


def settings() -> Settings:
    """The store's settings as they are now; read again only when their file has changed."""
    return current_settings(Store().home)


def is_by_sign_in() -> bool:
    """People come in by the practice's own sign-in; settings that cannot be read open no way."""
    try:
        return settings().access.sign_in is not None
    except UsageError:
        return False


def _arrived() -> Person:
    """Who opened this session, by the way that the settings open."""
    known = settings()
    if not known.access.is_shared:
        if _remains_shared:
            raise AccessRefused(GONE)
        access_ways.only_this_computer()
        return Person(getpass.getuser(), "admin")
    if known.access.sign_in:
        return access_ways.by_token(known.access, st.user.to_dict())
    return access_ways.by_header(known.access, known.access.proxy)


class OwnLedger(Ledger):
    """The store's ledger as one person may use it: nothing they may not say, and all of it under their own name."""

    def append(self, kind: str, subject: str, body: Mapping[str, Any], who: str | None = None) -> int:
        """As Ledger.append; AccessRefused where the kind needs a right that the person does not hold."""
        return super().append(kind, subject, body, _named(kind, who))

    def add(self, said: Sequence[Said]) -> int:
        """As Ledger.add, with the same refusal."""
        return super().add([one._replace(who=_named(one.kind, one.who) or one.who) for one in said])

    def undo(self, number: int, who: str | None = None) -> Event:
        """As Ledger.undo, for who decides."""
        require(Right.DECIDE)
        return super().undo(number, _named("", who))


def _named(kind: str, who: str | None) -> str | None:
    """The name that goes into the ledger: the signed-in person's, whatever was typed; the local user's as typed."""
    asker = require(right_to_say(kind))
    return who if asker.is_local else asker.name


def ledger(right: Right = Right.NUMBERS) -> Ledger:
    """What people decided, for who holds the right to read it."""
    require(right)
    return OwnLedger(Store().ledger_path)
