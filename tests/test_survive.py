"""`kill -9` at one step after the other: nothing accepted is lost, nothing is half there, the next run completes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("work", ["take", "decide", "swap"])
def test_kill_9_at_steps(work: str, tmp_path: Path) -> None:
    """Wherever it dies, what was said is there, and the same again ends as if nothing had been."""
    command = [sys.executable, "-m", "tests.killed", work, str(tmp_path)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (0, "") == (ended.returncode, ended.stderr)
    told = json.loads(ended.stdout)
    assert [] == told["wrong"]
    assert told["killed"] >= 12
