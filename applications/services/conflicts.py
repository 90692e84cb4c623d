"""Confidentiality agreed to, conflicts of interest declared, entered, found and lifted; and what that does to reviews.

Rows are locked in this order: application, declaration, reviews, track. Whoever assigns or submits a review holds the
application or the review and looks for a conflict then, so a conflict and a review never pass each other by.

The words of a declaration stay in its row: the reasons in the history of an application are read by the municipality.
"""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from applications.enums import (
    REVIEW_EDITABLE,
    REVIEW_MOVES,
    ApplicationStatus,
    CallStatus,
    ConflictGround,
    ConflictOrigin,
    RecusalGround,
    ReviewStatus,
)
from applications.errors import ConflictOfInterest, NotDeclared, ReasonNeeded
from applications.models import (
    Application,
    Call,
    ConfidentialityAgreement,
    ConflictDeclaration,
    Review,
    Track,
)
from applications.own_reasons import CONFLICT_DECLARED, CONFLICT_ENTERED, CONFLICT_FOUND
from applications.selectors.call_texts import confidentiality_text
from applications.selectors.conflicts import (
    agreed_to_confidentiality,
    automatic_ground,
    conflict_of,
    conflicts_among,
    forget_barred,
    has_declared,
)
from applications.selectors.reviews import IN_THE_RANKING
from applications.services.conflict_mails import mail_entered, mail_stepped_out
from applications.services.moving import locked, locked_together, move
from applications.services.tallies import recompute_tallies
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, SamePerson
from sdgpartners.core.history import because
from sdgpartners.core.moves import check_move
from sdgpartners.people.models import User


@transaction.atomic
def agree_to_confidentiality(*, call: Call, actor: User, language: str) -> ConfidentialityAgreement:
    """`actor` agrees to the text of the call in `language`, which is kept with the agreement. Again gives the first."""
    agreement, _new = ConfidentialityAgreement.objects.get_or_create(
        call=call,
        person=actor,
        defaults={
            "language": language,
            "text": confidentiality_text(call, language),
            "agreed_at": clock.now(),
        },
    )
    return agreement


def require_open_file(*, application: Application, actor: User) -> None:
    """Whether `actor` may work on the file now: read afresh, for inside the transaction, under the lock of the review
    or the application.

    Raises NotDeclared until they agreed to confidentiality in the call and declared their interest in the application,
    ConflictOfInterest where they have a conflict.
    """
    if conflict_of(actor, application) is not None:
        raise ConflictOfInterest
    if not agreed_to_confidentiality(actor, application.call_id) or not has_declared(actor, application):
        raise NotDeclared


@transaction.atomic
def declare_interest(
    *, application: Application, actor: User, ground: str = "", words: str = ""
) -> ConflictDeclaration:
    """What `actor` has to do with the application: nothing (no ground), or a conflict.

    With a conflict the file is gone for them: reviews of theirs that are not in end, those that are in are set aside,
    and coordinators are mailed with who could take over. Locks the application, the declaration and the reviews. A
    conflict is not taken back: declared again it stays as it was (ConflictOfInterest for 'nothing'). Raises
    ReasonNeeded for 'another reason' without words.
    """
    application = locked(application)
    words = words.strip()
    if ground == ConflictGround.OTHER and not words:
        raise ReasonNeeded
    row = _locked_row(application, actor)
    if _stands(row):
        if not ground:
            raise ConflictOfInterest
        return row
    if not ground and automatic_ground(actor.pk, application) is not None:
        raise ConflictOfInterest
    with because(actor, CONFLICT_DECLARED if ground else ""):
        _write(row, ground=ground, origin=ConflictOrigin.DECLARED, words=words)
        ended = _end_reviews(application, actor, words) if ground else []
    _afterwards([(application, ended)], actor)
    return row


@transaction.atomic
def enter_conflict(
    *, application: Application, person: User, ground: str, words: str, actor: User
) -> ConflictDeclaration:
    """A coordinator records the conflict of somebody else, with what it rests on; does what `declare_interest` does,
    and tells the person. One that stands already stays as it was.

    Locks the application, the declaration and the reviews. Raises SamePerson for one's own (that is declared), and
    ReasonNeeded without words.
    """
    if person.pk == actor.pk:
        raise SamePerson(_("Declare a conflict of your own on the page of the application."))
    words = words.strip()
    if not words:
        raise ReasonNeeded
    application = locked(application)
    row = _locked_row(application, person)
    if _stands(row):
        return row
    with because(actor, CONFLICT_ENTERED):
        _write(row, ground=ConflictGround(ground).value, origin=ConflictOrigin.COORDINATOR, words=words)
        ended = _end_reviews(application, person, words)
    _afterwards([(application, ended)], actor)
    mail_entered(row, actor)
    return row


@transaction.atomic
def lift_conflict(*, declaration: ConflictDeclaration, reason: str, actor: User) -> ConflictDeclaration:
    """A coordinator takes a recorded conflict away, with a reason: entered by mistake, or over.

    A review that was in and was set aside for it counts again; one that ended stays ended. Locks the application, the
    declaration and the reviews. Lifted twice changes nothing. Raises ReasonNeeded, SamePerson for one's own, and
    DomainError while the portal itself finds the conflict (a seat, a town twinning) or where there is none.
    """
    application = locked(declaration.application)
    row = ConflictDeclaration.objects.select_for_update().get(pk=declaration.pk)
    if row.person_id == actor.pk:
        raise SamePerson(_("Nobody lifts a conflict of their own. Ask another coordinator."))
    if not reason.strip():
        raise ReasonNeeded
    if row.lifted_at is not None:
        return row
    if not row.ground:
        raise DomainError(_("No conflict is recorded here."))
    if automatic_ground(row.person_id, application) is not None:
        raise DomainError(
            _(
                "This person works for the municipality or for one that is twinned with it: that is not lifted here."
            )
        )
    with because(actor, reason.strip()):
        row.lifted_at, row.lifted_by = clock.now(), actor
        row.save()
        counted = _count_again(application, row.person_id)
    forget_barred(row.person)
    _figures_anew([(application, counted)])
    return row


@transaction.atomic
def refresh_conflicts(*, track: Track, actor: User | None = None) -> int:
    """End or set aside the reviews on `track` whose reviewer has become barred (a new seat, a town twinning that
    became known), and record why; coordinators are mailed. Returns how many; again does nothing.

    Locks the applications concerned in the order of their keys, then their reviews and tracks. Call it before any other
    lock on a track.
    """
    return _refresh(Review.objects.filter(track=track), actor)


@transaction.atomic
def refresh_open_tracks(*, person: User | None = None) -> int:
    """`refresh_conflicts` over all tracks, or over the reviews of `person`."""
    reviews = Review.objects.all()
    return _refresh(reviews if person is None else reviews.filter(reviewer=person), None)


def _refresh(reviews: QuerySet[Review], actor: User | None) -> int:
    live = _live(reviews)
    pairs = set(live.order_by().values_list("application", "reviewer"))
    applications = Application.objects.filter(pk__in=live.values("application")).only("pk", "municipality_id")
    conflicts = [
        conflict
        for conflict in conflicts_among({person for _application, person in pairs}, applications)
        if (conflict.application_id, conflict.person_id) in pairs
    ]
    if not conflicts:
        return 0
    held = locked_together({conflict.application_id for conflict in conflicts})
    people = User.objects.in_bulk({conflict.person_id for conflict in conflicts})
    ended: list[tuple[Application, list[Review]]] = []
    for conflict in conflicts:
        application, person = held[conflict.application_id], people[conflict.person_id]
        row = _locked_row(application, person)
        with because(actor, CONFLICT_FOUND):
            if not _stands(row):
                _write(row, ground=conflict.ground.value, origin=ConflictOrigin.AUTOMATIC, words="")
            ended.append((application, _end_reviews(application, person, conflict.words)))
    _afterwards(ended, actor)
    return sum(len(rows) for _application, rows in ended)


def _locked_row(application: Application, person: User) -> ConflictDeclaration:
    """The one row of this person and application, locked; a new one where there is none yet."""
    rows = ConflictDeclaration.objects.select_for_update(of=("self",)).select_related("person")
    found = rows.filter(application=application, person=person).first()
    return found or ConflictDeclaration(application=application, person=person)


def _stands(row: ConflictDeclaration) -> bool:
    return bool(row.ground) and row.lifted_at is None


def _write(row: ConflictDeclaration, *, ground: str, origin: ConflictOrigin, words: str) -> None:
    """The row as it is now; what it was stays in its history."""
    row.ground, row.origin, row.words = ground, origin, words
    row.declared_at, row.lifted_at, row.lifted_by = clock.now(), None, None
    row.full_clean(validate_unique=False, validate_constraints=False)
    row.save()
    forget_barred(row.person)


def _live(reviews: QuerySet[Review]) -> QuerySet[Review]:
    """Reviews that count or are still to come, of applications on which nothing is released yet."""
    return reviews.filter(
        application__status__in=IN_THE_RANKING, track__call__status=CallStatus.PUBLISHED, set_aside=False
    ).exclude(status=ReviewStatus.RECUSED)


def _end_reviews(application: Application, person: User, words: str) -> list[Review]:
    """End the reviews of `person` on a locked application that are not in, set aside those that are; locks them."""
    mine = _live(Review.objects.filter(application=application, reviewer=person)).order_by("pk")
    reviews = list(
        mine.select_for_update(of=("self",)).select_related(
            "reviewer",
            "track__call__programme",
            "track__partner_country__country",
            "track__partner_country__association",
            "track__partner_country__programme__lead_association",
        )
    )
    for review in reviews:
        review.recused_at, review.recused_ground = clock.now(), RecusalGround.CONFLICT
        if review.status in REVIEW_EDITABLE:
            check_move(REVIEW_MOVES, current=review.status, target=ReviewStatus.RECUSED, states=ReviewStatus)
            review.status = ReviewStatus.RECUSED
        else:
            review.set_aside, review.set_aside_reason = True, words[:300]
        review.save()
    return reviews


def _afterwards(ended: list[tuple[Application, list[Review]]], actor: User | None) -> None:
    """Figures first, all of them, then the mails."""
    _figures_anew(ended)
    for application, reviews in ended:
        for review in reviews:
            mail_stepped_out(review, application, actor)


def _count_again(application: Application, person: int) -> list[Review]:
    if application.status not in IN_THE_RANKING or application.call.status != CallStatus.PUBLISHED:
        return []
    reviews = list(
        Review.objects.select_for_update(of=("self",))
        .select_related("track")
        .filter(
            application=application, reviewer=person, status=ReviewStatus.SUBMITTED, set_aside=True,
            recused_ground=RecusalGround.CONFLICT,
        )
        .order_by("pk")
    )  # fmt: skip
    for review in reviews:
        review.set_aside, review.set_aside_reason = False, ""
        review.recused_at, review.recused_ground = None, ""
        review.save()
    return reviews


def _figures_anew(changed: list[tuple[Application, list[Review]]]) -> None:
    """What was ranked is so no longer: its decisions are prepared anew, and a substitute can still submit. Locks the
    tracks, last and in the order of their keys.

    The municipality reads the moves of its application: no name and no reason with them.
    """
    of_track: dict[int, tuple[Track, set[int]]] = {}
    for application, reviews in changed:
        if reviews and application.status == ApplicationStatus.RANKED:
            with because(None):
                move(application, ApplicationStatus.IN_REVIEW)
        for review in reviews:
            of_track.setdefault(review.track_id, (review.track, set()))[1].add(application.pk)
    for _key, (track, applications) in sorted(of_track.items()):
        recompute_tallies(track=track, applications=applications)
