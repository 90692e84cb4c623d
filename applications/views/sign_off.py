"""Reading all answers again, asking for a signature, signing or declining."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from applications.answers import answer_rows
from applications.enums import ApplicationStatus, Section
from applications.errors import CallAmended
from applications.fields import SectionContent, Text, problems_of
from applications.forms.steps import DeclineForm
from applications.models import Application
from applications.permissions import Perm, application_for
from applications.selectors.amendments import ToldAmendment
from applications.selectors.applications import (
    open_change_request,
    open_sign_off,
    read_change_requests,
)
from applications.selectors.before_signing import before_signing, in_changeable
from applications.selectors.changes import changes_since
from applications.selectors.deadlines import changes_overdue, deadline_of, is_in_time
from applications.selectors.sections import read_sections
from applications.selectors.staff import others_to_sign
from applications.services.forms import is_editable
from applications.services.submission import (
    ask_sign_off,
    decline_sign_off,
    sign_and_submit,
    take_back_sign_off,
)
from applications.views.task_list import behalf_context
from sdgpartners.core.access import allowed, require
from sdgpartners.core.errors import DomainError


def _check_context(application: Application, user: Any, *, signing: bool = False) -> dict[str, object]:
    """All answers with what is missing in them; `signing` for the page of the signatory, which need not say who
    else may sign."""
    contents = read_sections(application)
    sections = [
        {
            "section": content.section,
            "rows": answer_rows(content),
            "problems": _problems(content),
        }
        for content in contents
    ]
    waiting = application.status == ApplicationStatus.AWAITING_SIGN_OFF
    read_change_requests(application, with_content=True)
    request = open_change_request(application) if application.submitted_at else None
    editable = is_editable(application)
    may_ask = allowed(user, Perm.ASK_SIGN_OFF, application)
    may_sign = allowed(user, Perm.SIGN_APPLICATION, application)
    told = (editable or waiting) and not signing
    signers, askers = others_to_sign(application, user) if told else ([], [])
    before = before_signing(application) if editable or signing else None
    return {
        "application": application,
        "call": application.call,
        "sections": sections,
        "complete": not any(each["problems"] for each in sections),
        "editable": editable,
        "editable_sections": request.sections if request else list(Section),
        "deadline": deadline_of(application),
        "in_time": is_in_time(application),
        "behind": changes_overdue(application),
        "change_request": request,
        "changes": changes_since(contents, request) if request else [],
        "amendment": before.amendment if before else 0,
        "may_ask": may_ask,
        "signers": signers,
        # Who is the only signatory has a colleague ask.
        "askers": askers if may_sign else [],
        "obstacles": before.obstacles if before else (),
        "kept_texts": in_changeable(application, before.texts) if before else [],
        **behalf_context(application, user),
        "sign_off": open_sign_off(application) if waiting else None,
        "may_sign": may_sign,
    }


def _read_amendment(request: HttpRequest) -> int:
    """The amendment that the page was made with; 0 where it was tampered with, so that all are shown."""
    raw = request.POST.get("amendment", "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 5 else 0


def _refusal(error: DomainError) -> dict[str, object]:
    """What the page says of a refusal: also what changed in the call meanwhile."""
    newer = error.amendments if isinstance(error, CallAmended) else ()
    return {
        "refusal": str(error),
        "new_amendments": [ToldAmendment(each, each.call.time_zone) for each in newer],
    }


def _problems(content: SectionContent) -> list[tuple[str, Text, Text]]:
    """Field, its label and what is wrong with it."""
    labels = {spec.name: spec.full_label for spec in content.fields}
    found = problems_of(content, content.values)
    return [(problem.name, labels[problem.name], problem.message) for problem in found]


@login_required
@require_GET
def application_check(request: HttpRequest, reference: str) -> HttpResponse:
    """All answers on one page, and the button that asks for a signature."""
    application = application_for(request.user, reference)
    require(request.user, Perm.EDIT_APPLICATION, application)
    context = _check_context(application, request.user)
    return render(request, "applications/application_check.html", context)


@login_required
@require_POST
def sign_off_ask(request: HttpRequest, reference: str) -> HttpResponse:
    """Asks the signatories."""
    application = application_for(request.user, reference)
    require(request.user, Perm.ASK_SIGN_OFF, application)
    try:
        ask_sign_off(application=application, actor=_person(request), amendment=_read_amendment(request))
    except DomainError as error:
        application.refresh_from_db(fields=["status"])
        context = _check_context(application, request.user) | _refusal(error)
        return render(request, "applications/application_check.html", context, status=422)
    messages.success(request, _("The question for a signature is on its way."))
    return redirect("applications:application-detail", reference)


@login_required
@require_POST
def sign_off_take_back(request: HttpRequest, reference: str) -> HttpResponse:
    """Takes the question back, so that the draft can be changed."""
    application = application_for(request.user, reference)
    require(request.user, Perm.ASK_SIGN_OFF, application)
    try:
        take_back_sign_off(application=application, actor=_person(request))
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("applications:application-detail", reference)


@login_required
@require_http_methods(["GET", "POST"])
def sign_off_answer(request: HttpRequest, reference: str) -> HttpResponse:
    """The signatory's page: everything to read, then sign and submit, or decline with a reason."""
    application = application_for(request.user, reference)
    require(request.user, Perm.SIGN_APPLICATION, application)
    if request.method == "POST":
        return _answer(request, application)
    return _answer_page(request, application, DeclineForm())


def _answer_page(
    request: HttpRequest,
    application: Application,
    form: DeclineForm,
    *,
    error: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    context = _check_context(application, request.user, signing=True) | {"form": form}
    if error is not None:
        context |= _refusal(error)
    return render(request, "applications/sign_off_answer.html", context, status=status)


def _answer(request: HttpRequest, application: Application) -> HttpResponse:
    declining = request.POST.get("answer") == "decline"
    form = DeclineForm(request.POST if declining else None)
    if declining and not form.is_valid():
        return _answer_page(request, application, form, status=422)
    try:
        if declining:
            decline_sign_off(
                application=application, actor=_person(request), reason=form.cleaned_data["reason"]
            )
            messages.success(request, _("Your colleague gets your reason by mail."))
        else:
            sign_and_submit(
                application=application, actor=_person(request), amendment=_read_amendment(request)
            )
            messages.success(request, _("The application is submitted."))
    except DomainError as error:
        application.refresh_from_db(fields=["status", "submitted_at", "submitted_by"])
        return _answer_page(request, application, form, error=error, status=422)
    return redirect("applications:application-detail", application.reference)


def _person(request: HttpRequest) -> Any:
    return request.user
