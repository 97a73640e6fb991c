"""The command line `denials`: thin commands over the modules beside this one. Errors are one line; status 0 to 3."""

import os
import sys
from typing import TYPE_CHECKING

from pipelines.errors import DenialboardError, UsageError, advice

if TYPE_CHECKING:
    from pipelines.logs import Log


def main() -> None:
    """Run the command line and end the process with its status."""
    os.umask(0o077)  # whatever this process writes is its owner's alone
    try:
        _run(sys.argv[1:])
    except UsageError as problem:
        _end(problem, 2)
    except DenialboardError as problem:
        _log().refused(problem)
        _end(problem, 1)
    except BrokenPipeError:  # who reads what is printed has seen enough: `denials kpi | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as problem:
        _log().refused(problem)
        _end(advice(problem), 1)
    except Exception as problem:
        if what := advice(problem):
            _log().refused(problem)
            _end(what, 1)
        _end(_unforeseen(problem), 3)  # a mistake of ours: its words may hold what a file says of a patient


def _run(words: list[str]) -> None:
    """The command is done; one that is asked every minute by other programs, without what only the others need."""
    if words[:1] == ["kpi"]:
        from pipelines.cli_kpi import asked, print_kpis

        if (known := asked(words[1:])) is not None:
            print_kpis(**known)
            return
    from pipelines.cli_app import app_for

    app_for(words[0] if words else None)()


def _log() -> "Log":
    from pipelines.logs import Log
    from pipelines.store import Store

    return Log(Store().home)


def _unforeseen(problem: Exception) -> str:
    """What is said of it: where it happened, and the number under which the log holds the whole way there."""
    from pipelines.faults import summary

    number = _log().failed(problem)
    where = summary(problem)
    return f"something went wrong in the program ({where}); please report it with what `denials log {number}` says"


def _end(words: object, status: int) -> None:
    from pipelines.harmless import printed  # names from files must not speak to the terminal

    print(f"denials: {printed(str(words))}", file=sys.stderr)
    sys.exit(status)


if __name__ == "__main__":
    main()
