"""GloBe's rules with its dates moved to the years around the day of loading, under a name that says so."""

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from sdgpartners.programme.loading.programme_file import load_document
from sdgpartners.programme.models import Association, Programme

FILE = Path(__file__).parents[2] / "sdgpartners" / "programme" / "data" / "globe-2022-2026.toml"
CODE = "demo"
CONTACT_DOMAIN = "questions.demo.example"
# The note's partnerships start in 2024; in the demo the first ones started in the year before the last.
NOTE_YEAR = 2024
MARK = {"en": "fictional demo round", "fr": "édition de démonstration fictive", "nl": "fictieve demoronde"}


def _moved(value: Any, years: int) -> Any:
    """`value` with every date in it moved by whole years."""
    if isinstance(value, dict):
        return {key: _moved(each, years) for key, each in value.items()}
    if isinstance(value, list):
        return [_moved(each, years) for each in value]
    if isinstance(value, date):
        day = 28 if (value.month, value.day) == (2, 29) else value.day
        return value.replace(year=value.year + years, day=day)
    return value


def _years_moved(text: str, years: int) -> str:
    """The years of the programme that stand in a sentence, moved along."""
    return re.sub(r"\b202[2-6]\b", lambda found: str(int(found[0]) + years), text)


def in_years_from(text: str, first: int) -> str:
    """The same sentence with its earliest year as `first`, and the others as far after it as before."""
    years = [int(year) for year in re.findall(r"\b20\d\d\b", text)]
    if not years:
        return text
    return re.sub(r"\b20\d\d\b", lambda found: str(int(found[0]) - min(years) + first), text)


def _add_contacts() -> None:
    """An address for questions at each association, at a place that cannot exist."""
    for association in Association.objects.filter(email=""):
        association.email = f"{association.code}@{CONTACT_DOMAIN}"
        association.save(update_fields=["email"])


def load_demo_programme(today: date) -> Programme:
    """The programme `demo`; all numbers are those of the concept note, all dates are moved."""
    document = tomllib.loads(FILE.read_text(encoding="utf-8"))
    years = today.year - NOTE_YEAR
    document = _moved(document, years)
    document["programme"] |= {
        "code": CODE,
        "is_fictional": True,
        "name": {code: f"SDG Partners ({words})" for code, words in MARK.items()},
    }
    # A commitment names the years of the real programme in words.
    for commitment in document["commitments"]:
        commitment["text"] = {code: _years_moved(text, years) for code, text in commitment["text"].items()}
    load_document(document, source="demo")
    _add_contacts()
    return Programme.objects.get(code=CODE)
