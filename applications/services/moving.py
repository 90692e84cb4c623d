"""The one setter of an application's state."""

from collections.abc import Collection
from typing import Any

from applications.enums import APPLICATION_MOVES, ApplicationStatus
from applications.models import Application
from sdgpartners.core.moves import check_move


def locked(application: Application) -> Application:
    """The row as it is now, locked until the transaction ends (its call and municipality come along, not
    locked).

    Its key stays free: rows that refer to it are checked when their transaction commits, and whoever writes the
    figures of a whole track holds the track then, for which the holder of one application may wait.
    """
    return (
        Application.objects.select_for_update(of=("self",), no_key=True)
        .select_related("call__programme", "municipality__country", "track__partner_country__country")
        .get(pk=application.pk)
    )


def locked_together(keys: Collection[int]) -> dict[int, Application]:
    """Several rows by primary key, locked in that order, each as `locked` gives it."""
    rows = Application.objects.select_for_update(of=("self",), no_key=True).select_related(
        "call__programme", "municipality__country", "track__partner_country__country"
    )
    return {row.pk: row for row in rows.filter(pk__in=keys).order_by("pk")}


def move(application: Application, target: ApplicationStatus, **also: Any) -> None:
    """Bring a locked application to `target` and set the fields in `also` with it.

    Raises MoveNotAllowed for a move that the table of moves does not hold.
    """
    check_move(APPLICATION_MOVES, current=application.status, target=target, states=ApplicationStatus)
    application.status = target
    for name, value in also.items():
        setattr(application, name, value)
    application.save(update_fields=["status", *also])
