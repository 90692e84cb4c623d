"""Who may do what with money."""

from enum import StrEnum

from django.db.models import Q

from budget.enums import ExpenseStatus
from budget.models import Expense, Share
from budget.selectors import READING_ROLES, shares_held, worked_for_claimant
from matching.enums import PartnershipStatus
from sdgpartners.core.access import predicate, register
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.people.standing import standing_of


class Perm(StrEnum):
    CLAIM = "budget.claim_expense"
    VIEW_EXPENSE = "budget.view_expense"
    EDIT_EXPENSE = "budget.edit_expense"
    CHECK_EXPENSE = "budget.check_expense"
    APPROVE_EXPENSE = "budget.approve_expense"


def _holds(user: User, share: Share, *roles: AssociationRole) -> bool:
    held: Q = shares_held(user, *roles)
    return Share.objects.filter(held, pk=share.pk).exists()


@predicate
def works_for_share(user: User, share: Share) -> bool:
    """Editors and signatories of the municipality of the half, while the partnership can spend, and after an early end:
    what was spent before is still settled. In a suspension the services refuse, with words and with what was typed."""
    partnership = share.budget.partnership
    return standing_of(user).is_editor(share.municipality_id) and partnership.status in (
        PartnershipStatus.ACTIVE,
        PartnershipStatus.CLOSING,
        PartnershipStatus.SUSPENDED,
        PartnershipStatus.ENDED_EARLY,
    )


@predicate
def sees_expense(user: User, expense: Expense) -> bool:
    """Everybody of the municipality of the half, in whatever role, and the desk roles that hold it."""
    return standing_of(user).works_for(expense.share.municipality_id) or _holds(
        user, expense.share, *READING_ROLES
    )


@predicate
def edits_expense(user: User, expense: Expense) -> bool:
    """Editors and signatories of the municipality of the half, until it is submitted."""
    return standing_of(user).is_editor(expense.share.municipality_id) and expense.status in (
        ExpenseStatus.DRAFT,
        ExpenseStatus.RETURNED,
    )


@predicate
def checks_expense(user: User, expense: Expense) -> bool:
    """A checker of the half who had no hand in the claim: did not submit it, and did not work for the claimant."""
    return (
        expense.status == ExpenseStatus.SUBMITTED
        and user.pk != expense.submitted_by_id
        and _holds(user, expense.share, AssociationRole.CHECKER)
        and not worked_for_claimant(user, expense)
    )


@predicate
def approves_expense(user: User, expense: Expense) -> bool:
    """An approver of the half who neither submitted nor checked it, nor worked for the claimant."""
    return (
        expense.status == ExpenseStatus.CHECKED
        and user.pk not in (expense.submitted_by_id, expense.checked_by_id)
        and _holds(user, expense.share, AssociationRole.APPROVER)
        and not worked_for_claimant(user, expense)
    )


register(Perm.CLAIM, works_for_share)
register(Perm.VIEW_EXPENSE, sees_expense)
register(Perm.EDIT_EXPENSE, edits_expense)
register(Perm.CHECK_EXPENSE, checks_expense)
register(Perm.APPROVE_EXPENSE, approves_expense)
