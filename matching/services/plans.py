"""The joint plan of a pair: written by both, agreed by each side on the version it has read."""

from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from matching.enums import PartnershipStatus
from matching.models import Activity, JointPlan, LearningQuestion, Partnership
from matching.plan_content import PlanContent
from matching.services.moving import lock_partnership, require_state
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, EditConflict, Incomplete, LimitExceeded, SamePerson
from sdgpartners.core.history import because
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side
from sdgpartners.programme.selectors import rules_on

WORKING_STATES = (PartnershipStatus.PREPARING, PartnershipStatus.ACTIVE)


def content_of(plan: JointPlan) -> PlanContent:
    """What the plan says now (two statements)."""
    return PlanContent(
        theme_title=plan.theme_title,
        change_north=plan.change_north,
        change_south=plan.change_south,
        language=plan.language,
        questions=tuple(row.text for row in plan.questions.all()),
        activities=tuple((row.text, row.due_on) for row in plan.activities.all()),
    )


@transaction.atomic
def save_plan(*, partnership: Partnership, version: int, content: PlanContent, actor: User) -> JointPlan:
    """Save the plan that was opened as `version`. Both sides agree again after a change. Locks the plan.

    Raises EditConflict (with both texts) when somebody saved in the meantime, LimitExceeded for more learning
    questions than the rules allow, MoveNotAllowed once the partnership is closing.
    """
    partnership = lock_partnership(partnership)
    require_state(partnership.status, PartnershipStatus, *WORKING_STATES)
    plan = JointPlan.objects.select_for_update().get(partnership=partnership)
    before = content_of(plan)
    if plan.version != version:
        raise EditConflict(theirs=asdict(before), mine=asdict(content))
    most = rules_on(partnership.partner_country.programme).learning_questions_max
    if len(content.questions) > most:
        raise LimitExceeded(_("A joint plan has at most %(most)s learning questions."), most=most)
    if content == before:
        return plan
    with because(actor):
        plan.theme_title, plan.language = content.theme_title, content.language
        plan.change_north, plan.change_south = content.change_north, content.change_south
        plan.version += 1
        plan.agreed_north_at = plan.agreed_south_at = None
        plan.agreed_north_by = plan.agreed_south_by = None
        plan.save()
        _write_lists(plan, content)
    return plan


@transaction.atomic
def agree_plan(*, partnership: Partnership, side: Side, version: int, actor: User) -> JointPlan:
    """One side agrees to the plan as it read it (`version`). Locks the plan.

    Raises DomainError when the plan has changed since or the side agreed already, SamePerson for who agreed for the
    other side, Incomplete while questions, activities or what a side wants to change are missing, MoveNotAllowed once
    the partnership is closing.
    """
    partnership = lock_partnership(partnership)
    require_state(partnership.status, PartnershipStatus, *WORKING_STATES)
    plan = JointPlan.objects.select_for_update().get(partnership=partnership)
    if plan.version != version:
        raise DomainError(_("The plan has changed since you opened it. Read it again before you agree."))
    if getattr(plan, f"agreed_{side.value}_at"):
        raise DomainError(_("Your side has agreed to this plan already."))
    if actor.pk in (plan.agreed_north_by_id, plan.agreed_south_by_id):
        raise SamePerson
    _require_complete(plan, partnership)
    with because(actor):
        setattr(plan, f"agreed_{side.value}_at", clock.now())
        setattr(plan, f"agreed_{side.value}_by", actor)
        plan.save()
    return plan


def _require_complete(plan: JointPlan, partnership: Partnership) -> None:
    content = content_of(plan)
    rules = rules_on(partnership.partner_country.programme)
    least, most = rules.learning_questions_min, rules.learning_questions_max
    if not least <= len(content.questions) <= most:
        raise Incomplete(
            _("A joint plan has %(least)s to %(most)s learning questions."), least=least, most=most
        )
    if not content.activities:
        raise Incomplete(_("Add at least one activity to the joint plan."))
    if not content.change_north or not content.change_south:
        raise Incomplete(_("Write what each side wants to change."))


def _write_lists(plan: JointPlan, content: PlanContent) -> None:
    """All rows anew, with the version, so that the history holds every version whole."""
    plan.questions.all().delete()
    plan.activities.all().delete()
    LearningQuestion.objects.bulk_create(
        LearningQuestion(plan=plan, version=plan.version, order=order, text=text)
        for order, text in enumerate(content.questions, 1)
    )
    Activity.objects.bulk_create(
        Activity(plan=plan, version=plan.version, order=order, text=text, due_on=due_on)
        for order, (text, due_on) in enumerate(content.activities, 1)
    )
