"""What this room does when something happens below it, and what happens to its own papers when a partnership
resumes."""

from typing import Any

from django.dispatch import receiver
from django.urls import reverse

from applications.models import Application
from applications.signals import application_leaving, application_withdrawn
from matching.models import FormalDecision, Partnership
from matching.services.plan_reviews import move_open_reviews
from matching.services.proposals import drop_proposals, lock_open_proposals
from matching.services.succession import ask_new_sponsor, follow_merger
from matching.services.teams import link_account
from matching.signals import partnership_end_moved, partnership_resumed
from sdgpartners.documents.models import StoredFile
from sdgpartners.documents.signals import file_refused
from sdgpartners.notifications.services import queue_mail
from sdgpartners.people.models import Membership, Succession, User
from sdgpartners.people.signals import membership_given, municipality_succeeded, sponsor_changed


@receiver(file_refused, dispatch_uid="matching.tell_refused_decision")
def tell_who_sent_the_decision(sender: object, *, stored_file: StoredFile, **_kwargs: Any) -> None:
    """The file of a formal decision that the virus scanner refused is told to who sent it, in the same
    transaction."""
    rows = FormalDecision.objects.filter(file=stored_file).select_related(
        "side__partnership__north", "side__partnership__south"
    )
    if stored_file.uploaded_by is None:
        return
    for row in rows:
        partnership = row.side.partnership
        queue_mail(
            kind="file_refused",
            recipient=stored_file.uploaded_by,
            link=reverse("matching:partnership-decisions", args=[partnership.reference]),
            target=partnership.reference,
            context={"file": stored_file, "about": f"{partnership} · {partnership.reference}"},
        )


@receiver(application_leaving, dispatch_uid="matching.hold_proposals")
def hold_proposals(sender: object, *, application: Application, **_kwargs: Any) -> None:
    """Proposals are locked before applications, so that a withdrawal and an answer wait for each other."""
    lock_open_proposals(application)


@receiver(application_withdrawn, dispatch_uid="matching.drop_proposals")
def drop_its_proposals(
    sender: object, *, application: Application, reason: str, actor: User | None, **_kwargs: Any
) -> None:
    """What was proposed to a municipality that withdraws does not come about, and its partner is matched again."""
    drop_proposals(application=application, reason=reason, actor=actor)


@receiver(partnership_resumed, dispatch_uid="matching.move_open_reviews")
def move_reviews(sender: object, *, partnership: Partnership, days: int, **kwargs: Any) -> None:
    """The review of the joint plan that is open is due as many days later as the partnership stood still."""
    move_open_reviews(partnership=partnership, days=days, actor=kwargs.get("actor"))


@receiver(partnership_end_moved, dispatch_uid="matching.cap_open_reviews")
def cap_reviews(sender: object, *, partnership: Partnership, actor: User | None, **_kwargs: Any) -> None:
    """The review of the joint plan that is open is due by the new last day at the latest."""
    move_open_reviews(partnership=partnership, days=0, actor=actor)


@receiver(membership_given, dispatch_uid="matching.link_account")
def link_lines(sender: object, *, membership: Membership, **_kwargs: Any) -> None:
    """Who is named in a team and has an account now is known by it."""
    link_account(membership=membership)


@receiver(municipality_succeeded, dispatch_uid="matching.follow_merger")
def carry_on(sender: object, *, succession: Succession, **_kwargs: Any) -> None:
    """The successor carries on the partnerships, and its sponsor confirms them."""
    follow_merger(succession=succession)


@receiver(sponsor_changed, dispatch_uid="matching.ask_new_sponsor")
def ask_sponsor(sender: object, *, succession: Succession, **_kwargs: Any) -> None:
    """Another person signs: they confirm the partnerships."""
    ask_new_sponsor(succession=succession)
