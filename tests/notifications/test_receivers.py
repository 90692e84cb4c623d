"""What the people room tells: invitations are mailed without showing their secret, sign-in mails are
logged."""

from datetime import timedelta

import pytest
from django.core import mail as django_mail
from django.urls import reverse

from sdgpartners.core import clock
from sdgpartners.notifications.enums import MailState
from sdgpartners.notifications.errors import BodyNotKept
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.notifications.services import drain_outbox, send_again
from sdgpartners.people.enums import MunicipalRole
from sdgpartners.people.models import Invitation
from sdgpartners.people.signals import account_mail_sent, invitation_created
from tests.factories import UserFactory
from tests.world import World


def _invite(world: World, language: str) -> Invitation:
    return Invitation.objects.create(
        email="new@example.org",
        language=language,
        municipality=world.nikki,
        municipal_role=MunicipalRole.EDITOR,
        token_hash="hash",
        invited_by=world.coordinator_ancb,
        expires_at=clock.now() + timedelta(days=14),
    )


@pytest.mark.django_db
def test_an_invitation_is_mailed_once_with_its_link_and_then_wiped(world: World) -> None:
    invitation = _invite(world, "fr")
    invitation_created.send(sender=Invitation, invitation=invitation, token="s3cret-t0ken")
    row = OutgoingMail.objects.get()
    assert (row.to, row.language, row.kind, row.body_kept) == ("new@example.org", "fr", "invitation", False)

    drain_outbox()
    (message,) = django_mail.outbox
    link = reverse("people:invitation-accept", args=["s3cret-t0ken"])
    assert f"http://testserver{link}" in message.body
    assert "Nikki" in message.body
    assert "(Porto-Novo)" in message.body
    row.refresh_from_db()
    assert row.state == MailState.SENT
    assert "s3cret" not in f"{row.subject} {row.body_text} {row.body_html} {row.target}"


@pytest.mark.django_db
@pytest.mark.parametrize(("error", "state"), [("", MailState.SENT), ("refused", MailState.FAILED)])
def test_a_sign_in_mail_is_logged_without_its_text_and_never_sent_from_here(
    error: str, state: MailState
) -> None:
    person = UserFactory()
    account_mail_sent.send(
        sender=object,
        kind="login_code",
        to=person.email,
        recipient=person,
        language="nl",
        subject="Code",
        message_id="<a@b>",
        error=error,
    )
    row = OutgoingMail.objects.get()
    assert (row.state, row.error, row.body_text, row.body_kept) == (state, error, "", False)
    assert (row.sent_at is None) == bool(error)
    done = drain_outbox()
    assert (done.sent, done.failed) == (0, 0)
    assert django_mail.outbox == []
    with pytest.raises(BodyNotKept):
        send_again(mail=row, actor=None)
