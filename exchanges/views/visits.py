"""Work visits: plan one in a window, and the page of a visit."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from exchanges.enums import MeetingStatus
from exchanges.forms.texts import ReasonForm
from exchanges.forms.visits import DelegateForm, ReportForm, VisitDaysForm, VisitForm
from exchanges.models import Visit
from exchanges.permissions import Perm
from exchanges.selectors.sessions import COMING
from exchanges.selectors.visits import (
    cautions_of,
    conference_of,
    guest_of,
    host_of,
    today_at,
    visit_for,
    windows_open_for,
)
from exchanges.sentences import caution_in_words
from exchanges.services.visits import change_visit, plan_visit
from exchanges.views.asking import person
from matching.permissions import writing_sides_of
from matching.selectors.partnerships import partnership_for
from matching.selectors.standstill import is_suspended
from sdgpartners.core.access import allowed, require
from sdgpartners.core.errors import DomainError
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side
from sdgpartners.programme.selectors import rules_on


@login_required
@require_http_methods(["GET", "POST"])
def visit_create(request: HttpRequest, reference: str) -> HttpResponse:
    """Plan the pair's visit in one of the fixed windows of its country."""
    user = person(request)
    partnership = partnership_for(user, reference)
    require(user, Perm.PLAN_VISIT, partnership)
    windows = windows_open_for(partnership)
    form = VisitForm(request.POST if request.method == "POST" else None, windows=windows)
    if form.is_bound and form.is_valid():
        try:
            visit = plan_visit(partnership=partnership, actor=user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The visit is planned. Name the delegation next."))
            return redirect("exchanges:visit-detail", visit.reference)
    context = {"partnership": partnership, "form": form, "windows": list(windows)}
    return render(request, "exchanges/visit_form.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "POST"])
def visit_edit(request: HttpRequest, reference: str) -> HttpResponse:
    """Other days, or what happens on them."""
    user = person(request)
    visit = visit_for(user, reference)
    require(user, Perm.EDIT_VISIT, visit)
    form = VisitDaysForm(request.POST if request.method == "POST" else None, visit=visit)
    if form.is_bound and form.is_valid():
        try:
            change_visit(visit=visit, actor=user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The visit is changed."))
            return redirect("exchanges:visit-detail", reference)
    context = {"partnership": visit.partnership, "visit": visit, "form": form, "windows": [visit.window]}
    return render(request, "exchanges/visit_form.html", context, status=422 if form.is_bound else 200)


@login_required
@require_GET
def visit_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """Days, conference, delegation, and the reports of both sides."""
    return visit_page(request, visit_for(person(request), reference))


def visit_page(request: HttpRequest, visit: Visit, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The page, with forms that came back with errors put in place of fresh ones."""
    user = person(request)
    rules = rules_on(visit.partnership.partner_country.programme, visit.starts_on)
    coming = visit.status in COMING
    context: dict[str, Any] = {
        "visit": visit,
        "partnership": visit.partnership,
        "guest": guest_of(visit),
        "host": host_of(visit),
        "conference": conference_of(visit.window),
        "delegates": list(visit.delegates.all()),
        "rules": rules,
        "cautions": [caution_in_words(code) for code in cautions_of(visit, rules)] if coming else [],
        "reports": _reports(visit),
        **_steps(user, visit),
    }
    context |= forms
    return render(request, "exchanges/visit_detail.html", context, status=status)


def _reports(visit: Visit) -> list[dict[str, Any]]:
    """Both sides with what they wrote, empty where they have not."""
    partnership = visit.partnership
    return [
        {
            "municipality": partnership.north if side == Side.NORTH else partnership.south,
            "text": getattr(visit, f"report_{side.value}"),
            "language": getattr(visit, f"report_{side.value}_language"),
            "at": visit.reported_at(side),
            "by": getattr(visit, f"report_{side.value}_by"),
        }
        for side in Side
    ]


def _steps(user: User, visit: Visit) -> dict[str, Any]:
    """What this person can do now, with fresh forms."""
    coming = visit.status in COMING
    today = today_at(visit)
    coordinates = allowed(user, Perm.CONFIRM_VISIT, visit)
    if is_suspended(visit.partnership):
        # Only bookings are called off, by who coordinates.
        return {"reason_form": ReasonForm()} if coming and coordinates else {}
    found: dict[str, Any] = {}
    if coming and allowed(user, Perm.EDIT_VISIT, visit):
        found |= {"may_edit": True, "reason_form": ReasonForm()}
    if coming and allowed(user, Perm.NAME_DELEGATION, visit):
        found["delegate_form"] = DelegateForm()
    found["may_confirm"] = visit.status == MeetingStatus.PLANNED and coordinates
    confirmed = visit.status == MeetingStatus.CONFIRMED
    found["may_hold"] = confirmed and coordinates and visit.starts_on <= today
    open_report = visit.status == MeetingStatus.HELD or (confirmed and visit.ends_on <= today)
    if open_report and visit.ends_on <= today and allowed(user, Perm.REPORT_VISIT, visit):
        side = writing_sides_of(user, visit.partnership)[0]
        found["report_form"] = ReportForm(initial={"text": getattr(visit, f"report_{side.value}")})
    return found
