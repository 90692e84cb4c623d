"""What hangs on a contact person in this room: the calendar of sessions, and a place in the delegation of a visit."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchanges.enums import MeetingStatus
from exchanges.models import Delegate, Session
from exchanges.selectors.visits import travelling_side
from matching.models import Partnership, TeamMember
from matching.moving_along import register_moving
from sdgpartners.core import clock
from sdgpartners.core.display import format_date


def coming_sessions(partnership: Partnership) -> QuerySet[Session]:
    """Confirmed sessions that have not begun, of the country of the pair, in its time."""
    rows = Session.objects.filter(
        partner_country=partnership.partner_country_id,
        status=MeetingStatus.CONFIRMED,
        starts_at__gt=clock.now(),
    )
    if partnership.ends_on is not None:
        rows = rows.filter(starts_at__date__lte=partnership.ends_on)
    return rows.select_related("partner_country__programme", "facilitator").order_by("starts_at")


def places_to_come(people: Iterable[TeamMember]) -> dict[int, list[Delegate]]:
    """The places of people of a team, by their key, in delegations that have not set out; told by their name and
    side. One statement. The people come with `side`."""
    rows = list(people)
    delegates = Delegate.objects.filter(
        visit__partnership__in={row.side.partnership_id for row in rows},
        visit__status__in=(MeetingStatus.PLANNED, MeetingStatus.CONFIRMED),
        visit__starts_on__gt=clock.today(),
    ).select_related("visit__window", "visit__partnership")
    found: dict[int, list[Delegate]] = defaultdict(list)
    for delegate in delegates.order_by("visit__starts_on", "pk"):
        for row in rows:
            same = delegate.name.casefold() == row.name.casefold()
            pair = delegate.visit.partnership_id == row.side.partnership_id
            if same and pair and travelling_side(delegate.visit) == row.side.side:
                found[row.pk].append(delegate)
    return found


def what_hangs_on(people: Sequence[TeamMember]) -> dict[int, list[str]]:
    """Lines in the active language, by the key of the TeamMember: two statements, for people of one pair."""
    places = places_to_come(people)
    sessions = coming_sessions(people[0].side.partnership).count()
    found: dict[int, list[str]] = defaultdict(list)
    for row in people:
        if row.user_id is not None and sessions:
            found[row.pk].append(
                ngettext(
                    "%(count)d session to come, in the calendar",
                    "%(count)d sessions to come, in the calendar",
                    sessions,
                )
                % {"count": sessions}
            )
        for delegate in places.get(row.pk, ()):
            day = format_date(delegate.visit.starts_on)
            found[row.pk].append(_("a place in the delegation of the work visit of %(day)s") % {"day": day})
    return found


register_moving("exchanges", what_hangs_on)
