"""Mails to everybody who works on an application, each in their own language."""

from django.urls import reverse

from applications.models import Application
from applications.selectors.deadlines import deadline_of
from applications.selectors.staff import staff_of
from sdgpartners.notifications.services import queue_mail
from sdgpartners.people.models import User


def mail_context(application: Application) -> dict[str, object]:
    """What every mail about an application may say."""
    return {
        "application": application,
        "call": application.call,
        "municipality": application.municipality,
        "deadline": deadline_of(application),
        "is_demo": application.call.programme.is_fictional,
    }


def mail_staff(
    application: Application,
    kind: str,
    actor: User | None,
    *,
    page: str = "applications:application-detail",
    supersede: bool = False,
    **context: object,
) -> None:
    """Queue the mail `kind` to each person of the municipality, with a link to `page`, in the caller's
    transaction."""
    for person in staff_of(application):
        queue_mail(
            kind=kind,
            recipient=person,
            link=reverse(page, args=[application.reference]),
            target=application.reference,
            context=mail_context(application) | {"actor": actor} | context,
            actor=actor,
            supersede=supersede,
        )
