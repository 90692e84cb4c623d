"""Pages of reports: asking, waiting, and the file."""

from typing import cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from sdgpartners.documents.delivery import deliver
from sdgpartners.documents.enums import ReportState
from sdgpartners.documents.forms import ReportRequestForm
from sdgpartners.documents.permissions import readable_kind, report_for
from sdgpartners.documents.services import request_report
from sdgpartners.documents.services.reports import IN_HAND
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Language


@login_required
@require_POST
def report_create(request: HttpRequest) -> HttpResponse:
    """Ask for a report (kind, subject, language), then wait on its page. 404 for what one may not read."""
    form = ReportRequestForm(request.POST)
    if not form.is_valid():
        raise Http404
    readable_kind(request.user, form.cleaned_data["kind"], form.cleaned_data["subject"])
    report = request_report(**form.cleaned_data, actor=cast(User, request.user))
    return redirect("documents:report-detail", uid=report.uid)


@login_required
@require_safe
def report_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Where the report stands. The page asks again every two seconds while it is in hand; without scripts
    by a link."""
    report, kind = report_for(request.user, uid)
    context = {
        "report": report,
        "title": kind.title(report.subject, request.LANGUAGE_CODE),
        "as_of_label": kind.as_of_label,
        "in_hand": report.state in IN_HAND,
        "ready": report.state == ReportState.READY,
        "other_languages": [(code, name) for code, name in Language.choices if code != report.language],
    }
    fragment = bool(getattr(request, "htmx", False))
    template = "documents/_report_state.html" if fragment else "documents/generatedreport_detail.html"
    return render(request, template, context)


@login_required
@require_safe
def report_file(request: HttpRequest, uid: UUID) -> FileResponse:
    """The PDF itself, as a download."""
    report, _kind = report_for(request.user, uid)
    if report.state != ReportState.READY or report.file is None:
        raise Http404
    return deliver(report.file)
