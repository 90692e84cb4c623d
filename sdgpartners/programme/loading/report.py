"""What a load did, in numbers and in lines."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Report:
    """Rows per table by what happened to them. `lines` tell each change, removal and row that was kept."""

    created: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)

    def text(self) -> Iterator[str]:
        """The report, line by line."""
        yield from self.lines
        yield ", ".join(
            f"{count.total()} {word}"
            for word, count in (
                ("created", self.created),
                ("changed", self.changed),
                ("unchanged", self.unchanged),
                ("removed", self.removed),
            )
            if count or word != "removed"
        )

    def add(self, other: "Report") -> None:
        """Take in what another load did."""
        self.created += other.created
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.removed += other.removed
        self.lines += other.lines
