"""What is forgotten after a call: who came to its information session, and the self-checks."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from applications.models import Application, Call, InformationSignUp, SelfCheck
from sdgpartners.core import clock
from sdgpartners.core.history import because
from sdgpartners.programme.models import Programme
from sdgpartners.programme.selectors import rules_on


def purge_call_interest() -> int:
    """Delete the sign-ups for the information session and the self-checks of calls that have ended for
    `ProgrammeRules.call_interest_days`; how many rows.

    A call has ended when it is closed and its session is over. What somebody made since then is kept as many
    days. Each call is a transaction of its own; a second run finds nothing.
    """
    purged = 0
    for programme in Programme.objects.order_by("pk"):
        limit = clock.now() - timedelta(days=rules_on(programme).call_interest_days)
        ended = Call.objects.filter(
            Q(info_session_at__isnull=True) | Q(info_session_at__lt=limit),
            programme=programme,
            closes_at__lt=limit,
        )
        purged += sum(_purge(pk, limit) for pk in ended.order_by("pk").values_list("pk", flat=True))
    return purged


@transaction.atomic
def _purge(call: int, limit: datetime) -> int:
    """Both kinds of one call. An application that began with a self-check keeps what it took over from it."""
    gone, _ = InformationSignUp.objects.filter(call=call, created_at__lt=limit).delete()
    checks = list(SelfCheck.objects.filter(call=call, created_at__lt=limit).values_list("pk", flat=True))
    with because(None, "The self-check is no longer kept."):
        Application.objects.filter(self_check__in=checks).update(self_check=None)
    SelfCheck.objects.filter(pk__in=checks).delete()
    return gone + len(checks)
