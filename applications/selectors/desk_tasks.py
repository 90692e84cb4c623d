"""What waits on coordinators around a call: who is stuck before it closes, changes that are overdue, imports that
failed."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from applications.enums import ApplicationStatus, CallStatus
from applications.models import Application, Call, CallInvitation, ChangeRequest, Track
from applications.selectors.applications import decided_by, free_of_conflict
from applications.selectors.progress import STANDING
from sdgpartners.core import clock
from sdgpartners.documents.enums import JobState
from sdgpartners.documents.models import Job
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.enums import SouthernEntry
from sdgpartners.programme.models import Municipality

IMPORT_JOB = "import_applications"
CLOSES_SOON = timedelta(days=7)
FAILED_SINCE = timedelta(days=7)


def calls_with_stuck(user: Any) -> QuerySet[Any]:
    """Calls that close within a week and in which municipalities of the countries that `user` coordinates have not
    submitted, with their number as `stuck`; one statement."""
    now, standing = clock.now(), standing_of(user)
    scope = standing.scope("partner_country", AssociationRole.COORDINATOR)
    tracks = Track.objects.filter(scope, call=OuterRef("pk"))
    closing = Call.objects.filter(
        Exists(tracks), status=CallStatus.PUBLISHED, opens_at__lte=now, closes_at__gte=now,
        closes_at__lte=now + CLOSES_SOON,
    )  # fmt: skip
    counted = _stuck_places(user).order_by().values("is_test").annotate(n=Count("pk")).values("n")
    return closing.annotate(stuck=Coalesce(Subquery(counted), 0)).filter(stuck__gt=0).order_by("closes_at")


def _stuck_places(user: Any) -> QuerySet[Municipality]:
    """Invited or listed ones without an application, and those with one that is not sent, in the call of the outer
    query."""
    standing, call = standing_of(user), OuterRef(OuterRef("pk"))
    scope = standing.scope("partner_country", AssociationRole.COORDINATOR)
    own = Track.objects.filter(scope, call=call, partner_country__country=OuterRef("country"))
    held = standing.associations_as(AssociationRole.COORDINATOR)
    led = [programme for programme, association in standing.led_programmes.items() if association in held]
    northern = Call.objects.filter(pk=call, programme__in=led, programme__north_country=OuterRef("country"))
    applied = Application.objects.filter(call=call, municipality=OuterRef("pk"), status__in=STANDING)
    listed = Track.eligible.through.objects.filter(
        track__call=call, track__entry=SouthernEntry.DESIGNATED, municipality=OuterRef("pk")
    )
    asked = CallInvitation.objects.filter(call=call, municipality=OuterRef("pk"))
    return Municipality.objects.filter(
        Exists(own) | Exists(northern),
        Exists(applied.filter(free_of_conflict(user), submitted_at__isnull=True))
        | (Exists(asked) | Exists(listed)) & ~Exists(applied),
        is_test=False,
    )


def overdue_changes(user: Any) -> QuerySet[ChangeRequest]:
    """Requests for changes whose time is over without an answer, of applications on which `user` decides."""
    return ChangeRequest.objects.filter(
        Q(application__in=Application.objects.filter(decided_by(user)).values("pk")),
        application__status__in=(ApplicationStatus.CHANGES_REQUESTED, ApplicationStatus.AWAITING_SIGN_OFF),
        answered_at__isnull=True, cancelled_at__isnull=True, due_at__lt=clock.now(),
    )  # fmt: skip


def failed_imports(user: Any) -> QuerySet[Job]:
    """Spreadsheets that `user` sent and that could not be imported, of the last week."""
    since = clock.now() - FAILED_SINCE
    return Job.objects.filter(
        kind=IMPORT_JOB, requested_by=user.pk, state=JobState.FAILED, finished_at__gte=since
    ).order_by("-finished_at")
