"""The one shape of the commands that take a JSON file and print JSON."""

import json
import sys
from abc import abstractmethod
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from sdgpartners.core.json_input import InvalidProblem, loads, shown

INVALID_INPUT = 2
"""Exit status when the input makes no sense."""


class JsonCommand(BaseCommand):
    """Reads PROBLEM.json (`-`: standard input) and prints the answer as one line of JSON, without a database.

    Invalid input: nothing on standard output, one line on standard error that names it, exit status 2.
    """

    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("problem", metavar="PROBLEM.json", help="the problem; - reads standard input")

    @abstractmethod
    def answer(self, raw: object) -> object:
        """The plain JSON value that answers `raw`; raises InvalidProblem."""

    def handle(self, *args: object, **options: str) -> None:
        try:
            answer = self.answer(loads(_read(options["problem"])))
        except InvalidProblem as error:
            raise CommandError(str(error), returncode=INVALID_INPUT) from error
        self.stdout.write(json.dumps(answer, allow_nan=False))


def _read(path: str) -> str:
    try:
        document = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except (OSError, ValueError) as error:
        # A path may hold what no file name can: a null byte is a ValueError.
        raise InvalidProblem(f"{shown(path)}: cannot be read") from error
    try:
        # Windows' editors put a byte order mark in front.
        return document.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidProblem(f"{shown(path)}: not UTF-8") from error
