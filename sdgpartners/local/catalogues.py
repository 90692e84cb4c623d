"""The message catalogues: compile them, bring them up to date, and say what they lack.

Uses gettext's own programs only, so that it also runs before the virtual environment exists.
"""

import re
import subprocess
from pathlib import Path

from .errors import LocalError
from .paths import ROOT

EXTRACT = ["makemessages", "--no-location", "--no-obsolete", "--locale", "nl", "--locale", "fr"]
# Only what people see: not the tests, the measurements, or what a run leaves behind.
IGNORED = [part for folder in ("tests", "bench", "var") for part in ("--ignore", f"{folder}/*")]


def catalogues() -> list[Path]:
    """The catalogues in the repository."""
    return sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po"))


def compile_catalogues() -> None:
    """Compile each catalogue that is newer than its compiled form. Raises LocalError for a faulty one."""
    for source in catalogues():
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        draft = source.with_suffix(".mo-draft")
        made = _gettext("msgfmt", "--check-format", "-o", str(draft), str(source))
        if made.returncode:
            raise LocalError(f"A message catalogue is faulty: {made.stderr.strip()}")
        draft.replace(compiled)


def update_catalogues(manage: list[str]) -> None:
    """Extract the messages anew; a catalogue of which only the date would change is left as it was."""
    before = {source: source.read_text() for source in catalogues()}
    _extract(manage)
    for source, text in before.items():
        if without_date(source.read_text()) == without_date(text):
            source.write_text(text)


def catalogue_faults(manage: list[str]) -> list[str]:
    """What is wrong with the catalogues, one line each; they are left as they were found."""
    faults = []
    before = {source: source.read_text() for source in catalogues()}
    if len(before) < 2:
        faults.append("locale/ lacks a catalogue: run `make messages`")
    try:
        _extract(manage)
        for source in catalogues():
            if without_date(source.read_text()) != without_date(before.get(source, "")):
                faults.append(f"{source.relative_to(ROOT)} is not up to date: run `make messages`")
    finally:
        for source in catalogues():
            if source in before:
                source.write_text(before[source])
            else:
                source.unlink()
    return faults + [fault for source in before for fault in _faults_in(source)]


def without_date(text: str) -> str:
    """A catalogue's text without the line that changes at every extraction."""
    return re.sub(r'^"POT-Creation-Date:.*\n', "", text, flags=re.MULTILINE)


def _faults_in(source: Path) -> list[str]:
    checked = _gettext("msgfmt", "--check", "--statistics", "-o", "/dev/null", str(source))
    name = source.relative_to(ROOT)
    if checked.returncode:
        return [f"{name}: {checked.stderr.strip()}"]
    counts = re.findall(r"(\d+) (fuzzy|untranslated)", checked.stderr)
    return [f"{name}: {number} {what} message(s)" for number, what in counts]


def _extract(manage: list[str]) -> None:
    done = subprocess.run(
        [*manage, *EXTRACT, *IGNORED], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise LocalError(f"The messages could not be extracted: {(done.stderr or done.stdout).strip()}")


def _gettext(*command: str) -> subprocess.CompletedProcess[str]:
    # The statistics are read, so they have to come in English.
    return subprocess.run(
        ["env", "LC_ALL=C.UTF-8", "LANGUAGE=", *command], capture_output=True, text=True, check=False
    )
