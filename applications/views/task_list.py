"""What the task list of an application shows."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.enums import APPLICATION_EDITABLE, ApplicationStatus, Section, SectionStatus, SignOffState
from applications.models import Application, ChangeRequest, Revision
from applications.permissions import BEING_WRITTEN, Perm
from applications.selectors.amendments import told_amendments
from applications.selectors.applications import (
    Progress,
    last_sign_off,
    open_change_request,
    progress_of,
    read_change_requests,
)
from applications.selectors.before_signing import before_signing
from applications.selectors.deadlines import changes_overdue, deadline_of, is_in_time
from applications.selectors.sponsors import waits_for_sponsor
from applications.selectors.staff import signatories_of
from applications.services.forms import is_editable
from sdgpartners.core import clock
from sdgpartners.core.access import allowed
from sdgpartners.core.components import TaskItem, Tone, tone_for
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of

RECENT_SECONDS = 30 * 60


def task_list_context(application: Application, user: Any) -> dict[str, object]:
    """The context of `application_detail.html`, in at most six statements."""
    read_change_requests(application)
    request = open_change_request(application) if application.submitted_at else None
    # What was submitted is read as a whole, not part by part.
    whole = application.submitted_at is not None and request is None
    progress = Progress((), None) if whole else progress_of(application)
    works_on_it = allowed(user, Perm.EDIT_APPLICATION, application)
    editable = works_on_it and is_editable(application)
    before = before_signing(application) if editable else None
    saved = progress.last_saved
    return {
        "application": application,
        "call": application.call,
        "progress": progress,
        "progress_label": progress_label(progress, editable=editable),
        "obstacles": before.obstacles if before else (),
        "tasks": _tasks(application, progress, works_on_it=works_on_it),
        "editable": editable,
        "works_on_it": works_on_it,
        "deadline": deadline_of(application),
        "days_left": days_left_text(application),
        "behind": changes_overdue(application),
        "change_request": request,
        "change_request_sections": [Section(each) for each in request.sections] if request else [],
        "request_taken_back": _taken_back(application),
        **behalf_context(application, user),
        # Requested changes are signed again and say themselves what has to change: neither is looked up then.
        "new_sponsor": application.submitted_at is not None
        and request is None
        and waits_for_sponsor(application),
        "amendments": told_amendments(application.call) if request is None else [],
        "saved": saved,
        "colleague": saved if editable and _recently_by_another(saved, user) else None,
        "kept_texts": before.texts if before else (),
        "sign_off": _sign_off_to_show(application),
        "may_ask": allowed(user, Perm.ASK_SIGN_OFF, application),
        "may_sign": allowed(user, Perm.SIGN_APPLICATION, application),
        "may_withdraw": _may_withdraw(application, user),
        "may_copy": whole and allowed(user, Perm.VIEW_CONTACT, application),
        "revision": _newest_revision(application, request),
        "helper": application.track.partner_country.association
        if application.track
        else application.call.programme.lead_association,
    }


def progress_label(progress: Progress, *, editable: bool) -> str:
    """`2 of 5 parts done · about 18 minutes to go`."""
    total = len(progress.tasks)
    done = _("%(done)s of %(total)s parts done") % {"done": progress.done, "total": total}
    if not editable:
        return done
    minutes = progress.minutes_to_go
    to_go = ngettext("about %(minutes)s minute to go", "about %(minutes)s minutes to go", minutes)
    return f"{done} · {to_go % {'minutes': minutes}}"


def days_left_text(application: Application, now: datetime | None = None) -> str:
    """How long the application can still be sent off, counted in calendar days of the call's zone; empty when
    it cannot."""
    now = now or clock.now()
    if not is_in_time(application, now):
        return ""
    zone = ZoneInfo(application.call.time_zone)
    days = (deadline_of(application).astimezone(zone).date() - now.astimezone(zone).date()).days
    if days == 0:
        return _("Today is the last day.")
    return ngettext("%(days)s day to go.", "%(days)s days to go.", days) % {"days": days}


def _taken_back(application: Application) -> ChangeRequest | None:
    """The last request, when the association took it back and the version before counts again."""
    if application.status != ApplicationStatus.SUBMITTED:
        return None
    newest = next(iter(application.change_requests.all()), None)
    return newest if newest and newest.cancelled_at else None


def _newest_revision(application: Application, request: ChangeRequest | None) -> Revision | None:
    if application.submitted_at is None:
        return None
    return request.revision if request else application.revisions.defer("content").first()


def behalf_context(application: Application, user: Any) -> dict[str, object]:
    """Who fills it in on behalf, and for that association whether anybody can confirm it."""
    if application.filled_by is None:
        return {"filled_by": None}
    return {
        "filled_by": application.filled_by,
        "nobody_signs": application.status in BEING_WRITTEN and not signatories_of(application).exists(),
        "may_invite": standing_of(user).has_role(AssociationRole.COORDINATOR),
    }


def _tasks(application: Application, progress: Progress, *, works_on_it: bool) -> list[TaskItem]:
    items = [
        TaskItem(
            label=str(task.section.label),
            status=str(task.status.label),
            url=reverse("applications:application-section", args=[application.reference, task.section])
            if works_on_it
            else "",
            tone=tone_for(task.status),
        )
        for task in progress.tasks
    ]
    return [*items, _check_task(application, progress, works_on_it=works_on_it)]


def _check_task(application: Application, progress: Progress, *, works_on_it: bool) -> TaskItem:
    label = _("Check and sign")
    url = reverse("applications:application-check", args=[application.reference]) if works_on_it else ""
    status = ApplicationStatus(application.status)
    if status == ApplicationStatus.AWAITING_SIGN_OFF:
        return TaskItem(label, str(status.label), url, Tone.WAIT)
    if status not in (ApplicationStatus.DRAFT, ApplicationStatus.CHANGES_REQUESTED):
        done = application.submitted_at is not None
        return TaskItem(
            label,
            str(SectionStatus.COMPLETED.label) if done else str(status.label),
            url,
            Tone.DONE if done else Tone.OFF,
        )
    if progress.complete:
        return TaskItem(label, str(SectionStatus.NOT_STARTED.label), url, Tone.TODO)
    return TaskItem(
        label, str(SectionStatus.CANNOT_START.label), url, Tone.OFF, hint=_("When all parts are done.")
    )


def _recently_by_another(saved: Any, user: Any) -> bool:
    """Not what came along from another application: nobody typed that here."""
    return bool(
        saved
        and not saved.taken_from
        and saved.saved_by_id not in (None, user.pk)
        and (clock.now() - saved.updated_at).total_seconds() < RECENT_SECONDS
    )


def _sign_off_to_show(application: Application) -> object:
    """The open question, or the last refusal as long as the draft is being changed because of it."""
    if application.status not in APPLICATION_EDITABLE | {ApplicationStatus.AWAITING_SIGN_OFF}:
        return None
    newest = last_sign_off(application)
    return newest if newest and newest.state in (SignOffState.ASKED, SignOffState.DECLINED) else None


def _may_withdraw(application: Application, user: Any) -> bool:
    ended = (ApplicationStatus.WITHDRAWN, ApplicationStatus.MATCHED)
    return application.status not in ended and allowed(user, Perm.WITHDRAW_APPLICATION, application)
