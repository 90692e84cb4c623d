"""The Flemish partner of a suspended partnership stays in the network and may be matched again."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.enums import ApplicationStatus
from applications.models import Application
from matching.enums import PartnershipStatus, ProposalStatus
from matching.models import Partnership, Proposal
from matching.selectors.candidates import living_partnerships
from matching.services import letters_course as letters
from matching.services.course import require_coordinator, require_reason
from matching.services.moving import lock_partnership, match_application, move_proposal, require_state
from matching.services.reopening import reopen_for_match
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError
from sdgpartners.core.history import because
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side

LIVING_PROPOSALS = (
    ProposalStatus.PROPOSED,
    ProposalStatus.ACCEPTED_NORTH,
    ProposalStatus.ACCEPTED_SOUTH,
    ProposalStatus.ACCEPTED,
)


@transaction.atomic
def free_north(*, partnership: Partnership, reason: str, actor: User) -> Partnership:
    """While the partnership is suspended its Flemish municipality may be matched again; it stays in the network.

    Its application goes back among the candidates. Locks the partnership, then what `reopen_for_match` locks. Safe to
    call twice: the first day stands. Mails `partnership_north_free` to both municipalities. Raises NotEntitled,
    HasInterest, Incomplete without a reason, MoveNotAllowed unless suspended.
    """
    partnership = lock_partnership(partnership)
    require_coordinator(partnership, actor)
    reason = require_reason(reason)
    require_state(partnership.status, PartnershipStatus, PartnershipStatus.SUSPENDED)
    if partnership.north_free_since is not None:
        return partnership
    with because(actor, reason):
        partnership.north_free_since = clock.today()
        partnership.save(update_fields=["north_free_since"])
    reopen_for_match(partnership=partnership, side=Side.NORTH, actor=actor, reason=reason)
    letters.send_north_free(partnership, reason, actor)
    return partnership


def take_back_north(partnership: Partnership) -> None:
    """Bind the Flemish side again because the partnership resumes; leaves saving to the caller, who holds its lock.

    Locks the Flemish application, so that nobody accepts another match for it at the same time; application and
    proposal go back to what they were. DomainError when the municipality has another partner or a proposal by now.
    """
    if partnership.north_free_since is None:
        return
    application = _lock_application(partnership)
    other = living_partnerships(partnership.north_id).exclude(pk=partnership.pk).first()
    if other is not None:
        raise DomainError(
            _("%(north)s has another partnership by now: %(reference)s. This one can only end."),
            north=partnership.north.name,
            reference=other.reference,
        )
    _require_no_proposal(partnership)
    if application is not None and application.status == ApplicationStatus.CONFIRMED:
        match_application(application)
        _restore_proposal(partnership)
    partnership.north_free_since = None


def _lock_application(partnership: Partnership) -> Application | None:
    if partnership.proposal_id is None:
        return None
    rows = Application.objects.select_for_update(of=("self",))
    return rows.filter(proposals_as_north=partnership.proposal_id).first()


def _require_no_proposal(partnership: Partnership) -> None:
    # An application that was matched keeps the name of before a merger.
    mine = Q(north__municipality=partnership.north_id) | Q(
        north__municipality__successor=partnership.north_id
    )
    waiting = Proposal.objects.filter(mine, status__in=LIVING_PROPOSALS, partnership__isnull=True)
    found = waiting.first()
    if found is not None:
        raise DomainError(
            _("%(north)s has been proposed another match (%(reference)s). Wait for the answer first."),
            north=partnership.north.name,
            reference=found.reference,
        )


def _restore_proposal(partnership: Partnership) -> None:
    rows = Proposal.objects.select_for_update(of=("self",)).filter(partnership=partnership)
    for proposal in rows.filter(status=ProposalStatus.ENDED):
        move_proposal(proposal, ProposalStatus.ACCEPTED)
        proposal.save(update_fields=["status"])
