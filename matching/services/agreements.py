"""The agreement between the two, and what each side confirms before the start."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from matching.agreement_words import fingerprint
from matching.enums import PartnershipStatus
from matching.errors import NotEntitled
from matching.models import Agreement, Partnership, PartnershipSide
from matching.selectors.agreements import OUTDATED, Wording, outdated, wording_of
from matching.selectors.ends import end_for
from matching.services.moving import lock_partnership, require_state
from sdgpartners.core import clock
from sdgpartners.core.display import format_date
from sdgpartners.core.errors import DomainError, LimitExceeded, SamePerson
from sdgpartners.core.history import because
from sdgpartners.people.models import User
from sdgpartners.people.standing import read_standing
from sdgpartners.programme.enums import Side


@transaction.atomic
def set_start(*, partnership: Partnership, starts_on: date, actor: User) -> Agreement:
    """Change the start in the agreement; its text is filled in anew and both sides sign again. The same start changes
    nothing, unless what the text names has changed since it was fixed. Locks the partnership.

    Raises LimitExceeded for a start on or after the last day that the rules allow or before the programme,
    MoveNotAllowed unless the partnership is in preparation.
    """
    agreement = _lock_agreement(partnership)
    programme = agreement.partnership.partner_country.programme
    # Of a day after the programme no end can be told.
    last = end_for(agreement.partnership, min(starts_on, programme.ends_on))
    if not programme.starts_on <= starts_on < last:
        raise LimitExceeded(
            _("The partnership starts between %(first)s and %(last)s."),
            first=format_date(programme.starts_on),
            last=format_date(last),
        )
    if starts_on != agreement.starts_on or outdated(agreement.partnership):
        with because(actor):
            agreement.starts_on = starts_on
            agreement.signed_north_at = agreement.signed_south_at = None
            agreement.signed_north_by = agreement.signed_south_by = None
            _unfreeze(agreement)
            agreement.save()
    return agreement


@transaction.atomic
def sign_agreement(
    *, partnership: Partnership, side: Side, starts_on: date, actor: User, read: str | None = None
) -> Agreement:
    """A signatory signs for one side, with the start and the words that they have read. With the first signature the
    text is fixed in its three languages, so that both sign the same one. Locks the partnership.

    `read` is the fingerprint of the words that stood on the page; None where no page was read (the demo). Raises
    NotEntitled, SamePerson when they signed for the other side, DomainError when start or words have changed since,
    the fixed words name what no longer holds, or the side signed already, MoveNotAllowed unless the partnership is in
    preparation.
    """
    agreement = _lock_agreement(partnership)
    held = agreement.partnership
    mine = held.north_id if side == Side.NORTH else held.south_id
    if not read_standing(actor).is_signatory(mine):
        raise NotEntitled(_("Only a person who signs for the municipality can sign."))
    if agreement.starts_on != starts_on:
        raise DomainError(_("The start has changed since you opened the agreement. Read it again."))
    if getattr(agreement, f"signed_{side.value}_at"):
        raise DomainError(_("Your side has signed already."))
    if actor.pk in (agreement.signed_north_by_id, agreement.signed_south_by_id):
        raise SamePerson
    if outdated(held):
        raise DomainError(OUTDATED)
    wording = wording_of(held)
    if read is not None and read != fingerprint(wording.bodies):
        raise DomainError(_("The text has changed since you opened the agreement. Read it again."))
    with because(actor):
        _freeze(agreement, wording)
        setattr(agreement, f"signed_{side.value}_at", clock.now())
        setattr(agreement, f"signed_{side.value}_by", actor)
        agreement.save()
    return agreement


@transaction.atomic
def confirm_calendar(*, partnership: Partnership, side: Side, actor: User) -> PartnershipSide:
    """One side agrees to the calendar of sessions and visits. Safe to call twice."""
    return _confirm(partnership, side, "calendar_agreed", actor)


@transaction.atomic
def confirm_split(*, partnership: Partnership, side: Side, actor: User) -> PartnershipSide:
    """One side confirms the two equal halves of the budget (concept note 3.4). Safe to call twice."""
    return _confirm(partnership, side, "split_confirmed", actor)


def _confirm(partnership: Partnership, side: Side, what: str, actor: User) -> PartnershipSide:
    held = lock_partnership(partnership)
    require_state(held.status, PartnershipStatus, PartnershipStatus.PREPARING)
    row = PartnershipSide.objects.select_for_update().get(partnership=held, side=side)
    if getattr(row, f"{what}_at") is None:
        setattr(row, f"{what}_at", clock.now())
        setattr(row, f"{what}_by", actor)
        with because(actor):
            row.save()
    return row


def _freeze(agreement: Agreement, wording: Wording) -> None:
    if agreement.frozen_at is None:
        agreement.text, agreement.frozen_at = wording.text, clock.now()
        for language, body in wording.bodies.items():
            setattr(agreement, f"body_{language}", body)


def _unfreeze(agreement: Agreement) -> None:
    agreement.text = agreement.frozen_at = None
    agreement.body_en = agreement.body_fr = agreement.body_nl = ""


def _lock_agreement(partnership: Partnership) -> Agreement:
    held = lock_partnership(partnership)
    require_state(held.status, PartnershipStatus, PartnershipStatus.PREPARING)
    agreement = Agreement.objects.select_for_update().get(partnership=held)
    agreement.partnership = held
    held.agreement = agreement
    return agreement
