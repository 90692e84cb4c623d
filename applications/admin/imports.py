"""Applications from a spreadsheet: sent, looked through row by row, then kept."""

import io
from typing import Any

import xlsxwriter
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.enums import CallStatus
from applications.forms.desk import ImportForm
from applications.import_report import ImportReport, RowResult
from applications.models import Call
from applications.permissions import Perm
from applications.selectors.calls import taking_imports
from applications.selectors.desk_tasks import IMPORT_JOB
from applications.selectors.import_columns import IDENTITY, import_columns
from applications.services.desk_jobs import confirm_import, report_of, run_if_small, start_import
from sdgpartners.core.access import one_or_404, require
from sdgpartners.core.errors import DomainError
from sdgpartners.documents.content import XLSX
from sdgpartners.documents.enums import JobState
from sdgpartners.documents.models import Job
from sdgpartners.people.admin_base import Base
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of

TONES = {
    RowResult.NEW: "active", RowResult.UPDATE: "active", RowResult.UNCHANGED: "done", RowResult.SUBMITTED: "off",
    RowResult.ERROR: "late",
}  # fmt: skip
# A page shows this many rows; those that fail come first.
MOST_SHOWN = 300
_IDENTITY_HELP = {
    "country": gettext_lazy("Code of the country: BE, BJ, RW"),
    "code": gettext_lazy("Official code of the municipality; without it the name counts"),
    "municipality": gettext_lazy("Its name; where a code is given, for you to read only"),
}


def calls_in_scope(request: HttpRequest) -> QuerySet[Call]:
    """Announced calls in the countries of the person's seats, also those that have closed: what was imported into
    them stays to read."""
    scope = standing_of(request.user).scope("tracks__partner_country", AssociationRole.COORDINATOR)
    return (
        Call.objects.filter(scope, status=CallStatus.PUBLISHED)
        .select_related("programme__lead_association", "programme__north_country")
        .distinct()
        .order_by("-opens_at")
    )


class ImportPages(Base):
    """Adds the pages to the admin of applications."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("import/", wrap(self.import_page), name="applications_application_import"),
            path(
                "import/template/<slug:code>/",
                wrap(self.import_template),
                name="applications_application_import_template",
            ),
            path("import/<int:pk>/", wrap(self.import_job_page), name="applications_application_import_job"),
        ]
        return own + super().get_urls()

    def import_page(self, request: HttpRequest) -> HttpResponse:
        """Takes the file and leads to its preview."""
        calls = taking_imports(calls_in_scope(request), request.user)
        if not standing_of(request.user).has_role(AssociationRole.COORDINATOR):
            raise PermissionDenied
        posted = request.method == "POST"
        form = ImportForm(calls, request.POST if posted else None, request.FILES if posted else None)
        if form.is_valid():
            actor: Any = request.user
            call = form.cleaned_data["call"]
            require(actor, Perm.IMPORT_APPLICATIONS, call)
            try:
                job = start_import(call=call, upload=form.cleaned_data["file"], actor=actor)
            except DomainError as error:
                form.add_error("file", str(error))
            else:
                run_if_small(job)
                return redirect("admin:applications_application_import_job", job.pk)
        context = {
            "title": _("Import applications"),
            "form": form,
            "calls": list(calls),
        }
        template = "admin/applications/application/import.html"
        return TemplateResponse(request, template, context, status=422 if form.errors else 200)

    def import_template(self, request: HttpRequest, code: str) -> HttpResponse:
        """An empty spreadsheet with the columns of the call, and a second sheet that explains them."""
        call = one_or_404(calls_in_scope(request), code=code)
        require(request.user, Perm.IMPORT_APPLICATIONS, call)
        return HttpResponse(template_file(call), content_type=XLSX, headers={
            "Content-Disposition": f'attachment; filename="import-{call.code}.xlsx"'
        })  # fmt: skip

    def import_job_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The preview of a spreadsheet or what became of it; POST keeps what was previewed."""
        own = Job.objects.filter(kind=IMPORT_JOB, requested_by=request.user.pk).select_related("file")
        job = one_or_404(own, pk=pk)
        call = one_or_404(calls_in_scope(request), code=job.arguments["call"])
        require(request.user, Perm.IMPORT_APPLICATIONS, call)
        if request.method == "POST":
            return self._confirm(request, job)
        report = report_of(job)
        context = {
            "title": _("Import applications"),
            "call": call,
            "job": job,
            "report": report,
            "waiting": job.state in (JobState.QUEUED, JobState.RUNNING),
            "failed": job.state == JobState.FAILED,
            "confirmed": job.arguments.get("confirmed"),
            **(_told(report) if report else {}),
        }
        return TemplateResponse(request, "admin/applications/application/import_job.html", context)

    def _confirm(self, request: HttpRequest, job: Job) -> HttpResponse:
        actor: Any = request.user
        try:
            written = confirm_import(preview=job, skip_bad=bool(request.POST.get("skip_bad")), actor=actor)
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("admin:applications_application_import_job", job.pk)
        run_if_small(written)
        return redirect("admin:applications_application_import_job", written.pk)


def _told(report: ImportReport) -> dict[str, Any]:
    """The rows for the page, those that fail first, and how many there are of each kind."""
    rows = sorted(report.rows, key=lambda row: (row.result != RowResult.ERROR, row.number))
    return {
        "rows": [(row, row.result.label, TONES[row.result]) for row in rows[:MOST_SHOWN]],
        "left_out": max(0, len(rows) - MOST_SHOWN),
        "counts": [(result.label, report.counts[result]) for result in RowResult if report.counts[result]],
    }


def template_file(call: Call) -> bytes:
    """The columns of a call as a spreadsheet, explained in the active language."""
    columns = import_columns(call)
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        text = book.add_format({"num_format": "@"})
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet(_("Applications"))
        sheet.freeze_panes(1, 3)
        # Codes keep the zeros in front of them.
        sheet.set_column(0, len(columns) + 2, 18, text)
        for place, name in enumerate((*IDENTITY, *columns)):
            sheet.write_string(0, place, name, bold)
        explained = book.add_worksheet(_("Explanation"))
        explained.freeze_panes(1, 1)
        explained.set_column(0, 3, 40)
        for place, label in enumerate((_("Column"), _("Question"), _("What to write"), _("Asked of"))):
            explained.write_string(0, place, label, bold)
        for number, name in enumerate(IDENTITY, start=1):
            explained.write_string(number, 0, name)
            explained.write_string(number, 1, str(_IDENTITY_HELP[name]))
        for number, (name, column) in enumerate(columns.items(), start=len(IDENTITY) + 1):
            spec = column.spec
            choices = "; ".join(f"{code} = {label}" for code, label in spec.choices[:40])
            for place, words in enumerate(
                (name, str(spec.full_label), choices or spec.kind.value, ", ".join(column.sides))
            ):
                explained.write_string(number, place, words[:2000])
    return file.getvalue()
