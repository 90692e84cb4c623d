"""Correcting a call that is public already: dated, numbered, with the reason, and told to everybody who works on an
application in it."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from applications.enums import ApplicationStatus, CallStatus
from applications.errors import CallAmended, CallFrozen, NothingToAmend, ReasonNeeded
from applications.models import Amendment, Call
from applications.selectors.amendable import Amendable, ValueKind, amendable_fields
from applications.selectors.amendments import ToldAmendment
from applications.selectors.calls import is_ranked
from applications.services.information_sessions import information_session_moved
from applications.services.letters import mail_staff
from applications.services.section_states import ask_again
from sdgpartners.core import clock
from sdgpartners.core.errors import DeadlinePassed, DomainError
from sdgpartners.core.history import because
from sdgpartners.core.text import LANGUAGE_CODES
from sdgpartners.people.models import User


class NotAmendable(DomainError):
    """Only a call that is public and not decided is amended."""

    message = _("Only a call that is public and not decided yet is corrected this way.")


def lines_of(fields: Mapping[str, Amendable], changes: Mapping[str, object]) -> list[dict[str, Any]]:
    """What `changes` (new values by path) would change, as an amendment holds it. Raises KeyError for a path that
    `fields` does not hold."""
    lines = [fields[path].change_to(value) for path, value in changes.items()]
    return [line for line in lines if line is not None]


@transaction.atomic
def amend_call(
    *,
    call: Call,
    changes: Mapping[str, object],
    reasons: Mapping[str, str],
    actor: User | None,
    read: int | None = None,
) -> Amendment:
    """Correct a public call. `changes` gives new values (in Python's types, texts as {en, fr, nl}, lists as
    municipalities) by the paths of `amendable_fields`; `reasons` holds en, fr and nl; `read` is the number of the
    newest amendment that `actor` has seen (None: not asked).

    Locks the call. A commitment with other words is asked again where nothing was submitted yet. Keeps before and
    after in the three languages. Mails everybody who works on an application that was not withdrawn, and who signed
    up where the information session moves. Raises NotAmendable, CallAmended (a colleague was first), ReasonNeeded,
    NothingToAmend, DeadlinePassed (a new closing that is over), CallFrozen (a new closing after the ranking),
    ValidationError.
    """
    call = Call.objects.select_for_update(of=("self",)).select_related("programme").get(pk=call.pk)
    if call.status != CallStatus.PUBLISHED:
        raise NotAmendable
    if read is not None and call.amendments.filter(number__gt=read).exists():
        raise CallAmended(list(call.amendments.filter(number__gt=read)))
    told = {language: reasons[language].strip() for language in LANGUAGE_CODES}
    if not all(told.values()):
        raise ReasonNeeded(_("Give the reason in the three languages."))
    fields = amendable_fields(call)
    lines = lines_of(fields, changes)
    if not lines:
        raise NothingToAmend
    changed = {str(line["path"]) for line in lines}
    with because(actor, told["en"]):
        for path in sorted(changed):
            _set(fields[path], changes[path])
        _check(call, {fields[path].row for path in changed}, changed)
        for row in {fields[path].row for path in changed}:
            row.save()
        for path in changed:
            if fields[path].kind == ValueKind.PLACES:
                _set_places(fields[path], changes[path])
        ask_again(call=call, rows=[fields[path].row for path in changed])
    amendment = _record(call, lines, told, actor)
    if changed & {"call.info_session_at", "call.info_session_url"}:
        information_session_moved(call, actor)
    _tell(call, amendment, actor)
    return amendment


def _set(field: Amendable, value: Any) -> None:
    if field.kind == ValueKind.TEXT:
        for language in LANGUAGE_CODES:
            setattr(field.row, f"{field.name}_{language}", str(value[language]).strip())
    elif field.kind != ValueKind.PLACES:
        setattr(field.row, field.name, value)


def _set_places(field: Amendable, places: Any) -> None:
    field.row.eligible.set(places)


def _check(call: Call, rows: set[Any], changed: set[str]) -> None:
    if "call.closes_at" in changed:
        if call.closes_at <= clock.now():
            raise DeadlinePassed(_("The new closing date has passed already."))
        if is_ranked(call):
            raise CallFrozen(_("Applications are ranked already: the call cannot open again."))
    for row in rows:
        row.full_clean()


def _record(
    call: Call, lines: list[dict[str, Any]], reasons: Mapping[str, str], actor: User | None
) -> Amendment:
    newest = call.amendments.aggregate(newest=Max("number"))["newest"] or 0
    return Amendment.objects.create(
        call=call,
        number=newest + 1,
        **{f"reason_{language}": text for language, text in reasons.items()},
        changes=lines,
        made_by=actor,
        made_at=clock.now(),
    )


def _tell(call: Call, amendment: Amendment, actor: User | None) -> None:
    applications = call.applications.exclude(status=ApplicationStatus.WITHDRAWN).select_related(
        "municipality", "call__programme"
    )
    told = ToldAmendment(amendment, call.time_zone)
    for application in applications.order_by("reference"):
        mail_staff(application, "call_amended", actor, amendment=told)
