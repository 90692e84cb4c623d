"""What changes the course of a partnership: suspension, another end, a contact who hands over, a new sponsor."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from matching.enums import PartnershipStatus
from sdgpartners.core.models import Timestamped
from sdgpartners.programme.enums import Side


@pghistory.track()
class Suspension(Timestamped):
    """A partnership stands still from a day until it resumes or ends; `country_wide` with all of its country.

    While it lasts the days of sessions, homework and reports do not run and nothing is paid. On resuming they
    move by the days that passed; the end of the partnership never passes its cap.
    """

    partnership = models.ForeignKey(
        "matching.Partnership",
        on_delete=models.PROTECT,
        related_name="suspensions",
        verbose_name=_("partnership"),
    )
    country_wide = models.BooleanField(_("with the whole country"), default=False)
    status_before = models.CharField(
        _("status before"), max_length=12, choices=PartnershipStatus.choices, editable=False
    )
    since = models.DateField(_("suspended since"))
    reason = models.TextField(_("reason"))
    suspended_by = models.ForeignKey(
        "people.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("suspended by"),
    )
    resumed_on = models.DateField(_("resumed on"), null=True, blank=True)
    resumed_by = models.ForeignKey(
        "people.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("resumed by"),
    )
    resume_reason = models.TextField(_("why it resumed"), blank=True)

    class Meta:
        verbose_name = _("suspension")
        verbose_name_plural = _("suspensions")
        ordering = ("partnership", "-since")
        constraints = (
            models.UniqueConstraint(
                fields=("partnership",),
                condition=Q(resumed_on__isnull=True),
                name="suspension_one_open",
            ),
            models.CheckConstraint(
                condition=Q(reason__gt=""),
                name="suspension_has_reason",
                violation_error_message=_("A suspension needs a reason."),
                violation_error_code="reason",
            ),
            models.CheckConstraint(
                condition=Q(resumed_on__isnull=True) | Q(resumed_on__gte=F("since")),
                name="suspension_days_in_order",
                violation_error_message=_("It cannot resume before it was suspended."),
                violation_error_code="resumed_on",
            ),
        )

    def __str__(self) -> str:
        return f"{self.partnership} · {self.since:%Y-%m-%d}"


@pghistory.track()
class EndChange(Timestamped):
    """Another last day, asked by one side, agreed by both, decided by a coordinator; never past the cap."""

    partnership = models.ForeignKey(
        "matching.Partnership",
        on_delete=models.CASCADE,
        related_name="end_changes",
        verbose_name=_("partnership"),
    )
    ends_on = models.DateField(_("new last day"))
    ended_before = models.DateField(_("last day before"), editable=False)
    reason = models.TextField(_("reason"))
    asked_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("asked by")
    )
    agreed_north_at = models.DateTimeField(_("Flemish side agreed on"), null=True, blank=True)
    agreed_north_by = models.ForeignKey(
        "people.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("agreed for the Flemish side by"),
    )
    agreed_south_at = models.DateTimeField(_("partner side agreed on"), null=True, blank=True)
    agreed_south_by = models.ForeignKey(
        "people.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("agreed for the partner side by"),
    )
    decided_at = models.DateTimeField(_("decided on"), null=True, blank=True)
    decided_by = models.ForeignKey(
        "people.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    granted = models.BooleanField(_("granted"), null=True, blank=True)
    decision_reason = models.TextField(_("reason of the decision"), blank=True)

    class Meta:
        verbose_name = _("change of the last day")
        verbose_name_plural = _("changes of the last day")
        ordering = ("partnership", "-created_at")
        constraints = (
            models.UniqueConstraint(
                fields=("partnership",), condition=Q(decided_at__isnull=True), name="end_change_one_open"
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, granted__isnull=True)
                | Q(decided_at__isnull=False, granted__isnull=False),
                name="end_change_decided_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.partnership} · {self.ends_on:%Y-%m-%d}"


@pghistory.track()
class HandOver(Timestamped):
    """A contact person who leaves, and who takes over: tasks and calendar move along on the day."""

    side = models.ForeignKey(
        "matching.PartnershipSide",
        on_delete=models.CASCADE,
        related_name="hand_overs",
        verbose_name=_("side"),
    )
    leaving = models.ForeignKey(
        "matching.TeamMember", on_delete=models.PROTECT, related_name="+", verbose_name=_("who leaves")
    )
    successor = models.ForeignKey(
        "matching.TeamMember",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who takes over"),
    )
    leaves_on = models.DateField(_("last day"))
    notes = models.TextField(_("what the successor should know"), blank=True)
    started_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("started by")
    )
    done_at = models.DateTimeField(_("done on"), null=True, blank=True)

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        ordering = ("side", "-leaves_on")
        constraints = (
            models.UniqueConstraint(
                fields=("leaving",), condition=Q(done_at__isnull=True), name="hand_over_one_open"
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(successor__isnull=False),
                name="hand_over_done_has_successor",
                violation_error_message=_("Name who takes over."),
                violation_error_code="successor",
            ),
        )

    def __str__(self) -> str:
        return f"{self.side} · {self.leaving}"


@pghistory.track()
class SideConfirmation(Timestamped):
    """After a merger or elections the new sponsor of a side is asked to stand behind the partnership: the answer."""

    partnership = models.ForeignKey(
        "matching.Partnership",
        on_delete=models.CASCADE,
        related_name="side_confirmations",
        verbose_name=_("partnership"),
    )
    side = models.CharField(_("side"), max_length=8, choices=Side.choices)
    succession = models.ForeignKey(
        "people.Succession",
        on_delete=models.PROTECT,
        related_name="side_confirmations",
        verbose_name=_("succession"),
    )
    due_on = models.DateField(_("answer by"))
    confirmed_by = models.ForeignKey(
        "people.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)

    class Meta:
        verbose_name = _("confirmation of a partnership by the new sponsor")
        verbose_name_plural = _("confirmations of partnerships by the new sponsor")
        ordering = ("partnership", "created_at")
        constraints = (
            models.UniqueConstraint(
                fields=("partnership", "side", "succession"), name="side_confirmation_once_a_succession"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="side_confirmation_by_whom",
            ),
        )

    def __str__(self) -> str:
        return f"{self.partnership} · {self.succession}"
