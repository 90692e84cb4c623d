"""The files given as answers: of a draft as they are now, of a submitted version as they were then."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from applications.enums import QuestionKind
from applications.models import AnswerFile, Application, Question, Revision
from applications.selectors.questions import questions_for


def answer_files(application: Application) -> dict[str, list[AnswerFile]]:
    """The files that stand now, by the code of their question, oldest first; refused ones too, so that the
    page can say why. One statement."""
    found: dict[str, list[AnswerFile]] = {}
    rows = AnswerFile.objects.filter(application=application.pk, removed_at__isnull=True)
    for row in rows.select_related("file", "question").order_by("added_at", "pk"):
        found.setdefault(row.question.code, []).append(row)
    return found


def file_question(application: Application, code: str) -> Question | None:
    """The question of this application that is answered by files, None for any other code."""
    return questions_for(application).filter(kind=QuestionKind.FILE, code=code).first()


def files_in(content: Mapping[str, Any]) -> frozenset[str]:
    """The uids of the files that a submitted version names. Other lists of codes come along: an uid is none
    of those."""
    values = (value for section in content.get("values", {}).values() for value in section.values())
    return frozenset(code for value in values if isinstance(value, list) for code in value)


def file_of_application(application: Application, uid: UUID) -> AnswerFile | None:
    """A file of this application, also one that was removed since: a version may name it."""
    rows = AnswerFile.objects.filter(application=application.pk, file__uid=uid)
    return rows.select_related("file", "question").first()


def was_submitted(application: Application, uid: UUID) -> bool:
    """Whether a submitted version of this application names the file."""
    contents = Revision.objects.filter(application=application.pk).values_list("content", flat=True)
    return any(str(uid) in files_in(content) for content in contents)
