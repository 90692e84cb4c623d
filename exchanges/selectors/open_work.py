"""What the exchanges have open for a partnership, for those who suspend, end or close it."""

from collections import Counter
from collections.abc import Iterator, Sequence

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from exchanges.enums import HomeworkStatus, MeetingStatus
from exchanges.models import HomeworkAnswer, Session, Visit
from exchanges.selectors.sessions import COMING
from matching.models import Partnership
from matching.open_work import OpenLine, register_open_work
from sdgpartners.core import clock

SESSIONS, VISITS, REPORTS, HOMEWORK = ("sessions", "visits", "visit_reports", "homework")
LABELS = {
    SESSIONS: _("Sessions of the country to come"),
    VISITS: _("Work visits to come"),
    REPORTS: _("Work visits without the report of both sides"),
    HOMEWORK: _("Homework not handed in"),
}


def exchanges_open(partnerships: Sequence[Partnership]) -> Iterator[OpenLine]:
    """Sessions and visits to come, visits without their reports, open homework: three statements."""
    today = clock.today()
    sessions = _sessions(partnerships)
    coming, unreported = Counter[int](), Counter[int]()
    over = Q(status=MeetingStatus.HELD) | Q(status=MeetingStatus.CONFIRMED, ends_on__lt=today)
    visits = Visit.objects.filter(Q(status__in=COMING) | over, partnership__in=partnerships)
    for key, ends_on, status in visits.order_by().values_list("partnership", "ends_on", "status"):
        held = status == MeetingStatus.HELD or (status == MeetingStatus.CONFIRMED and ends_on < today)
        (unreported if held else coming)[key] += 1
    homework = Counter(
        HomeworkAnswer.objects.filter(partnership__in=partnerships, status=HomeworkStatus.OPEN)
        .exclude(homework__session__status=MeetingStatus.CANCELLED)
        .values_list("partnership", flat=True)
    )
    for row in partnerships:
        page = reverse("portal:partnership-hub", args=[row.reference])
        yield OpenLine(row.pk, SESSIONS, LABELS[SESSIONS], sessions[row.pk])
        yield OpenLine(row.pk, VISITS, LABELS[VISITS], coming[row.pk], page)
        yield OpenLine(row.pk, REPORTS, LABELS[REPORTS], unreported[row.pk], page, bars_closing=True)
        yield OpenLine(row.pk, HOMEWORK, LABELS[HOMEWORK], homework[row.pk], page)


def _sessions(partnerships: Sequence[Partnership]) -> Counter[int]:
    """The sessions to come that lie in the time of each partnership."""
    found = Counter[int]()
    rows = Session.objects.filter(
        partner_country__in={row.partner_country_id for row in partnerships},
        status__in=COMING,
        starts_at__gte=clock.now(),
    )
    for session in rows.only("partner_country", "starts_at", "time_zone"):
        for row in partnerships:
            inside = row.starts_on and row.ends_on and row.starts_on <= session.day <= row.ends_on
            if inside and row.partner_country_id == session.partner_country_id:
                found[row.pk] += 1
    return found


register_open_work("exchanges", exchanges_open)
