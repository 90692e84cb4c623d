"""What the rooms below tell: an invitation to be mailed, a mail of the sign-in pages to be logged."""

from typing import Any
from urllib.parse import urlencode

from django.dispatch import receiver
from django.urls import reverse
from django.utils import translation

from sdgpartners.notifications.services.outbox import log_sent_mail, queue_mail, queue_mail_to_address
from sdgpartners.people.enums import JoinState, MunicipalRole
from sdgpartners.people.models import Invitation, JoinRequest, User
from sdgpartners.people.offers import offer_of
from sdgpartners.people.selectors import coordinators_for
from sdgpartners.people.signals import (
    account_mail_sent,
    invitation_created,
    join_asked,
    join_decided,
    join_waiting,
)


@receiver(invitation_created, dispatch_uid="notifications.mail_invitation")
def mail_invitation(sender: object, *, invitation: Invitation, token: str, **_kwargs: Any) -> None:
    """Mail the link, in the transaction that made the invitation. Its text holds the token: nobody sees it,
    and it is wiped once it is sent."""
    offer = offer_of(invitation)
    with translation.override(invitation.language):
        context = {
            "invited_by": str(invitation.invited_by or ""),
            "place": offer.place,
            "role_name": offer.role_name,
            "expires_at": invitation.expires_at,
            "zone": offer.country.time_zone,
        }
    queue_mail_to_address(
        kind="invitation",
        to=invitation.email,
        language=invitation.language,
        link=reverse("people:invitation-accept", args=[token]),
        target=f"invitation-{invitation.pk}",
        context=context,
        secret=True,
    )


@receiver(account_mail_sent, dispatch_uid="notifications.log_account_mail")
def log_account_mail(
    sender: object,
    *,
    kind: str,
    to: str,
    recipient: User | None,
    language: str,
    subject: str,
    message_id: str,
    error: str,
    **_kwargs: Any,
) -> None:
    """A code or link to sign in has left at once; the log holds who got it and when, never its text."""
    log_sent_mail(
        kind=kind,
        to=to,
        recipient=recipient,
        language=language,
        subject=subject,
        message_id=message_id,
        error=error,
    )


@receiver(join_asked, dispatch_uid="notifications.mail_join_address")
def mail_join_address(sender: object, *, join_request: JoinRequest, token: str, **_kwargs: Any) -> None:
    """Mail the link that proves the address; without a token, how things stand. Its text is wiped once sent."""
    sign_in = reverse("account_login")
    queue_mail_to_address(
        kind="join_address",
        to=join_request.email,
        language=join_request.language,
        link=reverse("people:join-confirm", args=[token]) if token else sign_in,
        target=f"join-{join_request.pk or 0}",
        context={
            "name": join_request.first_name,
            "municipality": join_request.municipality,
            "token_known": bool(token),
            "waiting": join_request.state == JoinState.WAITING,
            "expires_at": join_request.expires_at,
            "zone": join_request.municipality.country.time_zone,
        },
        secret=True,
    )


@receiver(join_waiting, dispatch_uid="notifications.mail_join_waiting")
def mail_join_waiting(sender: object, *, join_request: JoinRequest, **_kwargs: Any) -> None:
    """Ask the coordinators of the association to decide."""
    for coordinator in coordinators_for(join_request.municipality):
        with translation.override(coordinator.language):
            role_name = str(MunicipalRole(join_request.role).label)
        queue_mail(
            kind="join_waiting",
            recipient=coordinator,
            link=reverse("admin:people_joinrequest_change", args=[join_request.pk]),
            target=f"join-{join_request.pk}",
            context={
                "person": join_request.full_name,
                "job_title": join_request.job_title,
                "email": join_request.email,
                "municipality": join_request.municipality,
                "role_name": role_name,
                "own_domain": join_request.own_domain,
            },
        )


@receiver(join_decided, dispatch_uid="notifications.mail_join_decided")
def mail_join_decided(sender: object, *, join_request: JoinRequest, **_kwargs: Any) -> None:
    """Tell the person: in, with the way on; or not, with the reason."""
    accepted = join_request.state == JoinState.ACCEPTED
    way_on = f"?{urlencode({'next': join_request.next_path})}" if join_request.next_path else ""
    with translation.override(join_request.language):
        role_name = str(MunicipalRole(join_request.role).label)
    queue_mail_to_address(
        kind="join_accepted" if accepted else "join_refused",
        to=join_request.email,
        language=join_request.language,
        link=reverse("account_login") + way_on if accepted else reverse("portal:help"),
        target=f"join-{join_request.pk}",
        context={
            "name": join_request.first_name,
            "municipality": join_request.municipality,
            "role_name": role_name,
            "reason": join_request.reason,
        },
    )
