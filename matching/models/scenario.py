"""A scenario keeps its inputs and its result, so that it repeats exactly and can be explained."""

import pghistory
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from matching.enums import Objective, ProposalStatus, RuleKind, ScenarioStatus
from sdgpartners.core.models import Timestamped
from sdgpartners.programme.enums import Side


@pghistory.track()
class Scenario(Timestamped):
    """One way to pair the candidates of a call over a set of tracks."""

    reference = models.CharField(_("reference"), max_length=20, unique=True, editable=False)
    call = models.ForeignKey(
        "applications.Call", on_delete=models.PROTECT, related_name="scenarios", verbose_name=_("call")
    )
    tracks = models.ManyToManyField("applications.Track", related_name="scenarios", verbose_name=_("tracks"))
    name = models.CharField(_("name"), max_length=80)
    objective = models.CharField(_("aim"), max_length=6, choices=Objective.choices, default=Objective.TOTAL)
    status = models.CharField(
        _("status"), max_length=10, choices=ScenarioStatus.choices, default=ScenarioStatus.DRAFT
    )
    made_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("made by")
    )
    job = models.ForeignKey(
        "documents.Job",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="scenarios",
        verbose_name=_("job"),
    )
    inputs = models.JSONField(_("what was given in"), default=dict, blank=True)
    result = models.JSONField(_("result"), default=dict, blank=True)
    weights = models.JSONField(_("weights"), default=dict, blank=True)
    total = models.DecimalField(_("total"), max_digits=9, decimal_places=4, null=True, blank=True)
    worst = models.DecimalField(_("weakest pair"), max_digits=7, decimal_places=4, null=True, blank=True)
    optimal = models.BooleanField(_("proved to be the best"), null=True, blank=True)
    solved_at = models.DateTimeField(_("solved on"), null=True, blank=True)
    endorsed_at = models.DateTimeField(_("endorsed on"), null=True, blank=True)
    endorsed_by = models.ForeignKey(
        "people.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("endorsed by"),
    )
    minute = models.TextField(_("minute of the steering group"), blank=True)
    released_at = models.DateTimeField(_("released on"), null=True, blank=True)
    prefer_points = models.PositiveSmallIntegerField(
        _("points for a preferred pair"),
        default=5,
        validators=(MaxValueValidator(20),),
        help_text=_("Added before solving; a score never passes 100."),
    )
    sent_back_at = models.DateTimeField(_("sent back on"), null=True, blank=True)
    sent_back_by = models.ForeignKey(
        "people.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sent back by"),
    )
    sent_back_reason = models.TextField(_("why it was sent back"), blank=True, default="")
    put_forward_at = models.DateTimeField(_("put to the steering group on"), null=True, blank=True)
    put_forward_by = models.ForeignKey(
        "people.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("put to the steering group by"),
    )
    copied_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="copies",
        verbose_name=_("copied from"),
    )
    trial_weights = models.JSONField(
        _("weights tried"),
        default=dict,
        blank=True,
        help_text=_("Weights of this scenario alone, by country and part; empty: those of the track."),
    )
    follows = models.ForeignKey(
        "matching.Proposal",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_by",
        verbose_name=_("proposal that came apart"),
        help_text=_("Looks for new partners for those left; accepted pairs stay as they are."),
    )

    class Meta:
        verbose_name = _("scenario")
        verbose_name_plural = _("scenarios")
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=(ScenarioStatus.DRAFT, ScenarioStatus.SUPERSEDED))
                | Q(solved_at__isnull=False),
                name="scenario_solved_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(
                    status__in=(ScenarioStatus.ENDORSED, ScenarioStatus.APPROVED, ScenarioStatus.RELEASED)
                )
                | Q(endorsed_at__isnull=False, minute__gt=""),
                name="scenario_endorsed_has_minute",
            ),
        )

    def __str__(self) -> str:
        return f"{self.reference} {self.name}"


@pghistory.track()
class ScenarioComment(Timestamped):
    """What somebody says about a scenario, or about one pair in it; never changed, only followed by another."""

    scenario = models.ForeignKey(
        Scenario, on_delete=models.CASCADE, related_name="comments", verbose_name=_("scenario")
    )
    north = models.ForeignKey(
        "applications.Application",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("Flemish municipality"),
    )
    south = models.ForeignKey(
        "applications.Application",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("partner municipality"),
    )
    author = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("author")
    )
    text = models.TextField(_("comment"))

    class Meta:
        verbose_name = _("comment on a scenario")
        verbose_name_plural = _("comments on scenarios")
        ordering = ("scenario", "created_at")
        constraints = (
            models.CheckConstraint(
                condition=Q(north__isnull=True, south__isnull=True)
                | Q(north__isnull=False, south__isnull=False),
                name="scenario_comment_on_a_pair_or_the_whole",
            ),
        )

    def __str__(self) -> str:
        return f"{self.scenario} · {self.author}"


@pghistory.track()
class PairRule(Timestamped):
    """A person's word on a pair, with the reason."""

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="rules")
    north = models.ForeignKey("applications.Application", on_delete=models.PROTECT, related_name="+")
    south = models.ForeignKey("applications.Application", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=RuleKind.choices)
    reason = models.TextField(_("reason"))
    set_by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("rule on a pair")
        verbose_name_plural = _("rules on pairs")
        constraints = (
            models.UniqueConstraint(fields=("scenario", "north", "south"), name="pair_rule_once"),
            models.CheckConstraint(
                condition=Q(reason__gt=""),
                name="pair_rule_has_reason",
                violation_error_message=_("Give a reason."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.north.municipality} – {self.south.municipality}: {self.get_kind_display()}"


class PairScore(models.Model):
    """The score of a pair with its named parts: [{"part", "weight", "score" or null, "sentence", "params"}].

    Sentences are stored as a code with parameters and put into words when shown, in the reader's language.
    """

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="pair_scores")
    track = models.ForeignKey("applications.Track", on_delete=models.PROTECT, related_name="+")
    north = models.ForeignKey("applications.Application", on_delete=models.PROTECT, related_name="+")
    south = models.ForeignKey("applications.Application", on_delete=models.PROTECT, related_name="+")
    score = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    barred_by = models.SlugField(
        max_length=40, blank=True, help_text=_("The hard rule that excludes this pair.")
    )
    parts = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("scenario", "north", "south"), name="pair_score_once"),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | (Q(score__gte=0) & Q(score__lte=100)),
                name="pair_score_in_range",
            ),
        )

    def __str__(self) -> str:
        return f"{self.north} – {self.south}: {self.score}"


@pghistory.track()
class Proposal(Timestamped):
    """A pair that is proposed to both municipalities, with its rationale."""

    reference = models.CharField(_("reference"), max_length=20, unique=True, editable=False)
    scenario = models.ForeignKey(
        Scenario, on_delete=models.PROTECT, related_name="proposals", verbose_name=_("scenario")
    )
    track = models.ForeignKey(
        "applications.Track", on_delete=models.PROTECT, related_name="proposals", verbose_name=_("track")
    )
    north = models.ForeignKey(
        "applications.Application",
        on_delete=models.PROTECT,
        related_name="proposals_as_north",
        verbose_name=_("Flemish municipality"),
    )
    south = models.ForeignKey(
        "applications.Application",
        on_delete=models.PROTECT,
        related_name="proposals_as_south",
        verbose_name=_("partner municipality"),
    )
    score = models.DecimalField(_("score"), max_digits=7, decimal_places=4)
    parts = models.JSONField(_("parts of the score"), default=list, blank=True)
    status = models.CharField(
        _("status"), max_length=16, choices=ProposalStatus.choices, default=ProposalStatus.PROPOSED
    )
    accept_by = models.DateField(_("to accept by"), null=True, blank=True)
    north_accepted_at = models.DateTimeField(_("Flemish side accepted on"), null=True, blank=True)
    north_accepted_by = models.ForeignKey(
        "people.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("accepted for the Flemish side by"),
    )
    south_accepted_at = models.DateTimeField(_("partner side accepted on"), null=True, blank=True)
    south_accepted_by = models.ForeignKey(
        "people.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("accepted for the partner side by"),
    )
    declined_side = models.CharField(_("side that declined"), max_length=8, choices=Side.choices, blank=True)
    decline_reason = models.TextField(_("why it was declined"), blank=True)

    class Meta:
        verbose_name = _("proposed match")
        verbose_name_plural = _("proposed matches")
        ordering = ("reference",)
        constraints = (
            models.UniqueConstraint(
                fields=("north",),
                condition=~Q(
                    status__in=(ProposalStatus.DECLINED, ProposalStatus.LAPSED, ProposalStatus.ENDED)
                ),
                name="proposal_one_living_north",
            ),
            models.UniqueConstraint(
                fields=("south",),
                condition=~Q(
                    status__in=(ProposalStatus.DECLINED, ProposalStatus.LAPSED, ProposalStatus.ENDED)
                ),
                name="proposal_one_living_south",
            ),
            models.CheckConstraint(
                condition=~Q(status=ProposalStatus.ACCEPTED)
                | Q(north_accepted_at__isnull=False, south_accepted_at__isnull=False),
                name="proposal_accepted_by_both",
            ),
        )

    def __str__(self) -> str:
        return f"{self.north.municipality} – {self.south.municipality}"


@pghistory.track()
class Approval(Timestamped):
    """The approval of a scenario's track by one association: the programme's lead, and the track's own."""

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="approvals")
    track = models.ForeignKey("applications.Track", on_delete=models.PROTECT, related_name="approvals")
    association = models.ForeignKey(
        "programme.Association", on_delete=models.PROTECT, related_name="approvals"
    )
    approved_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="approvals")
    minute = models.TextField(_("minute"), blank=True)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        constraints = (
            models.UniqueConstraint(
                fields=("scenario", "track", "association"), name="approval_once_an_association"
            ),
            models.UniqueConstraint(
                fields=("scenario", "track", "approved_by"), name="approval_by_different_people"
            ),
        )

    def __str__(self) -> str:
        return f"{self.scenario} · {self.track} · {self.association}"
