"""What the budget room does when something happens below it."""

from typing import Any

from django.dispatch import receiver

from budget.models import Expense, Share
from budget.services.letters import tell_refused_receipt
from budget.services.opening import open_budget
from matching.models import Partnership
from matching.signals import partnership_activated, partnership_succeeded
from sdgpartners.documents.models import StoredFile
from sdgpartners.documents.signals import file_refused
from sdgpartners.programme.enums import Side
from sdgpartners.programme.models import Municipality


@receiver(partnership_activated, dispatch_uid="budget.open_halves")
def open_halves(sender: object, *, partnership: Partnership, **kwargs: Any) -> None:
    """An active partnership has its two halves, in the same transaction."""
    open_budget(partnership=partnership, actor=kwargs.get("actor"))


@receiver(partnership_succeeded, dispatch_uid="budget.follow_successor")
def follow_successor(
    sender: object, *, partnership: Partnership, side: Side, successor: Municipality, **_kwargs: Any
) -> None:
    """The half follows the municipality that carries the partnership on, in the same transaction."""
    for share in Share.objects.select_for_update(of=("self",)).filter(
        budget__partnership=partnership, side=side
    ):
        share.municipality = successor
        share.save(update_fields=["municipality"])


@receiver(file_refused, dispatch_uid="budget.tell_refused_receipt")
def tell_who_sent_the_receipt(sender: object, *, stored_file: StoredFile, **_kwargs: Any) -> None:
    """A receipt that the virus scanner refused is told to who sent it, in the same transaction."""
    for expense in Expense.objects.filter(receipt=stored_file).select_related(
        "share__municipality", "share__budget__partnership__partner_country__programme"
    ):
        tell_refused_receipt(expense, stored_file)
