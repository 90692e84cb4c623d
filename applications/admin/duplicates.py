"""At the desk: applications that may be of one municipality, and putting two together after a preview."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from applications.forms.returns import MergeReasonForm
from applications.models import Application, Call
from applications.permissions import Perm
from applications.selectors.applications import applications_at_desk
from applications.selectors.calls import public_calls
from applications.selectors.duplicates import duplicates_in, plan_merge
from applications.services.merging import merge_applications
from sdgpartners.core.access import allowed, one_or_404, require
from sdgpartners.core.errors import DomainError
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of

NAME = "applications_application"


def duplicate_urls(site: Any) -> list[URLPattern]:
    """The pages of this module, for the admin of applications."""
    wrap = site.admin_view
    return [
        path("duplicates/<slug:code>/", wrap(duplicates_page), name=f"{NAME}_duplicates"),
        path("<int:pk>/merge/<int:other>/", wrap(merge_page), name=f"{NAME}_merge"),
    ]


def duplicates_page(request: HttpRequest, code: str) -> HttpResponse:
    """The pairs of a call on both of which the person decides."""
    call: Call = one_or_404(public_calls(), code=code)
    if not standing_of(request.user).has_role(AssociationRole.COORDINATOR):
        require(request.user, Perm.MANAGE_CALL, call)
    pairs = [
        pair
        for pair in duplicates_in(call)
        if all(allowed(request.user, Perm.DECIDE_ELIGIBILITY, each) for each in (pair.first, pair.second))
    ]
    context = {"title": _("Possible duplicates in “%(call)s”") % {"call": call}, "call": call, "pairs": pairs}
    return TemplateResponse(request, "admin/applications/application/duplicates.html", context)


def _load(request: HttpRequest, pk: int) -> Application:
    application = one_or_404(applications_at_desk(request.user), pk=pk)
    require(request.user, Perm.DECIDE_ELIGIBILITY, application)
    return application


def merge_page(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """What putting `other` into the first would do; POST does it."""
    keep, gone = _load(request, pk), _load(request, other)
    form = MergeReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        person: Any = request.user
        try:
            merge_applications(keep=keep, other=gone, reason=form.cleaned_data["reason"], actor=person)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The two applications are one. Both municipalities get a mail."))
            return redirect("admin:applications_application_change", pk)
    context = {
        "title": _("Put two applications together"),
        "keep": keep,
        "other": gone,
        "plan": plan_merge(keep, gone),
        "form": form,
    }
    template = "admin/applications/application/merge.html"
    return TemplateResponse(request, template, context, status=422 if form.is_bound else 200)
