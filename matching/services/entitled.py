"""Who works on which part of a scenario: each association on its own countries, the lead on all."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from applications.models import Track
from matching.errors import HasInterest, NotEntitled
from matching.models import Scenario
from matching.selectors.stepping_out import tracks_closed_to
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.people.standing import read_standing


def require_coordinator(actor: User | None, tracks: Iterable[Track]) -> None:
    """Raise NotEntitled unless the actor (None: the system) coordinates every one of `tracks` (read with their
    country), HasInterest where they have a conflict of interest on one."""
    if actor is None:
        return
    standing, wanted = read_standing(actor), list(tracks)
    if not all(standing.covers(track.partner_country, AssociationRole.COORDINATOR) for track in wanted):
        raise NotEntitled(
            _("An association works on its own countries; one scenario over several is made by the lead.")
        )
    if tracks_closed_to(actor).filter(pk__in=[track.pk for track in wanted]).exists():
        raise HasInterest


def require_maker(actor: User | None, scenario: Scenario) -> None:
    """Raise NotEntitled unless the actor coordinates all countries of the scenario."""
    require_coordinator(actor, scenario.tracks.select_related("partner_country"))
