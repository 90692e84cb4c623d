"""What is forgotten of people who asked to join and never confirmed their address."""

from datetime import timedelta

import pgtrigger
from django.db import transaction

from sdgpartners.core import clock
from sdgpartners.people.enums import JoinState
from sdgpartners.people.models import JoinRequest
from sdgpartners.people.offers import MunicipalOffer
from sdgpartners.people.selectors import programme_of
from sdgpartners.programme.models import Municipality, ProgrammeRules
from sdgpartners.programme.selectors import rules_on


@transaction.atomic
def purge_join_requests() -> int:
    """Delete requests whose address was never confirmed, with their history, once the link in the mail has ended
    for `ProgrammeRules.unconfirmed_request_days`; how many. Nobody decided on them, so nothing rests on them.

    Locks the rows; one that somebody holds at this moment is left for the next run. A second run finds nothing.
    """
    now = clock.now()
    over = JoinRequest.objects.filter(state=JoinState.ASKED, expires_at__lte=now)
    days: dict[str, int] = {}
    old = []
    for row in over.select_related("municipality__country").select_for_update(of=("self",), skip_locked=True):
        country = row.municipality.country_id
        if country not in days:
            days[country] = _days_kept(row.municipality)
        if row.expires_at <= now - timedelta(days=days[country]):
            old.append(row.pk)
    with pgtrigger.ignore("people.JoinRequestEvent:append_only"):
        JoinRequest.pgh_event_model.objects.filter(pgh_obj__in=old).delete()  # type: ignore[attr-defined]
    JoinRequest.objects.filter(pk__in=old).delete()
    return len(old)


def _days_kept(municipality: Municipality) -> int:
    programme = programme_of(MunicipalOffer(municipality, ""))
    if programme is None:
        default: int = ProgrammeRules._meta.get_field("unconfirmed_request_days").default
        return default
    return rules_on(programme).unconfirmed_request_days
