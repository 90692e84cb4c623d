"""The texts that a call has until somebody writes others, read from `data/standard-texts.toml`. No Django models
here."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from applications.enums import CallTextKind
from applications.letters import Words, missing_placeholders, unknown_placeholders
from sdgpartners.core.text import LANGUAGE_CODES

FILE = Path(__file__).parent / "data" / "standard-texts.toml"


@cache
def standard_texts() -> Mapping[CallTextKind, Mapping[str, Words]]:
    """Every kind of text in every language. ValueError names the one that is missing or broken."""
    with FILE.open("rb") as file:
        rows = tomllib.load(file)
    return {
        kind: {language: _words(kind, rows.get(kind.value, {}), language) for language in LANGUAGE_CODES}
        for kind in CallTextKind
    }


def _words(kind: CallTextKind, row: Mapping[str, Any], language: str) -> Words:
    subject = row.get("subject", {}).get(language, "").strip()
    body = row.get("body", {}).get(language, "").strip()
    if not body or (not subject and kind != CallTextKind.CONFIDENTIALITY):
        raise ValueError(f"{FILE.name}: {kind.value}: the text in {language} is missing")
    for text, in_subject in ((subject, True), (body, False)):
        wrong = unknown_placeholders(kind, text, in_subject=in_subject)
        wrong += missing_placeholders(kind, text, in_subject=in_subject)
        if wrong:
            raise ValueError(f"{FILE.name}: {kind.value}, {language}: {', '.join(wrong)}")
    return Words(subject=subject, body=body)
