"""Both sides look back at their joint plan, in the month that the rules name; the plan then changes with a new
version."""

from dataclasses import asdict, dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from matching.enums import PartnershipStatus
from matching.models import JointPlan, Partnership, PlanReview
from matching.selectors.plan_reviews import ReviewDays, review_days, reviewable
from matching.services.letters_papers import send_review_opened
from matching.services.moving import lock_partnership, require_state
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, EditConflict, Incomplete, SamePerson
from sdgpartners.core.history import because
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side

REVIEW_STATES = (PartnershipStatus.ACTIVE, PartnershipStatus.CLOSING)


@dataclass(frozen=True, slots=True)
class ReviewContent:
    """What a review says: what each side learned and changed, and what the plan changes from here on."""

    learned_north: str = ""
    learned_south: str = ""
    adjusts: str = ""


def review_content_of(review: PlanReview) -> ReviewContent:
    """What the review says now."""
    return ReviewContent(review.learned_north, review.learned_south, review.adjusts)


def open_plan_reviews() -> int:
    """Open the review of every plan whose month has come; how many. Mails `plan_review_opened` to the editors and
    signatories of both sides. Safe to run twice: a plan is reviewed once."""
    rows = list(reviewable())
    days = review_days(rows)
    today = clock.today()
    return sum(_open(row, days[row.pk]) for row in rows if days[row.pk].opens_on <= today)


@transaction.atomic
def _open(partnership: Partnership, days: ReviewDays) -> bool:
    held = lock_partnership(partnership)
    plan = JointPlan.objects.select_for_update().get(partnership=held)
    if held.status not in REVIEW_STATES or plan.reviews.exists():
        return False
    with because(None):
        review = PlanReview.objects.create(plan=plan, due_on=days.due_on, plan_version=plan.version)
    send_review_opened(held, review)
    return True


@transaction.atomic
def save_review(*, partnership: Partnership, version: int, content: ReviewContent, actor: User) -> PlanReview:
    """Save the review that was opened as `version`. Both sides agree again after a change. Locks partnership and
    review.

    Raises EditConflict (with both texts) when somebody saved in the meantime, DomainError before the review is open or
    once both have agreed, MoveNotAllowed unless the partnership runs.
    """
    review = _lock(partnership)
    before = review_content_of(review)
    if review.version != version:
        raise EditConflict(theirs=asdict(before), mine=asdict(content))
    if content == before:
        return review
    with because(actor):
        review.learned_north, review.learned_south = content.learned_north, content.learned_south
        review.adjusts = content.adjusts
        review.version += 1
        review.agreed_north_at = review.agreed_south_at = None
        review.agreed_north_by = review.agreed_south_by = None
        review.save()
    return review


@transaction.atomic
def agree_review(*, partnership: Partnership, side: Side, version: int, actor: User) -> PlanReview:
    """One side agrees to the review as it read it (`version`). With both it is closed, and says which version of the
    plan it looked at. Locks partnership and review.

    Raises DomainError when the review has changed since or the side agreed already, SamePerson for who agreed for the
    other side, Incomplete while a part is missing, MoveNotAllowed unless the partnership runs.
    """
    review = _lock(partnership)
    if review.version != version:
        raise DomainError(_("The review has changed since you opened it. Read it again before you agree."))
    if getattr(review, f"agreed_{side.value}_at"):
        raise DomainError(_("Your side has agreed to this review already."))
    if actor.pk in (review.agreed_north_by_id, review.agreed_south_by_id):
        raise SamePerson
    if not (review.learned_north and review.learned_south):
        raise Incomplete(_("Write what each side has learned and changed."))
    if not review.adjusts:
        raise Incomplete(_("Write what changes in the plan, or that nothing changes."))
    with because(actor):
        setattr(review, f"agreed_{side.value}_at", clock.now())
        setattr(review, f"agreed_{side.value}_by", actor)
        review.plan_version = review.plan.version
        review.save()
    return review


@transaction.atomic
def move_open_reviews(*, partnership: Partnership, days: int, actor: User | None) -> int:
    """Reviews that not both have agreed to are due `days` later, never after the partnership's last day; how many."""
    last = Partnership.objects.values_list("ends_on", flat=True).get(pk=partnership.pk)
    rows = PlanReview.objects.select_for_update(of=("self",)).filter(plan__partnership=partnership.pk)
    moved = 0
    with because(actor):
        for row in rows:
            due_on = row.due_on + timedelta(days=days)
            due_on = due_on if last is None else min(due_on, last)
            if due_on != row.due_on and not (row.agreed_north_at and row.agreed_south_at):
                row.due_on = due_on
                row.save()
                moved += 1
    return moved


def _lock(partnership: Partnership) -> PlanReview:
    held = lock_partnership(partnership)
    require_state(held.status, PartnershipStatus, *REVIEW_STATES)
    rows = PlanReview.objects.select_for_update(of=("self",)).select_related("plan")
    review = rows.filter(plan__partnership=held).order_by("due_on").last()
    if review is None:
        raise DomainError(_("The review of the joint plan is not open yet."))
    if review.agreed_north_at and review.agreed_south_at:
        raise DomainError(_("Both sides have agreed to the review. Change the joint plan itself."))
    return review
