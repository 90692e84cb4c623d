"""Processes that were written down: found again, ended once, and never mistaken for others."""

import dataclasses
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sdgpartners.local import processes

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    child = subprocess.Popen(SLEEP)
    yield child
    child.kill()
    child.wait()


def test_a_recorded_process_is_found_again(sleeper: subprocess.Popen[bytes], tmp_path: Path) -> None:
    written = processes.record("web", sleeper.pid, tmp_path)
    assert processes.recorded("web", tmp_path) == written
    assert processes.recorded("worker", tmp_path) is None


def test_an_orphan_is_ended_and_others_are_left(sleeper: subprocess.Popen[bytes], tmp_path: Path) -> None:
    bystander = subprocess.Popen(SLEEP)
    try:
        processes.record("web", sleeper.pid, tmp_path)
        assert processes.end_recorded(("beat", "web"), tmp_path) == ["web"]
        assert sleeper.wait(5) == -15
        assert bystander.poll() is None
        assert processes.end_recorded(("beat", "web"), tmp_path) == []
    finally:
        bystander.kill()
        bystander.wait()


def test_a_number_that_was_given_out_again_is_not_ended(
    sleeper: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    written = processes.record("web", sleeper.pid, tmp_path)
    earlier = dataclasses.replace(written, started="1")
    (tmp_path / "web.json").write_text((tmp_path / "web.json").read_text().replace(written.started, "1"))
    assert not earlier.alive()
    assert processes.end_recorded(("web",), tmp_path) == []
    assert sleeper.poll() is None


def test_a_zombie_does_not_count_as_running(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", "pass"], stdin=subprocess.DEVNULL)
    written = processes.Process("web", child.pid, processes.started_at(child.pid) or "")
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert not written.alive()
    child.wait()


def test_a_broken_record_is_no_process(tmp_path: Path) -> None:
    (tmp_path / "web.json").write_text("{")
    assert processes.recorded("web", tmp_path) is None
