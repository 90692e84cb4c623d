"""Files of answers: given within the form of their section or by the browser's script, taken out, downloaded."""

from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.base import File
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from applications.enums import Section
from applications.fields import FieldKind, SectionContent
from applications.models import AnswerFile, Application, Question
from applications.names import question_field
from applications.permissions import Perm, application_for
from applications.review_permissions import review_for
from applications.selectors.files import (
    answer_files,
    file_of_application,
    file_question,
    files_in,
    was_submitted,
)
from applications.selectors.sections import read_section
from applications.services.files import FileThere, add_answer_file, remove_answer_file
from applications.services.forms import may_edit_section
from applications.views.conflicts import before_the_file
from sdgpartners.core.access import allowed, require
from sdgpartners.core.display import labelled
from sdgpartners.core.errors import DomainError
from sdgpartners.documents.delivery import deliver
from sdgpartners.documents.models import Upload
from sdgpartners.documents.services.uploads import cancel_upload, received, upload_of
from sdgpartners.people.models import User


@dataclass(frozen=True, slots=True)
class FileError:
    """Why a file of a form was not taken: at which field, in words."""

    name: str
    message: str


def take_section_files(
    request: HttpRequest, application: Application, content: SectionContent, actor: User
) -> list[FileError]:
    """Add the files that came with the section's own form, and take out the one whose button sent it
    (`remove-file`); what was refused, by field. A file that was there already is a message, not an error."""
    removed = request.POST.get("remove-file", "")
    errors: list[FileError] = []
    for spec in content.fields:
        if spec.kind != FieldKind.FILE:
            continue
        question = file_question(application, spec.question)
        for sent in request.FILES.getlist(spec.name) if question else ():
            errors += _add_sent(request, application, cast(Question, question), sent, actor)
        if removed in [uid for uid, _name in spec.choices] or _is_here(application, spec.question, removed):
            try:
                remove_answer_file(answer_file=_answer_or_404(application, UUID(removed)), actor=actor)
            except DomainError as error:
                errors.append(FileError(spec.name, str(error)))
    return errors


def _is_here(application: Application, code: str, uid: str) -> bool:
    """Refused files are no choices of the field, but their button is on the page."""
    rows = answer_files(application).get(code, ()) if uid else ()
    return any(str(row.file.uid) == uid for row in rows)


def _add_sent(
    request: HttpRequest, application: Application, question: Question, sent: "File[Any]", actor: User
) -> list[FileError]:
    try:
        add_answer_file(application=application, question=question, upload=sent, actor=actor)
    except FileThere as there:
        messages.info(request, str(there))
    except DomainError as error:
        return [FileError(question_field(question.code), labelled(sent.name, error))]
    return []


@login_required
@require_POST
def file_add(request: HttpRequest, reference: str, question: str) -> HttpResponse:
    """Add one file: `file` of a plain form, or `upload`, the uid of one that came in pieces.

    The script gets the field anew (422 with the reason in it when the file was refused), a form its page.
    """
    application = application_for(request.user, reference)
    require(request.user, Perm.EDIT_APPLICATION, application)
    asked = file_question(application, question)
    if asked is None:
        raise Http404
    user = cast(User, request.user)
    error = notice = name = ""
    try:
        if "upload" in request.POST:
            upload = _own_upload(user, request.POST["upload"])
            name = upload.name
            _take_upload(application, asked, upload, user)
        elif (sent := request.FILES.get("file")) is not None:
            name = str(sent.name)
            add_answer_file(application=application, question=asked, upload=sent, actor=user)
        else:
            error = _("Choose a file.")
    except FileThere as there:
        notice = str(there)
    except DomainError as refused:
        error = labelled(name, refused)
    return _answer(request, application, asked, error=error, notice=notice)


def _own_upload(user: User, uid: str) -> Upload:
    try:
        upload = upload_of(user, UUID(uid))
    except ValueError as error:
        raise Http404 from error
    if upload is None:
        raise Http404
    return upload


def _take_upload(application: Application, question: Question, upload: Upload, user: User) -> None:
    if upload.finished_at is not None:
        # The answer to an earlier try was lost on the way; the file is on the page.
        return
    try:
        with received(upload) as content:
            add_answer_file(application=application, question=question, upload=content, actor=user)
    except FileThere:
        cancel_upload(upload=upload)
        raise


@login_required
@require_POST
def file_remove(request: HttpRequest, reference: str, uid: UUID) -> HttpResponse:
    """Take a file out of the answer; the script gets the field anew, a form its page."""
    application = application_for(request.user, reference)
    require(request.user, Perm.EDIT_APPLICATION, application)
    answer = _answer_or_404(application, uid)
    error = ""
    try:
        remove_answer_file(answer_file=answer, actor=cast(User, request.user))
    except DomainError as refused:
        error = str(refused)
    return _answer(request, application, answer.question, error=error)


def _answer(
    request: HttpRequest, application: Application, question: Question, *, error: str = "", notice: str = ""
) -> HttpResponse:
    section = Section(question.section)
    if request.headers.get("X-Requested-With") != "upload":
        if error or notice:
            messages.add_message(request, messages.ERROR if error else messages.INFO, error or notice)
        return redirect("applications:application-section", application.reference, section)
    name = question_field(question.code)
    spec = next(each for each in read_section(application, section).fields if each.name == name)
    context = {
        "application": application,
        "spec": spec,
        "files": answer_files(application).get(question.code, []),
        "editable": may_edit_section(application, section),
        "error": error,
        "notice": notice,
    }
    return render(request, "applications/_file_field.html", context, status=422 if error else 200)


@login_required
@require_safe
def file_download(request: HttpRequest, reference: str, uid: UUID) -> FileResponse:
    """A file of an application: for who works on it; for associations in scope once it was submitted."""
    application = application_for(request.user, reference)
    answer = _answer_or_404(application, uid)
    if not allowed(request.user, Perm.EDIT_APPLICATION, application) and not was_submitted(application, uid):
        raise Http404
    return deliver(answer.file)


@login_required
@require_safe
def review_file(request: HttpRequest, reference: str, country: str, uid: UUID) -> HttpResponseBase:
    """A file of the version that the reviewer reads; no other, and not before they declared their interest."""
    review = review_for(request.user, reference, country)
    closed = before_the_file(request.user, review.application)
    if closed is not None:
        return closed
    if str(uid) not in files_in(review.revision.content):
        raise Http404
    return deliver(_answer_or_404(review.application, uid).file)


def _answer_or_404(application: Application, uid: UUID) -> AnswerFile:
    answer = file_of_application(application, uid)
    if answer is None:
        raise Http404
    return answer
