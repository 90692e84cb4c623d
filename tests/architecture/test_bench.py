"""`make bench`: every measurement has its turn, whatever the others did."""

import importlib
from pathlib import Path

import pytest

from bench import __main__ as bench

FOLDER = Path(bench.__file__).parent


def test_all_run_though_one_misses_its_bound(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    names = sorted(file.stem.removeprefix("bench_") for file in FOLDER.glob("bench_*.py"))
    ends: dict[str, str | int | None] = {"matching": 0, "pairing": 1, "ranking": None, "room": "no answer"}
    ran = []

    def run_of(module: str) -> object:
        name = module.removeprefix("bench.bench_")

        class Measurement:
            @staticmethod
            def main() -> None:
                ran.append(name)
                raise SystemExit(ends.get(name))

        return Measurement

    monkeypatch.setattr(bench, "_set_up", lambda: None)
    monkeypatch.setattr(importlib, "import_module", run_of)
    assert bench.main([]) == 1
    assert ran == names
    assert capsys.readouterr().err == "no answer\n\nBounds missed: pairing, room\n"
    assert bench.main(["matching", "ranking"]) == 0
    assert bench.main(["nothing"]) == 2


def test_a_measurement_takes_no_words_of_the_command_that_runs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from bench import bench_matching

    monkeypatch.setattr("sys.argv", ["bench", "matching"])
    monkeypatch.setattr(bench_matching, "_apart", lambda *_given: True)
    with pytest.raises(SystemExit) as ended:
        bench_matching.main()
    assert ended.value.code == 0


def test_every_measurement_stands_in_the_list() -> None:
    listed = (FOLDER / "README.md").read_text()
    for file in FOLDER.glob("bench_*.py"):
        assert f"| `{file.stem.removeprefix('bench_')}` |" in listed
