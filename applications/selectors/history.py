"""What happened to an application, from its history tables."""

from dataclasses import dataclass
from datetime import datetime

from applications.enums import ApplicationStatus
from applications.models import Application
from sdgpartners.people.models import User


@dataclass(frozen=True, slots=True)
class StatusChange:
    """One move: when, to which state, by whom (None: the system), for which reason."""

    at: datetime
    status: ApplicationStatus
    actor: User | None
    reason: str


def status_history(application: Application) -> list[StatusChange]:
    """The moves of an application, the oldest first, in two statements."""
    rows = list(
        application.events.select_related("pgh_context").order_by("pgh_id")  # type: ignore[attr-defined]
    )
    contexts = [row.pgh_context.metadata if row.pgh_context else {} for row in rows]
    people = User.objects.in_bulk({context["user"] for context in contexts if context.get("user")})
    found: list[StatusChange] = []
    for row, context in zip(rows, contexts, strict=True):
        if found and found[-1].status == row.status:
            continue
        found.append(
            StatusChange(
                at=row.pgh_created_at,
                status=ApplicationStatus(row.status),
                actor=people.get(context.get("user")),
                reason=str(context.get("reason") or ""),
            )
        )
    return found
