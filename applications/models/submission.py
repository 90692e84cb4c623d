"""Sign-off by a second person, and the fixed revision that reviewers read."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.enums import Section, SignOffState
from sdgpartners.core.models import Timestamped


@pghistory.track()
class SignOff(Timestamped):
    """An editor asks, a signatory of the municipality signs or declines with a reason. Never the same person."""

    application = models.ForeignKey(
        "applications.Application", on_delete=models.CASCADE, related_name="sign_offs"
    )
    asked_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="asked_sign_offs")
    state = models.CharField(max_length=10, choices=SignOffState.choices, default=SignOffState.ASKED)
    answered_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, blank=True, related_name="answered_sign_offs"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("sign-off")
        verbose_name_plural = _("sign-offs")
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("application",), condition=Q(state=SignOffState.ASKED), name="sign_off_one_open"
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=models.F("asked_by")),
                name="sign_off_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(state=SignOffState.DECLINED) | Q(reason__gt=""),
                name="sign_off_declined_has_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.application} · {self.get_state_display()}"


class Revision(models.Model):
    """What was submitted, as it was then. Reviewers read this, whatever is edited later."""

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="revisions"
    )
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("submitted version")
        verbose_name_plural = _("submitted versions")
        ordering = ("application", "-number")
        constraints = (
            models.UniqueConstraint(fields=("application", "number"), name="revision_number_unique"),
        )

    def __str__(self) -> str:
        return f"{self.application} v{self.number}"


@pghistory.track()
class ChangeRequest(models.Model):
    """A submitted application goes back for changes, limited to `sections`, with a deadline of its own.

    `revision` is what was submitted before. One is open at a time; it ends by a new submission or by being
    taken back.
    """

    application = models.ForeignKey(
        "applications.Application", on_delete=models.CASCADE, related_name="change_requests"
    )
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    sections = ArrayField(models.CharField(max_length=20, choices=Section.choices))
    note = models.TextField(_("what has to change"))
    due_at = models.DateTimeField(_("answer until"))
    asked_by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("request for changes")
        verbose_name_plural = _("requests for changes")
        ordering = ("application", "-asked_at")
        constraints = (
            models.UniqueConstraint(
                fields=("application",),
                condition=Q(answered_at__isnull=True, cancelled_at__isnull=True),
                name="change_request_one_open",
            ),
            models.CheckConstraint(condition=Q(sections__len__gt=0), name="change_request_names_a_section"),
        )

    def __str__(self) -> str:
        return f"{self.application} · {self.asked_at:%Y-%m-%d}"
