"""What is wrong with a file, and where."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing to correct: `where` is file:line: field of a CSV file, or a field's path in a TOML file."""

    where: str
    why: str

    def __str__(self) -> str:
        return f"{self.where}: {self.why}"


class LoadError(Exception):
    """A file has problems; nothing of it was loaded. The message has one line a problem."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, problems)))
