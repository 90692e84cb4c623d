"""From a complete draft to a submitted application: asked for, signed by a second person, or declined; and
withdrawn. Requested changes go the same way again.

Sign-off falls before the deadline, which is looked at inside the transaction, after the lock, by the server's
clock.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.enums import ApplicationStatus, Section, SignOffState
from applications.errors import (
    CallAmended,
    NoSignatory,
    NotComplete,
    NotSignatory,
    ReasonNeeded,
    TextsToCompare,
)
from applications.fields import Problem, SectionContent, problems_of
from applications.models import Application, ChangeRequest, Revision, SignOff
from applications.revision_content import FORMAT, asked_values, in_all_languages, sections_content
from applications.selectors.applications import open_change_request, texts_to_settle
from applications.selectors.calls import is_ranked
from applications.selectors.places import HOLDING
from applications.selectors.questions import told
from applications.selectors.sections import read_sections
from applications.selectors.staff import may_confirm, signatories_of
from applications.services.assignment import tell_reviewers_withdrawn
from applications.services.eligibility import refuse_unless_eligible
from applications.services.forms import refuse_unless_open
from applications.services.letters import mail_context, mail_staff
from applications.services.moving import locked, move
from applications.services.place_mails import tell_place_free
from applications.signals import application_leaving, application_submitted, application_withdrawn
from sdgpartners.core import clock
from sdgpartners.core.errors import DeadlinePassed, MoveNotAllowed, SamePerson
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
    if kept := texts_to_settle(application):
        raise TextsToCompare(kept)
    return sections


def _refuse_if_amended(application: Application, amendment: int | None) -> None:
    """Raise CallAmended when the call was corrected after the page (made when `amendment` was the newest)."""
    if amendment is None:
        return
    newer = list(application.call.amendments.filter(number__gt=amendment).select_related("call"))
    if newer:
        raise CallAmended(newer)


@transaction.atomic
def ask_sign_off(*, application: Application, actor: User, amendment: int | None = None) -> SignOff:
    """Ask the signatories for a signature: draft or requested changes to awaiting sign-off.

    Locks the application; mails every signatory but `actor`, who may not sign what they ask for. A second
    click gives the question that is open. `amendment` is the number of the newest amendment that `actor` has
    read (None: not asked). Raises CallNotOpen, CallAmended, NotComplete, TextsToCompare, NotEligible, NoSignatory,
    MoveNotAllowed.
    """
    application = locked(application)
    waiting = _open_sign_off(application)
    if waiting is not None and waiting.asked_by_id == actor.pk:
        return waiting
    refuse_unless_open(application.call, application)
    _refuse_after_ranking(application)
    _refuse_if_amended(application, amendment)
    _complete_sections(application)
    refuse_unless_eligible(application)
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
            context=mail_context(application) | {"asked_by": actor},
            actor=actor,
        )
    return sign_off


def _refuse_after_ranking(application: Application) -> None:
    """A late municipality comes in as long as nothing is ranked, whatever its code says."""
    late = application.submitted_at is None and clock.now() > application.call.closes_at
    if late and not application.municipality.is_test and is_ranked(application.call):
        raise DeadlinePassed(
            _("This call is decided or its applications are ranked: nobody can come in any more.")
        )


def _open_sign_off(application: Application) -> SignOff | None:
    return (
        SignOff.objects.select_for_update().filter(application=application, state=SignOffState.ASKED).first()
    )


@transaction.atomic
def sign_and_submit(*, application: Application, actor: User, amendment: int | None = None) -> Application:
    """Sign and submit: awaiting sign-off to submitted.

    Locks the application, so that a double click submits once: the second one finds it done and changes
    nothing. Writes the next revision, the first being 1; an open request for changes is answered by it. Mails
    a receipt to everybody who works on it, sends `application_submitted`. Raises NotSignatory (the seat has
    ended), SamePerson, CallNotOpen (late by one second is late), CallAmended (as in `ask_sign_off`),
    NotComplete, TextsToCompare, NotEligible, MoveNotAllowed.
    """
    application = locked(application)
    if _signed_already(application, actor):
        return application
    sign_off = _open_to(application, actor)
    refuse_unless_open(application.call, application)
    _refuse_after_ranking(application)
    _refuse_if_amended(application, amendment)
    sections = _complete_sections(application)
    refuse_unless_eligible(application)
    now = clock.now()
    with because(actor):
        move(application, _S.SUBMITTED, submitted_at=now, submitted_by=actor)
        _answer(sign_off, SignOffState.SIGNED, actor, now)
        _answer_request(application, now)
    revision = _write_revision(application, sections, now)
    mail_staff(
        application, "application_receipt", actor, page="applications:application-copy", revision=revision
    )
    application_submitted.send(sender=Application, application=application)
    return application


def _signed_already(application: Application, actor: User) -> bool:
    """Whether the last question was signed by this person: a second click. A request for changes that was taken
    back leaves its question cancelled, so that a late click is not taken for a signature."""
    if application.status != _S.SUBMITTED or application.submitted_by_id != actor.pk:
        return False
    newest = application.sign_offs.order_by("-created_at", "-pk").first()
    return newest is not None and newest.state == SignOffState.SIGNED


def _open_to(application: Application, actor: User) -> SignOff:
    """The open question, for a person who may answer it."""
    sign_off = _open_sign_off(application)
    if sign_off is None:
        raise MoveNotAllowed(state=application.get_status_display())
    if sign_off.asked_by_id == actor.pk:
        raise SamePerson
    if not may_confirm(application, actor):
        raise NotSignatory
    return sign_off


def _answer_request(application: Application, now: datetime) -> None:
    request = _locked_request(application)
    if request is not None:
        request.answered_at = now
        request.save(update_fields=["answered_at"])


def _locked_request(application: Application) -> ChangeRequest | None:
    return (
        ChangeRequest.objects.select_for_update()
        .filter(application=application, answered_at__isnull=True, cancelled_at__isnull=True)
        .first()
    )


def _before_asking(application: Application) -> ApplicationStatus:
    """Where an application goes back to when it is not signed."""
    return _S.DRAFT if open_change_request(application) is None else _S.CHANGES_REQUESTED


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
        "filled_by": application.filled_by.acronym if application.filled_by else None,
        "sections": sections_content(sections),
        "values": {section.section.value: asked_values(section) for section in sections},
    }
    number = application.revisions.count() + 1
    return Revision.objects.create(application=application, number=number, content=content, created_at=now)


@transaction.atomic
def decline_sign_off(*, application: Application, actor: User, reason: str) -> SignOff:
    """Send it back to who asked, with the reason: awaiting sign-off to draft, or to the requested changes.

    Locks the application; mails who asked. Raises ReasonNeeded, NotSignatory, SamePerson, MoveNotAllowed.
    """
    application = locked(application)
    sign_off = _open_to(application, actor)
    if not reason.strip():
        raise ReasonNeeded
    with because(actor, reason):
        move(application, _before_asking(application))
        _answer(sign_off, SignOffState.DECLINED, actor, clock.now(), reason.strip())
    queue_mail(
        kind="sign_off_declined",
        recipient=sign_off.asked_by,
        link=reverse("applications:application-detail", args=[application.reference]),
        target=application.reference,
        context=mail_context(application) | {"declined_by": actor, "reason": reason.strip()},
        actor=actor,
    )
    return sign_off


@transaction.atomic
def take_back_sign_off(*, application: Application, actor: User) -> Application:
    """Take the question back to change something: awaiting sign-off to draft, or to the requested changes.
    Locks; mails nobody.

    Raises MoveNotAllowed when it was signed or declined meanwhile.
    """
    application = locked(application)
    sign_off = _open_sign_off(application)
    if sign_off is None:
        raise MoveNotAllowed(state=application.get_status_display())
    with because(actor):
        move(application, _before_asking(application))
        cancel_sign_off(sign_off)
    return application


def cancel_sign_off(sign_off: SignOff) -> None:
    """End a locked question that nobody has answered, so nobody is named as the one who did."""
    sign_off.state, sign_off.answered_at = SignOffState.CANCELLED, clock.now()
    sign_off.save(update_fields=["state", "answered_at"])


@transaction.atomic
def withdraw_application(*, application: Application, actor: User, reason: str = "") -> Application:
    """Take the application back for good. Nothing is deleted. A second click changes nothing.

    Locks the application; cancels an open question for a signature and an open request for changes; mails
    everybody who works on it, whoever still had to review it, and the coordinators of the lead where a place came
    free. Sends `application_leaving` before and `application_withdrawn` after. Raises NotSignatory for an editor's
    click that comes after the submission, and MoveNotAllowed once it has been matched or has ended.
    """
    application_leaving.send(sender=Application, application=application)
    application = locked(application)
    if application.status == _S.WITHDRAWN:
        return application
    if application.submitted_at is not None and not signatories_of(application).filter(pk=actor.pk).exists():
        raise NotSignatory(_("A signatory of your municipality can withdraw the application."))
    held_a_place = application.status in HOLDING
    with because(actor, reason):
        end_application(application)
    mail_staff(application, "application_withdrawn", actor)
    tell_reviewers_withdrawn(application=application, actor=actor)
    if held_a_place:
        tell_place_free(application, reason=reason, actor=actor)
    application_withdrawn.send(sender=Application, application=application, reason=reason, actor=actor)
    return application


def end_application(application: Application, **also: Any) -> None:
    """Withdraw a locked application with what is open on it; `also` sets fields with the move."""
    sign_off, request, now = _open_sign_off(application), _locked_request(application), clock.now()
    move(application, _S.WITHDRAWN, withdrawn_at=now, **also)
    if sign_off is not None:
        cancel_sign_off(sign_off)
    if request is not None:
        request.cancelled_at = now
        request.save(update_fields=["cancelled_at"])
