"""How far the municipalities of a call are: who may take part, who was invited, who started, who stands still, where.

One queryset carries the funnel and the list, so that a figure always leads to as many rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    Exists,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
    When,
)  # fmt: skip
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_lazy as _

from applications.enums import ApplicationStatus, Section, SectionStatus, SignOffState
from applications.models import Call, Question, SectionState, SignOff, Track
from applications.selectors.applications import BASE_MINUTES, READING_ROLES, applications_visible_to
from applications.selectors.conflicts import barred_applications
from sdgpartners.core import clock
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.enums import Side, SouthernEntry
from sdgpartners.programme.models import Country, Municipality

_S = ApplicationStatus
# A withdrawn application is as if it had not been started; the municipality may start anew.
STANDING = tuple(status for status in _S.values if status != _S.WITHDRAWN)
UNSENT = (_S.DRAFT, _S.AWAITING_SIGN_OFF)
NOT_ELIGIBLE_YET = (*UNSENT, _S.SUBMITTED, _S.CHANGES_REQUESTED, _S.INELIGIBLE, _S.WITHDRAWN)
ELIGIBLE = tuple(status for status in _S.values if status not in NOT_ELIGIBLE_YET)


class Step(TextChoices):
    """The steps of the funnel. From `started` on each was reached by those who reached the one after it; a
    municipality can start without standing on a list or being invited."""

    LISTED = "listed", _("On the list of its association")
    INVITED = "invited", _("Invited")
    STARTED = "started", _("Started")
    COMPLETE = "complete", _("All parts complete")
    ASKED = "asked", _("Signature asked for")
    SUBMITTED = "submitted", _("Submitted")
    ELIGIBLE = "eligible", _("Eligible")


class Stage(TextChoices):
    """Where a municipality stands that has not submitted."""

    LISTED = "listed", _("On the list, not invited")
    INVITED = "invited", _("Invited, not started")
    STARTED = "started", _("Being filled in")
    COMPLETE = "complete", _("Complete, no signature asked for")
    WAITING = "waiting", _("Waiting for the signature")


REACHED = {
    Step.LISTED: Q(listed=True),
    Step.INVITED: Q(invited_at__isnull=False),
    Step.STARTED: Q(app__isnull=False),
    Step.COMPLETE: Q(app__isnull=False) & (Q(done__gte=F("wanted")) | ~Q(app__status=_S.DRAFT)),
    Step.ASKED: Q(app__isnull=False) & ~Q(app__status=_S.DRAFT),
    Step.SUBMITTED: Q(app__submitted_at__isnull=False),
    Step.ELIGIBLE: Q(app__status__in=ELIGIBLE),
}
AT = {
    Stage.LISTED: Q(app__isnull=True, invited_at__isnull=True),
    Stage.INVITED: Q(app__isnull=True, invited_at__isnull=False),
    Stage.STARTED: Q(app__status=_S.DRAFT, done__lt=F("wanted")),
    Stage.COMPLETE: Q(app__status=_S.DRAFT, done__gte=F("wanted")),
    Stage.WAITING: Q(app__status=_S.AWAITING_SIGN_OFF),
}
STUCK = Q(app__isnull=True) | Q(app__submitted_at__isnull=True)

AskedSections = dict[tuple[str, bool], tuple[Section, ...]]


def sections_asked(call: Call) -> AskedSections:
    """The sections that an application has, by its side and whether it is a short profile; one statement."""
    rows = set(Question.objects.filter(call=call).values_list("section", "side", "in_profile"))
    found: AskedSections = {}
    for side in Side.values:
        for profile in (False, True):
            own = {
                section for section, asked, short in rows if asked in ("", side) and (short or not profile)
            }
            found[side, profile] = tuple(s for s in Section if BASE_MINUTES[s] or s.value in own)
    return found


def followed(user: Any, call: Call, asked: AskedSections) -> QuerySet[Municipality]:
    """Municipalities that were invited to `call`, stand on the list of a designated track, or have started, in the
    scope of `user` and without a conflict of interest; each with `app` (its application, None before it starts),
    `invited_at`, `listed`, `done` and `wanted` (sections) and `last_at` (the last that happened). Test municipalities
    are left out."""
    standing = standing_of(user)
    covered = Track.objects.filter(standing.scope("partner_country", *READING_ROLES), call=call)
    scope = Q(country__in=covered.values("partner_country__country")) | Q(
        app__in=applications_visible_to(user).filter(call=call).values("pk")
    )
    if standing.leads(call.programme_id, *READING_ROLES):
        scope |= Q(country=call.programme.north_country_id)
    return (
        _with_application(call)
        .annotate(**_figures(call, asked))
        .filter(scope, REACHED[Step.LISTED] | REACHED[Step.INVITED] | REACHED[Step.STARTED])
        .filter(Q(app__isnull=True) | ~Q(app_pk__in=barred_applications(user).values("pk")))
        .select_related("country")
    )


def _with_application(call: Call) -> QuerySet[Municipality]:
    own, asked = Q(applications__call=call), Q(call_invitations__call=call)
    return Municipality.objects.filter(is_test=False).annotate(
        app=FilteredRelation("applications", condition=own & Q(applications__status__in=STANDING)),
        invitation=FilteredRelation("call_invitations", condition=asked),
        app_pk=F("app__pk"),
        invited_at=F("invitation__invited_at"),
    )


def _figures(call: Call, asked: AskedSections) -> dict[str, Any]:
    designated = Track.eligible.through.objects.filter(
        track__call=call, track__entry=SouthernEntry.DESIGNATED, municipality=OuterRef("pk")
    )
    states = SectionState.objects.filter(application=OuterRef("app__pk"))
    complete = states.filter(status=SectionStatus.COMPLETED).order_by().values("application")
    saved = states.filter(version__gt=0).order_by("-updated_at").values("updated_at")[:1]
    signing = SignOff.objects.filter(application=OuterRef("app__pk")).order_by("-updated_at")
    sizes = [
        When(app__side=side, app__is_profile=profile, then=Value(len(sections)))
        for (side, profile), sections in asked.items()
    ]
    return {
        "listed": Exists(designated),
        "done": Coalesce(Subquery(complete.annotate(n=Count("pk")).values("n")), 0),
        "wanted": Case(*sizes, default=Value(0), output_field=IntegerField()),
        "last_at": Greatest(
            F("invitation__invited_at"), F("app__created_at"), F("app__nudged_at"), Subquery(saved),
            Subquery(signing.values("updated_at")[:1]), output_field=DateTimeField(),
        ),
    }  # fmt: skip


def idle_for(rows: QuerySet[Municipality], days: int) -> QuerySet[Municipality]:
    """Those of `rows` where nothing happened for `days`; where nothing is known to have happened, too."""
    since = clock.now() - timedelta(days=days)
    return rows.filter(Q(last_at__lte=since) | Q(last_at__isnull=True))


@dataclass(frozen=True, slots=True)
class FunnelRow:
    """How many municipalities of one country reached each step, and at which stage those stand that have not
    submitted."""

    country: Country
    counts: dict[Step, int]
    stages: dict[Stage, int]


def funnel_of(rows: QuerySet[Municipality], countries: Iterable[Country]) -> list[FunnelRow]:
    """The steps and stages per country in the order of `countries`, in one statement."""
    wanted: dict[str, Any] = {f"step_{step.value}": REACHED[step] for step in Step}
    wanted |= {f"stage_{stage.value}": STUCK & AT[stage] for stage in Stage}
    counts = {name: Count("pk", filter=condition, distinct=True) for name, condition in wanted.items()}
    found: dict[str, Any] = {
        row["country_id"]: row for row in rows.order_by().values("country_id").annotate(**counts)
    }
    nothing: dict[str, int] = {}
    return [
        FunnelRow(
            country,
            {step: found.get(country.pk, nothing).get(f"step_{step.value}", 0) for step in Step},
            {stage: found.get(country.pk, nothing).get(f"stage_{stage.value}", 0) for stage in Stage},
        )
        for country in countries
    ]


def countries_of(user: Any, call: Call) -> list[Country]:
    """The countries whose municipalities `user` follows in `call`: the northern one for those who run it, then the
    partner countries in scope, in at most two statements."""
    standing = standing_of(user)
    tracks = Track.objects.filter(standing.scope("partner_country", *READING_ROLES), call=call)
    partners = Country.objects.filter(pk__in=tracks.values("partner_country__country")).order_by("code")
    return [call.programme.north_country, *partners]


def asked_for_signature(applications: Iterable[int]) -> dict[int, SignOff]:
    """The open question for a signature per application."""
    rows = SignOff.objects.filter(application__in=applications, state=SignOffState.ASKED)
    return {row.application_id: row for row in rows.select_related("asked_by")}
