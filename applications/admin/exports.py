"""Applications as a file, from the list as it is filtered: at once when they are few, else made by the worker."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from applications.models import Application
from applications.selectors.applications import applications_at_desk, free_of_conflict
from applications.services.desk_jobs import EXPORT_JOB, enqueue_export
from applications.services.exporting import CSV, FORMATS, export_content
from sdgpartners.core import clock
from sdgpartners.core.access import one_or_404
from sdgpartners.documents.delivery import deliver
from sdgpartners.documents.enums import JobState
from sdgpartners.documents.models import Job
from sdgpartners.people.admin_base import Base

ROWS_AT_ONCE = 200
MOST_ROWS = 20_000


class ExportPages(Base):
    """Adds the pages to the admin of applications."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("export/", wrap(self.export_page), name="applications_application_export"),
            path("export/<int:pk>/", wrap(self.export_job_page), name="applications_application_export_job"),
            path(
                "export/<int:pk>/file/", wrap(self.export_file), name="applications_application_export_file"
            ),
        ]
        return own + super().get_urls()

    def export_page(self, request: HttpRequest) -> HttpResponse:
        """POST gives the applications that the filters in the address find, as `form`: xlsx or csv."""
        if request.method != "POST":
            return redirect("admin:applications_application_changelist")
        if not self.has_view_permission(request):
            raise Http404
        form = request.POST.get("form", "xlsx")
        if form not in FORMATS:
            raise Http404
        actor: Any = request.user
        rows: QuerySet[Any] = self.get_changelist_instance(request).get_queryset(request)
        keys = list(rows.order_by("pk").values_list("pk", flat=True)[:MOST_ROWS])
        if len(keys) > ROWS_AT_ONCE:
            job = enqueue_export(keys=keys, form=form, actor=actor)
            return redirect("admin:applications_application_export_job", job.pk)
        content = export_content(applications_at_desk(actor).filter(pk__in=keys), form=form, user=actor)
        content_type = f"{CSV}; charset=utf-8" if form == "csv" else FORMATS[form]
        name = f"applications-{clock.today().isoformat()}.{form}"
        return HttpResponse(content, content_type=content_type, headers={
            "Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        })  # fmt: skip

    def export_job_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Where a large export stands."""
        job = _own_job(request, pk)
        context = {
            "title": _("Export of applications"),
            "job": job,
            "count": len(job.arguments["keys"]),
            "waiting": job.state in (JobState.QUEUED, JobState.RUNNING),
            "ready": job.state == JobState.DONE,
        }
        return TemplateResponse(request, "admin/applications/application/export.html", context)

    def export_file(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The file, for the person who asked for it."""
        job = _own_job(request, pk)
        if job.state != JobState.DONE or job.file is None:
            messages.info(request, _("The file is not ready yet."))
            return redirect("admin:applications_application_export_job", pk)
        if Application.objects.filter(~free_of_conflict(request.user), pk__in=job.arguments["keys"]).exists():
            messages.error(
                request,
                _(
                    "You have a conflict of interest with an application in this file. Make a new export without it."
                ),
            )
            return redirect("admin:applications_application_changelist")
        return deliver(job.file)  # type: ignore[return-value]


def _own_job(request: HttpRequest, pk: int) -> Job:
    own = Job.objects.filter(kind=EXPORT_JOB, requested_by=request.user.pk).select_related("file")
    return one_or_404(own, pk=pk)
