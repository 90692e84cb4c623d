"""The words of the agreement of a pair: what may stand in braces in them, what has to, and the standard text that
holds until the lead writes another. No Django models here."""

import hashlib
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from applications.letters import fill, placeholders_in
from sdgpartners.core.text import LANGUAGE_CODES

FILE = Path(__file__).parent / "data" / "agreement.toml"

# What may stand in braces. Amounts come with their currency, days in the language of the text.
PLACEHOLDERS = frozenset(
    {
        "north",
        "south",
        "country",
        "theme",
        "programme",
        "lead",
        "association",
        "reference",
        "starts_on",
        "ends_on",
        "budget",
        "north_half",
        "south_half",
        "sessions",
        "moments",
        "visits",
        "delegation",
        "contacts",
        "review_month",
        "report_days",
    }
)
# An agreement without these is none; both parties are named, each as much as the other (concept note 3.1).
NEEDED = frozenset({"north", "south", "starts_on", "ends_on", "budget"})


def unknown_placeholders(text: str) -> list[str]:
    """What stands in braces in `text` and cannot be filled, in the order of the text."""
    return [name for name in placeholders_in(text) if name not in PLACEHOLDERS]


def missing_placeholders(text: str) -> list[str]:
    """What every agreement names and `text` does not, in alphabetical order."""
    return sorted(NEEDED.difference(placeholders_in(text)))


def names_one_more(text: str) -> bool:
    """Whether `text` names one of the two parties more often than the other: they stand in it as equals."""
    return text.count("{north}") != text.count("{south}")


def filled(text: str, values: Mapping[str, str]) -> str:
    """`text` with what stands in braces replaced. KeyError names a placeholder without a value."""
    return fill(text, values)


def fingerprint(bodies: Mapping[str, str]) -> str:
    """A short mark of a text in its languages, the same for the same words: who signs says with it what they read."""
    whole = "\x1f".join(bodies[code] for code in LANGUAGE_CODES)
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


@cache
def standard_bodies() -> Mapping[str, str]:
    """The standard text by language. ValueError names what is missing or cannot be filled."""
    with FILE.open("rb") as file:
        rows = tomllib.load(file).get("body", {})
    bodies = {code: str(rows.get(code, "")).strip() for code in LANGUAGE_CODES}
    for code, body in bodies.items():
        wrong = unknown_placeholders(body) + missing_placeholders(body)
        if wrong or names_one_more(body):
            raise ValueError(f"{FILE.name}: {code}: {', '.join(wrong) or 'the parties are not equals'}")
    return bodies
