"""Answers and files of one application written into another: of two that become one, and of one that was withdrawn
when its municipality starts again."""

from collections.abc import Collection, Iterator, Mapping

from django.db.models import F

from applications.enums import ApplicationStatus, Section, SectionStatus
from applications.fields import FieldKind, FieldSpec, SectionContent, Values, empty_value, problems_of
from applications.models import AnswerFile, Application, SectionState
from applications.selectors.files import answer_files
from applications.selectors.sections import read_section, read_sections
from applications.services.writing import write_section
from sdgpartners.core import clock
from sdgpartners.documents.enums import FileState
from sdgpartners.documents.services.files import copy_file
from sdgpartners.people.models import User

# What a self-check asks too: its answers are the newer ones.
_IN_SELF_CHECK = ("has_active_twinning", "working_languages")


def write_over(
    *,
    application: Application,
    values: Mapping[Section, Values],
    files: Collection[AnswerFile],
    source: Application,
    actor: User,
) -> None:
    """Write `values` and copies of `files` of `source` into `application`; each part that changes is told anew whether
    it is complete. The caller holds the lock and gives the reason."""
    for row in files:
        _copy(application, row, actor)
    sections = set(values) | {Section(row.question.section) for row in files}
    for section in Section:
        if section not in sections:
            continue
        content = read_section(application, section)
        write_section(application=application, content=content, values=values.get(section, {}), actor=actor)
        stored = read_section(application, section)
        missing = problems_of(stored, stored.values)
        SectionState.objects.get_or_create(application=application, section=section)
        # Of a newer version: a page that was open before must not write over it unseen.
        SectionState.objects.filter(application=application, section=section).update(
            status=SectionStatus.IN_PROGRESS if missing else SectionStatus.COMPLETED,
            version=F("version") + 1,
            saved_by=actor,
            page=source.reference,
            updated_at=clock.now(),
        )


def _copy(application: Application, row: AnswerFile, actor: User) -> None:
    """The same file under a row of its own, so that the other application still shows what it had."""
    file = copy_file(stored=row.file)
    if file is not None:
        AnswerFile.objects.create(
            application=application, question=row.question, file=file, added_by=actor, added_at=clock.now()
        )


def take_over_withdrawn(*, application: Application, actor: User) -> None:
    """Fill a new draft with what its municipality had written in the newest application that it withdrew from the
    same call; nothing where there is none. Commitments are accepted anew, and a self-check that was brought along
    has the newer answers. Part of `start_application`, which has locked the municipality."""
    source = (
        Application.objects.filter(
            call=application.call_id,
            municipality=application.municipality_id,
            side=application.side,
            status=ApplicationStatus.WITHDRAWN,
            merged_into__isnull=True,
        )
        .select_related("call", "municipality__country", "track__partner_country__country")
        .order_by("-withdrawn_at")
        .first()
    )
    if source is None:
        return
    theirs = {content.section: content for content in read_sections(source)}
    values = {
        content.section: {
            spec.name: theirs[content.section].values[spec.name]
            for spec in _taken(content, theirs[content.section], application)
        }
        for content in read_sections(application)
        if content.section in theirs
    }
    files = [
        row for rows in answer_files(source).values() for row in rows if row.file.state != FileState.REFUSED
    ]
    filled = {section: found for section, found in values.items() if found}
    write_over(application=application, values=filled, files=files, source=source, actor=actor)


def _taken(mine: SectionContent, theirs: SectionContent, application: Application) -> Iterator[FieldSpec]:
    checked = application.self_check_id is not None
    ordered = any(mine.values[spec.name] for spec in mine.fields if spec.kind == FieldKind.RANK)
    for spec in mine.fields:
        newer = checked and spec.name in _IN_SELF_CHECK and mine.values[spec.name]
        if (
            spec.kind in (FieldKind.ACCEPT, FieldKind.FILE)
            or newer
            or (spec.kind == FieldKind.RANK and ordered)
        ):
            continue
        if theirs.values.get(spec.name, "") not in (empty_value(spec), "", []):
            yield spec
