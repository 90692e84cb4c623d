"""A partnership: two equal partners, no lead, with a capped end (concept note 3.1)."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from matching.enums import ActorKind, MemberKind, PartnershipStatus, TeamRole
from sdgpartners.core.models import Timestamped
from sdgpartners.programme.enums import Side


@pghistory.track()
class Partnership(Timestamped):
    """One Flemish municipality with one of a partner country."""

    reference = models.CharField(_("reference"), max_length=20, unique=True, editable=False)
    proposal = models.OneToOneField(
        "matching.Proposal",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="partnership",
        verbose_name=_("proposal"),
    )
    partner_country = models.ForeignKey(
        "programme.PartnerCountry",
        on_delete=models.PROTECT,
        related_name="partnerships",
        verbose_name=_("partner country"),
    )
    theme = models.ForeignKey(
        "programme.Theme", on_delete=models.PROTECT, related_name="partnerships", verbose_name=_("theme")
    )
    north = models.ForeignKey(
        "programme.Municipality",
        on_delete=models.PROTECT,
        related_name="partnerships_as_north",
        verbose_name=_("Flemish municipality"),
    )
    south = models.ForeignKey(
        "programme.Municipality",
        on_delete=models.PROTECT,
        related_name="partnerships_as_south",
        verbose_name=_("partner municipality"),
    )
    status = models.CharField(
        _("status"), max_length=12, choices=PartnershipStatus.choices, default=PartnershipStatus.PREPARING
    )
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    activated_at = models.DateTimeField(_("active since"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    end_reason = models.TextField(_("why it ended"), blank=True)
    hidden_publicly = models.BooleanField(_("hidden on the public pages"), default=False)
    replaces = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("takes the place of"),
    )
    north_free_since = models.DateField(
        _("Flemish side free for another match since"),
        null=True,
        blank=True,
        help_text=_("While the partnership is suspended: it stays in the network and may be matched again."),
    )

    class Meta:
        verbose_name = _("partnership")
        verbose_name_plural = _("partnerships")
        ordering = ("partner_country", "reference")
        constraints = (
            models.UniqueConstraint(
                fields=("north",),
                condition=~Q(status__in=(PartnershipStatus.CLOSED, PartnershipStatus.ENDED_EARLY))
                & Q(north_free_since__isnull=True),
                name="partnership_one_living_north",
            ),
            models.UniqueConstraint(
                fields=("south",),
                condition=~Q(status__in=(PartnershipStatus.CLOSED, PartnershipStatus.ENDED_EARLY)),
                name="partnership_one_living_south",
            ),
            models.CheckConstraint(
                condition=Q(status=PartnershipStatus.PREPARING)
                | Q(status=PartnershipStatus.ENDED_EARLY)
                | Q(status=PartnershipStatus.SUSPENDED)
                | Q(starts_on__isnull=False, ends_on__isnull=False),
                name="partnership_active_has_dates",
            ),
            models.CheckConstraint(
                condition=Q(north_free_since__isnull=True)
                | Q(status__in=(PartnershipStatus.SUSPENDED, PartnershipStatus.ENDED_EARLY)),
                name="partnership_free_only_while_suspended",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="partnership_dates_in_order",
                violation_error_message=_("The last day lies before the first."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.north} – {self.south}"

    def side_of(self, municipality_id: int) -> Side | None:
        """Which of the two a municipality is here; None for a stranger."""
        if municipality_id == self.north_id:
            return Side.NORTH
        return Side.SOUTH if municipality_id == self.south_id else None


class PartnershipSide(models.Model):
    """One of the two partners, with its people and the outside actors it involves (concept note 3.5)."""

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="sides")
    side = models.CharField(max_length=8, choices=Side.choices)
    municipality = models.ForeignKey(
        "programme.Municipality", on_delete=models.PROTECT, related_name="partnership_sides"
    )
    split_confirmed_at = models.DateTimeField(null=True, blank=True)
    split_confirmed_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    calendar_agreed_at = models.DateTimeField(null=True, blank=True)
    calendar_agreed_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("partnership", "side"), name="partnership_side_unique"),
        )

    def __str__(self) -> str:
        return f"{self.partnership} · {self.municipality}"


@pghistory.track()
class TeamMember(Timestamped):
    """A person of one side: contact, political sponsor, or member of the internal steering group."""

    side = models.ForeignKey(PartnershipSide, on_delete=models.CASCADE, related_name="team")
    user = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, blank=True, related_name="team_memberships"
    )
    name = models.CharField(_("name"), max_length=120)
    service = models.CharField(_("service or department"), max_length=120, blank=True)
    role = models.CharField(_("role"), max_length=10, choices=TeamRole.choices)
    kind = models.CharField(_("civil servant or politician"), max_length=12, choices=MemberKind.choices)
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("team member")
        verbose_name_plural = _("team members")
        ordering = ("side", "role", "name")

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Actor(Timestamped):
    """An organisation outside the local government that a side involves."""

    side = models.ForeignKey(PartnershipSide, on_delete=models.CASCADE, related_name="actors")
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=14, choices=ActorKind.choices)
    since = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("outside actor")
        verbose_name_plural = _("outside actors")
        ordering = ("side", "name")

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class JointPlan(Timestamped):
    """What the pair sets out to learn, do and change; agreed by both sides."""

    partnership = models.OneToOneField(Partnership, on_delete=models.CASCADE, related_name="plan")
    theme_title = models.CharField(_("theme of this partnership"), max_length=160, blank=True)
    change_north = models.TextField(_("what the Flemish municipality wants to change"), blank=True)
    change_south = models.TextField(_("what the partner municipality wants to change"), blank=True)
    language = models.CharField(_("language of the plan"), max_length=2, blank=True)
    version = models.PositiveIntegerField(default=0)
    agreed_north_at = models.DateTimeField(null=True, blank=True)
    agreed_north_by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")
    agreed_south_at = models.DateTimeField(null=True, blank=True)
    agreed_south_by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("joint plan")
        verbose_name_plural = _("joint plans")

    def __str__(self) -> str:
        return str(self.partnership)


@pghistory.track()
class LearningQuestion(models.Model):
    """One of the questions of a plan. `version` is the plan's: each save writes all rows anew, so that their history
    holds every version whole."""

    plan = models.ForeignKey(JointPlan, on_delete=models.CASCADE, related_name="questions")
    version = models.PositiveIntegerField(default=0)
    order = models.PositiveSmallIntegerField()
    text = models.TextField()

    class Meta:
        ordering = ("plan", "order")
        constraints = (models.UniqueConstraint(fields=("plan", "order"), name="learning_question_order"),)

    def __str__(self) -> str:
        return self.text


@pghistory.track()
class Activity(models.Model):
    """Something that the pair plans, in a version of its plan as a learning question is."""

    plan = models.ForeignKey(JointPlan, on_delete=models.CASCADE, related_name="activities")
    version = models.PositiveIntegerField(default=0)
    order = models.PositiveSmallIntegerField()
    text = models.TextField()
    due_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("plan", "order")
        constraints = (models.UniqueConstraint(fields=("plan", "order"), name="activity_order"),)

    def __str__(self) -> str:
        return self.text


@pghistory.track()
class Agreement(Timestamped):
    """The agreement between the two, signed by a signatory of each side."""

    partnership = models.OneToOneField(Partnership, on_delete=models.CASCADE, related_name="agreement")
    starts_on = models.DateField(_("starts on"))
    text = models.ForeignKey(
        "matching.AgreementText",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="agreements",
        verbose_name=_("text"),
    )
    body_en = models.TextField(_("text in English"), blank=True)
    body_fr = models.TextField(_("text in French"), blank=True)
    body_nl = models.TextField(_("text in Dutch"), blank=True)
    frozen_at = models.DateTimeField(
        _("text fixed on"),
        null=True,
        blank=True,
        help_text=_("With the first signature; both sign the same text."),
    )
    signed_north_at = models.DateTimeField(null=True, blank=True)
    signed_north_by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")
    signed_south_at = models.DateTimeField(null=True, blank=True)
    signed_south_by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")

    def __str__(self) -> str:
        return str(self.partnership)
