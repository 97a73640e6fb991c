"""What the command line prints holds nothing that a terminal would obey."""

import pytest

from pipelines.__main__ import main
from pipelines.cli_show import show

HOSTILE = "Ada\x1b[2J\x07\u202eNOTREAL\x9b31m"


def test_a_table_speaks_to_people_only(capsys: pytest.CaptureFixture[str]) -> None:
    """A name with escape sequences and turned writing is a row of plain characters."""
    show(["patient"], [[HOSTILE]], "table")
    assert "Ada [2J NOTREAL 31m" == capsys.readouterr().out.splitlines()[-1]


def test_a_refusal_speaks_to_people_only(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """So is a refusal that names what it found."""
    monkeypatch.setattr("sys.argv", ["denials", "check", f"{HOSTILE}.835"])
    with pytest.raises(SystemExit):
        main()
    told = capsys.readouterr()
    assert "Ada" in told.out + told.err
    assert not set(HOSTILE) & set("\x1b\x07\u202e\x9b") & set(told.out + told.err)
