"""What is mailed about reviews given out, taken away and passed on."""

from collections.abc import Iterable

from django.urls import reverse

from applications.models import Application, Review
from applications.selectors.assignment import substitutes_for
from applications.services.conflict_mails import MOST_SUBSTITUTES, coordinators_free_of
from sdgpartners.notifications.services import queue_mail
from sdgpartners.people.models import User


def mail_assigned(reviews: Iterable[Review], actor: User | None) -> None:
    """`review_assigned`, one to each reviewer: which application it is, or how many where there are several. The list
    names them, as long as nothing comes between."""
    mine: dict[int, list[Review]] = {}
    for review in reviews:
        mine.setdefault(review.reviewer_id, []).append(review)
    for rows in mine.values():
        first, one = rows[0], len(rows) == 1
        track = first.track
        country = track.partner_country.country_id.lower()
        queue_mail(
            kind="review_assigned",
            recipient=first.reviewer,
            link=reverse("applications:review-detail", args=(first.application.reference, country))
            if one
            else reverse("applications:review-list"),
            target=first.application.reference if one else track.call.code,
            context={
                "municipality": first.application.municipality.name if one else "",
                "count": len(rows),
                "call": track.call,
                "due_on": track.call.reviews_due_on,
                "is_demo": track.call.programme.is_fictional,
            },
            actor=actor,
        )


def mail_taken_away(review: Review, actor: User | None) -> None:
    """`review_taken_away`: the coordinator no longer asks it of them."""
    queue_mail(
        kind="review_taken_away",
        recipient=review.reviewer,
        link=reverse("applications:review-list"),
        target=review.application.reference,
        context={
            "municipality": review.application.municipality,
            "call": review.track.call,
            "is_demo": review.track.call.programme.is_fictional,
        },
        actor=actor,
    )


def mail_passed_on(review: Review, application: Application, reason: str, actor: User | None) -> None:
    """`review_passed_on` to coordinators without a conflict: why, and who could take over."""
    track = review.track
    substitutes = substitutes_for(application, track)[:MOST_SUBSTITUTES]
    for coordinator in coordinators_free_of(track, application):
        queue_mail(
            kind="review_passed_on",
            recipient=coordinator,
            link=reverse("admin:applications_track_reviewers_of", args=(track.pk, application.pk)),
            target=application.reference,
            context={
                "municipality": application.municipality,
                "call": application.call,
                "track": track,
                "person": review.reviewer,
                "reason": reason,
                "substitutes": [candidate.user for candidate in substitutes],
                "is_demo": application.call.programme.is_fictional,
            },
            actor=actor,
        )


def mail_cancelled(application: Application, reviewer: User, actor: User | None) -> None:
    """`review_cancelled`: the municipality has withdrawn, there is nothing left to judge."""
    queue_mail(
        kind="review_cancelled",
        recipient=reviewer,
        link=reverse("applications:review-list"),
        target=application.reference,
        context={
            "municipality": application.municipality,
            "call": application.call,
            "is_demo": application.call.programme.is_fictional,
        },
        actor=actor,
    )
