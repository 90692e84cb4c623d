"""For which municipalities an association's coordinator may fill in an application."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from applications.enums import ApplicationStatus
from applications.models import Application, Call, Track
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.models import Association, Municipality


def behalf_municipalities(user: Any, call: Call) -> QuerySet[Municipality]:
    """Municipalities in the scope of `user` that may still start in `call`: of the partner countries that their
    association covers, on the list of the track where it has one; of Flanders for the association that leads."""
    standing, role = standing_of(user), AssociationRole.COORDINATOR
    tracks = Track.objects.filter(standing.scope("partner_country", role), call=call)
    listed = Track.eligible.through.objects.filter(track=OuterRef("pk"))
    open_tracks = tracks.filter(~Exists(listed))
    places = Q(country__in=open_tracks.values("partner_country__country")) | Q(tracks__in=tracks)
    if standing.leads(call.programme_id, role):
        places |= Q(country=call.programme.north_country_id)
    # Those that their association has begun stay on the list, so that a second click leads to the draft.
    started = (
        Application.objects.filter(call=call, municipality=OuterRef("pk"))
        .exclude(status=ApplicationStatus.WITHDRAWN)
        .exclude(filled_by__in=standing.associations_as(role))
    )
    return (
        Municipality.objects.filter(places, ~Exists(started), successor__isnull=True, is_test=False)
        .select_related("country")
        .distinct()
        .order_by("country__code", "name")
    )


def behalf_association(user: Any, call: Call, municipality: Municipality) -> Association | None:
    """The association for which `user` fills in: the one of the municipality's country where they sit there, else
    the one that leads; None when neither is theirs."""
    standing, role = standing_of(user), AssociationRole.COORDINATOR
    held = standing.associations_as(role)
    track = (
        call.tracks.filter(partner_country__country=municipality.country_id)
        .select_related("partner_country__association")
        .first()
    )
    if track is not None and track.partner_country.association_id in held:
        return track.partner_country.association
    northern = municipality.country_id == call.programme.north_country_id
    if (track is not None or northern) and standing.leads(call.programme_id, role):
        return call.programme.lead_association
    return None
