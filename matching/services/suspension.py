"""A partnership or a whole country stands still: deadlines and payments freeze, pages are read-only, and it goes on."""

from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matching.enums import PartnershipStatus, ProposalStatus
from matching.errors import HasInterest, NotEntitled
from matching.models import Partnership, Proposal, SideConfirmation, Suspension
from matching.pauses import moved_end
from matching.selectors.course import cap_of
from matching.selectors.standstill import hidden_because, hidden_before, open_suspension
from matching.services import letters_course as letters
from matching.services.course import (
    DEAD,
    OWN_MUNICIPALITY,
    lock_country,
    require_coordinator,
    require_reason,
)
from matching.services.freeing import take_back_north
from matching.services.moving import lock_partnership, move_partnership, require_state
from matching.signals import partnership_resumed, partnership_suspended
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError
from sdgpartners.core.history import because
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.people.standing import read_standing
from sdgpartners.programme.models import PartnerCountry

WAITING_PROPOSALS = (
    ProposalStatus.PROPOSED,
    ProposalStatus.ACCEPTED_NORTH,
    ProposalStatus.ACCEPTED_SOUTH,
)
LONGEST_COUNTRY_REASON = 300


@dataclass(frozen=True)
class CountryResumed:
    """Which partnerships go on, and which stay suspended with the words why."""

    resumed: list[Partnership] = field(default_factory=list)
    kept: list[tuple[Partnership, str]] = field(default_factory=list)


@transaction.atomic
def suspend_partnership(
    *, partnership: Partnership, reason: str, hide_publicly: bool, actor: User
) -> Suspension:
    """From today the partnership stands still, with the reason that both municipalities read.

    Locks the partnership. `hide_publicly` also takes its names off the public pages until somebody shows them again.
    Mails `partnership_suspended` to both municipalities and their associations, sends `partnership_suspended`. Raises
    NotEntitled, HasInterest, Incomplete without a reason, MoveNotAllowed once suspended, closed or ended.
    """
    partnership = lock_partnership(partnership)
    require_coordinator(partnership, actor)
    reason = require_reason(reason)
    suspension = _suspend(partnership, reason, hide_publicly=hide_publicly, country_wide=False, actor=actor)
    letters.send_suspended(suspension, actor)
    return suspension


@transaction.atomic
def suspend_country(
    *, partner_country: PartnerCountry, reason: str, hide_publicly: bool, actor: User
) -> list[Suspension]:
    """From today cooperation with the whole country stands still: every partnership that is not over, in one step.

    One that was suspended before keeps its own suspension; `hide_publicly` also takes the names of those that are
    closed off the public pages. Proposals that wait for an answer stop running. Locks the
    country, then the partnerships in the order of their keys. Mails and signals as `suspend_partnership`, and
    `country_suspended` to the coordinators. Raises NotEntitled, HasInterest, Incomplete, DomainError when the country
    is suspended already or the reason is too long.
    """
    country = lock_country(partner_country)
    _require_coordinator_of(country, actor)
    reason = require_reason(reason)
    if country.suspended_since is not None:
        raise DomainError(_("Cooperation with this country is suspended already."))
    if len(reason) > LONGEST_COUNTRY_REASON:
        raise DomainError(_("The reason has %(most)s characters at most."), most=LONGEST_COUNTRY_REASON)
    with because(actor, reason):
        country.suspended_since, country.suspension_reason = clock.today(), reason
        country.save(update_fields=["suspended_since", "suspension_reason"])
    made, rows = [], _living(country)
    _require_no_interest(rows, actor)
    for row in rows:
        if row.status != PartnershipStatus.SUSPENDED:
            made.append(_suspend(row, reason, hide_publicly=hide_publicly, country_wide=True, actor=actor))
        elif hide_publicly:
            _set_hidden(row, hidden=True, reason=reason, actor=actor)
    for row in _closed(country) if hide_publicly else ():
        _set_hidden(row, hidden=True, reason=reason, actor=actor)
    for suspension in made:
        letters.send_suspended(suspension, actor, coordinators=False)
    letters.send_country("country_suspended", country, actor, reason=reason, count=len(made))
    return made


@transaction.atomic
def resume_partnership(
    *, partnership: Partnership, reason: str, show_publicly: bool, actor: User
) -> Suspension:
    """From today the partnership goes on in the state it had: what was due moves by the days that passed.

    The end moves along, never past its cap. Locks the country, the partnership, and the Flemish application when the
    Flemish side was freed. Mails `partnership_resumed`, sends `partnership_resumed`. Raises NotEntitled,
    HasInterest, Incomplete without a reason, MoveNotAllowed unless suspended, DomainError while the whole
    country is suspended, or when the Flemish municipality has found another partner.
    """
    country = lock_country(partnership.partner_country_id)
    partnership = lock_partnership(partnership)
    require_coordinator(partnership, actor)
    reason = require_reason(reason)
    require_state(partnership.status, PartnershipStatus, PartnershipStatus.SUSPENDED)
    if country.suspended_since is not None:
        raise DomainError(_still_suspended(partnership))
    suspension = _resume(partnership, reason, show_publicly=show_publicly, actor=actor)
    letters.send_resumed(suspension, actor)
    return suspension


@transaction.atomic
def resume_country(
    *, partner_country: PartnerCountry, reason: str, show_publicly: bool, actor: User
) -> CountryResumed:
    """Cooperation with the country goes on, with every partnership that was suspended together with it.

    Partnerships that were suspended by themselves stay so, and also those whose Flemish side has another partner by
    now; names that were hidden before stay hidden; proposals get the days back. Locks those proposals, the country,
    then the partnerships. Mails and signals as `resume_partnership`, and `country_resumed` to the coordinators. Raises
    NotEntitled, HasInterest, Incomplete, DomainError unless the country is suspended.
    """
    # Before the country: who accepts a proposal holds it when the country's lock is asked for.
    waiting = _lock_proposals(partner_country)
    country = lock_country(partner_country)
    _require_coordinator_of(country, actor)
    reason = require_reason(reason)
    if country.suspended_since is None:
        raise DomainError(_("Cooperation with this country is not suspended."))
    days, stopped_for = (clock.today() - country.suspended_since).days, country.suspension_reason
    with because(actor, reason):
        country.suspended_since, country.suspension_reason = None, ""
        country.save(update_fields=["suspended_since", "suspension_reason"])
        _move_proposals(waiting, days)
    found, rows = CountryResumed(), _living(country)
    _require_no_interest(rows, actor)
    for row in rows:
        held = open_suspension(row)
        if held is None or not held.country_wide:
            continue
        try:
            with transaction.atomic():
                show = show_publicly and not hidden_before(row)
                suspension = _resume(row, reason, show_publicly=show, actor=actor)
        except DomainError as why:
            found.kept.append((row, str(why)))
            with because(actor, reason):
                held.country_wide = False
                held.save(update_fields=["country_wide"])
        else:
            found.resumed.append(suspension.partnership)
            letters.send_resumed(suspension, actor, coordinators=False)
    for row in _closed(country) if show_publicly else ():
        if hidden_because(row, stopped_for):
            _set_hidden(row, hidden=False, reason=reason, actor=actor)
    letters.send_country("country_resumed", country, actor, reason=reason, count=len(found.resumed))
    return found


@transaction.atomic
def set_visibility(*, partnership: Partnership, hidden: bool, reason: str, actor: User) -> Partnership:
    """Take the names of a pair off the public pages, or put them back. Locks the partnership. Safe to call twice.

    Raises NotEntitled, HasInterest, Incomplete without a reason.
    """
    partnership = lock_partnership(partnership)
    require_coordinator(partnership, actor)
    _set_hidden(partnership, hidden=hidden, reason=require_reason(reason), actor=actor)
    return partnership


def _suspend(
    partnership: Partnership, reason: str, *, hide_publicly: bool, country_wide: bool, actor: User
) -> Suspension:
    before = partnership.status
    move_partnership(partnership, PartnershipStatus.SUSPENDED)
    with because(actor, reason):
        partnership.hidden_publicly = partnership.hidden_publicly or hide_publicly
        partnership.save(update_fields=["status", "hidden_publicly"])
        suspension = Suspension.objects.create(
            partnership=partnership,
            country_wide=country_wide,
            status_before=before,
            since=clock.today(),
            reason=reason,
            suspended_by=actor,
        )
        partnership_suspended.send(
            sender=Partnership, partnership=partnership, suspension=suspension, actor=actor
        )
    return suspension


def _resume(partnership: Partnership, reason: str, *, show_publicly: bool, actor: User) -> Suspension:
    suspension = Suspension.objects.select_for_update(of=("self",)).get(
        partnership=partnership, resumed_on__isnull=True
    )
    # The locked row, with what it has loaded, is what signals and letters go on with.
    suspension.partnership = partnership
    days = (clock.today() - suspension.since).days
    with because(actor, reason):
        take_back_north(partnership)
        move_partnership(partnership, PartnershipStatus(suspension.status_before))
        cap = cap_of(partnership)
        # A last day that was over before stays what it was.
        if partnership.ends_on is not None and cap is not None and partnership.ends_on >= suspension.since:
            partnership.ends_on = moved_end(partnership.ends_on, days, cap)
        if show_publicly:
            partnership.hidden_publicly = False
        _save_resumed(partnership)
        suspension.resumed_on, suspension.resumed_by = clock.today(), actor
        suspension.resume_reason = reason
        suspension.save()
        _move_own_days(partnership, suspension, days)
        partnership_resumed.send(
            sender=Partnership, partnership=partnership, suspension=suspension, days=days, actor=actor
        )
    return suspension


def _still_suspended(partnership: Partnership) -> str | Promise:
    held = open_suspension(partnership)
    if held is not None and held.country_wide:
        return _("The whole country is suspended. The partnership goes on when the country does.")
    return _("The whole country is suspended. Resume the country first, then this partnership.")


def _save_resumed(partnership: Partnership) -> None:
    try:
        with transaction.atomic():
            partnership.save(update_fields=["status", "ends_on", "hidden_publicly", "north_free_since"])
    except IntegrityError as error:
        # Another partnership of the Flemish municipality was founded at this very moment.
        raise DomainError(_("%(north)s has another partnership by now."), north=partnership.north) from error


def _move_own_days(partnership: Partnership, suspension: Suspension, days: int) -> None:
    """A new sponsor who was still in time gets the days back; one who was asked meanwhile those since then."""
    zone = ZoneInfo(settings.TIME_ZONE)
    rows = SideConfirmation.objects.select_for_update(of=("self",)).filter(
        partnership=partnership, confirmed_at__isnull=True, due_on__gte=suspension.since
    )
    for row in rows.order_by("pk"):
        asked = row.created_at.astimezone(zone).date()
        row.due_on += timedelta(days=min(days, (clock.today() - asked).days))
        row.save(update_fields=["due_on"])


def _lock_proposals(country: PartnerCountry) -> list[Proposal]:
    rows = Proposal.objects.select_for_update(of=("self",)).filter(
        track__partner_country=country, status__in=WAITING_PROPOSALS, accept_by__isnull=False
    )
    return list(rows.order_by("pk"))


def _move_proposals(waiting: list[Proposal], days: int) -> None:
    """Who was asked gets as many days to answer as were left when the country stopped."""
    for proposal in waiting:
        if proposal.accept_by is not None:
            proposal.accept_by += timedelta(days=days)
            proposal.save(update_fields=["accept_by"])


def _living(country: PartnerCountry) -> list[Partnership]:
    """The partnerships of the country that are not over, locked in the order of their keys."""
    rows = Partnership.objects.select_for_update(of=("self",)).exclude(status__in=DEAD)
    return list(
        rows.filter(partner_country=country)
        .select_related("partner_country__programme", "partner_country__country", "north", "south")
        .order_by("pk")
    )


def _closed(country: PartnerCountry) -> list[Partnership]:
    """Those that ended as planned, which the public pages show for ever; locked in the order of their keys."""
    rows = Partnership.objects.select_for_update(of=("self",)).filter(
        partner_country=country, status=PartnershipStatus.CLOSED
    )
    return list(rows.order_by("pk"))


def _set_hidden(partnership: Partnership, *, hidden: bool, reason: str, actor: User) -> None:
    if partnership.hidden_publicly != hidden:
        with because(actor, reason):
            partnership.hidden_publicly = hidden
            partnership.save(update_fields=["hidden_publicly"])


def _require_coordinator_of(country: PartnerCountry, actor: User) -> None:
    if not read_standing(actor).covers(country, AssociationRole.COORDINATOR):
        raise NotEntitled(_("Only a coordinator of the country or of the programme can do this."))


def _require_no_interest(rows: list[Partnership], actor: User) -> None:
    mine = read_standing(actor).municipality_ids
    if not mine.isdisjoint(pk for row in rows for pk in (row.north_id, row.south_id)):
        raise HasInterest(OWN_MUNICIPALITY)
