"""Two applications of what is one municipality become one; nothing of the other is lost."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.enums import APPLICATION_MOVES, ApplicationStatus
from applications.errors import ReasonNeeded
from applications.models import Application, KeptText
from applications.selectors.duplicates import BEFORE_RANKING, MergePlan, plan_merge
from applications.selectors.staff import staff_of
from applications.services.letters import mail_context
from applications.services.moving import locked
from applications.services.submission import end_application, take_back_sign_off
from applications.services.taking_over import write_over
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, MoveNotAllowed
from sdgpartners.core.history import because
from sdgpartners.notifications.services import queue_mail
from sdgpartners.people.models import User

_S = ApplicationStatus


class CannotMerge(DomainError):
    """Not two applications of one call that could become one."""

    message = _("These two applications cannot be put together.")


class OtherDirection(DomainError):
    """A submitted application never gives way to one that is not."""

    message = _("Keep the application that was submitted: what was signed stays.")


@transaction.atomic
def merge_applications(*, keep: Application, other: Application, reason: str, actor: User) -> Application:
    """Put `other` into `keep`: answers, interests, choices and files that are empty in `keep` are taken over (a
    file that waits for the virus scanner waits on there); where both have text, the other's is kept as a KeptText
    to be compared by the municipality; `other` is withdrawn with the reason and says where it went.

    Answers of a `keep` that was submitted stay as they were signed. An open question for a signature on a draft
    `keep` is taken back, because its answers change. Locks both (the older row first); mails both teams; both
    histories hold it. A second click changes nothing. Raises ReasonNeeded, CannotMerge, OtherDirection,
    MoveNotAllowed (one of them was ranked or has ended).
    """
    first, second = sorted((keep, other), key=lambda row: row.pk)
    rows = {row.pk: row for row in (locked(first), locked(second))}
    keep, other = rows[keep.pk], rows[other.pk]
    if other.merged_into_id == keep.pk:
        return keep
    _check(keep, other, reason)
    if keep.status == _S.AWAITING_SIGN_OFF and keep.submitted_at is None:
        keep = take_back_sign_off(application=keep, actor=actor)
    plan = plan_merge(keep, other)
    with because(actor, reason.strip()):
        write_over(application=keep, values=plan.taken_values, files=plan.files, source=other, actor=actor)
        _keep_beside(keep, other, plan, actor)
        end_application(other, merged_into=keep)
    _mail(keep, other, reason.strip(), actor)
    return keep


def _check(keep: Application, other: Application, reason: str) -> None:
    if keep.pk == other.pk or keep.call_id != other.call_id or keep.side != other.side:
        raise CannotMerge
    if keep.track_id != other.track_id:
        raise CannotMerge
    for row in (keep, other):
        if row.status not in BEFORE_RANKING:
            raise MoveNotAllowed(state=row.get_status_display())
    if _S.WITHDRAWN not in APPLICATION_MOVES[_S(other.status)]:
        raise MoveNotAllowed(state=other.get_status_display())
    if other.submitted_at is not None and keep.submitted_at is None:
        raise OtherDirection
    if not reason.strip():
        raise ReasonNeeded


def _keep_beside(keep: Application, other: Application, plan: MergePlan, actor: User) -> None:
    writers = {state.section: state.saved_by for state in other.section_states.select_related("saved_by")}
    for section, values in plan.compared_values.items():
        KeptText.objects.create(
            application=keep,
            section=section,
            content=values,
            written_by=writers.get(section) or other.started_by or actor,
            page=other.reference,
            created_at=clock.now(),
        )


def _mail(keep: Application, other: Application, reason: str, actor: User) -> None:
    people = (staff_of(keep) | staff_of(other)).distinct()
    for person in people:
        queue_mail(
            kind="applications_merged",
            recipient=person,
            link=reverse("applications:application-list"),
            target=keep.reference,
            context=mail_context(keep) | {"other": other, "reason": reason},
            actor=actor,
        )
