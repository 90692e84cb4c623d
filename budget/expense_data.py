"""What a person fills in of an expense, as a form gives it and a service keeps it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from budget.models import Category
from exchanges.models import Session, Visit


@dataclass(frozen=True)
class ExpenseData:
    """What a person fills in. `amount` is in `currency`, to its smallest coin."""

    category: Category
    payee: str
    description: str
    spent_on: date
    amount: Decimal
    currency: str
    visit: Visit | None = None
    session: Session | None = None
    duplicate_note: str = ""
