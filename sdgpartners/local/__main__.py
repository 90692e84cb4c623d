"""`python -m sdgpartners.local COMMAND`: what the Makefile and the supervisor call."""

import sys


def main(arguments: list[str]) -> int:
    """Run one command; the exit status. A LocalError becomes one line on stderr."""
    if sys.version_info < (3, 11):  # noqa: UP036 (this is where an older one is told)
        print("The portal needs Python 3.11 or newer: try `make run PYTHON=python3.12`.", file=sys.stderr)
        return 2
    from .commands import run_command
    from .errors import LocalError

    try:
        return run_command(arguments)
    except LocalError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
