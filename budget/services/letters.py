"""Mail about money, to the people of the association that holds the half, and to the submitter."""

from django.db.models import Q, QuerySet
from django.urls import reverse

from budget import ledger
from budget.models import Expense, Share
from budget.selectors import worked_for_claimant
from sdgpartners.core import clock
from sdgpartners.documents.models import StoredFile
from sdgpartners.notifications.services import queue_mail
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import AssociationSeat, User
from sdgpartners.programme.selectors import rules_on


def _holders(share: Share, role: AssociationRole) -> QuerySet[User]:
    """People with `role` at the association of the half, deputies who act today among them; for a southern half
    the programme's lead as well."""
    programme, today = share.budget.partnership.partner_country.programme, clock.today()
    seats = AssociationSeat.objects.filter(
        role=role,
        ended_at__isnull=True,
        association__in=(share.association_id, programme.lead_association_id),
    )
    acting = seats.filter(deputy__isnull=False, deputy_from__lte=today, deputy_until__gte=today)
    return User.objects.filter(
        Q(pk__in=seats.values("user")) | Q(pk__in=acting.values("deputy")), is_active=True
    )


def _others(people: QuerySet[User], expense: Expense) -> list[User]:
    """Without those who had the expense in their hands before, or may have: the claimant's own people."""
    before = (expense.submitted_by_id, expense.checked_by_id)
    return [
        person for person in people if person.pk not in before and not worked_for_claimant(person, expense)
    ]


def _link(expense: Expense) -> str:
    return reverse("budget:expense-detail", args=(expense.reference,))


def _context(expense: Expense) -> dict[str, object]:
    return {"expense": expense, "municipality": expense.share.municipality.name,
            "is_demo": expense.share.budget.partnership.partner_country.programme.is_fictional}  # fmt: skip


def tell_checkers(expense: Expense) -> None:
    """A new claim waits."""
    for person in _others(_holders(expense.share, AssociationRole.CHECKER), expense):
        queue_mail(kind="expense_submitted", recipient=person, link=_link(expense), target=expense.reference,
                   context=_context(expense), supersede=True)  # fmt: skip


def tell_approvers(expense: Expense) -> None:
    """A checked claim waits."""
    for person in _others(_holders(expense.share, AssociationRole.APPROVER), expense):
        queue_mail(kind="expense_checked", recipient=person, link=_link(expense), target=expense.reference,
                   context=_context(expense), supersede=True)  # fmt: skip


def tell_submitter(expense: Expense) -> None:
    """Approved, returned or rejected: the template says which."""
    if expense.submitted_by is not None:
        queue_mail(kind=f"expense_{expense.status}", recipient=expense.submitted_by, link=_link(expense),
                   target=expense.reference, context=_context(expense))  # fmt: skip


def tell_refused_receipt(expense: Expense, receipt: StoredFile) -> None:
    """The virus scanner refused the receipt: who sent it chooses another one."""
    if receipt.uploaded_by is not None:
        queue_mail(kind="file_refused", recipient=receipt.uploaded_by, link=_link(expense),
                   target=expense.reference,
                   context=_context(expense) | {"file": receipt, "about": expense.reference})  # fmt: skip


def warn_when_nearly_used(share: Share, *, before: ledger.Balance, after: ledger.Balance) -> None:
    """Once, when the use of a half crosses the programme's warning threshold: to its municipality's staff."""
    partnership = share.budget.partnership
    percent = rules_on(partnership.partner_country.programme).warn_at_percent
    if not ledger.crosses(before=before.used, after=after.used, amount=after.amount, percent=percent):
        return
    staff = User.objects.filter(
        is_active=True, memberships__municipality=share.municipality, memberships__ended_at__isnull=True
    ).distinct()
    for person in staff:
        queue_mail(
            kind="budget_nearly_used",
            recipient=person,
            link=reverse("budget:budget-detail", args=(partnership.reference,)),
            target=partnership.reference,
            context={
                "partnership": partnership,
                "percent": after.used_percent,
                "left": after.left,
                "currency": share.budget.currency,
                "is_demo": partnership.partner_country.programme.is_fictional,
            },
        )
