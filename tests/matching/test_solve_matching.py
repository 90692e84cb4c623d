"""`manage.py solve_matching`: exact JSON on standard output, or one line on standard error, status 2."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from matching.management.commands.solve_matching import Command

PROBLEM = {
    "north": ["Gent", "Lier"],
    "south": [{"id": "Karongi", "group": "RW"}],
    "scores": [[87.5], [90]],
    "places": {"RW": 1},
    "forbidden": [["Lier", "Karongi"]],
}
ANSWER = {
    "pairs": [["Gent", "Karongi", 87.5]],
    "total": 87.5,
    "worst": 87.5,
    "optimal": True,
    "blocking": [],
    "alternatives": [],
    "cost_of": [],
    "unmatched": [{"id": "Lier", "reason": "no_allowed_pair"}],
}


def written(folder: Path, document: str | bytes) -> str:
    path = folder / "problem.json"
    path.write_bytes(document.encode() if isinstance(document, str) else document)
    return str(path)


def test_a_file_is_answered_in_json(tmp_path: Path) -> None:
    out = io.StringIO()
    call_command("solve_matching", written(tmp_path, json.dumps(PROBLEM)), stdout=out)
    assert json.loads(out.getvalue()) == ANSWER
    assert list(json.loads(out.getvalue())) == list(ANSWER)


def test_a_dash_reads_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    source = io.TextIOWrapper(io.BytesIO(json.dumps(PROBLEM).encode()))
    monkeypatch.setattr("sys.stdin", source)
    out = io.StringIO()
    call_command("solve_matching", "-", stdout=out)
    assert json.loads(out.getvalue()) == ANSWER


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("", "not JSON: "),
        ("{", "not JSON: "),
        ('{"north": [], "north": []}', 'key "north" stands twice in one object'),
        (json.dumps({**PROBLEM, "scores": [[float("nan")], [1]]}), '"Gent" with "Karongi": score'),
        (json.dumps({**PROBLEM, "scores": [["\n"], [1]]}), '"Gent" with "Karongi": score'),
        (json.dumps(PROBLEM).replace("87.5", "1e999999999"), '"Gent" with "Karongi": score'),
        (json.dumps(PROBLEM).replace("87.5", "1e9999999999999999999999"), "not a finite number"),
        (json.dumps(PROBLEM).replace("87.5", "9" * 5000), "not JSON: "),
        ("[" * 100_000, "not JSON: "),
        (b"\xff\xfe", "not UTF-8"),
    ],
)
def test_invalid_input_is_one_line_and_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], document: str | bytes, message: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        Command().run_from_argv(["manage.py", "solve_matching", written(tmp_path, document)])
    assert ended.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert message in printed.err


@pytest.mark.parametrize("name", ["no such file.json", "with\nnewline.json", "nul\0.json", "."])
def test_a_file_that_cannot_be_read_is_invalid_input(name: str) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("solve_matching", name)
    assert refused.value.returncode == 2
    assert "\n" not in str(refused.value)


def test_a_byte_order_mark_is_no_obstacle(tmp_path: Path) -> None:
    out = io.StringIO()
    call_command("solve_matching", written(tmp_path, "\ufeff" + json.dumps(PROBLEM)), stdout=out)
    assert json.loads(out.getvalue()) == ANSWER
