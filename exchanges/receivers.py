"""What this room does when something happens in the matching room."""

from typing import Any

from django.dispatch import receiver

from exchanges.services.sessions import invite_partnership
from matching.models import Partnership
from matching.signals import partnership_activated


@receiver(partnership_activated, dispatch_uid="exchanges.invite_partnership")
def invite_new_partnership(sender: Any, partnership: Partnership, **kwargs: Any) -> None:
    """A partnership that becomes active joins the sessions that its country has confirmed."""
    invite_partnership(partnership=partnership)
