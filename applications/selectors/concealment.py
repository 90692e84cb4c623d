"""Conflicts of interest in the lists of mail, reminders, reports and files."""

from typing import Any

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from applications.models import AnswerFile, Application, Track, TrackPreference
from applications.selectors.conflicts import barred_applications, tracks_stepped_out
from sdgpartners.core.concealment import register_concealer
from sdgpartners.documents.models import GeneratedReport, StoredFile
from sdgpartners.notifications.models import OutgoingMail, ReminderSent

# Mails that tell of reviews, scores and decisions: of no application on a track that one steps out of.
OF_THE_RANKING = ("decision_", "place_", "review_", "conflict_")
# The record of the decisions of a track, as a kind of report; called `<code of the call>-<country>`.
DECISION_RECORD = "decision-record"


@register_concealer
def conceal_conflicts(user: Any, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Without what is about applications that `user` has a conflict with, and without mail that tells of the ranking
    that these are in; in the statement of the list itself."""
    barred = barred_applications(user)
    if rows.model is GeneratedReport:
        return rows.exclude(_copy_of(barred) | _record_of(tracks_stepped_out(user)))
    if rows.model is StoredFile:
        answers = AnswerFile.objects.filter(application__in=barred.values("pk"))
        copies = GeneratedReport.objects.filter(
            _copy_of(barred) | _record_of(tracks_stepped_out(user)), file__isnull=False
        )
        return rows.exclude(Q(pk__in=answers.values("file")) | Q(pk__in=copies.values("file")))
    if rows.model not in (OutgoingMail, ReminderSent):
        return rows
    kinds = Q()
    for kind in OF_THE_RANKING:
        kinds |= Q(kind__startswith=kind)
    beside = kinds & Q(target__in=_beside(user).values("reference"))
    return rows.exclude(Q(target__in=barred.values("reference")) | beside)


def _copy_of(applications: QuerySet[Application]) -> Q:
    """Reports that are called after one of `applications`: its reference, a dash, the number of the version."""
    subject = ExpressionWrapper(OuterRef("subject"), output_field=CharField())
    stem = Concat(F("reference"), Value("-"))
    return Q(Exists(applications.annotate(subject=subject).filter(subject__startswith=stem)))


def _record_of(tracks: QuerySet[Track]) -> Q:
    """The records of the decisions of `tracks`."""
    called = Concat(F("call__code"), Value("-"), F("partner_country__country"), output_field=CharField())
    return Q(kind=DECISION_RECORD, subject__in=tracks.annotate(called=called).values("called"))


def _beside(user: Any) -> QuerySet[Application]:
    """Everything on the tracks that the person steps out of."""
    tracks = tracks_stepped_out(user).values("pk")
    ranking = TrackPreference.objects.filter(application=OuterRef("pk"), track__in=tracks)
    return Application.objects.filter(Q(Exists(ranking)) | Q(track__in=tracks, track__southern_scored=True))
