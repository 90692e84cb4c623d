"""Work visits: all partnerships of a country in the same window, with a conference inside (concept note
3.6, 3.7).
"""

from datetime import datetime

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from exchanges.enums import DelegateRole, Direction, MeetingStatus, WindowStatus
from sdgpartners.core.models import Timestamped
from sdgpartners.core.text import Translated
from sdgpartners.programme.enums import Language, Side


@pghistory.track()
class VisitWindow(Timestamped):
    """The period in which all visits of a country in one direction lie."""

    partner_country = models.ForeignKey(
        "programme.PartnerCountry",
        on_delete=models.PROTECT,
        related_name="visit_windows",
        verbose_name=_("partner country"),
    )
    reference = models.CharField(_("reference"), max_length=20, unique=True, editable=False)
    direction = models.CharField(_("direction"), max_length=16, choices=Direction.choices)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    status = models.CharField(
        _("status"), max_length=10, choices=WindowStatus.choices, default=WindowStatus.PROPOSED
    )
    note = models.TextField(_("note"), blank=True)
    cancel_reason = models.CharField(_("why it was cancelled"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("visit window")
        verbose_name_plural = _("visit windows")
        ordering = ("starts_on",)
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="window_dates_in_order",
                violation_error_message=_("The last day lies before the first."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.partner_country} {self.starts_on} – {self.ends_on}"


@pghistory.track()
class Conference(Timestamped):
    """The joint thematic conference inside a window, of at least the programme's minimum of days."""

    window = models.OneToOneField(
        VisitWindow, on_delete=models.CASCADE, related_name="conference", verbose_name=_("visit window")
    )
    title_en = models.CharField(_("title in English"), max_length=160)
    title_fr = models.CharField(_("title in French"), max_length=160)
    title_nl = models.CharField(_("title in Dutch"), max_length=160)
    place = models.CharField(_("place"), max_length=160)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))

    title = Translated()

    class Meta:
        verbose_name = _("thematic conference")
        verbose_name_plural = _("thematic conferences")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="conference_dates_in_order",
                violation_error_message=_("The last day lies before the first."),
            ),
        )

    def __str__(self) -> str:
        return self.title


@pghistory.track()
class Visit(Timestamped):
    """The work visit of one partnership inside the window of its country."""

    reference = models.CharField(_("reference"), max_length=20, unique=True, editable=False)
    window = models.ForeignKey(
        VisitWindow, on_delete=models.PROTECT, related_name="visits", verbose_name=_("visit window")
    )
    partnership = models.ForeignKey(
        "matching.Partnership", on_delete=models.PROTECT, related_name="visits", verbose_name=_("partnership")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    status = models.CharField(
        _("status"), max_length=10, choices=MeetingStatus.choices, default=MeetingStatus.PLANNED
    )
    programme_text = models.TextField(_("programme in outline"), blank=True)
    became_digital_reason = models.TextField(_("why it became digital"), blank=True)
    cancel_reason = models.CharField(_("why it was cancelled"), max_length=300, blank=True)
    report_days_moved = models.PositiveSmallIntegerField(
        _("days of suspension added to the time for reports"), default=0, editable=False
    )
    report_north = models.TextField(_("report of the Flemish side"), blank=True)
    report_north_language = models.CharField(
        _("language of the Flemish report"), max_length=2, choices=Language.choices, blank=True
    )
    report_north_at = models.DateTimeField(_("Flemish report handed in on"), null=True, blank=True)
    report_north_by = models.ForeignKey(
        "people.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("Flemish report handed in by"),
    )
    report_south = models.TextField(_("report of the partner side"), blank=True)
    report_south_language = models.CharField(
        _("language of the partner's report"), max_length=2, choices=Language.choices, blank=True
    )
    report_south_at = models.DateTimeField(_("partner's report handed in on"), null=True, blank=True)
    report_south_by = models.ForeignKey(
        "people.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("partner's report handed in by"),
    )

    class Meta:
        verbose_name = _("work visit")
        verbose_name_plural = _("work visits")
        ordering = ("starts_on",)
        constraints = (
            models.UniqueConstraint(
                fields=("window", "partnership"),
                condition=~Q(status=MeetingStatus.CANCELLED),
                name="visit_once_a_window",
                violation_error_message=_("This pair already has a visit in this window."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="visit_dates_in_order",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(status=MeetingStatus.REPORTED)
                | Q(report_north_at__isnull=False, report_south_at__isnull=False),
                name="visit_reported_by_both",
            ),
            models.CheckConstraint(
                condition=~Q(status=MeetingStatus.CANCELLED) | ~Q(cancel_reason=""),
                name="visit_cancelled_has_reason",
                violation_error_message=_("Say why it was cancelled."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.reference} {self.partnership}"

    def reported_at(self, side: Side) -> datetime | None:
        """When `side` handed in its report; None before."""
        return self.report_north_at if side == Side.NORTH else self.report_south_at


@pghistory.track()
class Delegate(Timestamped):
    """A member of the travelling delegation."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="delegates")
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=12, choices=DelegateRole.choices)

    class Meta:
        verbose_name = _("member of the delegation")
        verbose_name_plural = _("delegation")
        ordering = ("visit", "name")
        constraints = (models.UniqueConstraint(fields=("visit", "name"), name="delegate_once_a_visit"),)

    def __str__(self) -> str:
        return self.name
