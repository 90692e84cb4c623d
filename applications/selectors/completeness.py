"""What an application still misses, section by section."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import F

from applications.enums import Section
from applications.fields import SectionContent, Text, problems_of
from applications.models import Application
from applications.selectors.applications import with_sections_asked
from applications.selectors.sections import read_sections


@dataclass(frozen=True, slots=True)
class Missing:
    """A section, and what keeps it from being complete: the field and the reason."""

    section: Section
    problems: tuple[tuple[Text, Text], ...]


def missing_by_section(application: Application) -> list[Missing]:
    """Every section of the application with what it misses as it is stored now, in the statements of
    `read_sections`."""
    return missing_of(read_sections(application))


def missing_of(contents: list[SectionContent]) -> list[Missing]:
    """The same of sections that were read already."""
    found = []
    for content in contents:
        labels = {spec.name: spec.full_label for spec in content.fields}
        problems = problems_of(content, content.values)
        found.append(Missing(content.section, tuple((labels[each.name], each.message) for each in problems)))
    return found


def complete_among(keys: Collection[int]) -> set[int]:
    """Which of these applications have all their parts complete, as they were last saved; one statement."""
    rows = with_sections_asked(Application.objects.filter(pk__in=keys))
    return set(rows.filter(done__gte=F("asked")).values_list("pk", flat=True))
