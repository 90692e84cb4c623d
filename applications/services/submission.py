"""From a complete draft to a submitted application: asked for, signed by a second person, or declined; and
withdrawn.

Sign-off falls before the deadline, which is looked at inside the transaction, after the lock, by the server's
clock.
"""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from applications.enums import ApplicationStatus, Section, SignOffState
from applications.errors import NoSignatory, NotComplete, ReasonNeeded
from applications.fields import Problem, SectionContent, problems_of
from applications.models import Application, Revision, SignOff
from applications.revision_content import FORMAT, in_all_languages, sections_content
from applications.selectors.sections import read_sections, told
from applications.selectors.staff import signatories_of, staff_of
from applications.services.forms import refuse_unless_open
from applications.services.moving import locked, move
from applications.signals import application_submitted
from sdgpartners.core import clock
from sdgpartners.core.errors import MoveNotAllowed, SamePerson
from sdgpartners.core.history import because
from sdgpartners.notifications.services import queue_mail
from sdgpartners.people.models import User

_S = ApplicationStatus


def missing_in(sections: list[SectionContent]) -> list[tuple[Section, Problem]]:
    """Everything that is not complete, with its section."""
    return [
        (content.section, problem) for content in sections for problem in problems_of(content, content.values)
    ]


def _complete_sections(application: Application) -> list[SectionContent]:
    sections = read_sections(application)
    missing = missing_in(sections)
    if missing:
        raise NotComplete(missing)
    return sections


@transaction.atomic
def ask_sign_off(*, application: Application, actor: User) -> SignOff:
    """Ask the signatories for a signature: draft to awaiting sign-off.

    Locks the application; mails every signatory but `actor`, who may not sign what they ask for. A second
    click gives the question that is open. Raises CallNotOpen, NotComplete, NoSignatory, MoveNotAllowed.
    """
    application = locked(application)
    waiting = _open_sign_off(application)
    if waiting is not None and waiting.asked_by_id == actor.pk:
        return waiting
    refuse_unless_open(application.call)
    _complete_sections(application)
    signers = list(signatories_of(application).exclude(pk=actor.pk))
    if not signers:
        raise NoSignatory
    with because(actor):
        move(application, _S.AWAITING_SIGN_OFF)
        sign_off = SignOff.objects.create(application=application, asked_by=actor)
    for signer in signers:
        queue_mail(
            kind="sign_off_asked",
            recipient=signer,
            link=reverse("applications:sign-off-answer", args=[application.reference]),
            target=application.reference,
            context=_mail_context(application) | {"asked_by": actor},
            actor=actor,
        )
    return sign_off


def _open_sign_off(application: Application) -> SignOff | None:
    return (
        SignOff.objects.select_for_update().filter(application=application, state=SignOffState.ASKED).first()
    )


@transaction.atomic
def sign_and_submit(*, application: Application, actor: User) -> Application:
    """Sign and submit: awaiting sign-off to submitted.

    Locks the application, so that a double click submits once: the second one finds it done and changes
    nothing. Writes the revision that reviewers read, mails a receipt to everybody who works on it, sends
    `application_submitted`. Raises SamePerson, CallNotOpen (late by one second is late), NotComplete,
    MoveNotAllowed.
    """
    application = locked(application)
    if application.status == _S.SUBMITTED and application.submitted_by_id == actor.pk:
        return application
    sign_off = _open_sign_off(application)
    if sign_off is None:
        raise MoveNotAllowed(state=application.get_status_display())
    if sign_off.asked_by_id == actor.pk:
        raise SamePerson
    refuse_unless_open(application.call)
    sections = _complete_sections(application)
    now = clock.now()
    with because(actor):
        move(application, _S.SUBMITTED, submitted_at=now, submitted_by=actor)
        _answer(sign_off, SignOffState.SIGNED, actor, now)
    _write_revision(application, sections, now)
    _mail_staff(application, "application_receipt", actor)
    application_submitted.send(sender=Application, application=application)
    return application


def _answer(sign_off: SignOff, state: SignOffState, actor: User, now: datetime, reason: str = "") -> None:
    sign_off.state, sign_off.answered_by, sign_off.answered_at = state, actor, now
    sign_off.reason = reason
    sign_off.save(update_fields=["state", "answered_by", "answered_at", "reason"])


def _write_revision(application: Application, sections: list[SectionContent], now: datetime) -> Revision:
    municipality, call, track = application.municipality, application.call, application.track
    content = {
        "format": FORMAT,
        "reference": application.reference,
        "submitted_at": now.isoformat(),
        "call": {"code": call.code, "title": in_all_languages(told(call, "title"))},
        "municipality": {
            "country": municipality.country_id,
            "code": municipality.code,
            "name": municipality.name,
        },
        "side": application.side,
        "is_profile": application.is_profile,
        "track": track.partner_country.country_id if track else None,
        "sections": sections_content(sections),
        "values": {section.section.value: section.values for section in sections},
    }
    number = application.revisions.count() + 1
    return Revision.objects.create(application=application, number=number, content=content, created_at=now)


@transaction.atomic
def decline_sign_off(*, application: Application, actor: User, reason: str) -> SignOff:
    """Send it back to who asked, with the reason: awaiting sign-off to draft.

    Locks the application; mails who asked. Raises ReasonNeeded, SamePerson, MoveNotAllowed.
    """
    application = locked(application)
    sign_off = _open_sign_off(application)
    if sign_off is None:
        raise MoveNotAllowed(state=application.get_status_display())
    if sign_off.asked_by_id == actor.pk:
        raise SamePerson
    if not reason.strip():
        raise ReasonNeeded
    with because(actor, reason):
        move(application, _S.DRAFT)
        _answer(sign_off, SignOffState.DECLINED, actor, clock.now(), reason.strip())
    queue_mail(
        kind="sign_off_declined",
        recipient=sign_off.asked_by,
        link=reverse("applications:application-detail", args=[application.reference]),
        target=application.reference,
        context=_mail_context(application) | {"declined_by": actor, "reason": reason.strip()},
        actor=actor,
    )
    return sign_off


@transaction.atomic
def take_back_sign_off(*, application: Application, actor: User) -> Application:
    """Take the question back to change something: awaiting sign-off to draft. Locks; mails nobody.

    Raises MoveNotAllowed when it was signed or declined meanwhile.
    """
    application = locked(application)
    sign_off = _open_sign_off(application)
    if sign_off is None:
        raise MoveNotAllowed(state=application.get_status_display())
    with because(actor):
        move(application, _S.DRAFT)
        _cancel(sign_off)
    return application


def _cancel(sign_off: SignOff) -> None:
    # Nobody has answered it, so nobody is named as the one who did.
    sign_off.state, sign_off.answered_at = SignOffState.CANCELLED, clock.now()
    sign_off.save(update_fields=["state", "answered_at"])


@transaction.atomic
def withdraw_application(*, application: Application, actor: User, reason: str = "") -> Application:
    """Take the application back for good. Nothing is deleted. A second click changes nothing.

    Locks the application; cancels an open question for a signature; mails everybody who works on it. Raises
    MoveNotAllowed once it has been matched or has ended.
    """
    application = locked(application)
    if application.status == _S.WITHDRAWN:
        return application
    with because(actor, reason):
        sign_off = _open_sign_off(application)
        move(application, _S.WITHDRAWN, withdrawn_at=clock.now())
        if sign_off is not None:
            _cancel(sign_off)
    _mail_staff(application, "application_withdrawn", actor)
    return application


def _mail_context(application: Application) -> dict[str, object]:
    return {
        "application": application,
        "call": application.call,
        "municipality": application.municipality,
        "is_demo": application.call.programme.is_fictional,
    }


def _mail_staff(application: Application, kind: str, actor: User) -> None:
    for person in staff_of(application):
        queue_mail(
            kind=kind,
            recipient=person,
            link=reverse("applications:application-detail", args=[application.reference]),
            target=application.reference,
            context=_mail_context(application) | {"actor": actor},
            actor=actor,
        )
