"""Contact between sessions, on a pair's own initiative (concept note 3.9, nr. 4)."""

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from exchanges.enums import ContactKind
from exchanges.errors import OutsidePeriod
from exchanges.models import Contact
from exchanges.services import moving
from matching.models import Partnership
from matching.services.course import require_moving
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError
from sdgpartners.core.history import because
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side


def log_contact(
    *,
    partnership: Partnership,
    side: Side,
    kind: ContactKind,
    held_on: date,
    actor: User,
    note: str = "",
    form_token: UUID | None = None,
) -> Contact:
    """Note that the two sides were in touch. `form_token` belongs to one form on a page: the same one
    twice (a double tap on a slow link) gives the first row back.

    Raises NotRunning, StandsStill, OutsidePeriod for a day that is to come in the person's zone or not in the
    partnership's time.
    """
    period = moving.require_running(partnership)
    if held_on > clock.today(actor.time_zone):
        raise OutsidePeriod(_("This day has not come yet. Choose today or an earlier day."))
    if not period.starts_on <= held_on <= period.ends_on:
        raise OutsidePeriod(_("On this day the partnership did not run."))
    try:
        with transaction.atomic(), because(actor):
            require_moving(partnership)
            return Contact.objects.create(
                partnership=partnership,
                side=side,
                kind=kind,
                held_on=held_on,
                note=note.strip(),
                language=actor.language,
                logged_by=actor,
                form_token=form_token,
            )
    except IntegrityError:
        # Two requests at once both find no row, so the unique index decides and not a question before.
        return _already_logged(partnership, actor, form_token)


def _already_logged(partnership: Partnership, actor: User, form_token: UUID | None) -> Contact:
    row = Contact.objects.filter(partnership=partnership, logged_by=actor, form_token=form_token).first()
    if form_token is None or row is None:
        raise DomainError(_("This form was used before. Open it again."))
    return row
