"""Every kind of mail has its subject and its text, and both are templates that compile."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Engine

FOLDER = Path(settings.BASE_DIR) / "templates" / "emails"
SUBJECT, TEXT = ".subject.txt", ".txt"
SUBJECTS = {path.name.removesuffix(SUBJECT) for path in FOLDER.glob(f"*{SUBJECT}")}
TEXTS = {path.name.removesuffix(TEXT) for path in FOLDER.glob(f"*{TEXT}") if not path.name.endswith(SUBJECT)}


def test_subjects_and_texts_come_in_pairs() -> None:
    assert TEXTS - {"base"} == SUBJECTS
    assert "invitation" in SUBJECTS


@pytest.mark.parametrize("kind", sorted(SUBJECTS))
def test_a_mail_stands_on_the_common_frame_and_its_subject_is_one_line(kind: str) -> None:
    engine = Engine.get_default()
    engine.get_template(f"emails/{kind}{TEXT}")
    engine.get_template(f"emails/{kind}{SUBJECT}")
    text = _frame_of(f"{kind}{TEXT}")
    assert _frame_of(text) == "base.txt" if text == "decision_letter.txt" else text == "base.txt"
    assert len((FOLDER / f"{kind}{SUBJECT}").read_text().strip().splitlines()) == 1


def _frame_of(name: str) -> str:
    """The mail template that the one named extends; the letters of decisions share one between."""
    found = re.match(r'{% extends "emails/([\w.]+)" %}', (FOLDER / name).read_text())
    assert found is not None, name
    return found[1]
