"""What other apps bring along: jobs (`<app>/jobs.py`) and reports (`<app>/reports.py`), found when the apps
are ready."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sdgpartners.documents.models import Job

JobHandler = Callable[[Job], None]
GivenUp = Callable[[Job], None]
FIGURES = _("The figures are as of")


@dataclass(frozen=True, slots=True)
class JobKind:
    """How jobs of one kind are done, and what happens when they are given up for good."""

    kind: str
    handler: JobHandler
    given_up: GivenUp | None = None


@dataclass(frozen=True, slots=True)
class ReportKind:
    """A report that can be asked for.

    `context(subject, language)` gives the template's context, `title(subject, language)` the name of the
    file and of the page, both called with `language` active; `may_read(user, subject)` is the only door to
    page and file. `as_of_label` are the words before the moment at which it was made.
    """

    kind: str
    template: str
    context: Callable[[str, str], Mapping[str, Any]]
    may_read: Callable[[Any, str], bool]
    title: Callable[[str, str], str]
    as_of_label: str | Promise = FIGURES


_jobs: dict[str, JobKind] = {}
_reports: dict[str, ReportKind] = {}


def register_job(kind: str, *, given_up: GivenUp | None = None) -> Callable[[JobHandler], JobHandler]:
    """Decorate the function that does jobs of `kind`. It is safe to run twice and opens its own transactions.

    `given_up(job)` is called when the last try has failed. A kind that is registered twice raises KeyError.
    """

    def decorate(handler: JobHandler) -> JobHandler:
        if kind in _jobs:
            raise KeyError(f"job kind {kind!r} is registered twice")
        _jobs[kind] = JobKind(kind, handler, given_up)
        return handler

    return decorate


def unregister_job(kind: str) -> None:
    """Take a kind away again (tests)."""
    del _jobs[kind]


def job_kind(kind: str) -> JobKind:
    """The registered kind; KeyError for an unknown one."""
    return _jobs[kind]


def register_report(report: ReportKind) -> ReportKind:
    """Make a report known; a kind that is registered twice raises KeyError."""
    if report.kind in _reports:
        raise KeyError(f"report kind {report.kind!r} is registered twice")
    _reports[report.kind] = report
    return report


def unregister_report(kind: str) -> None:
    """Take a report away again (tests)."""
    del _reports[kind]


def report_kind(kind: str) -> ReportKind:
    """The registered report; KeyError for an unknown one."""
    return _reports[kind]


def find_report_kind(kind: str) -> ReportKind | None:
    """The registered report, None for an unknown one (a row may outlive the code that made it)."""
    return _reports.get(kind)
