"""`denials WORDS` in this process: what it prints, or why it refuses."""

import pytest
from typer.testing import CliRunner

from pipelines.cli_app import app_for
from pipelines.errors import UsageError


def run(*words: str, status: int = 0) -> str:
    """What the command prints before it ends with this status."""
    done = CliRunner().invoke(app_for(None), list(words), catch_exceptions=False)
    assert status == done.exit_code, done.output
    return done.output


def refused(*words: str) -> str:
    """Why the command is refused."""
    with pytest.raises(UsageError) as caught:
        run(*words)
    return str(caught.value)
