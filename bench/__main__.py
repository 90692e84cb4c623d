"""`make bench` (`make bench ARGS="solver"`): run every measurement in this folder, or those named.

A measurement is a module `bench_<name>.py` with a function `main() -> None` that prints what it measured, and ends with
SystemExit(1) if a bound does not hold.
"""

import importlib
import os
import platform
import sys
import time
from pathlib import Path

from sdgpartners.local import services

FOLDER = Path(__file__).parent


def main(wanted: list[str]) -> int:
    """Run the measurements and return 0; 1 if one did not keep its bounds, 2 if a wanted one does not exist."""
    present = sorted(file.stem.removeprefix("bench_") for file in FOLDER.glob("bench_*.py"))
    unknown = set(wanted) - set(present)
    if unknown:
        print(
            f"No such measurement: {', '.join(sorted(unknown))}. There are: {', '.join(present)}",
            file=sys.stderr,
        )
        return 2
    _set_up()
    print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores")
    missed = []
    for name in present:
        if not wanted or name in wanted:
            print(f"\n== {name}", flush=True)
            began = time.perf_counter()
            kept = _run(name)
            print(f"   ({time.perf_counter() - began:.1f} s)", flush=True)
            missed += [] if kept else [name]
    if missed:
        print(f"\nBounds missed: {', '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


def _run(name: str) -> bool:
    """One measurement to its end; whether it kept its bounds."""
    try:
        importlib.import_module(f"bench.bench_{name}").main()
    except SystemExit as ended:
        if isinstance(ended.code, str):
            print(ended.code, file=sys.stderr)
        return not ended.code
    return True


def _set_up() -> None:
    """Django on the servers for tests: a measurement never touches what `make run` keeps."""
    os.environ.update({"DJANGO_SETTINGS_MODULE": "sdgpartners.settings", "DEMO": "1", "STATIC_MANIFEST": "0"})
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    services.provide("test")
    import django

    django.setup()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
