"""What was done for which input, so that a second start does nothing again that has not changed."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from .account import open_folder
from .paths import ROOT, STAMPS


def mark_of(files: Iterable[Path], *words: str) -> str:
    """A hash of the files' names and content, and of the words."""
    total = hashlib.sha256("\0".join(words).encode())
    for file in sorted(files):
        total.update(f"\0{file.relative_to(ROOT)}\0".encode())
        total.update(file.read_bytes())
    return total.hexdigest()


def is_done(name: str, mark: str) -> bool:
    """Whether this was done for exactly this input."""
    stamp = STAMPS / name
    return stamp.exists() and stamp.read_text() == mark


def note_done(name: str, mark: str) -> None:
    """Write down that it was done."""
    (open_folder(STAMPS) / name).write_text(mark)


def forget(name: str) -> None:
    """Have it done again, because its result has gone."""
    (STAMPS / name).unlink(missing_ok=True)
