"""The people of a side and the actors from outside that it involves (concept note 3.5)."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from matching.enums import ActorKind, MemberKind, PartnershipStatus, TeamRole
from matching.models import Actor, Partnership, PartnershipSide, TeamMember
from matching.services.moving import lock_partnership, require_state
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, Incomplete
from sdgpartners.core.history import because
from sdgpartners.people.models import Membership, User

NO_POLITICIAN = _("The political sponsor is a politician.")
LIVING = (
    PartnershipStatus.PREPARING,
    PartnershipStatus.ACTIVE,
    PartnershipStatus.CLOSING,
)


@transaction.atomic
def add_team_member(
    *, side: PartnershipSide, name: str, service: str, role: TeamRole, kind: MemberKind, actor: User | None
) -> TeamMember:
    """Name a person of one side; with an account of the municipality of that name the two are linked.

    Locks the side. Raises Incomplete without a name, DomainError when the person has that role already or a political
    sponsor is no politician, MoveNotAllowed once the partnership has ended.
    """
    side = lock_side(side)
    if not name.strip():
        raise Incomplete(_("Give the person's name."))
    if role == TeamRole.SPONSOR and kind != MemberKind.POLITICIAN:
        raise DomainError(NO_POLITICIAN)
    present = side.team.filter(left_on__isnull=True, role=role, name__iexact=name.strip())
    if present.exists():
        raise DomainError(_("%(name)s has this role already."), name=name.strip())
    with because(actor):
        return TeamMember.objects.create(
            side=side,
            user=account_of(side, name),
            name=name.strip(),
            service=service.strip(),
            role=role,
            kind=kind,
        )


@transaction.atomic
def remove_team_member(*, member: TeamMember, actor: User | None) -> TeamMember:
    """A person leaves the team today; the line stays for the record. Safe to call twice."""
    lock_side(member.side)
    member = TeamMember.objects.select_for_update().get(pk=member.pk)
    if member.left_on is None:
        with because(actor):
            member.left_on = clock.today()
            member.save()
    return member


@transaction.atomic
def add_actor(
    *, side: PartnershipSide, name: str, kind: ActorKind, since: date | None, actor: User | None
) -> Actor:
    """Name an organisation that a side involves. Incomplete without a name, DomainError for a double."""
    side = lock_side(side)
    if not name.strip():
        raise Incomplete(_("Give the organisation's name."))
    if side.actors.filter(name__iexact=name.strip()).exists():
        raise DomainError(_("%(name)s is on the list already."), name=name.strip())
    with because(actor):
        return Actor.objects.create(side=side, name=name.strip(), kind=kind, since=since)


@transaction.atomic
def remove_actor(*, outside_actor: Actor, actor: User | None) -> None:
    """Take an organisation off the list; history keeps it."""
    lock_side(outside_actor.side)
    with because(actor):
        Actor.objects.filter(pk=outside_actor.pk).delete()


def lock_side(side: PartnershipSide) -> PartnershipSide:
    """The partnership and then the side as they are now, locked until the transaction ends. MoveNotAllowed once the
    partnership has ended, StandsStill while it is suspended."""
    held = lock_partnership(Partnership(pk=side.partnership_id))
    require_state(held.status, PartnershipStatus, *LIVING)
    rows = PartnershipSide.objects.select_for_update(of=("self",)).select_related("municipality__country")
    row = rows.get(pk=side.pk)
    row.partnership = held
    return row


@transaction.atomic
def link_account(*, membership: Membership) -> int:
    """Lines of teams that name somebody who has an account of that municipality from now on; how many. As when they are
    named: only where no other account has the same name. Part of `membership_given`; safe to run twice."""
    person = membership.user
    rows = TeamMember.objects.select_for_update(of=("self",)).filter(
        side__municipality=membership.municipality_id,
        user__isnull=True,
        left_on__isnull=True,
        name__iexact=person.get_full_name(),
    )
    found = [row for row in rows.select_related("side") if account_of(row.side, row.name) == person]
    with because(None):
        for row in found:
            row.user = person
            row.save(update_fields=["user"])
    return len(found)


def account_of(side: PartnershipSide, name: str) -> User | None:
    """The active account of the municipality's staff with exactly this name, when there is one."""
    staff = User.objects.filter(
        is_active=True,
        memberships__municipality=side.municipality_id,
        memberships__ended_at__isnull=True,
    ).distinct()
    found = [person for person in staff if person.get_full_name().casefold() == name.strip().casefold()]
    return found[0] if len(found) == 1 else None
