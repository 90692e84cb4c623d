"""Admitting one late municipality to a closed call by a named code, so that nobody has to fake dates."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from applications.enums import APPLICATION_EDITABLE, ApplicationStatus, CallPhase
from applications.errors import CodeRefused, CodeWithoutUse, NotEditable, TooManyTries
from applications.models import Application, Call, ExceptionCode, ExceptionUse
from applications.own_reasons import by_code
from applications.selectors.applications import open_change_request
from applications.selectors.calls import is_ranked
from applications.services.forms import start_application
from applications.services.moving import locked
from sdgpartners.core import clock, throttle
from sdgpartners.core.errors import DomainError
from sdgpartners.core.history import because
from sdgpartners.people.models import User
from sdgpartners.programme.models import Municipality

# Without letters and digits that look alike; 8 of 31 are some 8 * 10^11 codes.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
LENGTH = 8
# So that codes cannot be guessed. One who mistypes a code does not need more.
TRIES_AN_HOUR = 10
_S = ApplicationStatus


@transaction.atomic
def make_exception_code(
    *,
    call: Call,
    name: str,
    municipality: Municipality | None,
    expires_at: datetime,
    uses_max: int,
    note: str,
    actor: User | None,
) -> ExceptionCode:
    """A code that admits `municipality` (None: whoever has it) to `call` until `expires_at`, `uses_max` times.

    Locks the call; mails nobody: the coordinator hands the code over. Raises DomainError for a call that is
    not public, and for a moment that has passed.
    """
    call = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if call.phase not in (CallPhase.OPEN, CallPhase.CLOSED):
        raise DomainError(_("Only a call that is open or closed, and not decided, admits late applications."))
    if expires_at <= clock.now() or expires_at <= call.closes_at:
        raise DomainError(_("The code has to work after now and after the closing of the call."))
    code = "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))
    with because(actor, note):
        return ExceptionCode.objects.create(
            call=call,
            name=name,
            code=code,
            municipality=municipality,
            note=note,
            expires_at=expires_at,
            uses_max=uses_max,
            made_by=actor,
        )


@transaction.atomic
def revoke_exception_code(*, code: ExceptionCode, actor: User | None) -> ExceptionCode:
    """Let the code admit nobody any more; who came in by it stays. Locks the row. A second click changes
    nothing."""
    row = ExceptionCode.objects.select_for_update().get(pk=code.pk)
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        with because(actor):
            row.save(update_fields=["revoked_at"])
    return row


def tidy(typed: str) -> str:
    """A code as it is stored, from what somebody typed: with spaces, hyphens, small letters."""
    return "".join(sign for sign in typed.upper() if sign in ALPHABET)


def redeem_exception_code(*, code: str, call: Call, municipality: Municipality, actor: User) -> Application:
    """Admit `municipality` to `call` until the code expires: its draft that stayed behind, or a new one.

    The caller has checked that `actor` edits for the municipality. Counts the try (at most TRIES_AN_HOUR a
    person, also of codes that are refused). Locks the code, so that the last use is used once; then the
    municipality or its application. The same municipality needs no second use. Raises TooManyTries,
    CodeRefused (unknown, revoked, expired, used up, of another municipality, call not closed, decided or
    ranked; CodeWithoutUse while changes are asked for), NotEligible, NotEditable (sent off already).
    """
    if not throttle.take("exception-code", str(actor.pk), most=TRIES_AN_HOUR, seconds=3600):
        raise TooManyTries
    with transaction.atomic():
        return _redeem(code, call, municipality, actor)


def _redeem(typed: str, call: Call, municipality: Municipality, actor: User) -> Application:
    row = (
        ExceptionCode.objects.select_for_update(of=("self",))
        .select_related("call__programme")
        .filter(call=call, code=tidy(typed))
        .first()
    )
    if row is None:
        raise CodeRefused(
            _("This code is not known for this call. Look at it again, or ask the association.")
        )
    _refuse_call(row.call)
    _refuse_code(row, municipality)
    application = start_application(
        call=row.call, municipality=municipality, actor=actor, late_until=row.expires_at
    )
    application = locked(application)
    _refuse_application(application)
    if not ExceptionUse.objects.filter(code=row, application=application).exists():
        _refuse_used_up(row)
        ExceptionUse.objects.create(code=row, application=application, used_by=actor, used_at=clock.now())
    if application.late_until is None or application.late_until < row.expires_at:
        application.late_until = row.expires_at
        with because(actor, by_code(row.name)):
            application.save(update_fields=["late_until"])
    return application


def _refuse_call(call: Call) -> None:
    if call.phase == CallPhase.OPEN:
        raise CodeRefused(_("The call is still open: you do not need a code."))
    if call.phase != CallPhase.CLOSED or is_ranked(call):
        raise CodeRefused(
            _("This call is decided or its applications are ranked: nobody can come in any more.")
        )


def _refuse_code(row: ExceptionCode, municipality: Municipality) -> None:
    if row.municipality_id not in (None, municipality.pk):
        raise CodeRefused(_("This code is for another municipality."))
    if row.revoked_at is not None:
        raise CodeRefused(_("This code was withdrawn. Ask the association."))
    if clock.now() > row.expires_at:
        raise CodeRefused(_("This code has expired. Ask the association."))


def _refuse_application(application: Application) -> None:
    if application.status not in APPLICATION_EDITABLE | {_S.AWAITING_SIGN_OFF}:
        raise NotEditable
    request = open_change_request(application)
    if request is not None:
        raise CodeWithoutUse(application.call, request.due_at)


def _refuse_used_up(row: ExceptionCode) -> None:
    if row.uses.count() >= row.uses_max:
        raise CodeRefused(_("This code has been used already. Ask the association."))
