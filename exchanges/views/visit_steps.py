"""The steps a visit takes: its delegation, confirmed, held, reported, or off."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exchanges.enums import DelegateRole
from exchanges.forms.texts import ReasonForm
from exchanges.forms.visits import DelegateForm, ReportForm
from exchanges.permissions import Perm
from exchanges.selectors.visits import visit_for
from exchanges.services import visits as services
from exchanges.views.asking import person, take_step
from exchanges.views.visits import visit_page
from matching.permissions import writing_sides_of
from sdgpartners.core.access import require
from sdgpartners.core.errors import DomainError


@login_required
@require_POST
def delegate_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Put a person on the delegation."""
    user = person(request)
    visit = visit_for(user, reference)
    require(user, Perm.NAME_DELEGATION, visit)
    form = DelegateForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            services.add_delegate(
                visit=visit, name=given["name"], role=DelegateRole(given["role"]), actor=user
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("%(name)s is in the delegation.") % {"name": given["name"]})
            return redirect("exchanges:visit-detail", reference)
    return visit_page(request, visit, status=422, delegate_form=form)


@login_required
@require_POST
def delegate_remove(request: HttpRequest, reference: str) -> HttpResponse:
    """Take a person off the delegation, by name."""
    user = person(request)
    visit = visit_for(user, reference)
    require(user, Perm.NAME_DELEGATION, visit)
    name = request.POST.get("name", "")
    step = partial(services.remove_delegate, visit=visit, name=name, actor=user)
    take_step(request, step, _("%(name)s is no longer in the delegation.") % {"name": name})
    return redirect("exchanges:visit-detail", reference)


@login_required
@require_POST
def visit_confirm(request: HttpRequest, reference: str) -> HttpResponse:
    """The association confirms."""
    user = person(request)
    visit = visit_for(user, reference)
    require(user, Perm.CONFIRM_VISIT, visit)
    step = partial(services.confirm_visit, visit=visit, actor=user)
    take_step(request, step, _("The visit is confirmed. Both sides are told."))
    return redirect("exchanges:visit-detail", reference)


@login_required
@require_POST
def visit_hold(request: HttpRequest, reference: str) -> HttpResponse:
    """It took place."""
    user = person(request)
    visit = visit_for(user, reference)
    require(user, Perm.CONFIRM_VISIT, visit)
    step = partial(services.hold_visit, visit=visit, actor=user)
    take_step(request, step, _("Kept: the visit took place."))
    return redirect("exchanges:visit-detail", reference)


@login_required
@require_POST
def visit_cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """Call it off, with the reason."""
    user = person(request)
    visit = visit_for(user, reference)
    require(user, Perm.EDIT_VISIT, visit)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            services.cancel_visit(visit=visit, reason=form.cleaned_data["reason"], actor=user)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The visit is cancelled. Both sides are told."))
            return redirect("exchanges:visit-detail", reference)
    return visit_page(request, visit, status=422, reason_form=form)


@login_required
@require_POST
def visit_report(request: HttpRequest, reference: str) -> HttpResponse:
    """The report of one's own side."""
    user = person(request)
    visit = visit_for(user, reference)
    require(user, Perm.REPORT_VISIT, visit)
    form = ReportForm(request.POST)
    if form.is_valid():
        side = writing_sides_of(user, visit.partnership)[0]
        try:
            services.report_visit(visit=visit, side=side, text=form.cleaned_data["text"], actor=user)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Your report is kept."))
            return redirect("exchanges:visit-detail", reference)
    return visit_page(request, visit, status=422, report_form=form)
