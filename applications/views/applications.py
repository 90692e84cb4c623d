"""An application as a whole: the list, the start, the task list, what was submitted, withdrawal."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from applications.enums import CallPhase
from applications.forms.steps import StartForm, WithdrawForm
from applications.models import Call, SelfCheck
from applications.permissions import Perm, application_for
from applications.reports import KIND, newest_copy
from applications.revision_content import read_content
from applications.selectors.applications import applications_visible_to, with_own_in, with_progress
from applications.selectors.calls import calls_to_start
from applications.selectors.eligibility import eligibility_of
from applications.selectors.self_check import twinning_of
from applications.services.forms import start_application
from applications.services.submission import withdraw_application
from applications.views.public import check_in_session
from applications.views.task_list import task_list_context
from sdgpartners.core.access import allowed, one_or_404, require
from sdgpartners.core.errors import DomainError
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.enums import Language, SouthernEntry
from sdgpartners.programme.models import Municipality
from sdgpartners.programme.selectors import rules_on

PAGE = 30


@login_required
@require_GET
def application_list(request: HttpRequest) -> HttpResponse:
    """The applications that the person may know of, the newest first."""
    rows = with_progress(applications_visible_to(request.user)).order_by("-created_at")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "applications/application_list.html", {"page_obj": page})


@login_required
@require_http_methods(["GET", "POST"])
def application_start(request: HttpRequest, code: str) -> HttpResponse:
    """Whether one's municipality may take part, with the reasons, and the button that starts."""
    call: Call = one_or_404(calls_to_start(request.user), code=code)
    check = check_in_session(request, call)
    mine = Municipality.objects.filter(
        pk__in=standing_of(request.user).municipality_ids,
        successor=None,
        is_test=call.phase == CallPhase.REHEARSAL,
    ).select_related("country", "successor")
    municipalities = list(with_own_in(call, mine).order_by("name"))
    if request.method == "GET" and len(municipalities) == 1 and (present := municipalities[0].begun):
        return redirect("applications:application-detail", present)
    withdrawn = [row.withdrawn for row in municipalities if row.withdrawn]
    posted = request.POST if request.method == "POST" else None
    form = StartForm(municipalities, posted, withdrawn=withdrawn)
    if request.method == "POST" and form.is_valid():
        require(request.user, Perm.START_APPLICATION, form.chosen)
        try:
            application = start_application(
                call=call,
                municipality=form.chosen,
                actor=_person(request),
                self_check=check,
                take_over=bool(form.cleaned_data.get("take_over")),
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect("applications:application-detail", application.reference)
    checks = [(each, eligibility_of(each, call, _declared(check, each))) for each in municipalities]
    tracks = [eligibility.track for _municipality, eligibility in checks]
    context = {
        "call": call,
        "form": form,
        "checks": checks,
        "is_short": all(track is not None and track.entry != SouthernEntry.FULL for track in tracks),
        "minutes": rules_on(call.programme).application_minutes,
        "self_check": check if check and check.municipality in municipalities else None,
    }
    status = 422 if form.is_bound else 200
    return render(request, "applications/application_start.html", context, status=status)


def _declared(check: SelfCheck | None, municipality: Municipality) -> bool | None:
    """What the self-check of this municipality says of town twinnings."""
    return twinning_of(check.answers) if check and check.municipality_id == municipality.pk else None


@login_required
@require_GET
def application_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """The task list: what is done, what comes next, until when."""
    application = application_for(request.user, reference)
    context = task_list_context(application, request.user)
    return render(request, "applications/application_detail.html", context)


@login_required
@require_GET
def application_revision(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """What was submitted, as it was then; contact data not for auditors, who only read."""
    application = application_for(request.user, reference)
    personal = allowed(request.user, Perm.VIEW_CONTACT, application)
    revision = application.revisions.filter(number=number).first()
    if revision is None:
        raise Http404
    context = {
        "application": application,
        "revision": revision,
        "sections": read_content(revision.content, personal=personal),
        "may_copy": personal,
    }
    return render(request, "applications/application_revision.html", context)


@login_required
@require_GET
def application_copy(request: HttpRequest, reference: str) -> HttpResponse:
    """The PDF copy in the reader's language: to the report where there is one, else a button that asks for it.

    `?version=` names a submitted version; without it, the newest. It holds contact data, so it is not for auditors.
    """
    application = application_for(request.user, reference)
    require(request.user, Perm.VIEW_CONTACT, application)
    version = request.GET.get("version", "")
    revisions = application.revisions.defer("content").order_by("-number")
    if version.isascii() and version.isdigit() and len(version) < 5:
        revisions = revisions.filter(number=int(version))
    revision = revisions.first()
    if revision is None:
        raise Http404
    language = (get_language() or "en").split("-")[0]
    report = newest_copy(application, revision.number, language)
    if report is not None:
        return redirect("documents:report-detail", uid=report.uid)
    context = {
        "application": application,
        "revision": revision,
        "kind": KIND,
        "subject": f"{application.reference}-v{revision.number}",
        "languages": Language.choices,
        "language": language,
    }
    return render(request, "applications/application_copy.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def application_withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Taking an application back, after a question."""
    application = application_for(request.user, reference)
    require(request.user, Perm.WITHDRAW_APPLICATION, application)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_application(
                application=application, actor=_person(request), reason=form.cleaned_data["reason"]
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The application is withdrawn."))
            return redirect("applications:application-detail", reference)
    context = {"application": application, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "applications/application_withdraw.html", context, status=status)


def _person(request: HttpRequest) -> Any:
    """The signed-in person; `login_required` has let nobody else through."""
    return request.user
