"""What the rooms below tell: an invitation to be mailed, a mail of the sign-in pages to be logged."""

from typing import Any

from django.dispatch import receiver
from django.urls import reverse
from django.utils import translation

from sdgpartners.notifications.services.outbox import log_sent_mail, queue_mail_to_address
from sdgpartners.people.models import Invitation, User
from sdgpartners.people.offers import offer_of
from sdgpartners.people.signals import account_mail_sent, invitation_created


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
