"""A submitted application that comes back for changes."""

from datetime import datetime, timedelta

from applications.enums import Section
from applications.services.returns import (
    request_changes,
)
from sdgpartners.core import clock
from sdgpartners.notifications.models import OutgoingMail
from tests.applications.factories import Team
from tests.world import World


def in_days(days: int) -> datetime:
    return clock.now() + timedelta(days=days)


def ask_changes(
    team: Team, world: World, *sections: Section, due_at: datetime | None = None, note: str = "Say more"
) -> None:
    request_changes(
        application=team.application,
        sections=sections or (Section.MOTIVATION,),
        note=note,
        due_at=due_at or in_days(20),
        actor=world.coordinator_vvsg,
    )
    team.application.refresh_from_db()


def status(team: Team) -> str:
    team.application.refresh_from_db()
    return str(team.application.status)


def mails(kind: str) -> list[str]:
    return sorted(OutgoingMail.objects.filter(kind=kind).values_list("to", flat=True))
