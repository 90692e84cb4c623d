"""What is still open in the course of partnerships, and who is waited for. Nothing while one is suspended."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from matching.models import EndChange, Partnership
from matching.pauses import paused_days
from matching.selectors.course import municipality_on, open_end_changes, open_side_confirmations
from matching.selectors.recipients import coordinators_of, editors_among, signatories_among
from matching.selectors.standstill import pauses_of
from sdgpartners.core import clock
from sdgpartners.notifications.registry import Due, register_reminder
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side
from sdgpartners.programme.selectors import rules_on


@register_reminder("end_change_waiting")
def end_change_waiting(moment: datetime) -> Iterator[Due]:
    """A request for another last day: to those who speak for the side that has not agreed, then to the coordinators.
    Due as many days after the last step as the rules give to confirm a selection; days of a suspension do not count."""
    rows = list(open_end_changes())
    staff = editors_among(place for row in rows for place in (row.partnership.north, row.partnership.south))
    pauses = pauses_of(row.partnership for row in rows)
    days: dict[int, int] = {}
    for row in rows:
        programme = row.partnership.partner_country.programme
        if programme.pk not in days:
            days[programme.pk] = rules_on(programme).confirm_days
        waiting = [side for side in Side if _agreed(row, side) is None]
        places = [municipality_on(row.partnership, side) for side in waiting]
        people = [person for place in places for person in staff.get(place.pk, [])]
        steps = [agreed for side in Side if (agreed := _agreed(row, side)) is not None]
        last_step = max(steps, default=row.created_at)
        asked_on = last_step.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
        stood_still = paused_days(pauses.get(row.partnership_id, []), asked_on, clock.today())
        due_on = asked_on + timedelta(days=days[programme.pk] + stood_still)
        for person in people if waiting else coordinators_of(row.partnership.partner_country):
            yield Due(
                target=row.partnership.reference,
                due_on=due_on,
                recipient=person,
                link=_page(row.partnership),
                programme=programme,
                context={**_names(row.partnership), "ends_on": row.ends_on, "decide": not waiting},
            )


@register_reminder("partnership_sponsor")
def partnership_sponsor(moment: datetime) -> Iterator[Due]:
    """Partnerships that wait for the word of a new sponsor, to those who sign for the municipality."""
    rows = list(open_side_confirmations())
    places = {row.pk: municipality_on(row.partnership, Side(row.side)) for row in rows}
    signatories: dict[int, list[User]] = signatories_among(places.values())
    for row in rows:
        mine = places[row.pk]
        for person in signatories.get(mine.pk, []):
            yield Due(
                target=row.partnership.reference,
                due_on=row.due_on,
                recipient=person,
                link=_page(row.partnership),
                programme=row.partnership.partner_country.programme,
                context={**_names(row.partnership), "municipality": mine.name},
            )


def _agreed(change: EndChange, side: Side) -> datetime | None:
    return change.agreed_north_at if side == Side.NORTH else change.agreed_south_at


def _page(partnership: Partnership) -> str:
    return reverse("matching:partnership-course", args=[partnership.reference])


def _names(partnership: Partnership) -> dict[str, object]:
    return {
        "north": partnership.north.name,
        "south": partnership.south.name,
        "reference": partnership.reference,
    }
