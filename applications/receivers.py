"""What the rooms below tell: a file in an answer was refused by the virus scanner, a municipality has merged, another
person signs for it, somebody works for another one now, a town twinning became known; and the copies that are made of
what was submitted."""

from typing import Any

from django.dispatch import receiver
from django.urls import reverse

from applications.models import AnswerFile, Application
from applications.permissions import Perm
from applications.reports import KIND, subject_of
from applications.selectors.staff import staff_of
from applications.services.conflicts import refresh_open_tracks
from applications.services.files import tell_refused
from applications.services.sponsors import ask_confirmations, take_over
from applications.signals import application_submitted
from sdgpartners.core.access import allowed
from sdgpartners.documents.models import StoredFile
from sdgpartners.documents.services import request_report
from sdgpartners.documents.signals import file_refused
from sdgpartners.notifications.services import queue_mail
from sdgpartners.people.models import Membership, Succession, User
from sdgpartners.people.signals import membership_given, municipality_succeeded, sponsor_changed
from sdgpartners.programme.signals import twinnings_changed


@receiver(file_refused, dispatch_uid="applications.tell_file_refused")
def tell_file_refused(sender: object, *, stored_file: StoredFile, **_kwargs: Any) -> None:
    """Mail who added it, with the page where another file can be chosen; their section may be incomplete now. Of a
    file that came along from another application, everybody who works on this one."""
    answer = (
        AnswerFile.objects.filter(file=stored_file, removed_at__isnull=True)
        .select_related("application__municipality", "application__call__programme", "question", "added_by")
        .first()
    )
    if answer is None:
        return
    application = answer.application
    tell_refused(answer_file=answer)
    for person in _who_can_send_another(answer):
        queue_mail(
            kind="file_refused",
            recipient=person,
            link=reverse(
                "applications:application-section", args=[application.reference, answer.question.section]
            ),
            target=application.reference,
            context={
                "file": stored_file,
                "about": str(application),
                "is_demo": application.call.programme.is_fictional,
            },
        )


def _who_can_send_another(answer: AnswerFile) -> list[User]:
    sender, application = answer.added_by, answer.application
    if sender is not None and allowed(sender, Perm.EDIT_APPLICATION, application):
        return [sender]
    return list(staff_of(application))


@receiver(municipality_succeeded, dispatch_uid="applications.take_over")
def follow_merger(sender: object, *, succession: Succession, **_kwargs: Any) -> None:
    """The successor takes over the applications, and its sponsor confirms what was signed."""
    take_over(succession=succession)
    ask_confirmations(succession=succession)
    refresh_open_tracks()


@receiver(sponsor_changed, dispatch_uid="applications.ask_new_sponsor")
def ask_new_sponsor(sender: object, *, succession: Succession, **_kwargs: Any) -> None:
    """Another person signs: they confirm what the former one signed."""
    ask_confirmations(succession=succession)


@receiver(application_submitted, dispatch_uid="applications.make_copies")
def make_copies(sender: object, *, application: Application, **_kwargs: Any) -> None:
    """A PDF copy of what was submitted, one in each language of the municipality's people."""
    revision = application.revisions.select_related("application").latest("number")
    for language in sorted(set(staff_of(application).values_list("language", flat=True))):
        request_report(
            kind=KIND, subject=subject_of(revision), language=language, actor=application.submitted_by
        )


@receiver(membership_given, dispatch_uid="applications.step_out_of_own")
def step_out_of_own(sender: object, *, membership: Membership, **_kwargs: Any) -> None:
    """A reviewer who works for a municipality now no longer judges it, nor its twins."""
    refresh_open_tracks(person=membership.user)


@receiver(twinnings_changed, dispatch_uid="applications.step_out_of_twins")
def step_out_of_twins(sender: object, **_kwargs: Any) -> None:
    """The same where a town twinning became known."""
    refresh_open_tracks()
