"""Processes by number and start time, so that a number that was given out again is never ended."""

import contextlib
import json
import os
import signal
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from .account import open_folder
from .paths import RECORDS


@dataclass(frozen=True)
class Process:
    """One process of ours: what it is, its number, and when the kernel started it."""

    name: str
    pid: int
    started: str

    def alive(self) -> bool:
        """Whether exactly this process still runs (a zombie does not)."""
        return started_at(self.pid) == self.started

    def send(self, number: signal.Signals) -> None:
        """Send the signal, if the process is still the one that was recorded."""
        if self.alive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def wait(self, seconds: float) -> bool:
        """Wait until it is gone; False when it still runs after that many seconds."""
        deadline = time.monotonic() + seconds
        while self.alive():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    def end(self, gently: signal.Signals = signal.SIGTERM, seconds: float = 10) -> None:
        """Ask it to end and, after that many seconds, make it."""
        self.send(gently)
        if not self.wait(seconds):
            self.send(signal.SIGKILL)
            self.wait(5)


def started_at(pid: int) -> str | None:
    """When the process started, in the system's own words; None when there is none, or a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None if Path("/proc/self").exists() else _started_by_ps(pid)
    return None if fields[0] in "ZX" else fields[19]


def record(name: str, pid: int, folder: Path = RECORDS) -> Process:
    """Write down a process that has just been started and return it."""
    process = Process(name=name, pid=pid, started=started_at(pid) or "")
    target = open_folder(folder) / f"{name}.json"
    draft = target.with_suffix(f".{pid}")
    draft.write_text(json.dumps(asdict(process)))
    draft.replace(target)
    return process


def recorded(name: str, folder: Path = RECORDS) -> Process | None:
    """The process last recorded under this name if it still runs, else None."""
    try:
        process = Process(**json.loads((folder / f"{name}.json").read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return process if process.alive() else None


def end_recorded(names: tuple[str, ...], folder: Path = RECORDS) -> list[str]:
    """End what still runs of these, all asked first and then waited for; the names that were ended."""
    running = [process for name in names if (process := recorded(name, folder))]
    for process in running:
        process.send(signal.SIGTERM)
    for process in running:
        process.end()
    return [process.name for process in running]


def _started_by_ps(pid: int) -> str | None:
    """For systems without /proc."""
    answer = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.split(maxsplit=1)
    return None if len(answer) < 2 or answer[0].startswith("Z") else answer[1].strip()
