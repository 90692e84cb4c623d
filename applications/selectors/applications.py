"""Which applications a person sees, and what a list or a task list needs of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce

from applications.enums import ApplicationStatus, QuestionKind, Section, SectionStatus, SignOffState
from applications.models import (
    Application,
    Call,
    ChangeRequest,
    KeptText,
    Question,
    SectionState,
    SignOff,
    Track,
    TrackPreference,
)
from applications.selectors.conflicts import barred_applications
from applications.selectors.questions import questions_for
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.models import Municipality

READING_ROLES = (AssociationRole.COORDINATOR, AssociationRole.AUDITOR)
# Minutes that a section takes beside its questions; measured for the 30 minutes of a candidacy.
BASE_MINUTES = {
    Section.MUNICIPALITY: 3,
    Section.INTERESTS: 4,
    Section.MOTIVATION: 0,
    Section.INVOLVEMENT: 0,
    Section.COMMITMENTS: 1,
}
WORDS_A_MINUTE = 30
CHOICES_A_MINUTE = 3


def applications_visible_to(user: Any) -> QuerySet[Application]:
    """Applications that `user` may know of: those of one's own municipality; for coordinators and auditors
    those of a track in their scope, Flemish ones that rank such a track, and all of a programme that their
    association runs, but for those that they have a conflict of interest with.

    Reviewers reach an application through their review alone.
    """
    standing = standing_of(user)
    rows = Application.objects.select_related(
        "call__programme__lead_association",
        "municipality__country",
        "track__partner_country__country",
        "track__partner_country__association",
        "filled_by",
    )
    seen = Q(municipality__in=standing.municipality_ids)
    held = standing.associations_as(*READING_ROLES)
    if held:
        led = [programme for programme, association in standing.led_programmes.items() if association in held]
        tracks = Track.objects.filter(standing.scope("partner_country", *READING_ROLES)).values("pk")
        ranking = TrackPreference.objects.filter(application=OuterRef("pk"), track__in=tracks)
        in_scope = Q(call__programme__in=led) | Q(track__in=tracks) | Q(Exists(ranking))
        seen |= in_scope & free_of_conflict(user)
    return rows.filter(seen)


def applications_at_desk(user: Any) -> QuerySet[Application]:
    """The same for the work of an association: without those that one only sees as an applicant."""
    return applications_visible_to(user).filter(free_of_conflict(user))


def free_of_conflict(user: Any) -> Q:
    """Applications (filter on Application) that `user` has no conflict of interest with."""
    return ~Q(pk__in=barred_applications(user).values("pk"))


def awaiting_eligibility(user: Any) -> QuerySet[Application]:
    """Submitted applications on whose eligibility `user` decides."""
    rows = Application.objects.filter(decided_by(user), status=ApplicationStatus.SUBMITTED)
    return rows.filter(municipality__is_test=False)


def decided_by(user: Any) -> Q:
    """Applications on whose eligibility `user` decides: Flemish ones at the association that runs the programme,
    those of a partner country also at its own one. Never with a conflict of interest."""
    standing, role = standing_of(user), AssociationRole.COORDINATOR
    led = [programme for programme in standing.led_programmes if standing.leads(programme, role)]
    southern = Q(track__isnull=False) & standing.scope("track__partner_country", role)
    return (Q(call__programme__in=led) | southern) & free_of_conflict(user)


def with_own_in(call: Call, municipalities: QuerySet[Municipality]) -> QuerySet[Any]:
    """Adds references: `begun`, the application that a municipality has in `call`, and `withdrawn`, the newest one that
    it wrote there and then took back; not what went on in another application."""
    mine = Application.objects.filter(call=call, municipality=OuterRef("pk"))
    begun = mine.exclude(status=ApplicationStatus.WITHDRAWN)
    written = SectionState.objects.filter(application=OuterRef("pk"), version__gt=0)
    gone = mine.filter(Exists(written), status=ApplicationStatus.WITHDRAWN, merged_into__isnull=True)
    return municipalities.annotate(
        begun=Subquery(begun.order_by("pk").values("reference")[:1]),
        withdrawn=Subquery(gone.order_by("-withdrawn_at").values("reference")[:1]),
    )


def with_progress(rows: QuerySet[Application]) -> QuerySet[Application]:
    """Adds `sections_done`: how many sections are complete."""
    done = Count("section_states", filter=Q(section_states__status=SectionStatus.COMPLETED), distinct=True)
    return rows.annotate(sections_done=done)


def with_sections_asked(rows: QuerySet[Application]) -> QuerySet[Any]:
    """Adds `done` and `asked`: how many sections are complete, and how many there are for this application."""
    states = SectionState.objects.filter(application=OuterRef("pk"), status=SectionStatus.COMPLETED)
    base = [section for section, minutes in BASE_MINUTES.items() if minutes]
    mine = Q(side="") | Q(side=OuterRef("side"))
    questions = Question.objects.filter(
        mine, Q(in_profile=True) | Q(Exists(Application.objects.filter(pk=OuterRef(OuterRef("pk")), is_profile=False))),
        call=OuterRef("call"),
    ).exclude(section__in=base)  # fmt: skip
    sections = questions.order_by().values("call").annotate(n=Count("section", distinct=True)).values("n")
    return rows.annotate(
        done=Coalesce(
            Subquery(states.order_by().values("application").annotate(n=Count("pk")).values("n")), 0
        ),
        asked=Coalesce(Subquery(sections), 0) + len(base),
    )


@dataclass(frozen=True, slots=True)
class Task:
    """A section of the task list."""

    section: Section
    status: SectionStatus
    minutes: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an application is: its sections, minutes still to go, and the last save."""

    tasks: tuple[Task, ...]
    last_saved: SectionState | None

    @property
    def done(self) -> int:
        """Complete sections."""
        return sum(task.status == SectionStatus.COMPLETED for task in self.tasks)

    @property
    def minutes_to_go(self) -> int:
        """Minutes that the sections which are not complete take, and one to read all of it again."""
        return sum(task.minutes for task in self.tasks if task.status != SectionStatus.COMPLETED) + 1

    @property
    def complete(self) -> bool:
        """Whether every section was complete when it was last saved."""
        return self.done == len(self.tasks)


def progress_of(application: Application) -> Progress:
    """Sections with states and minutes, in two statements."""
    minutes = _minutes_of_sections(application)
    states = {
        state.section: state
        for state in SectionState.objects.filter(application=application.pk).select_related("saved_by")
    }
    tasks = tuple(
        Task(
            section,
            SectionStatus(states[section].status) if section in states else SectionStatus.NOT_STARTED,
            minutes[section],
        )
        for section in Section
        if section in minutes
    )
    saved = [state for state in states.values() if state.version]
    return Progress(tasks, max(saved, key=lambda state: state.updated_at, default=None))


def _minutes_of_sections(application: Application) -> Mapping[Section, int]:
    """Minutes per section that this application has: always the first, the interests and the commitments, the
    others when the call asks something there. What may be left out is not counted."""
    is_text = Q(kind=QuestionKind.TEXT) | Q(required=False)
    is_choice = Case(When(is_text, then=0), default=1, output_field=IntegerField())
    asked = {
        Section(row["section"]): row["words"] / WORDS_A_MINUTE + row["picks"] / CHOICES_A_MINUTE
        for row in questions_for(application)
        .order_by()
        .values("section")
        .annotate(words=Coalesce(Sum("word_limit"), 0), picks=Sum(is_choice))
    }
    return {
        section: max(1, round(base + asked.get(section, 0)))
        for section, base in BASE_MINUTES.items()
        if base or section in asked
    }


def open_sign_off(application: Application) -> SignOff | None:
    """The question for a signature that waits for an answer."""
    return (
        SignOff.objects.filter(application=application.pk, state=SignOffState.ASKED)
        .select_related("asked_by", "answered_by")
        .first()
    )


def last_sign_off(application: Application) -> SignOff | None:
    """The newest question for a signature, whatever became of it."""
    return (
        SignOff.objects.filter(application=application.pk)
        .select_related("asked_by", "answered_by")
        .order_by("-created_at")
        .first()
    )


def open_change_request(application: Application) -> ChangeRequest | None:
    """The request for changes that waits for an answer; also while its answer waits for a signature. No statement
    where `read_change_requests` has read them."""
    if "change_requests" in getattr(application, "_prefetched_objects_cache", {}):
        rows = application.change_requests.all()
        return next((row for row in rows if row.answered_at is None and row.cancelled_at is None), None)
    return (
        ChangeRequest.objects.filter(
            application=application.pk, answered_at__isnull=True, cancelled_at__isnull=True
        )
        .select_related("asked_by", "revision")
        .first()
    )


def read_change_requests(application: Application, *, with_content: bool = False) -> Application:
    """The same row with its requests for changes, for pages that look at them several times; `with_content` reads
    the answers of the version that came back too."""
    if application.submitted_at is not None:
        rows = ChangeRequest.objects.select_related("asked_by", "revision")
        if not with_content:
            rows = rows.defer("revision__content")
        prefetch_related_objects([application], Prefetch("change_requests", rows))
    return application


def kept_texts_of(application: Application) -> QuerySet[KeptText]:
    """Texts that a second editor typed, or that came from another application (of `from_municipality`), and between
    which nobody has chosen yet."""
    source = Application.objects.filter(reference=OuterRef("page")).values("municipality__name")
    return (
        KeptText.objects.filter(application=application.pk, settled_at__isnull=True)
        .select_related("written_by")
        .annotate(from_municipality=Subquery(source[:1]))
    )


def texts_to_settle(application: Application) -> list[KeptText]:
    """Those of them in the parts that may be changed now: all of a draft, else those that changes were asked in.
    Nothing is signed while one of them waits."""
    rows = kept_texts_of(application)
    if application.submitted_at is None:
        return list(rows)
    request = open_change_request(application)
    return [row for row in rows if row.section in request.sections] if request else []
