"""The start and the early end of a partnership."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from matching.enums import PartnershipStatus
from matching.errors import NotEntitled
from matching.models import Partnership
from matching.selectors.partnerships import activation_checklist, end_for
from matching.services.letters import send_partnership_active
from matching.services.moving import lock_partnership, move_partnership
from matching.signals import partnership_activated
from sdgpartners.core import clock
from sdgpartners.core.display import format_date
from sdgpartners.core.errors import DomainError, Incomplete, LimitExceeded
from sdgpartners.core.history import because
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.people.standing import read_standing


@transaction.atomic
def activate_partnership(*, partnership: Partnership, actor: User) -> Partnership:
    """A coordinator starts the partnership: its dates follow the agreement and the rules. Locks the row.

    The end is the earliest of start + duration - 1 day, the rules' last day of partnerships and the
    programme's end (concept note 3.1). Mails `partnership_active`, sends `partnership_activated`. Raises
    NotEntitled, Incomplete with what the checklist still misses, LimitExceeded when the start is not before
    the last day, DomainError for a suspended country, MoveNotAllowed.
    """
    partnership = lock_partnership(partnership)
    _require_coordinator(partnership, actor)
    move_partnership(partnership, PartnershipStatus.ACTIVE)
    if partnership.partner_country.suspended_since is not None:
        raise DomainError(_("Cooperation with this country is suspended."))
    missing = [item for item in activation_checklist(partnership) if not item.done]
    if missing:
        raise Incomplete(_("Still missing: %(items)s."), items="; ".join(str(item.label) for item in missing))
    starts_on = partnership.agreement.starts_on
    ends_on = end_for(partnership, starts_on)
    if starts_on >= ends_on:
        raise LimitExceeded(_("Partnerships end on %(last)s at the latest."), last=format_date(ends_on))
    with because(actor):
        partnership.starts_on, partnership.ends_on = starts_on, ends_on
        partnership.activated_at = clock.now()
        partnership.save()
    send_partnership_active(partnership, actor)
    partnership_activated.send(sender=Partnership, partnership=partnership)
    return partnership


@transaction.atomic
def end_early(*, partnership: Partnership, reason: str, actor: User) -> Partnership:
    """A coordinator ends the partnership today, with the reason. Locks the row.

    Raises NotEntitled, Incomplete without a reason, MoveNotAllowed when it has ended already.
    """
    partnership = lock_partnership(partnership)
    _require_coordinator(partnership, actor)
    if not reason.strip():
        raise Incomplete(_("Say why the partnership ends early."))
    move_partnership(partnership, PartnershipStatus.ENDED_EARLY)
    with because(actor, reason):
        partnership.ended_on, partnership.end_reason = clock.today(), reason.strip()
        partnership.save()
    return partnership


def _require_coordinator(partnership: Partnership, actor: User) -> None:
    if not read_standing(actor).covers(partnership.partner_country, AssociationRole.COORDINATOR):
        raise NotEntitled(_("Only a coordinator of the country or of the programme can do this."))
