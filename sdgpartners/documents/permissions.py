"""Who may see a report: those who may read what it is about."""

from typing import Any
from uuid import UUID

from django.http import Http404

from sdgpartners.documents.models import GeneratedReport
from sdgpartners.documents.registry import ReportKind, find_report_kind


def report_for(user: Any, uid: UUID) -> tuple[GeneratedReport, ReportKind]:
    """The report with its kind, when `user` may read its subject now; Http404 for everybody else."""
    report = GeneratedReport.objects.select_related("job", "file").filter(uid=uid).first()
    if report is None:
        raise Http404
    return report, readable_kind(user, report.kind, report.subject)


def readable_kind(user: Any, kind: str, subject: str) -> ReportKind:
    """The report kind, when `user` may read `subject` through it; Http404 for unknown kinds and for
    strangers."""
    found = find_report_kind(kind)
    if found is None or not user.is_authenticated or not user.is_active or not found.may_read(user, subject):
        raise Http404
    return found
