"""The start of a partnership."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from matching.enums import PartnershipStatus
from matching.models import Partnership
from matching.selectors.ends import end_for
from matching.selectors.partnerships import activation_checklist
from matching.services.course import require_coordinator
from matching.services.letters import send_partnership_active
from matching.services.moving import lock_partnership, move_partnership, require_state
from matching.signals import partnership_activated
from sdgpartners.core import clock
from sdgpartners.core.display import format_date
from sdgpartners.core.errors import DomainError, Incomplete, LimitExceeded
from sdgpartners.core.history import because
from sdgpartners.people.models import User


@transaction.atomic
def activate_partnership(*, partnership: Partnership, actor: User) -> Partnership:
    """A coordinator starts the partnership: its dates follow the agreement and the rules. Locks the row.

    The end is the earliest of start + duration - 1 day, the rules' last day of partnerships and the
    programme's end (concept note 3.1). Mails `partnership_active`, sends `partnership_activated`. Raises
    NotEntitled, HasInterest for who works for one of the two, Incomplete with what the checklist still misses,
    LimitExceeded when the start is not before the last day, DomainError for a suspended country, MoveNotAllowed.
    """
    partnership = lock_partnership(partnership)
    require_coordinator(partnership, actor)
    # The table also leads from suspended and closing to active: those are other steps.
    require_state(partnership.status, PartnershipStatus, PartnershipStatus.PREPARING)
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
