"""What changed between two submitted versions, or since the one that came back for changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from applications.enums import Section
from applications.fields import SectionContent
from applications.models import Application, ChangeRequest
from applications.revision_content import ReadRow, ReadSection, read_content, sections_content
from applications.selectors.applications import open_change_request
from applications.selectors.deadlines import changes_overdue


@dataclass(frozen=True, slots=True)
class Change:
    """A field that says something else, in the active language; empty where it was or is not filled in."""

    section: str
    title: str
    name: str
    label: str
    before: str
    after: str
    lines: bool


def compare_content(
    before: Mapping[str, Any], after: Mapping[str, Any], *, personal: bool = True
) -> list[Change]:
    """The fields on which two versions differ, in the order of the page, read in the active language; without
    `personal` those that serve to reach people are left out."""
    return _differences(read_content(before, personal=personal), read_content(after, personal=personal))


def changes_since(contents: list[SectionContent], request: ChangeRequest) -> list[Change]:
    """What the sections say now (`read_sections`) beside the version that came back."""
    now = {"sections": sections_content(contents)}
    return compare_content(request.revision.content, now)


def submitted_rows(request: ChangeRequest, section: Section) -> tuple[ReadRow, ...]:
    """The answers of a section as they were submitted before."""
    found = [each.rows for each in read_content(request.revision.content) if each.section == section]
    return found[0] if found else ()


def change_page(application: Application, section: Section) -> dict[str, object]:
    """What a section's page shows while changes are asked for: the request, whether this section is named, whether
    its time is over, and its answers as they were submitted."""
    request = open_change_request(application) if application.submitted_at else None
    if request is None:
        return {"change_request": None}
    named = section in request.sections
    return {
        "change_request": request,
        "is_named": named,
        "behind": changes_overdue(application),
        "submitted_rows": submitted_rows(request, section) if named else (),
    }


def _differences(before: list[ReadSection], after: list[ReadSection]) -> list[Change]:
    order = list(Section)
    titles = {each.section: each.title for each in (*before, *after)}
    old = {each.section: {row.name: row for row in each.rows} for each in before}
    new = {each.section: {row.name: row for row in each.rows} for each in after}
    found = []
    for section in sorted(titles, key=lambda name: order.index(Section(name))):
        there, here = old.get(section, {}), new.get(section, {})
        for name in dict.fromkeys((*here, *there)):
            change = _change(section, titles[section], there.get(name), here.get(name))
            if change is not None:
                found.append(change)
    return found


def _change(section: str, title: str, before: ReadRow | None, after: ReadRow | None) -> Change | None:
    row = after or before
    old, new = before.text if before else "", after.text if after else ""
    if row is None or old == new:
        return None
    return Change(section, title, row.name, row.label, old, new, row.lines)
