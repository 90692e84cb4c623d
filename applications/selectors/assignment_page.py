"""The reviewers of a track at a glance: who reviews what and how far, who carries how much, and what bars whom."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from applications.enums import REVIEW_EDITABLE, CallStatus, RecusalGround, ReviewStatus
from applications.fields import Text
from applications.models import Application, Review, Track
from applications.selectors.assignment import Candidate, pools_of, reviewer_candidates
from applications.selectors.conflicts import Conflict, competing_on
from applications.selectors.reviews import scored_applications
from sdgpartners.people.models import User

PER_PAGE = 30
# What a cell says besides the states of a review.
_OPEN, _CONFLICT, _SET_ASIDE = "open", "conflict", "set_aside"


@dataclass(frozen=True)
class Cell:
    """One person on one application: the state of their review (ReviewStatus, or "set_aside", "open" where progress is
    not told), or "conflict"; empty where nothing is. `word` says it, for what ended with its ground."""

    name: str
    state: str = ""
    word: Text = ""

    @property
    def is_out(self) -> bool:
        """Whether nothing is to be expected of it."""
        return self.state in (_CONFLICT, _SET_ASIDE, ReviewStatus.RECUSED)

    @property
    def text(self) -> Text:
        """What the table says."""
        if self.state == _SET_ASIDE:
            return format_lazy(_("Set aside: {ground}"), ground=self.word)
        if self.state == _CONFLICT:
            return format_lazy(_("Conflict: {ground}"), ground=self.word)
        return self.word


@dataclass(frozen=True)
class Row:
    """An application with a cell a person; how many reviews are missing, and of those how many of the association."""

    application: Application
    cells: list[Cell]
    given: int
    missing: int
    association_missing: int


@dataclass(frozen=True)
class Carrier:
    """What somebody carries: reviews on this track and in the whole call, those that are in, and how many applications
    they are barred from. `candidate` is None for who no longer reviews here."""

    person: User
    candidate: Candidate | None
    here: int
    in_call: int
    submitted: int
    barred: int


@dataclass(frozen=True)
class Overview:
    """The page. `missing` counts reviews over all applications, `short` applications that lack somebody of the
    association."""

    page: Page[Application]
    rows: list[Row]
    carriers: list[Carrier]
    applications: int
    given: int
    submitted: int
    missing: int
    short: int


def reviewed_on(track: Track) -> QuerySet[Application]:
    """What is reviewed on the track; once it is decided, what was."""
    if track.call.status != CallStatus.DECIDED:
        return scored_applications(track)
    return competing_on(track).select_related("municipality__country")


def overview_of(track: Track, number: str | None = None, *, progress: bool = True) -> Overview:
    """Applications by reviewers, `PER_PAGE` lines a page; a bounded number of statements. Without `progress` it says
    who reviews what and not how far they are (for who has reviews of their own to hand in)."""
    applications = list(reviewed_on(track))
    pools = pools_of(track)
    candidates = reviewer_candidates(track, applications, pools)
    reviews = list(
        Review.objects.filter(track=track, application__in=applications)
        .select_related("reviewer")
        .only("application", "track", "status", "set_aside", "recused_ground", "reviewer__last_name",
              "reviewer__first_name", "reviewer__email")
    )  # fmt: skip
    carriers = _carriers(candidates, reviews, progress=progress)
    by_application: dict[int, list[Review]] = {}
    for review in reviews:
        by_application.setdefault(review.application_id, []).append(review)
    page = Paginator(applications, PER_PAGE).get_page(number)
    rows = {
        row.pk: _row(
            row, track, carriers, by_application.get(row.pk, []), pools.association, progress=progress
        )
        for row in applications
    }
    return Overview(
        page=page,
        rows=[rows[row.pk] for row in page.object_list],
        carriers=carriers,
        applications=len(applications),
        given=sum(row.given for row in rows.values()),
        submitted=sum(one.submitted for one in carriers),
        missing=sum(row.missing for row in rows.values()),
        short=sum(row.association_missing > 0 for row in rows.values()),
    )


def _carriers(candidates: Iterable[Candidate], reviews: Iterable[Review], *, progress: bool) -> list[Carrier]:
    """Those in the pools by name, then those who are there no more but wrote or still have something."""
    mine: dict[int, list[Review]] = {}
    for review in reviews:
        if review.status != ReviewStatus.RECUSED:
            mine.setdefault(review.reviewer_id, []).append(review)
    found = [_carrier(one.user, one, mine.pop(one.user.pk, []), progress=progress) for one in candidates]
    gone = [_carrier(rows[0].reviewer, None, rows, progress=progress) for rows in mine.values()]
    return found + sorted(gone, key=lambda one: str(one.person))


def _carrier(person: User, candidate: Candidate | None, reviews: list[Review], *, progress: bool) -> Carrier:
    submitted = sum(row.status == ReviewStatus.SUBMITTED for row in reviews) if progress else 0
    return Carrier(
        person, candidate, len(reviews), candidate.load if candidate else len(reviews), submitted,
        len(candidate.conflicts) if candidate else 0,
    )  # fmt: skip


def _row(
    application: Application,
    track: Track,
    carriers: Collection[Carrier],
    reviews: Iterable[Review],
    association: Collection[int],
    *,
    progress: bool,
) -> Row:
    by_person = {review.reviewer_id: review for review in reviews}
    able = {one.person.pk for one in carriers if one.candidate}
    there = {person for person, review in by_person.items() if _is_there(review, able)}
    cells = [
        _cell(
            str(one.person),
            by_person.get(one.person.pk),
            one.candidate.conflicts.get(application.pk) if one.candidate else None,
            progress=progress,
        )
        for one in carriers
    ]
    call = track.call
    return Row(
        application=application,
        cells=cells,
        given=len(there),
        missing=max(call.reviewers_per_application - len(there), 0),
        association_missing=max(call.association_reviewers - len(there.intersection(association)), 0),
    )


def _is_there(review: Review, able: Collection[int]) -> bool:
    """Whether a review is in or still to come: not what waits on somebody who is no reviewer any more."""
    if review.status == ReviewStatus.RECUSED or review.set_aside:
        return False
    return review.status not in REVIEW_EDITABLE or review.reviewer_id in able


def _cell(name: str, review: Review | None, conflict: Conflict | None, *, progress: bool) -> Cell:
    if review is not None and review.set_aside:
        return Cell(name, _SET_ASIDE, conflict.ground.label if conflict else RecusalGround.CONFLICT.label)
    if conflict is not None:
        return Cell(name, _CONFLICT, conflict.ground.label)
    if review is None:
        return Cell(name)
    if review.status == ReviewStatus.RECUSED:
        return Cell(name, review.status, RecusalGround(review.recused_ground).label)
    if not progress:
        return Cell(name, _OPEN, ReviewStatus.ASSIGNED.label)
    return Cell(name, review.status, ReviewStatus(review.status).label)


@dataclass(frozen=True)
class Ended:
    """A review that ended before it counted: whose, why, in which words."""

    person: User
    ground: Text
    reason: str


@dataclass(frozen=True)
class OneApplication:
    """Who reviews an application, who did and why no longer, who is barred and who could be asked."""

    application: Application
    live: list[Review]
    ended: list[Ended]
    barred: list[tuple[Candidate, Conflict]]
    free: list[Candidate]
    missing: int
    association_missing: int

    @property
    def open(self) -> list[Review]:
        """Reviews that can still be taken away."""
        return [row for row in self.live if row.status in REVIEW_EDITABLE]


def reviewers_of(application: Application, track: Track) -> OneApplication:
    """One application for who gives out its reviews; a bounded number of statements."""
    pools = pools_of(track)
    candidates = reviewer_candidates(track, [application], pools)
    reviews = list(
        Review.objects.filter(application=application, track=track).select_related("reviewer").order_by("pk")
    )
    asked = {row.reviewer_id for row in reviews}
    live = [row for row in reviews if row.status != ReviewStatus.RECUSED and not row.set_aside]
    able = {one.user.pk for one in candidates}
    there = {row.reviewer_id for row in live if _is_there(row, able)}
    call = track.call
    return OneApplication(
        application=application,
        live=live,
        ended=_ended([row for row in reviews if row not in live]),
        barred=[(one, one.conflicts[application.pk]) for one in candidates if one.is_barred(application)],
        free=sorted(
            (one for one in candidates if one.user.pk not in asked and not one.is_barred(application)),
            key=lambda one: one.load,
        ),
        missing=max(call.reviewers_per_application - len(there), 0),
        association_missing=max(call.association_reviewers - len(there & pools.association), 0),
    )


def _ended(reviews: list[Review]) -> list[Ended]:
    if not reviews:
        return []
    reasons = _reasons([row.pk for row in reviews])
    return [
        Ended(row.reviewer, RecusalGround(row.recused_ground or "conflict").label, reasons.get(row.pk, ""))
        for row in reviews
    ]


def _reasons(keys: list[int]) -> Mapping[int, str]:
    """Why each review was taken away or passed on, as the history has it. What was said of a conflict stays with its
    declaration."""
    told = (RecusalGround.ABSTAINED, RecusalGround.REPLACED)
    events = Review.pgh_event_model.objects.filter(  # type: ignore[attr-defined]
        pgh_obj__in=keys, status=ReviewStatus.RECUSED, recused_ground__in=told
    )
    rows = events.order_by("pgh_id").values_list("pgh_obj_id", "pgh_context__metadata")
    return {key: (metadata or {}).get("reason", "") for key, metadata in rows}
