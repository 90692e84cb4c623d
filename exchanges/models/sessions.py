"""Digital sessions of all partnerships of a country, with homework in between (concept note 3.7)."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from exchanges.enums import AttendanceKind, HomeworkStatus, MeetingStatus
from sdgpartners.core.models import Timestamped
from sdgpartners.core.text import Translated
from sdgpartners.programme.enums import Language, Side


@pghistory.track()
class Session(Timestamped):
    """A joint digital session of one partner country."""

    partner_country = models.ForeignKey(
        "programme.PartnerCountry",
        on_delete=models.PROTECT,
        related_name="sessions",
        verbose_name=_("partner country"),
    )
    reference = models.CharField(_("reference"), max_length=20, unique=True, editable=False)
    title_en = models.CharField(_("title in English"), max_length=160)
    title_fr = models.CharField(_("title in French"), max_length=160)
    title_nl = models.CharField(_("title in Dutch"), max_length=160)
    agenda = models.TextField(_("agenda"), blank=True)
    starts_at = models.DateTimeField(_("starts"))
    minutes_long = models.PositiveSmallIntegerField(
        _("length in minutes"), default=180, validators=(MinValueValidator(15),)
    )
    time_zone = models.CharField(_("time zone"), max_length=40, default="Europe/Brussels")
    link = models.URLField(_("link to join"), blank=True)
    working_languages = models.CharField(_("working languages"), max_length=40, blank=True)
    facilitator = models.ForeignKey(
        "people.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="facilitated_sessions",
        verbose_name=_("facilitator"),
    )
    status = models.CharField(
        _("status"), max_length=10, choices=MeetingStatus.choices, default=MeetingStatus.PLANNED
    )
    minutes = models.TextField(_("minutes"), blank=True)
    recording = models.URLField(_("link to the recording"), blank=True)
    cancel_reason = models.CharField(_("why it was cancelled"), max_length=300, blank=True)
    sequence = models.PositiveIntegerField(
        _("number of changes"), default=0, help_text=_("Counts changes for calendars.")
    )

    title = Translated()

    class Meta:
        verbose_name = _("digital session")
        verbose_name_plural = _("digital sessions")
        ordering = ("starts_at",)
        indexes = (models.Index(fields=("partner_country", "starts_at"), name="session_by_country"),)
        constraints = (
            models.CheckConstraint(
                condition=~Q(status=MeetingStatus.CANCELLED) | ~Q(cancel_reason=""),
                name="session_cancelled_has_reason",
                violation_error_message=_("Say why it was cancelled."),
            ),
            models.CheckConstraint(
                condition=~Q(status=MeetingStatus.REPORTED) | ~Q(minutes=""),
                name="session_reported_has_minutes",
                violation_error_message=_("A report needs minutes."),
            ),
        )

    @property
    def day(self) -> date:
        """The calendar date in the session's own zone."""
        return self.starts_at.astimezone(ZoneInfo(self.time_zone)).date()

    @property
    def ends_at(self) -> datetime:
        """When it ends, aware."""
        return self.starts_at + timedelta(minutes=self.minutes_long)

    def __str__(self) -> str:
        return self.title


@pghistory.track()
class Attendance(Timestamped):
    """Whether one municipality took part in a session, and who."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="attendances")
    partnership = models.ForeignKey(
        "matching.Partnership", on_delete=models.PROTECT, related_name="attendances"
    )
    side = models.CharField(max_length=8, choices=Side.choices)
    kind = models.CharField(max_length=10, choices=AttendanceKind.choices)
    people = models.CharField(_("who"), max_length=300, blank=True)
    recorded_by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        constraints = (
            models.UniqueConstraint(fields=("session", "partnership", "side"), name="attendance_once_a_side"),
        )

    def __str__(self) -> str:
        return f"{self.session} · {self.partnership} · {self.get_kind_display()}"


@pghistory.track()
class Homework(Timestamped):
    """What partnerships take along from a session, due before the next."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="homework")
    reference = models.CharField(max_length=20, unique=True, editable=False)
    title_en = models.CharField(max_length=160)
    title_fr = models.CharField(max_length=160)
    title_nl = models.CharField(max_length=160)
    text_en = models.TextField()
    text_fr = models.TextField()
    text_nl = models.TextField()
    due_on = models.DateField(_("due on"))

    title = Translated()
    text = Translated()

    class Meta:
        verbose_name = _("homework")
        verbose_name_plural = _("homework")
        ordering = ("due_on",)

    def __str__(self) -> str:
        return self.title


@pghistory.track()
class HomeworkAnswer(Timestamped):
    """One answer a side, or a joint one of the pair (empty side)."""

    homework = models.ForeignKey(Homework, on_delete=models.CASCADE, related_name="answers")
    partnership = models.ForeignKey(
        "matching.Partnership", on_delete=models.PROTECT, related_name="homework_answers"
    )
    side = models.CharField(max_length=8, choices=Side.choices, blank=True)
    text = models.TextField(_("answer"), blank=True)
    language = models.CharField(max_length=2, choices=Language.choices, blank=True)
    status = models.CharField(max_length=10, choices=HomeworkStatus.choices, default=HomeworkStatus.OPEN)
    version = models.PositiveIntegerField(default=0)
    handed_in_by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")
    handed_in_at = models.DateTimeField(null=True, blank=True)
    moved_to = models.DateField(
        _("due on, after a suspension"),
        null=True,
        blank=True,
        help_text=_("The days of the suspension do not count."),
    )

    class Meta:
        verbose_name = _("homework answer")
        verbose_name_plural = _("homework answers")
        constraints = (
            models.UniqueConstraint(fields=("homework", "partnership", "side"), name="homework_answer_once"),
            models.CheckConstraint(
                condition=Q(status=HomeworkStatus.OPEN) | Q(handed_in_at__isnull=False),
                name="homework_handed_in_has_date",
            ),
        )

    @property
    def due_on(self) -> date:
        """The last day for this pair: the homework's, later by the days for which the pair was suspended."""
        return self.moved_to or self.homework.due_on

    def __str__(self) -> str:
        return f"{self.homework} · {self.partnership}"
