"""What a submitted version holds: every label and answer in the three languages, as it was at that moment.

The shape (`format` 2):
`{"format", "reference", "submitted_at", "call": {"code", "title"},
"municipality": {"country", "code", "name"}, "side", "is_profile", "track": country code or null,
"sections": [{"section", "title", "rows": [{"name", "kind", "label", "text", "personal", "question",
"criteria", "files"}]}], "values": {section: {field: raw value}}}`,
where title, label and text are `{"en", "fr", "nl"}` and files are `{"uid", "name"}`. Goals and files have a line
each in the text. What was not asked has no row and no value. Versions of format 1 have no files.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, override

from applications.answers import LINES, AnswerRow, answer_rows
from applications.fields import Choices, SectionContent, Text, Values, is_asked
from sdgpartners.core.text import LANGUAGE_CODES

FORMAT = 2


@dataclass(frozen=True, slots=True)
class ReadRow:
    """An answer of a submitted version in one language."""

    name: str
    label: str
    text: str
    lines: bool
    question: str
    criteria: tuple[str, ...]
    # The files of the answer as they were: uid and name.
    files: Choices = ()


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
        "files": [{"uid": uid, "name": str(name)} for uid, name in told["en"].files],
    }


def asked_values(content: SectionContent) -> Values:
    """The raw values of a section, of what is asked alone."""
    return {
        spec.name: content.values[spec.name]
        for spec in content.fields
        if is_asked(content, spec, content.values)
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
                lines=row["kind"] in LINES,
                question=row["question"],
                criteria=tuple(row["criteria"]),
                files=tuple((file["uid"], file["name"]) for file in row.get("files", ())),
            )
            for row in section["rows"]
            if personal or not row["personal"]
        )
        if rows:
            found.append(ReadSection(section["section"], section["title"][code], rows))
    return found
