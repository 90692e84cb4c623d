"""What the worker did and does, for those who run the programme."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from sdgpartners.core.errors import DomainError
from sdgpartners.documents.admin_base import RunningAdmin
from sdgpartners.documents.models import GeneratedReport, Job, StoredFile
from sdgpartners.documents.services import retry_job
from sdgpartners.people.models import User


def _start_over(request: HttpRequest, jobs: list[Job]) -> None:
    actor = request.user if isinstance(request.user, User) else None
    done = 0
    for job in jobs:
        try:
            retry_job(job=job, actor=actor)
            done += 1
        except DomainError as error:
            messages.error(request, f"{job}: {error}")
    if done:
        text = ngettext("%(count)s job starts over.", "%(count)s jobs start over.", done) % {"count": done}
        messages.success(request, text)


@admin.register(Job)
class JobAdmin(RunningAdmin):
    """Jobs with their tries and errors."""

    list_display = ("kind", "state", "progress", "tries", "requested_by", "created_at", "finished_at")
    list_filter = ("state", "kind")
    list_select_related = ("requested_by",)
    date_hierarchy = "created_at"
    fields = (
        ("kind", "state"),
        "arguments",
        ("progress", "tries"),
        "error",
        "requested_by",
        ("created_at", "claimed_at", "finished_at"),
    )
    actions = ("start_over",)

    @admin.action(description=_("Start over"), permissions=["act"])
    def start_over(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        _start_over(request, list(queryset))


@admin.register(GeneratedReport)
class GeneratedReportAdmin(RunningAdmin):
    """Reports that were asked for. The PDF itself opens through the page of what it is about."""

    list_display = ("kind", "subject", "language", "state", "requested_by", "created_at", "as_of")
    list_filter = ("state", "kind", "language")
    list_select_related = ("requested_by",)
    search_fields = ("subject",)
    date_hierarchy = "created_at"
    fields = (("kind", "subject"), ("language", "state"), "job", "requested_by", ("created_at", "as_of"))
    actions = ("start_over",)

    @admin.action(description=_("Start over"), permissions=["act"])
    def start_over(self, request: HttpRequest, queryset: QuerySet[GeneratedReport]) -> None:
        _start_over(request, [report.job for report in queryset.select_related("job")])


@admin.register(StoredFile)
class StoredFileAdmin(RunningAdmin):
    """Files with the state of their check: what waits, why, and what was found. Their content opens only through
    the page of what they belong to."""

    list_display = (
        "name",
        "purpose",
        "state",
        "finding",
        "scan_error",
        "scanned_at",
        "uploaded_by",
        "created_at",
    )
    list_filter = ("state", "purpose")
    list_select_related = ("uploaded_by",)
    search_fields = ("name", "sha256")
    date_hierarchy = "created_at"
    fields = (
        "name",
        ("content_type", "size"),
        "sha256",
        ("state", "finding"),
        ("scanned_at", "scan_error"),
        ("purpose", "uploaded_by", "created_at"),
    )
