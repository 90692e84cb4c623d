"""The programs and libraries that come from the system, installed through apt when they are missing."""

import ctypes
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from .errors import LocalError
from .paths import Kind
from .servers import has_postgres

FONTS = tuple(
    Path(folder)
    for folder in ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts")
)
# Files that bring Latin, Arabic and Hebrew letters, and files that bring emoji, on Debian and elsewhere.
LETTERS = ("DejaVuSans.ttf", "NotoSansArabic*.[to]tf", "Arial Unicode.ttf")
EMOJI = ("*[Ee]moji*.tt[cf]",)
# Without these the portal runs as well: an emoji that somebody typed is then a box in a PDF.
WISHED = frozenset({"fonts-noto-color-emoji"})
# apt must start no server on 5432 or 6379 and make no cluster: policy-rc.d and createcluster.d say so, and
# what was put there for the occasion is taken away again.
INSTALL = """set -e
policy=/usr/sbin/policy-rc.d
cluster=/etc/postgresql-common/createcluster.d/sdgpartners.conf
cleanup() { rm -f "$cluster"; [ -z "$ours" ] || rm -f "$policy"; }
ours=""; trap cleanup EXIT
if [ ! -e "$policy" ]; then ours=1; printf '#!/bin/sh\\nexit 101\\n' > "$policy"; chmod 755 "$policy"; fi
mkdir -p "$(dirname "$cluster")"; echo 'create_main_cluster = false' > "$cluster"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends -o Dpkg::Options::=--force-confold "$@"
"""


def install_missing(kind: Kind) -> list[str]:
    """Install what this kind needs and the machine lacks; the names of the packages that were installed.

    Raises LocalError, naming the packages, when there is no apt, no right to use it, or no answer from it;
    of a package that is only wished for it says so and goes on.
    """
    packages = missing_packages(kind)
    if not packages:
        return []
    right = _right_to_install()
    if right is not None:
        print(f"Installing from the system's packages: {' '.join(packages)}", flush=True)
        subprocess.run([*right, "sh", "-c", INSTALL, "sh", *packages], check=False)
    left = missing_packages(kind)
    if not WISHED.issuperset(left):
        raise LocalError(_advice(left))
    if left:
        print(f"Not installed, and not needed to run: {' '.join(left)} (emoji in PDFs).", flush=True)
    return [package for package in packages if package not in left]


def missing_packages(kind: Kind) -> list[str]:
    """Debian's names of what the machine lacks. Servers named in the environment are not asked for."""
    return [package for package, present in _needed(kind).items() if not present()]


def browser() -> str | None:
    """The path of Chromium, or of Chrome, for the tests that drive one."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    return None


def _needed(kind: Kind) -> dict[str, Callable[[], bool]]:
    """Package to the question whether the machine has what it brings."""
    needed: dict[str, Callable[[], bool]] = {
        "postgresql": lambda: "DATABASE_URL" in os.environ or has_postgres(),
        "redis-server": lambda: "REDIS_URL" in os.environ or _has_program("redis-server"),
        "gettext": lambda: _has_program("msgfmt"),
        "libpango-1.0-0": lambda: _has_library("libpango-1.0.so.0"),
        "libpangoft2-1.0-0": lambda: _has_library("libpangoft2-1.0.so.0"),
        "libharfbuzz-subset0": lambda: _has_library("libharfbuzz-subset.so.0"),
        "fonts-dejavu-core": lambda: _has_font(LETTERS),
        "fonts-noto-color-emoji": lambda: _has_font(EMOJI),
    }
    if kind == "test":
        needed["chromium"] = lambda: browser() is not None
    return needed


def _has_program(name: str) -> bool:
    return shutil.which(name) is not None


def _has_library(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _has_font(names: tuple[str, ...]) -> bool:
    return any(next(folder.rglob(name), None) for folder in FONTS if folder.is_dir() for name in names)


def _right_to_install() -> list[str] | None:
    """How to run apt-get as root: directly, through sudo without a password, or not at all."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def _advice(packages: list[str]) -> str:
    return (
        f"Missing on this machine: {' '.join(packages)}. Install them (Debian: apt install "
        f"{' '.join(packages)}), or set DATABASE_URL and REDIS_URL to servers of your own."
    )
