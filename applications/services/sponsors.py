"""After a merger or elections: applications follow the municipality, and the new sponsor confirms them."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.enums import ApplicationStatus
from applications.models import Application, SponsorConfirmation
from applications.own_reasons import SPONSOR_CONFIRMED
from applications.services.moving import locked
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError
from sdgpartners.core.history import because
from sdgpartners.notifications.services import queue_mail
from sdgpartners.people.models import Succession, User
from sdgpartners.people.selectors import association_of, coordinators_for
from sdgpartners.programme.selectors import rules_on

S = ApplicationStatus
ENDED = frozenset({S.WITHDRAWN, S.DECLINED, S.LAPSED, S.REJECTED, S.INELIGIBLE})
# Signed, so that somebody stands behind them: a draft is signed by the new sponsor anyway.
SIGNED = frozenset(set(S) - ENDED - {S.DRAFT, S.AWAITING_SIGN_OFF})
# A pair keeps the names that it was formed under; the successor's people reach it all the same.
STAYS = ENDED | {S.MATCHED}


class NothingToConfirm(DomainError):
    message = _("There is nothing to confirm here any more.")


@transaction.atomic
def take_over(*, succession: Succession) -> list[Application]:
    """The successor takes over the applications that have not ended; those that could not move are given back.

    Locks each. Where the successor has an application of its own in the call, nothing is merged silently: both
    stay, and the coordinators are mailed. Part of `municipality_succeeded`, under whose reason the history
    stands.
    """
    successor = succession.successor
    if successor is None:
        raise ValueError("a merger names its successor")
    doubles = []
    rows = Application.objects.filter(municipality=succession.municipality_id).exclude(status__in=STAYS)
    for row in rows.order_by("pk"):
        application = locked(row)
        own = Application.objects.filter(call=application.call_id, municipality=successor)
        twin = own.exclude(status=S.WITHDRAWN).first()
        if twin is None:
            application.municipality = successor
            application.save(update_fields=["municipality"])
        else:
            doubles.append(application)
            _tell_double(application, twin, succession)
    return doubles


def _tell_double(application: Application, twin: Application, succession: Succession) -> None:
    for coordinator in coordinators_for(application.municipality):
        queue_mail(
            kind="application_duplicate",
            recipient=coordinator,
            link=reverse("admin:applications_application_duplicates", args=[application.call.code]),
            target=application.reference,
            context={
                "application": application,
                "twin": twin,
                "former": succession.municipality,
                "successor": succession.successor,
                "call": application.call,
                "is_demo": application.call.programme.is_fictional,
            },
        )


@transaction.atomic
def ask_confirmations(*, succession: Succession) -> int:
    """Ask the new sponsor to stand behind each running application that was signed; how many.

    Safe to run twice. Reminders go to the signatories until one of them confirms.
    """
    places = {succession.municipality_id, succession.successor_id} - {None}
    if succession.successor_id is not None:
        # The successor's own applications were signed by its own sponsor.
        moved = Application.objects.filter(
            municipality=succession.municipality_id
        ) | Application.objects.filter(pk__in=_moved(succession))
    else:
        moved = Application.objects.filter(municipality__in=places)
    running = moved.filter(status__in=SIGNED).select_related("call__programme").distinct()
    return sum(_ask(application, succession) for application in running)


def _moved(succession: Succession) -> Iterable[int]:
    """Applications that were the former municipality's, from the history."""
    events = Application.pgh_event_model.objects.filter(municipality=succession.municipality_id)  # type: ignore[attr-defined]
    former = set(events.values_list("pgh_obj_id", flat=True))
    now = Application.objects.filter(pk__in=former, municipality=succession.successor_id)
    return list(now.values_list("pk", flat=True))


def _ask(application: Application, succession: Succession) -> bool:
    days = rules_on(application.call.programme).confirm_days
    _row, new = SponsorConfirmation.objects.get_or_create(
        application=application,
        succession=succession,
        defaults={"due_on": clock.today() + timedelta(days=days)},
    )
    return new


@transaction.atomic
def confirm_as_sponsor(*, application: Application, actor: User) -> None:
    """The new sponsor stands behind the application; the coordinators are mailed. Locks it and its open
    questions. Raises NothingToConfirm."""
    row = locked(application)
    waiting = SponsorConfirmation.objects.select_for_update(of=("self",)).filter(
        application=row, confirmed_at__isnull=True
    )
    questions = list(waiting)
    if not questions:
        raise NothingToConfirm
    now = clock.now()
    with because(actor, SPONSOR_CONFIRMED):
        for question in questions:
            question.confirmed_by, question.confirmed_at = actor, now
            question.save(update_fields=["confirmed_by", "confirmed_at"])
    for coordinator in coordinators_for(row.municipality):
        queue_mail(
            kind="sponsor_confirmed",
            recipient=coordinator,
            link=reverse("admin:applications_application_change", args=[row.pk]),
            target=row.reference,
            context={
                "application": row,
                "municipality": row.municipality,
                "sponsor": actor,
                "call": row.call,
                "association": association_of(row.municipality),
                "is_demo": row.call.programme.is_fictional,
            },
            actor=actor,
        )
