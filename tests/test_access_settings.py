"""Who may come in is read as it is meant; half of it, or an unsafe way, is refused."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.access_settings import NOBODY_ELSE
from pipelines.cli_app import app_for
from pipelines.errors import UsageError
from pipelines.settings import read_settings
from tests.test_settings import written

PEOPLE = '[dashboard]\naddress = "https://denials.example.org"\n[people]\n"Ann@Example.org" = "biller"\n'
SIGN_IN = '[sign_in]\nissuer = "https://login.example.org/"\nclient = "denials"\n'
PROXY = "[proxy]\n"


def test_without_people_there_is_one_user(tmp_path: Path) -> None:
    """No way in is open to others unless the settings open it."""
    assert NOBODY_ELSE == read_settings(tmp_path).access
    assert not NOBODY_ELSE.is_shared


def test_people_and_their_provider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """E-mails are kept in lower case; the secret comes from the environment or from a file that is private."""
    access = read_settings(written(tmp_path, PEOPLE + SIGN_IN + 'secret_file = "key"\nhours = 8\n')).access
    assert access.sign_in is not None and access.is_shared
    assert ({"ann@example.org": "biller"}, 8) == (access.people, access.sign_in.hours)
    assert "https://login.example.org" == access.sign_in.issuer
    (tmp_path / "key").write_text("a secret in a file\n")
    (tmp_path / "key").chmod(0o644)
    with pytest.raises(UsageError, match="others may read it"):
        access.sign_in.secret.read()
    (tmp_path / "key").chmod(0o600)
    assert "a secret in a file" == access.sign_in.secret.read()
    monkeypatch.setenv("DENIALS_SIGN_IN_SECRET", "a secret of the environment")
    assert "a secret of the environment" == access.sign_in.secret.read()
    monkeypatch.setenv("DENIALS_SIGN_IN_SECRET", "short")
    with pytest.raises(UsageError, match="at least 16 characters"):
        access.sign_in.secret.read()


def test_the_proxys_headers(tmp_path: Path) -> None:
    """The proxy's headers have usual names, and a secret must be kept for it."""
    proxy = read_settings(written(tmp_path, PEOPLE + PROXY)).access.proxy
    assert proxy is not None
    assert ("X-Forwarded-Email", "X-Denials-Proxy-Secret") == (proxy.email_header, proxy.secret_header)
    with pytest.raises(UsageError, match="DENIALS_PROXY_SECRET or proxy"):
        proxy.secret.read()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PEOPLE, r"got '\[people\]', wanted \[people\] and one of"),
        (SIGN_IN, r"got '\[sign_in\]', wanted \[people\] and one of"),
        (PEOPLE + SIGN_IN + PROXY, r"got '\[sign_in\], \[proxy\], \[people\]'"),
        (PEOPLE.replace("biller", "boss") + SIGN_IN, "wanted viewer or biller or manager or admin"),
        (PEOPLE + '"ann@example.org" = "admin"\n' + SIGN_IN, "an e-mail address, each once"),
        (PEOPLE.replace("Ann@Example.org", "Ann") + SIGN_IN, "an e-mail address, each once"),
        (PEOPLE.replace("https://d", "http://d") + SIGN_IN, "dashboard.address: got .*, wanted https"),
        (PEOPLE + SIGN_IN.replace("https", "http"), "sign_in.issuer: got .*, wanted https"),
        (PEOPLE + '[sign_in]\nissuer = "https://login.example.org"\n', "sign_in.client: got None"),
        (PEOPLE + SIGN_IN + 'secret = "x"\n', "sign_in.secret: does not belong here"),
        (PEOPLE + SIGN_IN + "hours = 25\n", "wanted a whole number from 1 to 24"),
        (PEOPLE + PROXY + 'email_header = "X Email"\n', "the name of a header"),
    ],
)
def test_what_cannot_be_meant(tmp_path: Path, text: str, expected: str) -> None:
    """The message says the place, what stands there and what is wanted."""
    with pytest.raises(UsageError, match=expected):
        read_settings(written(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "address", "expected"),
    [
        ("", "0.0.0.0", r"--address 0.0.0.0: others could reach it, wanted \[sign_in\] in settings.toml"),
        ("", "192.168.1.7", "others could reach it"),
        (PEOPLE + PROXY, "0.0.0.0", "others could reach it"),
        (PEOPLE + SIGN_IN, "0.0.0.0", "no secret, wanted DENIALS_SIGN_IN_SECRET"),
        (PEOPLE + PROXY, "127.0.0.1", "no secret, wanted DENIALS_PROXY_SECRET"),
    ],
)
def test_serve_refuses_to_be_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, address: str, expected: str
) -> None:
    """`denials serve` listens for others only where they sign in, and starts with no half of a sign-in."""
    monkeypatch.setenv("DENIALS_HOME", str(written(tmp_path, text)))
    with pytest.raises(UsageError, match=expected):
        CliRunner().invoke(app_for("serve"), ["serve", "--address", address], catch_exceptions=False)
