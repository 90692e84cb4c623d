"""What a submitted version holds: every label and answer in the three languages, as it was at that moment.

The shape (`format` 1):
`{"format", "reference", "submitted_at", "call": {"code", "title"},
"municipality": {"country", "code", "name"}, "side", "is_profile", "track": country code or null,
"sections": [{"section", "title", "rows": [{"name", "kind", "label", "text", "personal", "question",
"criteria"}]}], "values": {section: {field: raw value}}}`,
where title, label and text are `{"en", "fr", "nl"}`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, override

from applications.answers import AnswerRow, answer_rows
from applications.fields import FieldKind, SectionContent, Text
from sdgpartners.core.text import LANGUAGE_CODES

FORMAT = 1


@dataclass(frozen=True, slots=True)
class ReadRow:
    """An answer of a submitted version in one language."""

    name: str
    label: str
    text: str
    lines: bool
    question: str
    criteria: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadSection:
    """A section of a submitted version in one language."""

    section: str
    title: str
    rows: tuple[ReadRow, ...]


def in_all_languages(text: Text) -> dict[str, str]:
    """A lazy text in each language of the portal."""
    found = {}
    for code in LANGUAGE_CODES:
        with override(code):
            found[code] = str(text)
    return found


def sections_content(sections: list[SectionContent]) -> list[dict[str, Any]]:
    """The `sections` of a version."""
    told: dict[str, list[list[AnswerRow]]] = {}
    for code in LANGUAGE_CODES:
        with override(code):
            told[code] = [answer_rows(content) for content in sections]
    return [
        {
            "section": content.section.value,
            "title": in_all_languages(content.section.label),
            "rows": [
                _row({code: told[code][position][number] for code in LANGUAGE_CODES})
                for number in range(len(told["en"][position]))
            ],
        }
        for position, content in enumerate(sections)
    ]


def _row(told: Mapping[str, AnswerRow]) -> dict[str, Any]:
    spec = told["en"].spec
    return {
        "name": spec.name,
        "kind": spec.kind.value,
        "label": in_all_languages(told["en"].label),
        "text": {code: row.text for code, row in told.items()},
        "personal": spec.personal,
        "question": spec.question,
        "criteria": list(spec.criteria),
    }


def read_content(
    content: Mapping[str, Any], *, language: str | None = None, personal: bool = True
) -> list[ReadSection]:
    """The sections of a version in `language` (the active one when None); without the fields that only serve
    to reach people when `personal` is False, as reviewers get it. Empty sections are left out."""
    code = (language or get_language() or "en").split("-")[0]
    code = code if code in LANGUAGE_CODES else "en"
    found = []
    for section in content["sections"]:
        rows = tuple(
            ReadRow(
                name=row["name"],
                label=row["label"][code],
                text=row["text"][code],
                lines=row["kind"] == FieldKind.TEXT,
                question=row["question"],
                criteria=tuple(row["criteria"]),
            )
            for row in section["rows"]
            if personal or not row["personal"]
        )
        if rows:
            found.append(ReadSection(section["section"], section["title"][code], rows))
    return found
