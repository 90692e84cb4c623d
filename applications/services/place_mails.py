"""Mails to the coordinators about places that came free."""

from django.db.models import QuerySet
from django.urls import reverse

from applications.enums import DecisionOutcome
from applications.models import Application, Decision
from applications.selectors.conflicts import competing_on, conflicts_among
from sdgpartners.notifications.services import queue_mail
from sdgpartners.people.models import User
from sdgpartners.people.selectors import coordinators_of


def tell_place_free(application: Application, *, reason: str, actor: User | None) -> None:
    """`place_free` to the coordinators of the lead who read the decisions: the place of `application` was given back,
    and somebody decides whether the reserve list moves up."""
    selected = places_held(application)
    tracks = [row.track for row in selected]
    people = coordinators_of(application.call.programme.lead_association)
    keys = [person.pk for person in people]
    barred = {
        conflict.person_id for track in tracks for conflict in conflicts_among(keys, competing_on(track))
    }
    for person in people:
        if person.pk in barred:
            continue
        queue_mail(
            kind="place_free",
            recipient=person,
            link=reverse("admin:applications_call_places", args=(application.call_id,)),
            target=application.reference,
            context={
                "municipality": application.municipality,
                "call": application.call,
                "tracks": tracks,
                "reason": reason,
                "is_demo": application.call.programme.is_fictional,
            },
            actor=actor,
        )


def places_held(application: Application) -> QuerySet[Decision]:
    """The released decisions that gave the application a place."""
    rows = application.decisions.filter(outcome=DecisionOutcome.SELECTED, released_at__isnull=False)
    return rows.select_related("track__partner_country__country", "track__call").order_by("track")
