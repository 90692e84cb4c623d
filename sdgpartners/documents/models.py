"""Files, jobs that run in the worker, and the reports they make."""

import uuid

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sdgpartners.core.models import Timestamped
from sdgpartners.documents.enums import FileState, JobState, ReportState
from sdgpartners.programme.enums import Language


def storage_path(instance: "StoredFile", filename: str) -> str:
    """Files lie under a random name; the name a person gave is a column."""
    return f"{instance.purpose}/{uuid.uuid4().hex}"


class StoredFile(Timestamped):
    """A file that a person sent or the portal made. Served only through the door of the object it belongs
    to."""

    uid = models.UUIDField(_("number in the address"), default=uuid.uuid4, unique=True, editable=False)
    purpose = models.SlugField(_("purpose"), max_length=30)
    file = models.FileField(_("file"), upload_to=storage_path)
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(_("kind of content"), max_length=100)
    size = models.PositiveBigIntegerField(_("size (bytes)"))
    sha256 = models.CharField(_("fingerprint (SHA-256)"), max_length=64, db_index=True)
    state = models.CharField(
        _("state"), max_length=12, choices=FileState.choices, default=FileState.QUARANTINE
    )
    finding = models.CharField(_("what was found"), max_length=200, blank=True)
    scanned_at = models.DateTimeField(_("last looked at"), null=True, blank=True)
    scan_error = models.CharField(_("why it could not be looked at"), max_length=300, blank=True)
    uploaded_by = models.ForeignKey(
        "people.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="stored_files",
        verbose_name=_("sent by"),
    )

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        indexes = (
            models.Index(
                fields=("created_at",), condition=Q(state=FileState.QUARANTINE), name="file_waiting_for_scan"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Upload(Timestamped):
    """A file that comes in pieces: what a lost connection has cut off goes on at `offset`.

    Its bytes lie under `incoming/` until a room takes them over as a StoredFile, or until it is too old.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="uploads")
    purpose = models.SlugField(max_length=30)
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    offset = models.PositiveBigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(condition=Q(size__gt=0), name="upload_is_not_empty"),
            models.CheckConstraint(condition=Q(offset__lte=models.F("size")), name="upload_within_its_size"),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.offset}/{self.size}"


class Job(Timestamped):
    """Work for the worker; this row is the queue. Safe to run twice, a stale claim goes back."""

    kind = models.SlugField(_("kind"), max_length=40)
    arguments = models.JSONField(_("what it works on"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    progress = models.PositiveSmallIntegerField(
        _("progress"), default=0, validators=(MaxValueValidator(100),)
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    error = models.TextField(_("error"), blank=True)
    file = models.ForeignKey(
        StoredFile,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="jobs",
        verbose_name=_("file"),
    )
    requested_by = models.ForeignKey(
        "people.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="jobs",
        verbose_name=_("asked for by"),
    )
    claimed_at = models.DateTimeField(_("taken up on"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished on"), null=True, blank=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ("-created_at",)
        indexes = (models.Index(fields=("state", "created_at"), name="job_queue"),)
        constraints = (
            models.CheckConstraint(
                condition=~Q(state=JobState.RUNNING) | Q(claimed_at__isnull=False),
                name="job_running_is_claimed",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class GeneratedReport(Timestamped):
    """A PDF about something, in one language, made by a job. `subject` is the reference of what it is
    about."""

    uid = models.UUIDField(_("number in the address"), default=uuid.uuid4, unique=True, editable=False)
    kind = models.SlugField(_("kind"), max_length=40)
    subject = models.CharField(_("subject"), max_length=60)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    state = models.CharField(
        _("state"), max_length=10, choices=ReportState.choices, default=ReportState.QUEUED
    )
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="report", verbose_name=_("job"))
    file = models.ForeignKey(
        StoredFile,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("file"),
    )
    requested_by = models.ForeignKey(
        "people.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("asked for by"),
    )
    as_of = models.DateTimeField(_("state of"), null=True, blank=True)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ("-created_at",)
        indexes = (models.Index(fields=("kind", "subject"), name="report_subject"),)
        constraints = (
            models.CheckConstraint(
                condition=~Q(state=ReportState.READY) | Q(file__isnull=False), name="report_ready_has_file"
            ),
            models.UniqueConstraint(
                fields=("kind", "subject", "language"),
                condition=Q(state__in=(ReportState.QUEUED, ReportState.RENDERING)),
                name="report_one_in_hand",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} {self.language}"
