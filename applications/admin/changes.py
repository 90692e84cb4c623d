"""At the desk: sending an application back for changes, and what changed when it came in again."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from applications.enums import ApplicationStatus, Section
from applications.forms.calls import ReasonForm
from applications.forms.returns import ChangeRequestForm, ProlongForm, in_zone
from applications.models import Application
from applications.permissions import Perm
from applications.selectors.applications import applications_at_desk, open_change_request
from applications.selectors.changes import compare_content
from applications.selectors.sections import read_sections
from applications.services.returns import cancel_change_request, prolong_change_request, request_changes
from sdgpartners.core import clock
from sdgpartners.core.access import allowed, one_or_404, require
from sdgpartners.core.errors import DomainError

NAME = "applications_application"
# Of an application that was submitted: changes can be asked for, or are.
RETURNABLE = frozenset(
    {
        ApplicationStatus.SUBMITTED,
        ApplicationStatus.CHANGES_REQUESTED,
        ApplicationStatus.AWAITING_SIGN_OFF,
    }
)


def change_urls(site: Any) -> list[URLPattern]:
    """The pages of this module, for the admin of applications."""
    wrap = site.admin_view
    return [
        path("<int:pk>/changes/", wrap(changes_page), name=f"{NAME}_changes"),
        path("<int:pk>/changes/prolong/", wrap(prolong_page), name=f"{NAME}_changes_prolong"),
        path("<int:pk>/changes/cancel/", wrap(cancel_page), name=f"{NAME}_changes_cancel"),
        path("<int:pk>/compare/", wrap(compare_page), name=f"{NAME}_compare"),
    ]


def _load(request: HttpRequest, pk: int) -> Application:
    application = one_or_404(applications_at_desk(request.user), pk=pk)
    require(request.user, Perm.VIEW_APPLICATION, application)
    return application


def changes_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for changes, or shows the request that is open with what can be done about it."""
    application = _load(request, pk)
    require(request.user, Perm.DECIDE_ELIGIBILITY, application)
    parts = [content.section for content in read_sections(application)]
    form = ChangeRequestForm(parts, request.POST if request.method == "POST" else None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            request_changes(
                application=application,
                sections=[Section(each) for each in data["sections"]],
                note=data["note"],
                due_at=in_zone(data["due_at"], application.call.time_zone),
                actor=_person(request),
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The application went back. The municipality gets a mail."))
            return redirect(f"admin:{NAME}_changes", pk)
    return _page(request, application, form=form)


def prolong_page(request: HttpRequest, pk: int) -> HttpResponse:
    """POST gives more time."""
    application = _load(request, pk)
    require(request.user, Perm.DECIDE_ELIGIBILITY, application)
    if request.method != "POST":
        return redirect(f"admin:{NAME}_changes", pk)
    form = ProlongForm(request.POST)
    if form.is_valid():
        try:
            due_at = in_zone(form.cleaned_data["due_at"], application.call.time_zone)
            prolong_change_request(application=application, due_at=due_at, actor=_person(request))
        except DomainError as error:
            form.add_error("due_at", str(error))
        else:
            messages.success(request, _("The municipality has more time and gets a mail."))
            return redirect(f"admin:{NAME}_changes", pk)
    return _page(request, application, prolong=form)


def cancel_page(request: HttpRequest, pk: int) -> HttpResponse:
    """POST takes the request back."""
    application = _load(request, pk)
    require(request.user, Perm.DECIDE_ELIGIBILITY, application)
    if request.method != "POST":
        return redirect(f"admin:{NAME}_changes", pk)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            cancel_change_request(
                application=application, reason=form.cleaned_data["reason"], actor=_person(request)
            )
        except DomainError as error:
            form.add_error("reason", str(error))
        else:
            messages.success(request, _("The request is taken back. What was submitted before counts."))
            return redirect("admin:applications_application_change", pk)
    return _page(request, application, cancel=form)


def _page(
    request: HttpRequest,
    application: Application,
    *,
    form: ChangeRequestForm | None = None,
    prolong: ProlongForm | None = None,
    cancel: ReasonForm | None = None,
) -> HttpResponse:
    asked = open_change_request(application)
    context = {
        "title": _("Changes in %(application)s") % {"application": application},
        "application": application,
        "asked": asked,
        "asked_sections": [Section(each) for each in asked.sections] if asked else [],
        "overdue": asked is not None and clock.now() > asked.due_at,
        "may_ask": application.status == ApplicationStatus.SUBMITTED,
        "form": form,
        "prolong": prolong or ProlongForm(prefix=None),
        "cancel": cancel or ReasonForm(),
    }
    bound = any(each is not None and each.is_bound for each in (form, prolong, cancel))
    template = "admin/applications/application/changes.html"
    return TemplateResponse(request, template, context, status=422 if bound else 200)


def compare_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Two submitted versions, field by field where they differ; the newest two unless others are named."""
    application = _load(request, pk)
    numbers = list(application.revisions.order_by("-number").values_list("number", flat=True))
    if not numbers:
        raise Http404
    new = _number(request, "to", numbers, numbers[0])
    old = _number(request, "from", numbers, numbers[1] if len(numbers) > 1 else numbers[0])
    contents = dict(application.revisions.filter(number__in=(old, new)).values_list("number", "content"))
    context = {
        "title": _("What changed in %(application)s") % {"application": application},
        "application": application,
        "numbers": sorted(numbers),
        "old": old,
        "new": new,
        "changes": _visible(request, application, contents[old], contents[new]),
        "answered": application.change_requests.filter(answered_at__isnull=False).first(),
    }
    return TemplateResponse(request, "admin/applications/application/compare.html", context)


def _visible(request: HttpRequest, application: Application, old: Any, new: Any) -> object:
    """Contact data is for those who may have to reach people, not for auditors."""
    personal = allowed(request.user, Perm.VIEW_CONTACT, application)
    return compare_content(old, new, personal=personal)


def _number(request: HttpRequest, name: str, numbers: list[int], fallback: int) -> int:
    raw = request.GET.get(name, "")
    number = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 5 else fallback
    return number if number in numbers else fallback


def _person(request: HttpRequest) -> Any:
    return request.user
