"""Mail that follows from what happens below: invitations, and the log of what the sign-in pages sent."""

from typing import Any

from django.dispatch import receiver
from django.urls import reverse
from django.utils import translation

from sdgpartners.core import clock
from sdgpartners.notifications.enums import MailState
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.notifications.services import queue_mail_to_address
from sdgpartners.people.models import Invitation, User
from sdgpartners.people.offers import offer_of
from sdgpartners.people.signals import account_mail_sent, invitation_created


@receiver(invitation_created, dispatch_uid="notifications.mail_invitation")
def mail_invitation(*, invitation: Invitation, token: str, **_: Any) -> None:
    """Queue the mail with the link; its text is wiped once it has gone out."""
    offer = offer_of(invitation)
    with translation.override(invitation.language):
        context = {
            "invited_by": str(invitation.invited_by) if invitation.invited_by else "",
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
    *,
    kind: str,
    to: str,
    recipient: User | None,
    language: str,
    subject: str,
    message_id: str,
    error: str,
    **_: Any,
) -> None:
    """A line in the mail log without the text. What failed is not tried again: its code is old by then."""
    now = clock.now()
    OutgoingMail.objects.create(
        recipient=recipient,
        to=to,
        language=language,
        kind=kind,
        subject=subject,
        body_kept=False,
        state=MailState.BOUNCED if error else MailState.SENT,
        tries=1,
        claimed_at=now,
        sent_at=None if error else now,
        error=error,
        message_id=message_id,
    )
