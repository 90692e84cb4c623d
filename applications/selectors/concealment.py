"""Conflicts of interest in the lists of mail, reminders, reports and files."""

from typing import Any

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from applications.models import AnswerFile, Application, Track, TrackPreference
from applications.selectors.conflicts import barred_applications, tracks_stepped_out
from applications.selectors.review_queue import open_reviews
from sdgpartners.core.concealment import register_concealer
from sdgpartners.documents.models import GeneratedReport, StoredFile
from sdgpartners.notifications.models import OutgoingMail, ReminderSent
from sdgpartners.people.standing import standing_of

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
    beside = kinds & Q(target__in=_on(tracks_stepped_out(user)).values("reference"))
    rows = rows.exclude(Q(target__in=barred.values("reference")) | beside)
    return rows.exclude(_of_others(user)) if standing_of(user).is_reviewer else rows


def _copy_of(applications: QuerySet[Application]) -> Q:
    """Reports that are called after one of `applications`: its reference, a dash, the number of the version."""
    subject = ExpressionWrapper(OuterRef("subject"), output_field=CharField())
    stem = Concat(F("reference"), Value("-"))
    return Q(Exists(applications.annotate(subject=subject).filter(subject__startswith=stem)))


def _record_of(tracks: QuerySet[Track]) -> Q:
    """The records of the decisions of `tracks`."""
    called = Concat(F("call__code"), Value("-"), F("partner_country__country"), output_field=CharField())
    return Q(kind=DECISION_RECORD, subject__in=tracks.annotate(called=called).values("called"))


def _on(tracks: QuerySet[Track]) -> QuerySet[Application]:
    """Everything that competes or competed on `tracks`."""
    keys = tracks.values("pk")
    ranking = TrackPreference.objects.filter(application=OuterRef("pk"), track__in=keys)
    return Application.objects.filter(Q(Exists(ranking)) | Q(track__in=keys, track__southern_scored=True))


def _of_others(user: Any) -> Q:
    """Mail on the reviews of others, on the tracks on which one's own are still to come: it tells how far they are."""
    own = open_reviews(user).order_by()
    applications = _on(Track.objects.filter(pk__in=own.values("track"))).values("reference")
    targets = Q(target__in=applications) | Q(target__in=own.values("track__call__code"))
    return Q(targets, kind__startswith="review") & ~Q(recipient=user.pk)
