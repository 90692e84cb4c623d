"""Formal decisions of one side: what its college or council was asked and answered, with the paper."""

from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from matching.enums import FormalBody
from matching.errors import NotEntitled
from matching.formal_data import FormalData
from matching.models import FormalDecision, PartnershipSide
from matching.selectors.formal_decisions import began_on
from matching.services.teams import lock_side
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, Incomplete
from sdgpartners.core.history import because
from sdgpartners.documents.content import RECEIPTS
from sdgpartners.documents.services.files import CheckedFile, check_upload, store_checked
from sdgpartners.people.models import User
from sdgpartners.people.standing import read_standing

PURPOSE = "formal-decision"
BEGUN = _("The partnership has begun on this decision. If the body decides again, enter that as a new one.")


def add_formal_decision(
    *, side: PartnershipSide, data: FormalData, upload: "File[Any] | None", actor: User
) -> FormalDecision:
    """Enter what a college or council of one side is asked or has decided. Locks partnership and side.

    The file is looked at before any lock is held and waits in quarantine where a scanner is set up. Raises
    FileRefused, NotEntitled, Incomplete for a decision without day or answer, DomainError for a day to come or out of
    order, MoveNotAllowed while the partnership is suspended or once it has ended.
    """
    checked = _checked(upload)
    with transaction.atomic():
        side = _lock_side(side, actor)
        _check(side, data)
        row = FormalDecision(side=side, entered_by=actor)
        return _keep(row, data, checked, actor)


def change_formal_decision(
    *, decision: FormalDecision, data: FormalData, upload: "File[Any] | None", actor: User
) -> FormalDecision:
    """Change an entry, for instance with the day and the answer; a file stays unless another comes. Locks
    partnership and side, then the row. Raises as `add_formal_decision`, DomainError for one that was taken back, and
    for another answer where the partnership has begun on it."""
    checked = _checked(upload)
    with transaction.atomic():
        row = _lock(decision, actor)
        _check(row.side, data)
        said = (row.subject, row.body, row.body_name, row.decided_on, row.approved)
        now = (data.subject, data.body, data.body_name.strip(), data.decided_on, data.approved)
        if said != now and began_on(row.side.partnership, row):
            raise DomainError(BEGUN)
        return _keep(row, data, checked, actor)


@transaction.atomic
def withdraw_formal_decision(*, decision: FormalDecision, actor: User) -> FormalDecision:
    """Take an entry back: it stays to be read and counts no more. Locks as above; raises NotEntitled, DomainError
    when it was taken back before or the partnership has begun on it, MoveNotAllowed."""
    row = _lock(decision, actor)
    if began_on(row.side.partnership, row):
        raise DomainError(BEGUN)
    with because(actor):
        row.withdrawn_at = clock.now()
        row.save()
    return row


def _keep(row: FormalDecision, data: FormalData, checked: CheckedFile | None, actor: User) -> FormalDecision:
    row.subject, row.body, row.body_name = data.subject, data.body, data.body_name.strip()
    row.requested_on, row.expected_on = data.requested_on, data.expected_on
    row.decided_on, row.approved, row.number = data.decided_on, data.approved, data.number.strip()
    if checked is not None:
        row.file = store_checked(checked=checked, purpose=PURPOSE, actor=actor)
    with because(actor):
        row.save()
    return row


def _checked(upload: "File[Any] | None") -> CheckedFile | None:
    return check_upload(upload=upload, allowed=RECEIPTS) if upload is not None else None


def _check(side: PartnershipSide, data: FormalData) -> None:
    if data.body == FormalBody.OTHER and not data.body_name.strip():
        raise Incomplete(_("Give the name of the body that decides."))
    if (data.decided_on is None) != (data.approved is None):
        raise Incomplete(_("A decision has a day and says yes or no."))
    if data.decided_on is None:
        return
    if data.decided_on > clock.today(side.municipality.country.time_zone):
        raise DomainError(_("This day has not come yet. Fill it in under “expected on”."))
    if data.requested_on is not None and data.decided_on < data.requested_on:
        raise DomainError(_("The decision lies before it was put on the agenda."))


def _lock(decision: FormalDecision, actor: User) -> FormalDecision:
    side = _lock_side(decision.side, actor)
    row = FormalDecision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if row.withdrawn_at is not None:
        raise DomainError(_("This decision was taken back. Enter a new one."))
    row.side = side
    return row


def _lock_side(side: PartnershipSide, actor: User) -> PartnershipSide:
    row = lock_side(side)
    if not read_standing(actor).is_editor(row.municipality_id):
        raise NotEntitled(_("Only an editor or signatory of the municipality can do this."))
    return row
