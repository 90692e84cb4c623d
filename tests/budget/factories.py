"""An active partnership with its budget, made directly: the road there has tests of its own."""

from dataclasses import fields
from datetime import date
from decimal import Decimal

import factory
from django.core.files.uploadedfile import SimpleUploadedFile

from budget.expense_data import ExpenseData
from budget.models import Category, Expense, Rate, Share
from budget.services.expenses import save_expense
from budget.services.opening import open_budget
from matching.enums import PartnershipStatus
from matching.models import Partnership
from sdgpartners.documents.content import RECEIPTS
from sdgpartners.documents.models import StoredFile
from sdgpartners.documents.services.files import store_upload
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side
from sdgpartners.programme.models import Municipality, PartnerCountry
from tests.world import World

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\n"
TRAILER = b"trailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"


def make_partnership(
    world: World, north: Municipality, south: Municipality, country: PartnerCountry, number: int = 1
) -> Partnership:
    """Active since last New Year's Day, with its two halves open."""
    partnership = Partnership.objects.create(
        reference=f"SDG-2026-{number:04d}",
        partner_country=country,
        theme=country.theme,
        north=north,
        south=south,
        status=PartnershipStatus.ACTIVE,
        starts_on=date(2026, 1, 1),
        ends_on=date(2027, 12, 31),
    )
    open_budget(partnership=partnership, actor=None)
    return partnership


def share_of(partnership: Partnership, side: Side) -> Share:
    return Share.objects.get(budget__partnership=partnership, side=side)


def make_rate(currency: str = "XOF", rate: str = "655.957") -> Rate:
    return Rate.objects.create(
        currency=currency, rate=Decimal(rate), valid_from=date(1999, 1, 1), source="fixed parity"
    )


def make_receipt(actor: User, words: str = "") -> StoredFile:
    """A small PDF; other `words` make another file."""
    content = PDF + f"% {words}\n".encode() + TRAILER
    return store_upload(
        upload=SimpleUploadedFile("bon.pdf", content), purpose="receipt", actor=actor, allowed=RECEIPTS
    )


def make_expense(
    share: Share, actor: User, amount: str = "100", receipt: str = "", **fields: object
) -> Expense:
    """A draft with a receipt of its own (`receipt` names it), in the budget's currency unless told otherwise."""
    values: dict[str, object] = {
        "category": Category.objects.get(
            programme=share.budget.partnership.partner_country.programme, code="travel"
        ),
        "payee": "Hotel du Lac",
        "description": "",
        "spent_on": date(2026, 3, 1),
        "amount": Decimal(amount),
        "currency": "EUR",
    }
    data = ExpenseData(**(values | fields))  # type: ignore[arg-type]
    words = receipt or factory.Faker("uuid4").evaluate(None, None, {"locale": None})
    return save_expense(share=share, data=data, receipt=make_receipt(actor, str(words)), actor=actor)


def data_of(expense: Expense) -> ExpenseData:
    """What a form gives when nothing is changed."""
    return ExpenseData(**{field.name: getattr(expense, field.name) for field in fields(ExpenseData)})
