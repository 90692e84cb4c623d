"""`manage.py rank_applications`: exact JSON on standard output, or one line on standard error, status 2."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command

from applications.management.commands.rank_applications import Command

PROBLEM = {
    "criteria": [{"id": "motivation", "weight": 20, "min": 0, "max": 4, "floor": None}],
    "bonus_max": 5,
    "places": 1,
    "disagree_at": 25,
    "tie_breaks": ["motivation", "bonus"],
    "applications": [
        {"id": "Lier", "bonus": 0, "reviews": [{"by": "r1", "scores": {"motivation": 0.1}}]},
        {
            "id": "Gent",
            "bonus": 5,
            "reviews": [{"by": "r1", "scores": {"motivation": 3}, "set_aside": False}],
        },
    ],
}


def test_a_file_is_answered_in_json(tmp_path: Path) -> None:
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(PROBLEM), encoding="utf-8")
    out = io.StringIO()
    call_command("rank_applications", str(path), stdout=out)
    assert json.loads(out.getvalue()) == [
        {
            "id": "Gent",
            "rank": 1,
            "total": 80.0,
            "mean": 75.0,
            "median": 75.0,
            "n": 1,
            "spread": 0.0,
            "disagree": False,
            "outcome": "selected",
        },
        {
            "id": "Lier",
            "rank": 2,
            "total": 2.5,
            "mean": 2.5,
            "median": 2.5,
            "n": 1,
            "spread": 0.0,
            "disagree": False,
            "outcome": "reserve",
        },
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"places": -1}, "places: expected a whole number of 0 or more, not -1"),
        ({"tie_breaks": ["\n"]}, 'tie_breaks: unknown tie-break "\\n"'),
        ({"disagree_at": float("nan")}, "disagree_at: expected a finite number, not NaN"),
    ],
)
def test_invalid_input_is_one_line_and_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, object], message: str
) -> None:
    path = tmp_path / "problem.json"
    path.write_text(json.dumps({**PROBLEM, **change}), encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        Command().run_from_argv(["manage.py", "rank_applications", str(path)])
    assert ended.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == f"CommandError: {message}\n"
