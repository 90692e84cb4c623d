"""The virtual environment `.venv` and the hashed Python libraries in it."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from .errors import LocalError
from .paths import ROOT, Kind

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed-lock"
LOCKS = {"run": "run.txt", "test": "dev.txt"}


def install_libraries(kind: Kind) -> None:
    """Make `.venv` when missing or broken and install this kind's lock, unless the stamp says it is done.

    The lock for tests holds everything of the one for running, so it serves both.
    """
    if not _works():
        _make_venv()
    marks = {name: lock_mark(name) for name in LOCKS}
    installed = STAMP.read_text().split() if STAMP.exists() else []
    if marks[kind] in installed or marks["test"] in installed:
        return
    print(f"Installing the Python libraries of requirements/{LOCKS[kind]}", flush=True)
    lock = str(ROOT / "requirements" / LOCKS[kind])
    done = subprocess.run([*_installer(), "--require-hashes", "-r", lock], cwd=ROOT, check=False)
    if done.returncode:
        raise LocalError(f"The libraries of requirements/{LOCKS[kind]} could not be installed (see above).")
    STAMP.write_text(f"{marks[kind]}\n")


def lock_mark(kind: str) -> str:
    """A hash of the lock file and of the Python it was installed for."""
    content = (ROOT / "requirements" / LOCKS[kind]).read_bytes()
    return hashlib.sha256(content + f"{kind} {sys.version_info[:2]}".encode()).hexdigest()


def program(name: str) -> str:
    """The path of a program in the virtual environment."""
    return str(VENV / "bin" / name)


def _works() -> bool:
    """Whether its Python still runs: it does not after an upgrade of the system's."""
    if not PYTHON.exists():
        return False
    asked = subprocess.run([PYTHON, "-c", "import pip"], capture_output=True, check=False)
    return asked.returncode == 0


def _make_venv() -> None:
    print("Making the virtual environment .venv", flush=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True, check=False
    )
    if made.returncode:
        raise LocalError(
            "Python could not make a virtual environment (Debian: apt install python3-venv): "
            f"{(made.stderr or made.stdout).strip().splitlines()[-1:]}"
        )


def _installer() -> list[str]:
    """uv when the machine has it, which is quicker; pip otherwise."""
    uv = shutil.which("uv")
    if uv and not uv.startswith(str(Path(VENV))):
        return [uv, "pip", "install", "--quiet", "--python", str(PYTHON)]
    return [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
