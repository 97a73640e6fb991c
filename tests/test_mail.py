import smtplib
import socket
import threading
from typing import Any

import pytest

from pipelines import mail
from pipelines.errors import NotSent, UsageError
from pipelines.mail import Letter, compose, send
from pipelines.settings import PASSWORD_VARIABLE, Smtp
from tests.mail_server import CERTIFICATE, HOST, PASSWORD, USER, Postbox, free_port, login, serving, tls

LETTER = Letter("Denial rate above its limit", "Sep 2026: above.\nSee the view.", "<p>Sep 2026: <b>above</b>.</p>")
TO = ("manager@practice.example",)
LOCKED = {"tls_context": tls(), "require_starttls": True, "auth_required": True, "authenticator": login}


@pytest.fixture(autouse=True)
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's own certificate is trusted, as a practice's own authority would be."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)


def smtp(port: int, security: str = "none", user: str = "") -> Smtp:
    """Settings for a server on this computer."""
    return Smtp(HOST, "board@practice.example", port, security, user)


def refusal(server: Smtp, to: tuple[str, ...] = TO) -> str:
    """Why nothing was sent."""
    with pytest.raises(NotSent) as caught:
        send(server, LETTER, to)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_letter_arrives_as_text_and_as_html() -> None:
    """Both parts, the subject and the recipients are what was sent; it says that it is automatic."""
    postbox = Postbox()
    with serving(postbox) as port:
        assert {} == send(smtp(port), LETTER, [*TO, "coder@practice.example"])
    (letter,) = postbox.letters
    text, html = (letter.get_body((kind,)) for kind in ("plain", "html"))
    assert LETTER.text == text.get_content().strip().replace("\r\n", "\n")
    assert LETTER.html == html.get_content().strip()
    assert (LETTER.subject, "board@practice.example") == (letter["Subject"], letter["From"])
    assert "auto-generated" == letter["Auto-Submitted"]
    assert [["manager@practice.example", "coder@practice.example"]] == postbox.recipients


def test_this_computer_does_not_tell_its_name() -> None:
    """The greeting and the letter's number carry the sender's domain, not the machine's."""
    postbox = Postbox()
    with serving(postbox) as port:
        send(smtp(port), LETTER, TO)
    assert ["practice.example"] == postbox.greetings
    assert str(postbox.letters[0]["Message-ID"]).endswith("@practice.example>")
    assert socket.gethostname() not in postbox.letters[0].as_string()


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_the_session_is_encrypted(security: str) -> None:
    """By STARTTLS with a login, or from the first byte on."""
    options: dict[str, Any] = LOCKED if security == "starttls" else {"ssl_context": tls()}
    user = USER if security == "starttls" else ""
    postbox = Postbox()
    with serving(postbox, **options) as port:
        assert {} == send(smtp(port, security, user), LETTER, TO)
    assert 1 == len(postbox.letters)


def test_a_wrong_password_is_told_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's words, where it is, and not what was typed."""
    monkeypatch.setenv(PASSWORD_VARIABLE, "wrong donkey")
    postbox = Postbox()
    with serving(postbox, **LOCKED) as port:
        said = refusal(smtp(port, "starttls", USER))
    assert "535" in said and f"port {port}" in said and "donkey" not in said
    assert [] == postbox.letters


def test_a_server_without_encryption_gets_nothing() -> None:
    """Where STARTTLS is asked for and not offered, nothing goes out in the open."""
    postbox = Postbox()
    with serving(postbox) as port:
        assert "STARTTLS" in refusal(smtp(port, "starttls", USER))
    assert [] == postbox.letters


def test_a_certificate_that_nobody_vouches_for_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Encrypted for a stranger is as good as open."""
    monkeypatch.delenv("SSL_CERT_FILE")
    postbox = Postbox()
    with serving(postbox, **LOCKED) as port:
        assert "certificate" in refusal(smtp(port, "starttls", USER)).lower()
    assert [] == postbox.letters


def test_a_refused_recipient_does_not_keep_the_letter_from_the_others() -> None:
    """Who has it and who has not is known, with the server's reason; all refused is an error."""
    postbox = Postbox("gone@practice.example")
    with serving(postbox) as port:
        refused = send(smtp(port), LETTER, [*TO, "gone@practice.example"])
        assert {"gone@practice.example": "550 5.1.1 no such mailbox here"} == refused
        assert "no such mailbox" in refusal(smtp(port), ("gone@practice.example",))
    assert [list(TO)] == postbox.recipients


def test_a_server_that_is_down_is_told() -> None:
    """Host, port and why, in one line."""
    port = free_port()
    said = refusal(smtp(port))
    assert f"{HOST}, port {port}" in said and "refused" in said.lower() and "nothing was sent" in said


def test_a_server_that_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A build does not hang because a mail server does."""
    monkeypatch.setattr(mail, "PATIENCE", 0.2)
    with socket.create_server((HOST, 0)) as mute:
        assert "no answer within" in refusal(smtp(mute.getsockname()[1]))


def test_a_server_that_breaks_off_after_taking_the_letter_has_taken_it() -> None:
    """What goes wrong while leaving does not make a sent letter unsent, or it would be sent again."""
    answers = [b"220 here\r\n", b"250 hello\r\n", b"250 from\r\n", b"250 to\r\n", b"354 go on\r\n", b"250 kept\r\n"]

    def speak(listening: socket.socket) -> None:
        talk, _ = listening.accept()
        with talk, talk.makefile("rb") as heard:
            for place, answer in enumerate(answers):
                talk.sendall(answer)
                line = heard.readline() if place < 4 else b""
                while place == 4 and line != b".\r\n":
                    line = heard.readline()

    with socket.create_server((HOST, 0)) as listening:
        thread = threading.Thread(target=speak, args=(listening,))
        thread.start()
        assert {} == send(smtp(listening.getsockname()[1]), LETTER, TO)
        thread.join()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "manager",
        "a@b@c",
        "a b@practice.example",
        "a@practice.example, b@practice.example",
        "a@practice.example\nBcc: x@evil.example",
        "A <a@practice.example>",
        "é@practice.example",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    """Nothing but one address gets into the header of recipients."""
    with pytest.raises(UsageError):
        send(smtp(1), LETTER, [address])


def test_a_name_from_a_file_never_becomes_a_header() -> None:
    """Line ends and control characters of a payer's name are blanks in the subject."""
    subject = "AETNA\r\nBcc: x@evil.example\x00\u2028 above"
    message = compose("board@practice.example", Letter(subject, "x", "x"), TO)
    assert "AETNA Bcc: x@evil.example above" == message["Subject"]
    assert None is message["Bcc"]
    assert 150 >= len(compose("board@practice.example", Letter("x" * 900, "x", "x"), TO)["Subject"])


def test_a_long_refusal_is_one_line() -> None:
    """The reason is the server's words in one line, cut."""
    problem = smtplib.SMTPDataError(554, b"spam\r\nmore " + b"x" * 500)
    said = mail._reason(problem)
    assert said.startswith("554 spam more x") and len(said) <= 210
