"""The floors of the house, the one clock, the one database driver's place, and files that stay readable."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("sdgpartners", "applications", "matching", "exchanges", "budget", "portal")
LONGEST = 400
CLOCK = ROOT / "sdgpartners" / "core" / "clock.py"
OTHER_CLOCKS = re.compile(
    r"\b(timezone\.(now|localdate|localtime)|datetime\.(now|today|utcnow)|date\.today)\("
)
# Code that names the driver leans on it where Django already stands between.
DRIVER = re.compile(r"^\s*(import|from)\s+psycopg2?\b", re.MULTILINE)


def source_files() -> Iterator[Path]:
    for folder in SOURCES:
        for file in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in file.parts:
                yield file


def shortened(files: Iterator[Path]) -> list[str]:
    return [str(file.relative_to(ROOT)) for file in files]


def test_the_contracts_between_the_rooms_hold() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_nobody_asks_another_clock() -> None:
    found = (file for file in source_files() if file != CLOCK and OTHER_CLOCKS.search(file.read_text()))
    assert shortened(found) == []


@pytest.mark.parametrize("line", ["timezone.now()", "datetime.now(UTC)", "date.today()"])
def test_another_clock_would_be_found(line: str) -> None:
    assert OTHER_CLOCKS.search(f"moment = {line}")


def test_nobody_imports_the_driver_of_the_database() -> None:
    assert shortened(file for file in source_files() if DRIVER.search(file.read_text())) == []


def test_source_files_stay_readable() -> None:
    long = (file for file in source_files() if len(file.read_text().splitlines()) > LONGEST)
    assert shortened(long) == []


def test_no_room_has_a_drawer_for_everything() -> None:
    assert (
        shortened(file for file in source_files() if file.stem in ("utils", "helpers", "misc", "common"))
        == []
    )
