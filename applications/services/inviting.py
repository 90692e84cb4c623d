"""Asking municipalities to take part in a call."""

from collections.abc import Collection

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.enums import CallPhase
from applications.models import Call, CallInvitation
from applications.selectors.invitations import Reach, reach_of
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError
from sdgpartners.core.history import because
from sdgpartners.notifications.services import queue_mail, queue_mail_to_address
from sdgpartners.people.models import User
from sdgpartners.programme.models import Municipality

KIND, BODY_KIND = "call_invitation", "call_invitation_body"
_NOT_NOW = _("Municipalities are invited to a call that is published and not closed yet.")


@transaction.atomic
def invite_to_call(*, call: Call, municipalities: Collection[Municipality], actor: User) -> Reach:
    """Invite each municipality once; what went out, and whom nothing could reach.

    Locks the call, so that two coordinators do not invite the same one twice. Mails the people of the municipality
    in their language; without people its official address, in the language of its country, with the way to the
    self-check and to asking to join. A municipality that was invited before is left as it is. The caller has looked
    whom `actor` may invite. Raises DomainError for a call that is not announced, or is over.
    """
    call = Call.objects.select_for_update(of=("self",)).select_related("programme").get(pk=call.pk)
    if call.phase not in (CallPhase.UPCOMING, CallPhase.OPEN):
        raise DomainError(_NOT_NOW)
    invited = set(call.invitations.values_list("municipality", flat=True))
    new = {row.pk: row for row in municipalities if row.pk not in invited and not row.is_test}
    reach = reach_of(new.values())
    with because(actor):
        for row in new.values():
            CallInvitation.objects.create(
                call=call, municipality=row, invited_by=actor, invited_at=clock.now()
            )
    for person, row in reach.people:
        queue_mail(
            kind=KIND, recipient=person, link=start_link(call), target=call.code, context=mail_context(call, row),
            actor=actor,
        )  # fmt: skip
    for row in reach.addresses:
        queue_mail_to_address(
            kind=BODY_KIND, to=row.email, language=row.country.default_language, link=call_link(call),
            target=call.code, context=mail_context(call, row), zone=row.country.time_zone,
        )  # fmt: skip
    return reach


def start_link(call: Call) -> str:
    """Where people with an account start."""
    return reverse("applications:application-start", args=[call.code])


def call_link(call: Call) -> str:
    """Where a body without people begins: the page of the call, with the self-check and the way in."""
    return reverse("portal:call-detail", args=[call.code])


def mail_context(call: Call, municipality: Municipality) -> dict[str, object]:
    """What the invitation says; also for its preview."""
    return {"call": call, "municipality": municipality, "is_demo": call.programme.is_fictional}
