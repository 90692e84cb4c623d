"""A coordinator reminds those who can act on an application that stands still."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.enums import ApplicationStatus, SignOffState
from applications.fields import Text
from applications.models import Application, SignOff
from applications.selectors.deadlines import deadline_of, is_in_time
from applications.selectors.invitations import staff_by_municipality
from applications.selectors.stuck import nudged_within
from applications.services.moving import locked
from sdgpartners.core import clock
from sdgpartners.core.history import because
from sdgpartners.notifications.services import queue_mail
from sdgpartners.people.enums import MunicipalRole
from sdgpartners.people.models import Membership, User

DRAFT_KIND, SIGN_KIND = "application_nudge", "sign_off_nudge"
NUDGEABLE = (ApplicationStatus.DRAFT, ApplicationStatus.AWAITING_SIGN_OFF)
REASON = "Reminded by a coordinator"


@dataclass(frozen=True, slots=True)
class Nudge:
    """What would go out for one application: to whom, or why nothing does."""

    application: Application
    kind: str
    people: tuple[User, ...]
    refusal: Text = ""


def plan_nudges(applications: Collection[Application]) -> list[Nudge]:
    """Who would be mailed about each application now, in three statements whatever their number."""
    rows = list(applications)
    places = [row.municipality_id for row in rows]
    staff = staff_by_municipality(places)
    roles: dict[tuple[int, int], set[str]] = {}
    for place, person, role in Membership.objects.filter(
        municipality__in=places, ended_at__isnull=True
    ).values_list("municipality", "user", "role"):
        roles.setdefault((place, person), set()).add(role)
    asked = dict(
        SignOff.objects.filter(
            application__in=[row.pk for row in rows], state=SignOffState.ASKED
        ).values_list("application", "asked_by")
    )
    return [_planned(row, staff.get(row.municipality_id, []), roles, asked.get(row.pk)) for row in rows]


def _planned(
    row: Application, staff: list[User], roles: dict[tuple[int, int], set[str]], asker: int | None
) -> Nudge:
    def holds(person: User, role: MunicipalRole) -> bool:
        return role in roles.get((row.municipality_id, person.pk), ())

    waiting = row.status == ApplicationStatus.AWAITING_SIGN_OFF
    if waiting:
        people = [person for person in staff if holds(person, MunicipalRole.SIGNATORY) and person.pk != asker]
    else:
        people = [person for person in staff if holds(person, MunicipalRole.EDITOR)] or staff
    kind = SIGN_KIND if waiting else DRAFT_KIND
    return Nudge(row, kind, tuple(people), _refusal(row, people))


def _refusal(row: Application, people: Collection[User]) -> Text:
    if row.status not in NUDGEABLE or not is_in_time(row):
        return _("It no longer waits for the municipality.")
    if nudged_within(row, row.call):
        return _("It was reminded a short while ago.")
    return "" if people else _("Nobody there can act on it.")


def nudge_applications(*, applications: Collection[Application], actor: User) -> list[Nudge]:
    """Mail the people who can act: editors of a draft, signatories of one that waits for its signature.

    Each application in a transaction of its own, locked, so that two coordinators do not remind it twice: at most
    once in the call's `nudge_days`. The moment stands in its history with `actor`. Gives what became of each.
    """
    return [_nudge(row, actor) for row in applications]


@transaction.atomic
def _nudge(application: Application, actor: User) -> Nudge:
    row = locked(application)
    nudge = plan_nudges([row])[0]
    if nudge.refusal:
        return nudge
    with because(actor, REASON):
        row.nudged_at = clock.now()
        row.save(update_fields=["nudged_at"])
    for person in nudge.people:
        queue_mail(
            kind=nudge.kind, recipient=person, link=nudge_link(row), target=row.reference,
            context=nudge_context(row, actor), actor=actor, supersede=True,
        )  # fmt: skip
    return nudge


def nudge_link(application: Application) -> str:
    """Where the person goes on: the task list, or the page to sign."""
    waiting = application.status == ApplicationStatus.AWAITING_SIGN_OFF
    page = "sign-off-answer" if waiting else "application-detail"
    return reverse(f"applications:{page}", args=[application.reference])


def nudge_context(application: Application, actor: User) -> dict[str, object]:
    """What the reminder says; also for its preview."""
    return {
        "application": application,
        "call": application.call,
        "municipality": application.municipality,
        "until": deadline_of(application),
        "actor": actor,
        "is_demo": application.call.programme.is_fictional,
    }
