"""A real SMTP server on this computer, for as long as a test lasts, and the letters that it took."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

HOST = "127.0.0.1"
CERTIFICATE = Path(__file__).parent / "fixtures" / "mail" / "localhost.pem"
USER, PASSWORD = "board", "right horse"


class Postbox:
    """What the server does with letters: keeps them, but none for those it does not know."""

    def __init__(self, *unknown: str) -> None:
        self.unknown, self.letters, self.recipients, self.greetings = unknown, [], [], []
        self.letters: list[EmailMessage]
        self.recipients: list[list[str]]
        self.greetings: list[str]

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        """A recipient that is unknown here is refused."""
        if address in self.unknown:
            return "550 5.1.1 no such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """The letter is kept."""
        self.letters.append(BytesParser(policy=default).parsebytes(envelope.content))
        self.recipients.append(list(envelope.rcpt_tos))
        self.greetings.append(session.host_name)
        return "250 kept"


def tls() -> ssl.SSLContext:
    """The server's side of an encrypted session."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def login(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
    """One account may come in."""
    is_known = isinstance(given, LoginPassword) and (given.login, given.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_known, handled=is_known)


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(postbox: Postbox, **options: Any) -> Iterator[int]:
    """The port of a server that gives its letters to the postbox; it ends with the block."""
    controller = Controller(postbox, hostname=HOST, port=free_port(), server_hostname="localhost", **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()
