"""The copy of what was submitted, as PDF, in three languages. The subject is `APP-2026-0042-v1`: made from the
revision alone, so that it says the same whenever it is made."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.models import Application, Revision
from applications.permissions import Perm
from applications.reports_decisions import decision_record
from applications.revision_content import read_content
from applications.selectors.applications import applications_visible_to
from sdgpartners.core.access import allowed
from sdgpartners.documents.enums import ReportState
from sdgpartners.documents.models import GeneratedReport
from sdgpartners.documents.registry import ReportKind, register_report

KIND = "application"
_MARK = "-v"


def subject_of(revision: Revision) -> str:
    """How the copy of `revision` is called; its application is read with it."""
    return f"{revision.application.reference}{_MARK}{revision.number}"


def _revision(subject: str) -> Revision:
    """Revision.DoesNotExist for an unknown subject."""
    reference, _mark, number = subject.rpartition(_MARK)
    if not (number.isascii() and number.isdigit() and len(number) < 5):
        raise Revision.DoesNotExist
    return Revision.objects.select_related(
        "application__call__programme", "application__municipality__country"
    ).get(application__reference=reference, number=number)


def application_context(subject: str, language: str) -> dict[str, Any]:
    """What the copy shows, in `language`. Revision.DoesNotExist for an unknown subject."""
    revision = _revision(subject)
    content = revision.content
    call = revision.application.call
    return {
        "revision": revision,
        "reference": content["reference"],
        "municipality": content["municipality"]["name"],
        "call_title": content["call"]["title"][language],
        "filled_by": content.get("filled_by"),
        "time_zone": call.time_zone,
        "reader_zone": revision.application.municipality.country.time_zone,
        "sections": read_content(content, language=language),
        "is_demo": call.programme.is_fictional or settings.DEMO,
    }


def may_read(user: Any, subject: str) -> bool:
    """Whoever may see the application and its contact data, which the copy holds."""
    reference, _mark, number = subject.rpartition(_MARK)
    if not (number.isascii() and number.isdigit() and len(number) < 5):
        return False
    rows = applications_visible_to(user).filter(reference=reference, revisions__number=number)
    application = rows.first()
    return application is not None and allowed(user, Perm.VIEW_CONTACT, application)


def title(subject: str, language: str) -> str:
    """The name of page and file."""
    revision = _revision(subject)
    return _("Application %(reference)s of %(municipality)s, version %(number)s") % {
        "reference": revision.content["reference"],
        "municipality": revision.content["municipality"]["name"],
        "number": revision.number,
    }


def newest_copy(application: Application, number: int, language: str) -> GeneratedReport | None:
    """The copy of revision `number` in `language`: one that is ready, else one in hand, else None."""
    rows = GeneratedReport.objects.filter(
        kind=KIND, subject=f"{application.reference}{_MARK}{number}", language=language
    )
    ready = rows.filter(state=ReportState.READY).order_by("-created_at").first()
    return ready or rows.exclude(state=ReportState.FAILED).order_by("-created_at").first()


register_report(
    ReportKind(
        kind=KIND,
        template="pdf/application.html",
        context=application_context,
        may_read=may_read,
        title=title,
        as_of_label=gettext_lazy("This copy says what was submitted. It was made on"),
    )
)
register_report(decision_record)
