"""What this room does when something happens in the matching room."""

from datetime import date
from typing import Any

from django.dispatch import receiver

from exchanges.services.passing_on import pass_on
from exchanges.services.sessions import invite_partnership
from exchanges.services.standstill import call_off_visits, move_deadlines
from matching.models import HandOver, Partnership, Suspension
from matching.signals import (
    contact_handed_over,
    partnership_activated,
    partnership_end_moved,
    partnership_ended,
    partnership_resumed,
)
from sdgpartners.people.models import User


@receiver(partnership_activated, dispatch_uid="exchanges.invite_partnership")
def invite_new_partnership(sender: Any, partnership: Partnership, **kwargs: Any) -> None:
    """A partnership that becomes active joins the sessions that its country has confirmed."""
    invite_partnership(partnership=partnership)


@receiver(partnership_resumed, dispatch_uid="exchanges.move_deadlines")
def give_the_days_back(
    sender: Any, partnership: Partnership, suspension: Suspension, days: int, **kwargs: Any
) -> None:
    """What was due moves by the days of the suspension, in the same transaction."""
    move_deadlines(partnership=partnership, since=suspension.since, days=days, actor=kwargs.get("actor"))


@receiver(partnership_end_moved, dispatch_uid="exchanges.invite_to_what_follows")
def invite_to_what_follows(
    sender: Any, partnership: Partnership, before: date, actor: User | None, **kwargs: Any
) -> None:
    """With more time come the sessions after what was the last day, in the same transaction."""
    invite_partnership(partnership=partnership, actor=actor, after=before)


@receiver(partnership_ended, dispatch_uid="exchanges.call_off_visits")
def call_off(sender: Any, partnership: Partnership, reason: str, **kwargs: Any) -> None:
    """No visit takes place after an early end."""
    call_off_visits(partnership=partnership, reason=reason, actor=kwargs.get("actor"))


@receiver(contact_handed_over, dispatch_uid="exchanges.pass_on")
def move_to_the_successor(sender: Any, hand_over: HandOver, **kwargs: Any) -> None:
    """Calendar and places in delegations move to who takes over, in the same transaction."""
    pass_on(hand_over=hand_over, actor=kwargs.get("actor"))
