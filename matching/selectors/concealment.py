"""Conflicts of interest in the lists of mail, reminders, reports and files, as far as the matching goes."""

from typing import Any

from django.db.models import (
    BigIntegerField,
    CharField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from applications.models import Application
from matching.models import Scenario
from matching.selectors.stepping_out import proposals_closed_to, tracks_closed_to
from sdgpartners.core.concealment import register_concealer
from sdgpartners.documents.models import GeneratedReport, Job, StoredFile
from sdgpartners.notifications.models import OutgoingMail, ReminderSent

# The solving of a scenario as a kind of job, and the letter to who has no partner as a kind of mail.
SOLVING, UNMATCHED = "solve_scenario", "match_unmatched"
RATIONALE = "matching-rationale"
"""The rationale of a scenario as a kind of report; its subject begins with the reference of the scenario."""


@register_concealer
def conceal_matches(user: Any, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Without mail about proposals and scenarios that are closed to `user` for a conflict of interest, and without the
    rationale of such scenarios; in the statement of the list itself."""
    if rows.model is GeneratedReport:
        return rows.exclude(_rationale_of(_left(user)))
    if rows.model is StoredFile:
        printed = GeneratedReport.objects.filter(_rationale_of(_left(user)), file__isnull=False)
        return rows.exclude(pk__in=printed.values("file"))
    if rows.model is Job:
        # What went wrong names the municipalities of fixed pairs.
        number = Cast(KeyTextTransform("scenario", "arguments"), BigIntegerField())
        solving = rows.model.objects.filter(kind=SOLVING).annotate(number=number)
        return rows.exclude(pk__in=solving.filter(number__in=_left(user).values("pk")).values("pk"))
    if rows.model not in (OutgoingMail, ReminderSent):
        return rows
    proposals = proposals_closed_to(user).values("reference")
    closed = tracks_closed_to(user).values("pk")
    beside = Application.objects.filter(Q(track__in=closed) | Q(preferences__track__in=closed)).order_by()
    unmatched = Q(kind=UNMATCHED, target__in=beside.values("reference"))
    return rows.exclude(Q(target__in=proposals) | Q(target__in=_left(user).values("reference")) | unmatched)


def _left(user: Any) -> QuerySet[Scenario]:
    """The scenarios that the person steps out of."""
    return Scenario.objects.filter(tracks__in=tracks_closed_to(user).values("pk")).order_by()


def _rationale_of(scenarios: QuerySet[Scenario]) -> Q:
    subject = ExpressionWrapper(OuterRef("subject"), output_field=CharField())
    own = scenarios.annotate(subject=subject).filter(subject__startswith=F("reference"))
    return Q(Exists(own), kind=RATIONALE)
