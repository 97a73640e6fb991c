"""E-mail through the practice's own server: encrypted unless it is on this computer, never waiting for ever.

A letter's words come from elsewhere; here it is put together and handed over. What comes from files can never become a
header: the headers are set through EmailMessage, and an address with anything else in it is refused.
"""

import contextlib
import dataclasses
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import TYPE_CHECKING

from pipelines.errors import NotSent, UsageError
from pipelines.ledger_fields import EMAIL
from pipelines.words import shortened

if TYPE_CHECKING:
    from pipelines.settings import Smtp

PATIENCE = 20.0  # seconds for each answer of the server
LONGEST_SUBJECT, LONGEST_REASON = 150, 200  # characters


@dataclasses.dataclass(frozen=True)
class Letter:
    """What an e-mail says: as plain text, and the same as HTML."""

    subject: str
    text: str
    html: str


def check_address(address: str) -> str:
    """The address without blanks around it; UsageError for what is not one address."""
    if not EMAIL.is_right(address.strip()):
        raise UsageError(f"{address!r}: not an e-mail address, wanted one such as name@practice.example")
    return address.strip()


def send(server: "Smtp", letter: Letter, to: Sequence[str]) -> dict[str, str]:
    """The server has the letter for everybody but those in the result, of whom it says why not.

    Raises NotSent, in one line without the password, where it took the letter for nobody; UsageError for an address
    that is none. A letter is handed over once: what becomes of it after that only the server knows.
    """
    message = compose(server.sender, letter, [check_address(address) for address in to])
    try:
        with _connected(server) as client:
            refused = client.send_message(message)
    except smtplib.SMTPRecipientsRefused as problem:
        raise _not_sent(server, _first_reason(problem.recipients)) from problem
    except (smtplib.SMTPException, OSError) as problem:
        raise _not_sent(server, _reason(problem)) from problem
    return {address: _answer(code, words) for address, (code, words) in refused.items()}


def compose(sender: str, letter: Letter, to: Sequence[str]) -> EmailMessage:
    """The letter as a message of two parts, plain and HTML; automatic, so that no absence note answers it."""
    message = EmailMessage()
    message["Subject"] = _line(letter.subject, LONGEST_SUBJECT)
    message["From"] = check_address(sender)
    message["To"] = ", ".join(to)
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = make_msgid(domain=_domain(sender))
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return message


@contextlib.contextmanager
def _connected(server: "Smtp") -> Iterator[smtplib.SMTP]:
    """A session that is encrypted and logged in as the settings say; what fails while leaving takes nothing back."""
    name = _domain(server.sender)  # how we greet: this computer's own name is nobody's business
    context = ssl.create_default_context()
    if server.security == "tls":
        client: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, name, timeout=PATIENCE, context=context)
    else:
        client = smtplib.SMTP(server.host, server.port, name, timeout=PATIENCE)
    try:
        if server.security == "starttls":
            client.starttls(context=context)
        if server.user:
            client.login(server.user, server.password())
        yield client
        with contextlib.suppress(smtplib.SMTPException, OSError):  # the letter is taken by now
            client.quit()
    finally:
        client.close()


def _domain(sender: str) -> str:
    return check_address(sender).rpartition("@")[2]


def _not_sent(server: "Smtp", why: str) -> NotSent:
    return NotSent(f"mail server {server.host}, port {server.port} ({server.security}): {why}; nothing was sent")


def _first_reason(refused: dict[str, tuple[int, bytes]]) -> str:
    address, (code, words) = next(iter(refused.items()))
    more = f" and {len(refused) - 1} more" if len(refused) > 1 else ""
    return f"refused {address}{more}: {_answer(code, words)}"


def _reason(problem: Exception) -> str:
    """What went wrong, in the server's words where it said any."""
    if isinstance(problem, smtplib.SMTPResponseException):
        return _answer(problem.smtp_code, problem.smtp_error)
    if isinstance(problem, TimeoutError) or isinstance(problem.__context__, TimeoutError):  # smtplib wraps some
        return f"no answer within {PATIENCE:.0f} seconds"
    if isinstance(problem, OSError) and problem.strerror:
        return _line(problem.strerror, LONGEST_REASON)
    return _line(str(problem) or type(problem).__name__, LONGEST_REASON)


def _answer(code: int, words: bytes | str) -> str:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {_line(said, LONGEST_REASON)}"


def _line(text: str, longest: int) -> str:
    """The text in one line without control characters: a payer's name in a file may hold anything."""
    plain = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    return shortened(plain, longest)
