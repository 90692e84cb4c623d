"""States of files, jobs and reports."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FileState(models.TextChoices):
    QUARANTINE = "quarantine", _("Being checked")
    CLEAN = "clean", _("Checked")
    REFUSED = "refused", _("Refused")


FILE_MOVES = {
    FileState.QUARANTINE: frozenset({FileState.CLEAN, FileState.REFUSED}),
    FileState.CLEAN: frozenset[FileState](),
    FileState.REFUSED: frozenset[FileState](),
}


class JobState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


JOB_MOVES = {
    JobState.QUEUED: frozenset({JobState.RUNNING}),
    JobState.RUNNING: frozenset({JobState.DONE, JobState.FAILED, JobState.QUEUED}),
    JobState.DONE: frozenset[JobState](),
    JobState.FAILED: frozenset({JobState.QUEUED}),
}


class ReportState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RENDERING = "rendering", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")


REPORT_MOVES = {
    ReportState.QUEUED: frozenset({ReportState.RENDERING, ReportState.FAILED}),
    ReportState.RENDERING: frozenset({ReportState.READY, ReportState.FAILED, ReportState.QUEUED}),
    ReportState.READY: frozenset[ReportState](),
    ReportState.FAILED: frozenset({ReportState.QUEUED}),
}
