"""What waits on a person: one list over all rooms, the most urgent first.

Each source is one statement and asks only when the person holds a seat that it concerns.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.enums import ApplicationStatus, CallStatus, DecisionOutcome
from applications.models import Application, Call, Decision
from applications.permissions import NOT_YET_SUBMITTED
from applications.selectors.applications import awaiting_eligibility
from applications.selectors.deadlines import deadline_of, is_in_time
from applications.selectors.desk_tasks import calls_with_stuck, failed_imports, overdue_changes
from applications.selectors.places import calls_with_open_places
from applications.selectors.review_queue import open_reviews
from applications.selectors.sponsors import open_confirmations
from budget.selectors import waiting_for
from exchanges.enums import HomeworkStatus, MeetingStatus
from exchanges.models import HomeworkAnswer, Visit
from matching.enums import PartnershipStatus, ProposalStatus, ScenarioStatus
from matching.models import Partnership, Proposal
from matching.permissions import Perm as MatchingPerm
from matching.permissions import scenarios_visible_to
from matching.selectors.approving import to_approve
from matching.selectors.course import waiting_for_coordinator, waiting_for_municipality
from matching.selectors.papers import papers_waiting_for
from matching.selectors.partnerships import written_by
from sdgpartners.core import clock
from sdgpartners.core.access import allowed
from sdgpartners.core.components import Tone
from sdgpartners.core.display import format_moment, labelled
from sdgpartners.documents.enums import FileState, JobState
from sdgpartners.documents.selectors import quarantine
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.people.selectors import join_requests_waiting_for
from sdgpartners.people.standing import Standing, standing_of
from sdgpartners.programme.enums import Side


@dataclass(frozen=True)
class Waiting:
    """One thing to do. `due` is the day by which, None where there is none."""

    label: str
    url: str
    about: str
    due: date | None = None

    @property
    def tone(self) -> Tone:
        """Late when the day has passed."""
        return Tone.LATE if self.due is not None and self.due < clock.today() else Tone.TODO


def _last_day(call: Call) -> date:
    """The day on which a call closes, where it was announced."""
    return call.closes_at.astimezone(ZoneInfo(call.time_zone)).date()


Source = Callable[[User, Standing], Iterator[Waiting]]


def _open_calls(user: User, standing: Standing) -> Iterator[Waiting]:
    """A call that is open for a municipality of one's own that has no application yet."""
    now = clock.now()
    # Contributors write along; somebody else starts.
    mine = [pk for pk in standing.municipality_ids if standing.is_editor(pk)]
    calls = (
        Call.objects.filter(status=CallStatus.PUBLISHED, opens_at__lte=now, closes_at__gte=now)
        .filter(
            Q(
                programme__north_country__municipalities__in=mine,
                programme__north_country__municipalities__is_test=False,
            )
            | Q(tracks__eligible__in=mine)
        )
        .exclude(
            pk__in=Application.objects.filter(municipality__in=mine)
            .exclude(status=ApplicationStatus.WITHDRAWN)
            .values("call")
        )
        .distinct()
    )
    for call in calls:
        yield Waiting(
            _("Start an application"), reverse("applications:application-start", args=(call.code,)),
            call.title, _last_day(call),
        )  # fmt: skip


def _applications(user: User, standing: Standing) -> Iterator[Waiting]:
    rows = (
        Application.objects.filter(municipality__in=standing.municipality_ids)
        .filter(Q(status__in=NOT_YET_SUBMITTED) | Q(status=ApplicationStatus.CHANGES_REQUESTED))
        .exclude(call__status__in=(CallStatus.DECIDED, CallStatus.CANCELLED))
        .select_related("call", "municipality")
        .prefetch_related("change_requests")
    )
    for row in rows:
        if not is_in_time(row):
            continue
        signing = row.status == ApplicationStatus.AWAITING_SIGN_OFF and standing.is_signatory(
            row.municipality_id
        )
        label = _("Sign the application") if signing else _("Continue the application")
        page = "sign-off-answer" if signing else "application-detail"
        yield Waiting(
            label, reverse(f"applications:{page}", args=(row.reference,)), f"{row.municipality} · {row.call.title}",
            deadline_of(row).astimezone(ZoneInfo(row.call.time_zone)).date(),
        )  # fmt: skip


def _decisions(user: User, standing: Standing) -> Iterator[Waiting]:
    rows = Decision.objects.filter(
        application__municipality__in=standing.municipality_ids,
        application__status=ApplicationStatus.SELECTED,
        outcome=DecisionOutcome.SELECTED,
        released_at__isnull=False,
        confirmed_at__isnull=True,
    ).select_related("application__municipality", "track__partner_country__country")
    for row in rows:
        yield Waiting(
            _("Confirm that you take part"),
            reverse("applications:decision-confirm", args=(row.application.reference,)),
            f"{row.application.municipality} · {row.track.partner_country}",
            row.confirm_by,
        )


def _proposals(user: User, standing: Standing) -> Iterator[Waiting]:
    mine = [pk for pk in standing.municipality_ids if standing.is_editor(pk)]
    rows = Proposal.objects.filter(
        Q(north__municipality__in=mine, north_accepted_at__isnull=True)
        | Q(south__municipality__in=mine, south_accepted_at__isnull=True),
        status__in=(ProposalStatus.PROPOSED, ProposalStatus.ACCEPTED_NORTH, ProposalStatus.ACCEPTED_SOUTH),
        track__partner_country__suspended_since__isnull=True,
    ).select_related("north__municipality", "south__municipality")
    for row in rows:
        yield Waiting(
            _("Answer the proposed match"), reverse("matching:proposal-detail", args=(row.reference,)), str(row),
            row.accept_by,
        )  # fmt: skip


def _preparing(user: User, standing: Standing) -> Iterator[Waiting]:
    rows = Partnership.objects.filter(
        written_by(user, Side.NORTH) | written_by(user, Side.SOUTH), status=PartnershipStatus.PREPARING
    ).select_related("north", "south")
    for row in rows:
        yield Waiting(
            _("Prepare the start of the partnership"), reverse("portal:partnership-hub", args=(row.reference,)),
            str(row),
        )  # fmt: skip


def _homework(user: User, standing: Standing) -> Iterator[Waiting]:
    north, south = (written_by(user, side, "partnership") for side in Side)
    rows = (
        HomeworkAnswer.objects.filter(
            Q(side="") & (north | south) | Q(side=Side.NORTH) & north | Q(side=Side.SOUTH) & south,
            status=HomeworkStatus.OPEN,
            partnership__status__in=(PartnershipStatus.ACTIVE, PartnershipStatus.CLOSING),
        )
        .select_related("homework", "partnership__north", "partnership__south")
        .order_by(Coalesce("moved_to", "homework__due_on"))
    )
    for row in rows:
        yield Waiting(
            _("Hand in homework: %(title)s") % {"title": row.homework.title},
            reverse("exchanges:homework-answer", args=(row.homework.reference, row.partnership.reference)),
            str(row.partnership),
            row.due_on,
        )


def _visit_reports(user: User, standing: Standing) -> Iterator[Waiting]:
    north, south = (written_by(user, side, "partnership") for side in Side)
    # A confirmed one that is over counts as held with its first report.
    over = Q(status=MeetingStatus.HELD) | Q(status=MeetingStatus.CONFIRMED, ends_on__lt=clock.today())
    rows = Visit.objects.filter(
        over,
        north & Q(report_north_at__isnull=True) | south & Q(report_south_at__isnull=True),
        ~Q(partnership__status=PartnershipStatus.SUSPENDED),
    ).select_related("partnership__north", "partnership__south")
    for row in rows:
        yield Waiting(
            _("Report on the work visit"), reverse("exchanges:visit-detail", args=(row.reference,)),
            str(row.partnership),
        )  # fmt: skip


def _course(user: User, standing: Standing) -> Iterator[Waiting]:
    """Partnerships in which another last day or the word of a new sponsor waits for one's own side."""
    for row in waiting_for_municipality(user):
        page = reverse("matching:partnership-course", args=(row.reference,))
        if row.end_waits:
            yield Waiting(_("Answer the request for another last day"), page, str(row))
        if row.sponsor_waits:
            yield Waiting(_("Confirm the partnership as the new sponsor"), page, str(row))


def _papers(user: User, standing: Standing) -> Iterator[Waiting]:
    """Reviews of joint plans, answers of councils and successors of contact persons that one's own side owes."""
    for row in papers_waiting_for(user):
        for label, page, due in (
            (_("Review the joint plan together"), "plan-review", row.review_due),
            (_("Enter what your college or council decided"), "decisions", row.decision_due),
            (_("Name who takes over as contact person"), "hand-over", row.successor_due),
        ):
            if due is not None:
                address = reverse(f"matching:partnership-{page}", args=(row.partnership.reference,))
                yield Waiting(label, address, str(row.partnership), due)


MUNICIPAL: tuple[Source, ...] = (
    _applications, _decisions, _proposals, _preparing, _papers, _course, _homework, _visit_reports, _open_calls,
)  # fmt: skip


def _reviews(user: User, standing: Standing) -> Iterator[Waiting]:
    """Reviews to hand in, by call."""
    waiting = open_reviews(user).order_by().values("application__call").annotate(n=Count("pk"))
    for row in waiting.values("n", due=F("application__call__reviews_due_on")).order_by("application__call"):
        yield Waiting(
            _("Review applications"),
            reverse("applications:review-list"),
            _("%(count)d to do") % {"count": row["n"]},
            row["due"],
        )


def _eligibility(user: User, standing: Standing) -> Iterator[Waiting]:
    count = awaiting_eligibility(user).count()
    if count:
        yield Waiting(
            _("Decide on eligibility"),
            reverse("admin:applications_application_changelist") + "?status__exact=submitted",
            ngettext("%(count)d application", "%(count)d applications", count) % {"count": count},
        )


def _join_requests(user: User, standing: Standing) -> Iterator[Waiting]:
    for row in join_requests_waiting_for(user).select_related("municipality")[:20]:
        yield Waiting(
            _("Decide who joins"),
            reverse("admin:people_joinrequest_change", args=(row.pk,)),
            f"{row.full_name} · {row.municipality}",
        )


def _sponsors(user: User, standing: Standing) -> Iterator[Waiting]:
    """Applications that a new sponsor confirms, for signatories."""
    signing = [pk for pk in standing.municipality_ids if standing.is_signatory(pk)]
    for row in open_confirmations().filter(application__municipality__in=signing):
        yield Waiting(
            _("Confirm the application as the new sponsor"),
            reverse("applications:sponsor-confirm", args=(row.application.reference,)),
            f"{row.application.municipality} · {row.application.call.title}",
            row.due_on,
        )


def _stuck(user: User, standing: Standing) -> Iterator[Waiting]:
    for call in calls_with_stuck(user):
        count = ngettext("%(count)d municipality", "%(count)d municipalities", call.stuck) % {
            "count": call.stuck
        }
        yield Waiting(
            _("Look who is stuck before the call closes"),
            reverse("admin:applications_call_progress", args=(call.pk,)), labelled(call.title, count), _last_day(call),
        )  # fmt: skip


def _overdue_changes(user: User, standing: Standing) -> Iterator[Waiting]:
    count = overdue_changes(user).count()
    if count:
        yield Waiting(
            _("Changes that were asked for are overdue"),
            reverse("admin:applications_application_changelist") + "?changes=yes",
            ngettext("%(count)d application", "%(count)d applications", count) % {"count": count},
        )


def _places(user: User, standing: Standing) -> Iterator[Waiting]:
    """Places that nobody confirmed in time or that came free, for who releases decisions."""
    for call in calls_with_open_places(user):
        places = call.open_places
        count = ngettext("%(count)d place", "%(count)d places", places) % {"count": places}
        yield Waiting(
            _("Decide on places that were not confirmed or came free"),
            reverse("admin:applications_call_places", args=(call.pk,)), f"{call.title}: {count}",
        )  # fmt: skip


def _course_to_decide(user: User, standing: Standing) -> Iterator[Waiting]:
    """Partnerships that wait for a coordinator: another last day, a merger that they could not follow, the close."""
    for row in waiting_for_coordinator(user):
        page = reverse("matching:partnership-course", args=(row.reference,))
        if row.merger_waits:
            yield Waiting(_("Decide which partnership goes on after a merger"), page, str(row))
        if row.start_waits:
            address = reverse("matching:partnership-agreement", args=(row.reference,))
            yield Waiting(_("Start the partnership, or see what it still needs"), address, str(row))
        if row.end_waits:
            yield Waiting(_("Decide on another last day"), page, str(row))
        if row.over_waits:
            yield Waiting(_("Close the partnership: its last day is over"), page, str(row))


def _failed_imports(user: User, standing: Standing) -> Iterator[Waiting]:
    for job in failed_imports(user)[:5]:
        yield Waiting(
            _("See why an import failed"),
            reverse("admin:applications_application_import_job", args=(job.pk,)),
            str(job.arguments.get("name", "")),
        )


def _quarantine(user: User, standing: Standing) -> Iterator[Waiting]:
    """Files that wait for long: the scanner is away, or nobody brings them to it."""
    left = quarantine()
    if left.since is not None and left.is_stuck:
        yield Waiting(
            _("Files wait for the virus scanner"),
            reverse("admin:documents_storedfile_changelist") + f"?state__exact={FileState.QUARANTINE}",
            ngettext("%(count)d file, since %(moment)s", "%(count)d files, since %(moment)s", left.waiting)
            % {"count": left.waiting, "moment": format_moment(left.since)},
        )


def _scenarios(user: User, standing: Standing) -> Iterator[Waiting]:
    steps = {
        ScenarioStatus.DRAFT: (MatchingPerm.MANAGE_SCENARIO, ""),
        ScenarioStatus.SOLVED: (MatchingPerm.ENDORSE_SCENARIO, _("Endorse the proposed matches")),
        ScenarioStatus.ENDORSED: (MatchingPerm.VIEW_SCENARIO, _("Approve and release the matches")),
        ScenarioStatus.APPROVED: (MatchingPerm.RELEASE_SCENARIO, _("Approve and release the matches")),
    }
    stuck = Q(job__state=JobState.FAILED) | Q(sent_back_at__isnull=False)
    mine = Q(status__in=(ScenarioStatus.SOLVED, ScenarioStatus.APPROVED)) | Q(pk__in=to_approve(user))
    mine |= Q(status=ScenarioStatus.DRAFT, follows__isnull=False) & stuck
    for row in scenarios_visible_to(user).filter(mine):
        permission, label = steps[ScenarioStatus(row.status)]
        if row.status in (ScenarioStatus.DRAFT, ScenarioStatus.SOLVED) and row.put_forward_at is None:
            # Made because a pair came apart: nobody else would think of it.
            if row.follows_id is not None and allowed(user, MatchingPerm.MANAGE_SCENARIO, row):
                page = reverse("admin:matching_scenario_room", args=(row.reference,))
                yield Waiting(_("Look at the next best partners"), page, row.name)
            continue
        if allowed(user, permission, row):
            yield Waiting(label, reverse("matching:scenario-detail", args=(row.reference,)), row.name)


def _expenses(user: User, standing: Standing) -> Iterator[Waiting]:
    for row in waiting_for(user)[:50]:
        yield Waiting(
            _("Check or approve an expense"), reverse("budget:expense-detail", args=(row.reference,)),
            f"{row.share.municipality} · {row.payee}",
        )  # fmt: skip


def waiting_on(user: User) -> list[Waiting]:
    """Everything that waits on `user`, by due day, things without one last."""
    standing = standing_of(user)
    sources: list[Source] = []
    if standing.municipal:
        sources += MUNICIPAL
        if any(standing.is_signatory(pk) for pk in standing.municipality_ids):
            sources.append(_sponsors)
    if standing.is_reviewer:
        sources.append(_reviews)
    if standing.has_role(AssociationRole.COORDINATOR):
        sources += [
            _eligibility,
            _join_requests,
            _stuck,
            _overdue_changes,
            _places,
            _failed_imports,
            _course_to_decide,
        ]
    if user.is_superuser or standing.associations_as(AssociationRole.COORDINATOR).intersection(
        standing.led_programmes.values()
    ):
        sources.append(_quarantine)
    if standing.is_steering_member or standing.has_role(AssociationRole.COORDINATOR):
        sources.append(_scenarios)
    if standing.has_role(AssociationRole.CHECKER, AssociationRole.APPROVER):
        sources.append(_expenses)
    found = [task for source in sources for task in source(user, standing)]
    return sorted(found, key=lambda task: (task.due is None, task.due or date.max))
