"""Reads of the budget room."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from budget import ledger
from budget.enums import ExpenseStatus, LedgerKind, Use
from budget.errors import MissingRate
from budget.models import Budget, Expense, LedgerEntry, Rate, Share
from matching.enums import PartnershipStatus
from matching.models import Partnership
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import Membership, User
from sdgpartners.people.standing import standing_of

READING_ROLES = (
    AssociationRole.COORDINATOR,
    AssociationRole.CHECKER,
    AssociationRole.APPROVER,
    AssociationRole.PAYER,
    AssociationRole.AUDITOR,
)


@dataclass(frozen=True)
class FrozenRate:
    """A rate as it is stored on an expense: units of the currency for one of the base, and where it comes from."""

    rate: Decimal
    source: str


def rate_on(currency: str, day: date, *, base: str) -> FrozenRate:
    """The rate of `currency` on `day`; 1 for the base itself. Raises MissingRate where none is entered."""
    if currency == base:
        return FrozenRate(Decimal(1), "")
    row = (
        Rate.objects.filter(base=base, currency=currency, valid_from__lte=day)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))
        .order_by("-valid_from")
        .first()
    )
    if row is None:
        raise MissingRate(currency=currency, day=day)
    return FrozenRate(row.rate, row.source)


def uses_open(partnership: Partnership) -> frozenset[str]:
    """The uses that the partnership's money is open for today (concept note 3.4).

    Exchange only: a widening needs a joint decision of both sides and the associations, which the portal does not
    record yet.
    """
    return frozenset({Use.EXCHANGE})


def balance_of(share: Share) -> ledger.Balance:
    """The balance of one half, from its movements. Lock the budget first where money depends on it."""
    return ledger.balance(
        (row["kind"], row["sum"])
        for row in LedgerEntry.objects.filter(share=share)
        .order_by()
        .values("kind")
        .annotate(sum=Sum("amount"))
    )


@dataclass(frozen=True)
class ShareBalance:
    """A half with its balance."""

    share: Share
    balance: ledger.Balance


def balances(partnerships: list[Partnership]) -> dict[int, list[ShareBalance]]:
    """Both halves of each partnership by its primary key, north first, in one statement."""
    sums = {
        f"sum_{kind.value}": Sum("entries__amount", filter=Q(entries__kind=kind), default=Decimal(0))
        for kind in LedgerKind
    }
    shares = (
        Share.objects.filter(budget__partnership__in=partnerships)
        .select_related("municipality__country", "association", "budget__partnership")
        .annotate(**sums)
        .order_by("budget", "side")
    )
    found: dict[int, list[ShareBalance]] = {}
    for share in shares:
        moved = [(kind.value, getattr(share, f"sum_{kind.value}")) for kind in LedgerKind]
        found.setdefault(share.budget.partnership_id, []).append(ShareBalance(share, ledger.balance(moved)))
    return found


def budget_of(partnership: Partnership) -> Budget | None:
    """The budget, or None before the partnership became active."""
    return Budget.objects.filter(partnership=partnership).first()


def shares_held(user: User, *roles: AssociationRole) -> Q:
    """Halves (as a filter on Share) that `user` may work on in one of `roles`: those that the own association holds,
    and for the programme's lead all of them."""
    standing = standing_of(user)
    held = standing.associations_as(*roles)
    led = [programme for programme, association in standing.led_programmes.items() if association in held]
    return Q(association_id__in=held) | Q(budget__partnership__partner_country__programme_id__in=led)


def expenses_visible_to(user: User) -> QuerySet[Expense]:
    """Expenses of one's own municipality, and those of the halves in the scope of one's desk roles.

    The partner municipality sees the totals of the other half, not its receipts.
    """
    standing = standing_of(user)
    shares = Share.objects.filter(
        Q(municipality_id__in=standing.municipality_ids) | shares_held(user, *READING_ROLES)
    )
    return (
        Expense.objects.filter(share__in=shares)
        .select_related(
            "share__budget__partnership__partner_country__programme",
            "share__budget__partnership__north",
            "share__budget__partnership__south",
            "share__municipality",
            "share__association",
            "category",
            "visit__partnership__north",
            "visit__partnership__south",
            "session",
            "receipt",
            "submitted_by",
            "checked_by",
            "approved_by",
        )
        .order_by("-spent_on", "-reference")
    )


def worked_for_claimant(user: User, expense: Expense) -> bool:
    """Whether `user` worked for the municipality of the half at any time since the draft was begun.

    Who submits is one of its people, but any of them may have written the claim: so none of them checks it.
    """
    place = expense.share.municipality_id
    return (
        # After a merger the seats that ended stand under the former name.
        Membership.objects.filter(Q(municipality=place) | Q(municipality__successor=place), user=user)
        .filter(Q(ended_at__isnull=True) | Q(ended_at__gte=expense.created_at))
        .exists()
    )


def _by_own_people(user: User) -> Exists:
    """`worked_for_claimant` as a filter on Expense."""
    return Exists(
        Membership.objects.filter(
            Q(municipality=OuterRef("share__municipality"))
            | Q(municipality__successor=OuterRef("share__municipality")),
            user=user,
        ).filter(Q(ended_at__isnull=True) | Q(ended_at__gte=OuterRef("created_at")))
    )


def waiting_for(user: User) -> QuerySet[Expense]:
    """Expenses that wait for `user` as checker or approver; never those one had a hand in."""
    check = Expense.objects.filter(
        share__in=Share.objects.filter(shares_held(user, AssociationRole.CHECKER)),
        status=ExpenseStatus.SUBMITTED,
    ).exclude(submitted_by=user)
    approve = (
        Expense.objects.filter(
            share__in=Share.objects.filter(shares_held(user, AssociationRole.APPROVER)),
            status=ExpenseStatus.CHECKED,
        )
        .exclude(submitted_by=user)
        .exclude(checked_by=user)
    )
    return (
        (check | approve)
        .exclude(_by_own_people(user))
        .exclude(share__budget__partnership__status=PartnershipStatus.SUSPENDED)
        .select_related("share__municipality", "category")
        .order_by("submitted_at")
    )


def similar_expenses(expense: Expense) -> QuerySet[Expense]:
    """Others of the same half with the same payee, date and amount: a warning, not a bar."""
    return (
        Expense.objects.filter(
            share=expense.share,
            payee__iexact=expense.payee,
            spent_on=expense.spent_on,
            amount=expense.amount,
            currency=expense.currency,
        )
        .exclude(pk=expense.pk)
        .exclude(status=ExpenseStatus.REJECTED)
    )
