"""Conflicts of interest in the lists of mail, reminders, reports and files, as far as the matching goes."""

from typing import Any

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet

from matching.models import Scenario
from matching.selectors.stepping_out import proposals_closed_to, tracks_closed_to
from sdgpartners.core.concealment import register_concealer
from sdgpartners.documents.models import GeneratedReport, StoredFile
from sdgpartners.notifications.models import OutgoingMail, ReminderSent

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
    if rows.model not in (OutgoingMail, ReminderSent):
        return rows
    proposals = proposals_closed_to(user).values("reference")
    return rows.exclude(Q(target__in=proposals) | Q(target__in=_left(user).values("reference")))


def _left(user: Any) -> QuerySet[Scenario]:
    """The scenarios that the person steps out of."""
    return Scenario.objects.filter(tracks__in=tracks_closed_to(user).values("pk")).order_by()


def _rationale_of(scenarios: QuerySet[Scenario]) -> Q:
    subject = ExpressionWrapper(OuterRef("subject"), output_field=CharField())
    own = scenarios.annotate(subject=subject).filter(subject__startswith=F("reference"))
    return Q(Exists(own), kind=RATIONALE)
