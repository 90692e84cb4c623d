"""The report of the tests: words that Django itself translates, on three pages."""

from typing import Any

from django.utils.translation import gettext as _

from sdgpartners.documents.registry import ReportKind

READERS: set[str] = set()
"""E-mail addresses that may read every subject."""


def _context(subject: str, language: str) -> dict[str, Any]:
    return {"subject": subject, "month": _("January"), "numbers": range(1, 4)}


def _may_read(user: Any, subject: str) -> bool:
    return user.email in READERS


SAMPLE = ReportKind(
    kind="sample",
    template="sample/report.html",
    context=_context,
    may_read=_may_read,
    title=lambda subject, language: f"{_('January')} {subject}",
)
