"""Reviews and their scores."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.enums import ConflictGround, ConflictOrigin, RecusalGround, ReviewStatus
from sdgpartners.core.models import Timestamped


@pghistory.track(exclude=["private_note"])
class Review(Timestamped):
    """One reviewer on one application in one track, on a fixed revision. Never one's own municipality."""

    application = models.ForeignKey(
        "applications.Application",
        on_delete=models.PROTECT,
        related_name="reviews",
        verbose_name=_("application"),
    )
    track = models.ForeignKey(
        "applications.Track", on_delete=models.PROTECT, related_name="reviews", verbose_name=_("track")
    )
    revision = models.ForeignKey(
        "applications.Revision", on_delete=models.PROTECT, related_name="reviews", verbose_name=_("version")
    )
    reviewer = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, related_name="reviews", verbose_name=_("reviewer")
    )
    status = models.CharField(
        _("status"), max_length=12, choices=ReviewStatus.choices, default=ReviewStatus.ASSIGNED
    )
    version = models.PositiveIntegerField(_("number of saves"), default=0)
    set_aside = models.BooleanField(_("set aside"), default=False)
    set_aside_reason = models.CharField(_("why it was set aside"), max_length=300, blank=True)
    # How a review that does not count ended; the score sheet stays, unread.
    recused_at = models.DateTimeField(_("stepped out on"), null=True, blank=True)
    recused_ground = models.CharField(
        _("stepped out because of"), max_length=12, choices=RecusalGround.choices, blank=True
    )
    comment = models.TextField(_("overall remark"), blank=True)
    # For the reviewer alone: in no list, export, history, record.
    private_note = models.TextField(_("private note"), blank=True)
    assigned_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("assigned by")
    )
    submitted_at = models.DateTimeField(_("submitted on"), null=True, blank=True)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ("created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("application", "track", "reviewer"), name="review_once_a_reviewer"
            ),
            models.CheckConstraint(
                condition=~Q(status=ReviewStatus.SUBMITTED) | Q(submitted_at__isnull=False),
                name="review_submitted_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(status=ReviewStatus.RECUSED) | ~Q(recused_ground=""),
                name="review_recused_has_ground",
            ),
        )

    def __str__(self) -> str:
        return f"{self.application} · {self.reviewer}"


@pghistory.track()
class Score(models.Model):
    """A score on one criterion; an empty value is 'not applicable', left out with the weights re-based."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey("applications.Criterion", on_delete=models.PROTECT, related_name="scores")
    value = models.PositiveSmallIntegerField(null=True, blank=True)
    not_applicable = models.BooleanField(default=False)
    comment = models.TextField(blank=True)

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = (
            models.UniqueConstraint(fields=("review", "criterion"), name="score_once_a_criterion"),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(not_applicable=False), name="score_not_both"
            ),
        )

    def __str__(self) -> str:
        return f"{self.review} · {self.criterion.code}"


class ConfidentialityAgreement(models.Model):
    """Somebody agreed to keep what they read in a call to themselves; before the first file opens.

    `text` is what they read, in the language in which they read it.
    """

    call = models.ForeignKey(
        "applications.Call", on_delete=models.PROTECT, related_name="confidentiality", verbose_name=_("call")
    )
    person = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, related_name="confidentiality", verbose_name=_("person")
    )
    language = models.CharField(_("language"), max_length=2)
    text = models.TextField(_("text"))
    agreed_at = models.DateTimeField(_("agreed on"))

    class Meta:
        verbose_name = _("agreement to confidentiality")
        verbose_name_plural = _("agreements to confidentiality")
        ordering = ("call", "agreed_at")
        constraints = (models.UniqueConstraint(fields=("call", "person"), name="confidentiality_once"),)

    def __str__(self) -> str:
        return f"{self.person} · {self.call}"


@pghistory.track()
class ConflictDeclaration(Timestamped):
    """What a person has to do with an application: nothing (`ground` is empty), or a conflict of interest.

    Before a file opens its reader declares one or the other. With a conflict the file is gone for that person
    everywhere, and the record of it is part of the decision. A conflict is never taken back by the person; a
    coordinator may lift it with a reason (`lifted_at`).
    """

    application = models.ForeignKey(
        "applications.Application",
        on_delete=models.PROTECT,
        related_name="conflicts",
        verbose_name=_("application"),
    )
    person = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, related_name="conflicts", verbose_name=_("person")
    )
    ground = models.CharField(_("ground"), max_length=8, choices=ConflictGround.choices, blank=True)
    origin = models.CharField(
        _("established by"), max_length=12, choices=ConflictOrigin.choices, default=ConflictOrigin.DECLARED
    )
    words = models.CharField(_("in their own words"), max_length=500, blank=True)
    declared_at = models.DateTimeField(_("declared on"))
    lifted_at = models.DateTimeField(_("lifted on"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        "people.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lifted by"),
    )

    class Meta:
        verbose_name = _("declaration of interest")
        verbose_name_plural = _("declarations of interest")
        ordering = ("application", "declared_at")
        constraints = (
            models.UniqueConstraint(fields=("application", "person"), name="conflict_once_a_person"),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | Q(lifted_by__isnull=False), name="conflict_lifted_by"
            ),
        )

    def __str__(self) -> str:
        return f"{self.application} · {self.person}"


# A score that is taken back leaves a row of its own: a deletion has no trigger here.
@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.ManualEvent("take_back"),  # type: ignore[no-untyped-call]
)
class PanelScore(Timestamped):
    """What the panel agreed on one criterion of an application, with its minute. It stands in every counted review in
    place of the reviewer's own score; an empty value is 'not applicable'."""

    application = models.ForeignKey(
        "applications.Application",
        on_delete=models.PROTECT,
        related_name="panel_scores",
        verbose_name=_("application"),
    )
    criterion = models.ForeignKey(
        "applications.Criterion",
        on_delete=models.PROTECT,
        related_name="panel_scores",
        verbose_name=_("criterion"),
    )
    value = models.PositiveSmallIntegerField(_("agreed score"), null=True, blank=True)
    minute = models.TextField(_("minute"))
    agreed_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("entered by")
    )

    class Meta:
        verbose_name = _("agreed score")
        verbose_name_plural = _("agreed scores")
        ordering = ("application", "criterion")
        constraints = (
            models.UniqueConstraint(fields=("application", "criterion"), name="panel_score_once"),
            models.CheckConstraint(condition=~Q(minute=""), name="panel_score_has_minute"),
        )

    def __str__(self) -> str:
        return f"{self.application} · {self.criterion.code}"


class Tally(models.Model):
    """The figures of an application on a track, as `applications.scoring` counts them from the reviews that count;
    written by whoever changes what they rest on, in the same transaction. The ranking sorts these.

    mean, median, spread and total are on 0 to 100 (total with the bonus), null while no review counts; `figures` holds
    each criterion's figure by its code, `own_spread` the spread before the panel's agreed scores.
    """

    application = models.ForeignKey(
        "applications.Application", on_delete=models.CASCADE, related_name="tallies"
    )
    track = models.ForeignKey("applications.Track", on_delete=models.CASCADE, related_name="tallies")
    n = models.PositiveSmallIntegerField(default=0)
    total = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    mean = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    median = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    spread = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    own_spread = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    bonus = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    disagree = models.BooleanField(default=False)
    figures = models.JSONField(default=dict)
    floors_missed = models.JSONField(default=list)
    review_totals = models.JSONField(default=list)
    grid_version = models.PositiveSmallIntegerField(default=1)

    class Meta:
        verbose_name = _("figures of an application")
        verbose_name_plural = _("figures of applications")
        ordering = ("track", "application")
        constraints = (models.UniqueConstraint(fields=("application", "track"), name="tally_once_a_track"),)

    def __str__(self) -> str:
        return f"{self.application} · {self.track.partner_country_id}"


class GridChange(models.Model):
    """A change of weights, minimums, tie-breaks or the bonus after the call was published: why, by whom, what was and
    what is. The version of the track's grid counts these, from 1.

    `before` and `after` hold `{"criteria": {code: {"weight", "floor", "tie_break"}}, "bonus", "bonus_max",
    "bonus_tie_break"}`; `moved` the applications whose outcome by the ranking changed:
    `[{"reference", "before", "after"}]`.
    """

    track = models.ForeignKey("applications.Track", on_delete=models.PROTECT, related_name="grid_changes")
    version = models.PositiveSmallIntegerField(_("version"))
    before = models.JSONField()
    after = models.JSONField()
    moved = models.JSONField(default=list)
    reason = models.TextField(_("reason"))
    changed_by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(_("changed on"))

    class Meta:
        verbose_name = _("change of the grid")
        verbose_name_plural = _("changes of the grid")
        ordering = ("track", "-version")
        constraints = (
            models.UniqueConstraint(fields=("track", "version"), name="grid_version_unique"),
            models.CheckConstraint(condition=~Q(reason=""), name="grid_change_has_reason"),
        )

    def __str__(self) -> str:
        return f"{self.track} · {self.version}"
