"""What two municipalities answer to a proposed match; with the second yes their partnership begins."""

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from matching.enums import MemberKind, ProposalStatus, TeamRole
from matching.errors import NotEntitled
from matching.models import Agreement, JointPlan, Partnership, PartnershipSide, Proposal, TeamMember
from matching.selectors.reopening import came_apart_before
from matching.services.course import require_open_country
from matching.services.letters import send_half_accepted, send_not_accepted, send_partnership_created
from matching.services.moving import lock_proposal, match_application, move_proposal, require_state
from matching.services.reopening import follow_up
from matching.services.teams import account_of
from matching.signals import proposal_accepted
from sdgpartners.core import clock
from sdgpartners.core.errors import DeadlinePassed, DomainError, Incomplete
from sdgpartners.core.history import because
from sdgpartners.core.references import next_reference
from sdgpartners.people.models import User
from sdgpartners.people.standing import read_standing
from sdgpartners.programme.enums import Side
from sdgpartners.programme.models import Municipality

NOT_IN_TIME = "not accepted in time"
ACCEPTED_BY = {Side.NORTH: ProposalStatus.ACCEPTED_NORTH, Side.SOUTH: ProposalStatus.ACCEPTED_SOUTH}
OPEN = (ProposalStatus.PROPOSED, *ACCEPTED_BY.values())


@transaction.atomic
def accept_proposal(*, proposal: Proposal, side: Side, actor: User) -> Proposal:
    """A signatory of one side accepts. With both sides the partnership is made, in preparation.

    Locks the proposal, its country, then both applications, which become matched. Mails `proposal_partner_accepted` or
    `partnership_created`, sends `proposal_accepted`. Raises NotEntitled, DeadlinePassed after the last day in
    the municipality's own zone, CountryStandsStill, DomainError where one of the two has another partnership by now,
    MoveNotAllowed (also when this side accepted before).
    """
    proposal = lock_proposal(proposal)
    mine, partner = _sides(proposal, side)
    _require_signatory(mine, actor)
    require_state(proposal.status, ProposalStatus, *OPEN)
    require_open_country(proposal.track.partner_country_id)
    _check_deadline(proposal, mine)
    other_accepted = proposal.status == ACCEPTED_BY[_other(side)]
    move_proposal(proposal, ProposalStatus.ACCEPTED if other_accepted else ACCEPTED_BY[side])
    with because(actor):
        setattr(proposal, f"{side.value}_accepted_at", clock.now())
        setattr(proposal, f"{side.value}_accepted_by", actor)
        proposal.save()
        if other_accepted:
            partnership = _found_partnership(proposal)
            send_partnership_created(partnership, actor)
            proposal_accepted.send(sender=Proposal, proposal=proposal)
        else:
            send_half_accepted(proposal, mine.municipality, partner.municipality, actor)
    return proposal


@transaction.atomic
def decline_proposal(*, proposal: Proposal, side: Side, reason: str, actor: User) -> Proposal:
    """A signatory of one side declines, with the reason. The pair reopens: both stay confirmed candidates, and a
    scenario that follows looks for the next best partner of each, without touching any other pair.

    Locks the proposal, then the call. Mails the coordinators with the reason and the other side without it. Raises
    NotEntitled, Incomplete without a reason, MoveNotAllowed.
    """
    proposal = lock_proposal(proposal)
    mine, _partner = _sides(proposal, side)
    _require_signatory(mine, actor)
    if not reason.strip():
        raise Incomplete(
            _(
                "Say why you decline. The coordinators and the steering group read it, your proposed partner does "
                "not."
            )
        )
    move_proposal(proposal, ProposalStatus.DECLINED)
    with because(actor, reason):
        proposal.declined_side, proposal.decline_reason = side, reason.strip()
        proposal.save()
    scenario = follow_up(proposal=proposal, actor=actor)
    send_not_accepted(proposal, declined_by=mine.municipality, scenario=scenario, actor=actor)
    return proposal


def lock_open_proposals(application: Application) -> list[Proposal]:
    """The proposals of an application that wait for an answer, locked until the transaction ends."""
    mine = Q(north=application.pk) | Q(south=application.pk)
    rows = Proposal.objects.select_for_update(of=("self",)).filter(mine, status__in=OPEN)
    return list(rows.order_by("pk"))


@transaction.atomic
def drop_proposals(*, application: Application, reason: str, actor: User | None) -> list[Proposal]:
    """What waits for an answer does not come about, because the municipality of `application` has withdrawn it: as if
    it had declined, and its partner is looked at again.

    Locks the proposals, then the call. Mails the coordinators with the reason, if one was given, and the other side
    without it. Safe to run twice.
    """
    dropped = []
    for row in lock_open_proposals(application):
        proposal = lock_proposal(row)
        side = Side.NORTH if proposal.north_id == application.pk else Side.SOUTH
        move_proposal(proposal, ProposalStatus.DECLINED)
        with because(actor, reason):
            proposal.declined_side, proposal.decline_reason = side, reason.strip()
            proposal.save()
        scenario = follow_up(proposal=proposal, actor=actor)
        mine, _partner = _sides(proposal, side)
        send_not_accepted(
            proposal, declined_by=mine.municipality, scenario=scenario, actor=actor, withdrawn=True
        )
        dropped.append(proposal)
    return dropped


def lapse_proposals() -> int:
    """Let every proposal lapse whose last day has passed everywhere; how many. Safe to run twice."""
    # While a country is suspended the days to accept do not run.
    rows = Proposal.objects.filter(track__partner_country__suspended_since__isnull=True)
    keys = rows.filter(status__in=OPEN, accept_by__lt=clock.today("UTC")).values_list("pk", flat=True)
    return sum(_lapse(pk) for pk in list(keys))


@transaction.atomic
def _lapse(pk: int) -> bool:
    proposal = lock_proposal(Proposal(pk=pk))
    zones = {row.municipality.country.time_zone for row in (proposal.north, proposal.south)}
    if proposal.track.partner_country.suspended_since is not None:
        return False
    if proposal.status not in OPEN or proposal.accept_by is None:
        return False
    if any(clock.today(z) <= proposal.accept_by for z in zones):
        return False
    move_proposal(proposal, ProposalStatus.LAPSED)
    with because(None, NOT_IN_TIME):
        proposal.save()
    scenario = follow_up(proposal=proposal, actor=None)
    send_not_accepted(proposal, declined_by=None, scenario=scenario, actor=None)
    return True


def proposed_start(planned: date | None, today: date) -> date:
    """The start that an agreement begins with: the call's planned start while that lies ahead, else today."""
    return max(planned, today) if planned else today


def _found_partnership(proposal: Proposal) -> Partnership:
    """The partnership with its two sides, an empty plan and an agreement to sign."""
    for application in sorted((proposal.north, proposal.south), key=lambda row: row.pk):
        match_application(application)
    try:
        with transaction.atomic():
            partnership = Partnership.objects.create(
                reference=next_reference("SDG"),
                proposal=proposal,
                partner_country=proposal.track.partner_country,
                theme=proposal.track.theme,
                north=_as_of_today(proposal.north),
                south=_as_of_today(proposal.south),
                replaces=came_apart_before(proposal),
            )
    except IntegrityError as error:
        # By a merger or through another call, since the match was proposed.
        raise DomainError(
            _(
                "One of the two municipalities has another partnership by now, and each has one at a time. Ask "
                "your association what comes next."
            )
        ) from error
    for side, application in ((Side.NORTH, proposal.north), (Side.SOUTH, proposal.south)):
        _open_side(partnership, side, application)
    JointPlan.objects.create(partnership=partnership)
    start = proposed_start(proposal.track.call.start_planned_on, clock.today())
    Agreement.objects.create(partnership=partnership, starts_on=start)
    return partnership


def _open_side(partnership: Partnership, side: Side, application: Application) -> None:
    """The side, with the contact person that its application named."""
    row = PartnershipSide.objects.create(
        partnership=partnership, side=side, municipality=_as_of_today(application)
    )
    if application.contact_name:
        TeamMember.objects.create(
            side=row,
            user=account_of(row, application.contact_name),
            name=application.contact_name,
            service=application.contact_function,
            role=TeamRole.CONTACT,
            kind=MemberKind.OFFICIAL,
        )


def _as_of_today(application: Application) -> Municipality:
    """The municipality, or what it has merged into since its application was matched."""
    return application.municipality.successor or application.municipality


def _sides(proposal: Proposal, side: Side) -> tuple[Application, Application]:
    """The application of `side` and that of its partner."""
    pair = (proposal.north, proposal.south)
    return pair if side == Side.NORTH else (pair[1], pair[0])


def _other(side: Side) -> Side:
    return Side.SOUTH if side == Side.NORTH else Side.NORTH


def _require_signatory(mine: Application, actor: User) -> None:
    if not read_standing(actor).is_signatory(mine.municipality_id):
        raise NotEntitled(_("Only a person who signs for the municipality can answer."))


def _check_deadline(proposal: Proposal, mine: Application) -> None:
    zone = mine.municipality.country.time_zone
    if proposal.accept_by is not None and clock.today(zone) > proposal.accept_by:
        raise DeadlinePassed(_("The last day to accept has passed. Ask your association what comes next."))
