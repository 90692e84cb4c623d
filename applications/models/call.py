"""A call, its tracks per partner country, and what it asks and weighs."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applications.enums import CallPhase, CallStatus, QuestionKind, Section, TwinningRule
from sdgpartners.core import clock
from sdgpartners.core.models import Timestamped
from sdgpartners.core.text import Translated
from sdgpartners.programme.enums import Side, SouthernEntry


@pghistory.track()
class Call(Timestamped):
    """A call for candidacies (concept note 3.7). The cut-off is a moment; `time_zone` is how it is announced."""

    programme = models.ForeignKey(
        "programme.Programme", on_delete=models.PROTECT, related_name="calls", verbose_name=_("programme")
    )
    code = models.SlugField(_("short name in the address"), max_length=40, unique=True)
    title_en = models.CharField(_("title in English"), max_length=160)
    title_fr = models.CharField(_("title in French"), max_length=160)
    title_nl = models.CharField(_("title in Dutch"), max_length=160)
    summary_en = models.TextField(_("summary in English"))
    summary_fr = models.TextField(_("summary in French"))
    summary_nl = models.TextField(_("summary in Dutch"))
    status = models.CharField(
        _("status"), max_length=10, choices=CallStatus.choices, default=CallStatus.DRAFT
    )
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"), help_text=_("The server refuses later submissions."))
    time_zone = models.CharField(_("time zone of the announcement"), max_length=40, default="Europe/Brussels")
    decisions_planned_on = models.DateField(_("decisions planned on"), null=True, blank=True)
    start_planned_on = models.DateField(_("start of the partnerships planned on"), null=True, blank=True)
    info_session_at = models.DateTimeField(_("information session"), null=True, blank=True)
    info_session_url = models.URLField(_("address of the information session"), blank=True)
    info_session_minutes = models.PositiveSmallIntegerField(
        _("length of the information session (minutes)"), default=60, validators=(MinValueValidator(1),)
    )
    # Rises with each change, so that calendars replace the earlier event.
    info_session_sequence = models.PositiveSmallIntegerField(
        _("number of changes for calendars"), default=0, editable=False
    )
    northern_twinning = models.CharField(
        _("active town twinning of a Flemish municipality"),
        max_length=10,
        choices=TwinningRule.choices,
        default=TwinningRule.PLUS,
    )
    rehearsal_since = models.DateTimeField(_("in rehearsal since"), null=True, blank=True, editable=False)
    copied_from = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="copies",
        verbose_name=_("copied from"),
    )
    reviewers_per_application = models.PositiveSmallIntegerField(
        _("reviewers an application"), default=2, validators=(MinValueValidator(1),)
    )
    association_reviewers = models.PositiveSmallIntegerField(
        _("of whom from the association of the country"),
        default=1,
        help_text=_("At least so many; 0: it does not matter."),
    )
    comment_at_extremes = models.BooleanField(
        _("a comment is needed for the lowest and the highest score"), default=True
    )
    reviews_due_on = models.DateField(_("reviews due on"), null=True, blank=True)
    disagree_at = models.PositiveSmallIntegerField(_("disagreement from a spread of"), default=25)
    bonus = models.DecimalField(
        _("bonus for no active town twinning"), max_digits=5, decimal_places=2, default=5
    )
    bonus_max = models.DecimalField(_("bonus at most"), max_digits=5, decimal_places=2, default=5)
    bonus_tie_break = models.PositiveSmallIntegerField(
        _("place of the bonus among the tie-breaks"),
        null=True,
        blank=True,
        default=3,
        validators=(MinValueValidator(1),),
        help_text=_("Empty: the bonus breaks no tie."),
    )
    confirm_days = models.PositiveSmallIntegerField(_("days to confirm a selection"), default=14)
    nudge_days = models.PositiveSmallIntegerField(
        _("days between two reminders by a coordinator"), default=3, validators=(MinValueValidator(1),)
    )
    published_at = models.DateTimeField(_("published on"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided on"), null=True, blank=True)

    title = Translated()
    summary = Translated()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ("-opens_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="call_closes_after_opening",
                violation_error_message=_("The call closes after it opens."),
            ),
            models.CheckConstraint(
                condition=Q(status=CallStatus.DRAFT)
                | Q(status=CallStatus.CANCELLED)
                | Q(published_at__isnull=False),
                name="call_public_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(status=CallStatus.DECIDED) | Q(decided_at__isnull=False),
                name="call_decided_has_date",
            ),
            models.CheckConstraint(
                condition=Q(rehearsal_since__isnull=True) | Q(status=CallStatus.DRAFT),
                name="call_rehearsed_as_draft",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def phase(self) -> CallPhase:
        """Where the call stands now, from its state and dates. The closing moment itself is still open."""
        if self.status == CallStatus.DRAFT:
            return CallPhase.HIDDEN if self.rehearsal_since is None else CallPhase.REHEARSAL
        if self.status != CallStatus.PUBLISHED:
            return CallPhase(self.status)
        now = clock.now()
        if now < self.opens_at:
            return CallPhase.UPCOMING
        return CallPhase.OPEN if now <= self.closes_at else CallPhase.CLOSED

    @property
    def has_opened(self) -> bool:
        """Whether the date of its opening is there, whatever its state: it opened, or it still opens."""
        return self.opens_at <= clock.now()

    @property
    def has_closed(self) -> bool:
        """Whether the date of its closing is over, whatever its state; that moment itself is still open."""
        return self.closes_at < clock.now()


@pghistory.track()
class Track(models.Model):
    """One partner country in a call: theme, places, who may take part on its side, how it is scored and matched."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="tracks", verbose_name=_("call"))
    partner_country = models.ForeignKey(
        "programme.PartnerCountry",
        on_delete=models.PROTECT,
        related_name="tracks",
        verbose_name=_("partner country"),
    )
    theme = models.ForeignKey(
        "programme.Theme", on_delete=models.PROTECT, related_name="tracks", verbose_name=_("theme")
    )
    places = models.PositiveSmallIntegerField(_("places"))
    entry = models.CharField(_("southern side comes in by"), max_length=12, choices=SouthernEntry.choices)
    southern_scored = models.BooleanField(_("southern side is scored"), default=False)
    eligible = models.ManyToManyField(
        "programme.Municipality", blank=True, related_name="tracks", verbose_name=_("eligible municipalities")
    )
    southern_twinning = models.CharField(
        _("active town twinning of a municipality of the partner country"),
        max_length=10,
        choices=TwinningRule.choices,
        default=TwinningRule.NONE,
    )
    partner_choices = models.PositiveSmallIntegerField(
        _("partners that may be named"),
        default=0,
        help_text=_("How many partners a candidate may name, in order of preference. 0: none is asked."),
    )
    grid_version = models.PositiveSmallIntegerField(_("version of the grid"), default=1, editable=False)
    match_weight_theme = models.PositiveSmallIntegerField(_("weight of the thematic fit"), default=40)
    match_weight_exchange = models.PositiveSmallIntegerField(_("weight of offer against ask"), default=25)
    match_weight_language = models.PositiveSmallIntegerField(_("weight of the working languages"), default=15)
    match_weight_preference = models.PositiveSmallIntegerField(_("weight of the preferences"), default=10)
    match_weight_size = models.PositiveSmallIntegerField(_("weight of size and character"), default=5)
    match_weight_application = models.PositiveSmallIntegerField(
        _("weight of the application's score"), default=5
    )
    match_score_min = models.DecimalField(
        _("least score of an application to be matched"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=(MinValueValidator(0), MaxValueValidator(100)),
        help_text=_("0 to 100; empty: none. Asked of scored applications only."),
    )

    class Meta:
        verbose_name = _("track")
        verbose_name_plural = _("tracks")
        ordering = ("call", "partner_country")
        constraints = (
            models.UniqueConstraint(fields=("call", "partner_country"), name="track_once_a_country"),
        )

    def __str__(self) -> str:
        return f"{self.call} · {self.partner_country}"


class Question(models.Model):
    """A question of a call, shown in one section to one side (or both)."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="questions", verbose_name=_("call"))
    section = models.CharField(_("section"), max_length=20, choices=Section.choices)
    code = models.SlugField(_("code"), max_length=40)
    order = models.PositiveSmallIntegerField(_("order"))
    kind = models.CharField(_("kind"), max_length=10, choices=QuestionKind.choices, default=QuestionKind.TEXT)
    side = models.CharField(
        _("side"), max_length=8, choices=Side.choices, blank=True, help_text=_("Empty: both sides.")
    )
    in_profile = models.BooleanField(_("also in the short profile"), default=False)
    required = models.BooleanField(_("required"), default=True)
    word_limit = models.PositiveSmallIntegerField(_("most words"), null=True, blank=True)
    number_min = models.DecimalField(
        _("smallest number"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    number_max = models.DecimalField(
        _("largest number"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    choices_max = models.PositiveSmallIntegerField(
        _("most goals and targets, or files"), null=True, blank=True, validators=(MinValueValidator(1),)
    )
    shown_if = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="dependants",
        verbose_name=_("shown only if"),
        help_text=_("An earlier choice question of the same section."),
    )
    shown_if_choices = ArrayField(
        models.SlugField(max_length=40),
        default=list,
        blank=True,
        verbose_name=_("has one of these answers"),
        help_text=_("Codes of the choices, with commas between."),
    )
    label_en = models.CharField(_("question in English"), max_length=300)
    label_fr = models.CharField(_("question in French"), max_length=300)
    label_nl = models.CharField(_("question in Dutch"), max_length=300)
    help_en = models.TextField(_("explanation in English"), blank=True)
    help_fr = models.TextField(_("explanation in French"), blank=True)
    help_nl = models.TextField(_("explanation in Dutch"), blank=True)
    criteria = models.ManyToManyField(
        "applications.Criterion", blank=True, related_name="questions", verbose_name=_("criteria")
    )

    label = Translated()
    help = Translated()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ("call", "section", "order")
        constraints = (
            models.UniqueConstraint(fields=("call", "code"), name="question_code_unique"),
            models.CheckConstraint(
                condition=Q(shown_if__isnull=True) | ~Q(shown_if=F("id")),
                name="question_not_shown_by_itself",
                violation_error_message=_("A question cannot depend on its own answer."),
            ),
            models.CheckConstraint(
                condition=Q(number_min__isnull=True)
                | Q(number_max__isnull=True)
                | Q(number_max__gte=F("number_min")),
                name="question_numbers_in_order",
                violation_error_message=_("The highest number lies below the lowest."),
            ),
        )

    def __str__(self) -> str:
        return self.label


class QuestionChoice(models.Model):
    """One of the answers to choose from; the code is stored, the label shown."""

    question = models.ForeignKey(
        Question, on_delete=models.CASCADE, related_name="choices", verbose_name=_("question")
    )
    code = models.SlugField(_("code"), max_length=40)
    order = models.PositiveSmallIntegerField(_("order"))
    label_en = models.CharField(_("choice in English"), max_length=160)
    label_fr = models.CharField(_("choice in French"), max_length=160)
    label_nl = models.CharField(_("choice in Dutch"), max_length=160)

    label = Translated()

    class Meta:
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        ordering = ("question", "order")
        constraints = (models.UniqueConstraint(fields=("question", "code"), name="question_choice_unique"),)

    def __str__(self) -> str:
        return self.label


class Commitment(models.Model):
    """A commitment of the note that a candidate accepts or not; not scored."""

    call = models.ForeignKey(
        Call, on_delete=models.CASCADE, related_name="commitments", verbose_name=_("call")
    )
    code = models.SlugField(_("code"), max_length=40)
    order = models.PositiveSmallIntegerField(_("order"))
    required = models.BooleanField(_("required"), default=True)
    in_profile = models.BooleanField(_("also in the short profile"), default=True)
    text_en = models.TextField(_("text in English"))
    text_fr = models.TextField(_("text in French"))
    text_nl = models.TextField(_("text in Dutch"))

    text = Translated()

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ("call", "order")
        constraints = (models.UniqueConstraint(fields=("call", "code"), name="commitment_code_unique"),)

    def __str__(self) -> str:
        return self.text
