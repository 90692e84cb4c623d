"""Which scenarios wait for the approval of a person."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from applications.models import Track
from matching.enums import ScenarioStatus
from matching.models import Approval, Scenario
from matching.selectors.stepping_out import tracks_closed_to
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of


def to_approve(user: Any) -> QuerySet[Scenario]:
    """Endorsed scenarios with a track that an association of theirs has not approved yet: no track on which they step
    out, or which they approved for the other association. A subquery; no statement of its own beside the standing."""
    held = standing_of(user).associations_as(AssociationRole.COORDINATOR)
    given = Approval.objects.filter(scenario=OuterRef(OuterRef("pk")), track=OuterRef("pk"))
    waiting = Q(pk__in=[])
    for association in ("partner_country__association", "partner_country__programme__lead_association"):
        approved = Exists(given.filter(association=OuterRef(association)))
        waiting |= Q(**{f"{association}__in": held}) & ~Q(approved)
    tracks = (
        Track.objects.filter(waiting, scenarios=OuterRef("pk"))
        .exclude(Exists(given.filter(approved_by=user.pk)))
        .exclude(pk__in=tracks_closed_to(user).values("pk"))
    )
    return Scenario.objects.filter(Exists(tracks.order_by()), status=ScenarioStatus.ENDORSED).order_by()
