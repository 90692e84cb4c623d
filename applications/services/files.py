"""Files as answers: added while the section may be changed, removed without being deleted."""

from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications.enums import QuestionKind, Section, SectionStatus
from applications.errors import NotEditable
from applications.fields import MOST_FILES, problems_of
from applications.models import AnswerFile, Application, Question, SectionState
from applications.selectors.questions import questions_for
from applications.selectors.sections import read_section
from applications.services.forms import may_edit_section, refuse_unless_open
from applications.services.moving import locked
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, LimitExceeded
from sdgpartners.core.history import because
from sdgpartners.documents.content import ANYTHING
from sdgpartners.documents.enums import FileState
from sdgpartners.documents.services.files import check_upload, store_checked
from sdgpartners.people.models import User

PURPOSE = "answer"


class FileThere(DomainError):
    """The same file, to the byte, answers this question already; `present` is that answer."""

    message = _("“%(name)s” was here already. It is kept once.")

    def __init__(self, present: AnswerFile) -> None:
        self.present = present
        super().__init__(name=present.file.name)


class TooManyFiles(LimitExceeded):
    """The question holds as many files as it can."""

    message = _("This question takes at most %(most)s files. Remove one first.")


def add_answer_file(
    *, application: Application, question: Question, upload: "File[Any]", actor: User
) -> AnswerFile:
    """Keep a file that a person sent as (part of) the answer to `question`.

    Its content is checked first, then the application is locked. The state of the section is told anew; its
    version stays, so that who has the page open meets no conflict. Raises FileRefused for the file itself,
    NotEditable and CallNotOpen, FileThere, TooManyFiles.
    """
    checked = check_upload(upload=upload, allowed=ANYTHING)
    with transaction.atomic(), because(actor):
        application = locked(application)
        _refuse_unless_editable(application, question)
        present = list(_standing(application, question))
        for row in present:
            if row.file.sha256 == checked.sha256:
                raise FileThere(row)
        most = question.choices_max or MOST_FILES
        if len(present) >= most:
            raise TooManyFiles(most=most)
        added = AnswerFile.objects.create(
            application=application,
            question=question,
            file=store_checked(checked=checked, purpose=PURPOSE, actor=actor),
            added_by=actor,
            added_at=clock.now(),
        )
        _tell_state(application, question, actor)
    return added


@transaction.atomic
def remove_answer_file(*, answer_file: AnswerFile, actor: User) -> AnswerFile:
    """Take a file out of the answer; row and bytes stay, because a submitted version may name it.

    Locks the application. A second click changes nothing. Raises NotEditable and CallNotOpen.
    """
    application = locked(answer_file.application)
    row = AnswerFile.objects.select_related("question", "file").get(pk=answer_file.pk)
    _refuse_unless_editable(application, row.question)
    if row.removed_at is None:
        with because(actor):
            row.removed_at, row.removed_by = clock.now(), actor
            row.save(update_fields=["removed_at", "removed_by"])
            _tell_state(application, row.question, actor)
    return row


def tell_refused(*, answer_file: AnswerFile) -> None:
    """A file was refused after it was added: its section may no longer be complete. Locks the application."""
    application = locked(answer_file.application)
    _tell_state(application, answer_file.question, None)


def _standing(application: Application, question: Question) -> Any:
    rows = AnswerFile.objects.filter(application=application, question=question, removed_at__isnull=True)
    return rows.exclude(file__state=FileState.REFUSED).select_related("file")


def _refuse_unless_editable(application: Application, question: Question) -> None:
    """Also for a question of another call, side or kind: forms offer none of those."""
    if not questions_for(application).filter(pk=question.pk, kind=QuestionKind.FILE).exists():
        raise NotEditable
    if not may_edit_section(application, Section(question.section)):
        refuse_unless_open(application.call, application)
        raise NotEditable


def _tell_state(application: Application, question: Question, actor: User | None) -> None:
    content = read_section(application, Section(question.section))
    state, _new = SectionState.objects.select_for_update().get_or_create(
        application=application, section=content.section
    )
    problems = problems_of(content, content.values)
    state.status = SectionStatus.IN_PROGRESS if problems else SectionStatus.COMPLETED
    state.saved_by = actor or state.saved_by
    state.save(update_fields=["status", "saved_by"])
