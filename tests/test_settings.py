"""The store's settings are read as they are meant, or refused with the place that is wrong."""

from pathlib import Path

import pytest

from pipelines.errors import UsageError
from pipelines.settings import Settings, Smtp, read_settings

SMTP = '[smtp]\nhost = "mail.example.org"\nsender = "denials@example.org"\n'


def written(home: Path, text: str, mode: int = 0o600) -> Path:
    """The folder with these settings in it."""
    path = home / "settings.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return home


def test_without_a_file_nothing_is_mailed(tmp_path: Path) -> None:
    """No settings: no mail server, and links to this computer."""
    assert Settings(None, "http://127.0.0.1:8501") == read_settings(tmp_path)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", (587, "starttls")),
        ('security = "tls"', (465, "tls")),
        ('security = "tls"\nport = 2465', (2465, "tls")),
    ],
)
def test_ports_follow_security(tmp_path: Path, more: str, expected: tuple[int, str]) -> None:
    """Each kind of security has its port unless another is given."""
    found = read_settings(written(tmp_path, SMTP + more)).smtp
    assert found == Smtp("mail.example.org", "denials@example.org", *expected)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.0.2", "::1"])
def test_this_computer_may_go_without(tmp_path: Path, host: str) -> None:
    """Mail to a server on this computer needs no encryption."""
    text = f'[smtp]\nhost = "{host}"\nsender = "a@example.org"\nsecurity = "none"\n'
    assert read_settings(written(tmp_path, text)).smtp == Smtp(host, "a@example.org", 25, "none")


def test_the_address_of_links(tmp_path: Path) -> None:
    """The dashboard's address is kept without the slash at its end."""
    text = '[dashboard]\naddress = "https://denials.example.org/board/"\n'
    assert Settings(None, "https://denials.example.org/board") == read_settings(written(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[smtp\n", "not TOML"),
        ("smtp = 1\n", "smtp: wanted the sections [smtp], [dashboard], [log], [store], [limits], "),
        ("[mail]\n", "mail: wanted the sections"),
        (SMTP + 'hots = "x"', "smtp.hots: no such setting; there are host, port"),
        (SMTP + 'password = "x"', "smtp.password: does not belong here, wanted DENIALS_SMTP_PASSWORD"),
        (SMTP + 'security = "none"', "wanted starttls or tls: mail.example.org is not this computer"),
        (SMTP + 'security = "ssl"', "smtp.security: got 'ssl', wanted starttls or tls or none"),
        (SMTP + "port = 0", "smtp.port: got 0"),
        (SMTP + 'port = "25"', "smtp.port: got '25'"),
        ('[smtp]\nsender = "a@example.org"', "smtp.host: got None"),
        ('[smtp]\nhost = "h"\nsender = "a@example.org\\nBcc: b@example.org"', "smtp.sender: got"),
        ('[dashboard]\naddress = "javascript:alert(1)"', "dashboard.address: got"),
        ('[dashboard]\naddress = "127.0.0.1:8501"', "dashboard.address: got"),
        ("[dashboard]\naddress = 8501", "dashboard.address: got 8501"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, text: str, expected: str) -> None:
    """One line says the file, the place, what was found and what was wanted."""
    with pytest.raises(UsageError) as caught:
        read_settings(written(tmp_path, text))
    assert expected in str(caught.value)
    assert str(caught.value).startswith(f"{tmp_path / 'settings.toml'}: ")
    assert "\n" not in str(caught.value)


def test_others_may_not_read_it(tmp_path: Path) -> None:
    """Settings that others can read are refused, with the command that mends it."""
    with pytest.raises(UsageError, match=r"others may read it.*chmod 600"):
        read_settings(written(tmp_path, SMTP, 0o640))


def test_the_password_is_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes from a private file, or from the environment, which wins; without a user none is needed."""
    home = written(tmp_path, SMTP + 'user = "ana"\npassword_file = "secret"\n')
    smtp = read_settings(home).smtp
    assert smtp is not None
    with pytest.raises(UsageError, match="secret: cannot be read"):
        smtp.password()
    (home / "secret").write_text("in the file\n", encoding="utf-8")
    (home / "secret").chmod(0o644)
    with pytest.raises(UsageError, match="others may read it"):
        smtp.password()
    (home / "secret").chmod(0o600)
    assert "in the file" == smtp.password()
    monkeypatch.setenv("DENIALS_SMTP_PASSWORD", "from outside")
    assert "from outside" == smtp.password()
    assert "" == Smtp("h", "a@example.org").password()
    with pytest.raises(UsageError, match=r"settings\.toml: smtp\.user without a password"):
        monkeypatch.delenv("DENIALS_SMTP_PASSWORD")
        Smtp("h", "a@example.org", user="ana").password()
