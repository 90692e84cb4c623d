"""A submitted application goes back to its municipality for changes: asked for, prolonged, taken back. It is
answered by being signed and submitted again (services/submission.py)."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from applications.enums import ApplicationStatus, Section, SectionStatus, SignOffState
from applications.errors import ReasonNeeded
from applications.fields import FieldKind, SectionContent, Values, problems_of
from applications.models import AnswerFile, Application, ChangeRequest, KeptText, SectionState
from applications.selectors.applications import open_change_request
from applications.selectors.sections import read_section, read_sections
from applications.services.letters import mail_staff
from applications.services.moving import locked, move
from applications.services.submission import cancel_sign_off
from applications.services.writing import write_section
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, Incomplete, MoveNotAllowed
from sdgpartners.core.history import because
from sdgpartners.people.models import User

_S = ApplicationStatus


class NoSection(Incomplete):
    """Nothing that could be changed was named."""

    message = _("Choose at least one part that has to change.")


class NotLater(DomainError):
    """A deadline lies in the future, and a prolonged one after the one before."""

    message = _("Choose a moment that is later.")


@transaction.atomic
def request_changes(
    *, application: Application, sections: Collection[Section], note: str, due_at: datetime, actor: User
) -> ChangeRequest:
    """Send a submitted application back: only `sections` can be changed, until `due_at` (aware).

    Locks the application; mails everybody who works on it what has to change and until when. A second click
    gives the request that is open. Raises NoSection (none, or none that this application has), ReasonNeeded
    (no note), NotLater, MoveNotAllowed.
    """
    application = locked(application)
    present = open_change_request(application)
    if present is not None and present.asked_by_id == actor.pk and present.note == note.strip():
        return present
    if application.status != _S.SUBMITTED:
        # The table of moves also lets an unsigned answer go back to the changes that it answers.
        raise MoveNotAllowed(state=application.get_status_display())
    asked = [section for section in Section if section in sections and _has(application, section)]
    _check(asked, note, due_at)
    with because(actor, note.strip()):
        move(application, _S.CHANGES_REQUESTED)
        request = ChangeRequest.objects.create(
            application=application,
            revision=application.revisions.latest("number"),
            sections=asked,
            note=note.strip(),
            due_at=due_at,
            asked_by=actor,
            asked_at=clock.now(),
        )
    for section in asked:
        SectionState.objects.update_or_create(
            application=application,
            section=section,
            defaults={"status": SectionStatus.CHANGES_REQUESTED},
        )
    mail_staff(application, "changes_requested", actor, request=request, sections=[s.label for s in asked])
    return request


def _has(application: Application, section: Section) -> bool:
    return bool(read_section(application, section).groups)


def _check(asked: list[Section], note: str, due_at: datetime) -> None:
    if not asked:
        raise NoSection
    if not note.strip():
        raise ReasonNeeded
    if due_at <= clock.now():
        raise NotLater


@transaction.atomic
def prolong_change_request(*, application: Application, due_at: datetime, actor: User) -> ChangeRequest:
    """Give the municipality more time, also after the old date has passed.

    Locks the application; mails everybody who works on it. The same date twice changes nothing. Raises
    NotLater, MoveNotAllowed when nothing is asked for any more.
    """
    application = locked(application)
    request = _open(application)
    if request.due_at == due_at:
        return request
    if due_at <= max(request.due_at, clock.now()):
        raise NotLater
    with because(actor):
        request.due_at = due_at
        request.save(update_fields=["due_at"])
    mail_staff(application, "changes_prolonged", actor, request=request)
    return request


def _open(application: Application) -> ChangeRequest:
    request = (
        ChangeRequest.objects.select_for_update(of=("self",))
        .select_related("revision")
        .filter(application=application, answered_at__isnull=True, cancelled_at__isnull=True)
        .first()
    )
    if request is None:
        raise MoveNotAllowed(state=application.get_status_display())
    return request


@transaction.atomic
def cancel_change_request(*, application: Application, reason: str, actor: User) -> Application:
    """Take the request back: submitted again, as it was before.

    What counts is the revision that was submitted, so the answers are put back to it; what was typed
    meanwhile is kept as a settled KeptText and in the history. Locks the application; cancels an open question
    for a signature; mails everybody who works on it. A second click changes nothing. Raises ReasonNeeded,
    MoveNotAllowed when nothing is asked for any more.
    """
    application = locked(application)
    if application.status == _S.SUBMITTED and _taken_back(application):
        return application
    request = _open(application)
    if not reason.strip():
        raise ReasonNeeded
    with because(actor, reason.strip()):
        move(application, _S.SUBMITTED)
        request.cancelled_at = clock.now()
        request.save(update_fields=["cancelled_at"])
        for sign_off in application.sign_offs.select_for_update().filter(state=SignOffState.ASKED):
            cancel_sign_off(sign_off)
        _put_back(application, request, actor)
    mail_staff(application, "changes_cancelled", actor, request=request, reason=reason.strip())
    return application


def _taken_back(application: Application) -> bool:
    newest = application.change_requests.order_by("-asked_at", "-pk").first()
    return newest is not None and newest.cancelled_at is not None


def _put_back(application: Application, request: ChangeRequest, actor: User) -> None:
    """The answers of the named sections as they were submitted."""
    submitted: dict[str, Values] = request.revision.content["values"]
    # Commitments count as accepted by whoever signed them then, never by a coordinator.
    signer = application.submitted_by or actor
    for content in read_sections(application, [Section(each) for each in request.sections]):
        before = submitted.get(content.section, {})
        # A field that was not asked then keeps what it holds: it is in no answer.
        values = {name: before[name] for name in content.values if name in before}
        _keep_typed(application, content, values, actor)
        write_section(application=application, content=content, values=values, actor=signer)
        _put_files_back(application, content, before, actor)
        stored = read_section(application, content.section)
        status = SectionStatus.IN_PROGRESS if problems_of(stored, stored.values) else SectionStatus.COMPLETED
        # Of a newer version: a page that was open before must not write over it unseen.
        SectionState.objects.filter(application=application, section=content.section).update(
            status=status, version=F("version") + 1, page=""
        )


def _keep_typed(application: Application, content: SectionContent, values: Values, actor: User) -> None:
    typed = {name: content.values[name] for name, value in values.items() if content.values[name] != value}
    if typed:
        state = application.section_states.filter(section=content.section).first()
        KeptText.objects.create(
            application=application,
            section=content.section,
            content=typed,
            written_by=state.saved_by if state else actor,
            created_at=clock.now(),
            settled_at=clock.now(),
        )


def _put_files_back(application: Application, content: SectionContent, before: Values, actor: User) -> None:
    """Files that were added since are removed, those that were removed come back; none is deleted."""
    for spec in content.fields:
        if spec.kind != FieldKind.FILE or spec.name not in before:
            continue
        kept = set(before[spec.name])
        for row in AnswerFile.objects.filter(
            application=application, question__code=spec.question
        ).select_related("file"):
            stays = str(row.file.uid) in kept
            if stays and row.removed_at is not None:
                row.removed_at = row.removed_by = None
                row.save(update_fields=["removed_at", "removed_by"])
            elif not stays and row.removed_at is None:
                row.removed_at, row.removed_by = clock.now(), actor
                row.save(update_fields=["removed_at", "removed_by"])
