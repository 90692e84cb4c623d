"""What is mailed about a conflict of interest: to coordinators who look for a substitute, and to whom it was entered
for. The words of a declaration stay in the portal."""

from django.urls import reverse

from applications.models import Application, ConflictDeclaration, Review, Track
from applications.selectors.assignment import substitutes_for
from applications.selectors.conflicts import competing_on, conflicts_among
from sdgpartners.notifications.services import queue_mail
from sdgpartners.people.models import User
from sdgpartners.people.selectors import coordinators_of

MOST_SUBSTITUTES = 3


def coordinators_free_of(track: Track, application: Application) -> list[User]:
    """Coordinators of the track's country and of the lead, without those who step out of the track: they read nothing
    of its reviews."""
    country = track.partner_country
    found = {
        person.pk: person
        for association in (country.association, country.programme.lead_association)
        for person in coordinators_of(association)
    }
    competing = competing_on(track).only("pk", "municipality")
    barred = {conflict.person_id for conflict in conflicts_among(found, [application, *competing])}
    return [person for pk, person in sorted(found.items()) if pk not in barred]


def mail_stepped_out(review: Review, application: Application, actor: User | None) -> None:
    """`review_conflict`: somebody stepped out of a review; who could take over."""
    substitutes = substitutes_for(application, review.track)[:MOST_SUBSTITUTES]
    for coordinator in coordinators_free_of(review.track, application):
        queue_mail(
            kind="review_conflict",
            recipient=coordinator,
            link=reverse("admin:applications_track_reviewers_of", args=(review.track_id, application.pk)),
            target=application.reference,
            context={
                "municipality": application.municipality,
                "call": application.call,
                "track": review.track,
                "person": review.reviewer,
                "set_aside": review.set_aside,
                "substitutes": [candidate.user for candidate in substitutes],
                "is_demo": application.call.programme.is_fictional,
            },
            actor=actor,
        )


def mail_entered(declaration: ConflictDeclaration, actor: User) -> None:
    """`conflict_entered`: a coordinator recorded that the person steps out."""
    application = declaration.application
    queue_mail(
        kind="conflict_entered",
        recipient=declaration.person,
        target=application.reference,
        context={
            "municipality": application.municipality,
            "call": application.call,
            "coordinator": actor,
            "is_demo": application.call.programme.is_fictional,
        },
        actor=actor,
    )
