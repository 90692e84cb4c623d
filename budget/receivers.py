"""What the budget room does when something happens below it."""

from typing import Any

from django.dispatch import receiver

from budget.services.opening import open_budget
from matching.models import Partnership
from matching.signals import partnership_activated


@receiver(partnership_activated, dispatch_uid="budget.open_halves")
def open_halves(sender: object, *, partnership: Partnership, **kwargs: Any) -> None:
    """An active partnership has its two halves, in the same transaction."""
    open_budget(partnership=partnership, actor=kwargs.get("actor"))
