"""Opening a budget: the categories of the programme, and two halves."""

import tomllib
from decimal import Decimal
from functools import cache
from pathlib import Path

from django.db import transaction

from budget import ledger
from budget.enums import LedgerKind, Use
from budget.models import Budget, Category, LedgerEntry, Share
from matching.models import Partnership
from sdgpartners.core.history import because
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side
from sdgpartners.programme.models import Association, Municipality, Programme
from sdgpartners.programme.selectors import rules_on

CATEGORIES = Path(__file__).parent.parent / "data" / "categories.toml"


@cache
def _standard_categories() -> list[dict[str, str]]:
    rows: list[dict[str, str]] = tomllib.loads(CATEGORIES.read_text(encoding="utf-8"))["category"]
    return rows


@transaction.atomic
def ensure_categories(*, programme: Programme) -> None:
    """Give a programme without categories of expenses the standard ones; leaves any others as they are."""
    if programme.categories.exists():
        return
    Category.objects.bulk_create(
        Category(
            programme=programme,
            code=row["code"],
            order=order,
            use=Use(row["use"]),
            name_en=row["name_en"],
            name_fr=row["name_fr"],
            name_nl=row["name_nl"],
        )
        for order, row in enumerate(_standard_categories(), start=1)
    )


@transaction.atomic
def open_budget(*, partnership: Partnership, actor: User | None) -> Budget:
    """Open the two halves of an active partnership, by the rules of its starting day (concept note 3.4).

    Locks the partnership row. A budget that is open already is returned unchanged.
    """
    Partnership.objects.select_for_update().get(pk=partnership.pk)
    existing = Budget.objects.filter(partnership=partnership).first()
    if existing is not None:
        return existing
    country = partnership.partner_country
    programme = country.programme
    ensure_categories(programme=programme)
    rules = rules_on(programme, partnership.starts_on)
    north, south = ledger.halves(rules.budget_total, rules.north_share_percent)
    with because(actor, "partnership became active"):
        budget = Budget.objects.create(
            partnership=partnership, total=ledger.to_cent(rules.budget_total), currency=rules.budget_currency
        )
        _open_share(
            budget=budget, side=Side.NORTH, municipality=partnership.north,
            association=programme.lead_association, amount=north, actor=actor,
        )  # fmt: skip
        _open_share(
            budget=budget, side=Side.SOUTH, municipality=partnership.south,
            association=country.association, amount=south, actor=actor,
        )  # fmt: skip
    return budget


def _open_share(
    *,
    budget: Budget,
    side: Side,
    municipality: Municipality,
    association: Association,
    amount: Decimal,
    actor: User | None,
) -> None:
    share = Share.objects.create(
        budget=budget, side=side, municipality=municipality, association=association, amount=amount
    )
    LedgerEntry.objects.create(share=share, kind=LedgerKind.OPENED, amount=amount, made_by=actor)
