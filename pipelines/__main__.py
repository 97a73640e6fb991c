"""The command line `denials`: thin commands over the modules beside this one. Errors are one line; status 0, 1 or 2."""

import os
import sys

from pipelines.errors import DenialboardError, UsageError


def main() -> None:
    """Run the command line and end the process with its status."""
    os.umask(0o077)  # whatever this process writes is its owner's alone
    try:
        _run(sys.argv[1:])
    except UsageError as problem:
        _end(problem, 2)
    except DenialboardError as problem:
        _end(problem, 1)
    except OSError as problem:
        _end(f"{problem.filename}: {problem.strerror}" if problem.filename else problem, 1)


def _run(words: list[str]) -> None:
    """The command is done; one that is asked every minute by other programs, without what only the others need."""
    if words[:1] == ["kpi"]:
        from pipelines.cli_kpi import asked, print_kpis

        if (known := asked(words[1:])) is not None:
            print_kpis(**known)
            return
    from pipelines.cli_app import app_for

    app_for(words[0] if words else None)()


def _end(words: object, status: int) -> None:
    print(f"denials: {words}", file=sys.stderr)
    sys.exit(status)


if __name__ == "__main__":
    main()
