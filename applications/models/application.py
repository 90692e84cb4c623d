"""An application: owned by the municipality, saved section by section."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.enums import ApplicationStatus, Section, SectionStatus
from applications.opened_page import is_key
from sdgpartners.core.models import Timestamped
from sdgpartners.programme.enums import Character, Language, Side


@pghistory.track()
class Application(Timestamped):
    """The candidacy of one municipality in one call. Southern ones belong to one track (`track`);
    Flemish ones rank tracks through TrackPreference."""

    reference = models.CharField(_("reference"), max_length=20, unique=True, editable=False)
    call = models.ForeignKey(
        "applications.Call", on_delete=models.PROTECT, related_name="applications", verbose_name=_("call")
    )
    municipality = models.ForeignKey(
        "programme.Municipality",
        on_delete=models.PROTECT,
        related_name="applications",
        verbose_name=_("municipality"),
    )
    side = models.CharField(_("side"), max_length=8, choices=Side.choices)
    track = models.ForeignKey(
        "applications.Track",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="southern_applications",
        verbose_name=_("track"),
    )
    is_profile = models.BooleanField(_("short profile"), default=False)
    status = models.CharField(
        _("status"), max_length=20, choices=ApplicationStatus.choices, default=ApplicationStatus.DRAFT
    )
    started_by = models.ForeignKey(
        "people.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="started_applications",
        verbose_name=_("started by"),
    )

    # Section "your municipality"
    contact_name = models.CharField(_("contact person"), max_length=120, blank=True)
    contact_function = models.CharField(_("function"), max_length=120, blank=True)
    contact_email = models.EmailField(_("e-mail address of the contact person"), blank=True)
    contact_phone = models.CharField(_("phone"), max_length=40, blank=True)
    character = models.CharField(
        _("what kind of place is it?"), max_length=10, choices=Character.choices, blank=True
    )
    working_languages = ArrayField(
        models.CharField(max_length=2, choices=Language.choices),
        default=list,
        blank=True,
        verbose_name=_("languages that you can work in"),
    )
    has_active_twinning = models.BooleanField(
        _("is there an active town twinning with the Global South today?"), null=True, blank=True
    )
    twinning_note = models.CharField(_("which town twinning"), max_length=300, blank=True)

    # How it came in
    self_check = models.ForeignKey(
        "applications.SelfCheck",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="applications",
        verbose_name=_("self-check"),
    )
    filled_by = models.ForeignKey(
        "programme.Association",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="filled_applications",
        verbose_name=_("filled in on behalf by"),
    )
    late_until = models.DateTimeField(_("admitted late until"), null=True, blank=True)
    # Of two applications of one municipality: the one that went on.
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        verbose_name=_("joined into"),
    )
    nudged_at = models.DateTimeField(
        _("last reminded by a coordinator"), null=True, blank=True, editable=False
    )

    submitted_at = models.DateTimeField(_("submitted on"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        "people.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="submitted_applications",
        verbose_name=_("submitted by"),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True, blank=True)
    eligibility_note = models.TextField(_("note on the eligibility"), blank=True)

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("call", "municipality"),
                condition=~Q(status=ApplicationStatus.WITHDRAWN),
                name="application_once_a_call",
            ),
            models.CheckConstraint(
                condition=Q(side=Side.NORTH, track__isnull=True) | Q(side=Side.SOUTH, track__isnull=False),
                name="application_track_on_southern_side",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=(
                        ApplicationStatus.DRAFT,
                        ApplicationStatus.AWAITING_SIGN_OFF,
                        ApplicationStatus.WITHDRAWN,
                    )
                )
                | Q(submitted_at__isnull=False),
                name="application_submitted_has_date",
            ),
        )

    @property
    def told_status(self) -> ApplicationStatus:
        """The state as it is told outside the desk: until the decisions are released a ranking leaves no trace."""
        status = ApplicationStatus(self.status)
        return ApplicationStatus.IN_REVIEW if status == ApplicationStatus.RANKED else status

    def __str__(self) -> str:
        return f"{self.reference} {self.municipality}"


class SectionState(Timestamped):
    """Where a section stands. `version` counts saves: a save on an older version is a conflict, unless `page`
    made the newest save as well: then the same person goes on typing and has only missed the answer."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="section_states")
    section = models.CharField(max_length=20, choices=Section.choices)
    version = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=20, choices=SectionStatus.choices, default=SectionStatus.NOT_STARTED)
    saved_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The opened page that made the newest save, or the reference of the application whose answers were taken over;
    # and the number of that sending (milliseconds in its browser).
    page = models.CharField(max_length=36, blank=True, editable=False)
    sent = models.BigIntegerField(default=0, editable=False)

    class Meta:
        ordering = ("application", "section")
        constraints = (
            models.UniqueConstraint(fields=("application", "section"), name="section_state_unique"),
        )

    def __str__(self) -> str:
        return f"{self.application} · {self.get_section_display()}"

    @property
    def taken_from(self) -> str:
        """The reference of the application whose answers were written here; empty where somebody typed."""
        return "" if is_key(self.page) else self.page


@pghistory.track()
class Answer(Timestamped):
    """The answer to one question: text as typed, the code of a choice, a number as text, a day as ISO text, the
    codes of goals and targets with blanks between. Files are AnswerFile rows."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="answers", verbose_name=_("application")
    )
    question = models.ForeignKey(
        "applications.Question", on_delete=models.PROTECT, related_name="answers", verbose_name=_("question")
    )
    value = models.TextField(_("answer"), blank=True)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = (
            models.UniqueConstraint(fields=("application", "question"), name="answer_once_a_question"),
        )

    def __str__(self) -> str:
        return f"{self.application} · {self.question.code}"


@pghistory.track()
class Interest(models.Model):
    """What a municipality offers (strength 0-3) and asks (wish 0-3) on a subtheme."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="interests")
    subtheme = models.ForeignKey("programme.Subtheme", on_delete=models.PROTECT, related_name="interests")
    offer = models.PositiveSmallIntegerField(default=0, validators=(MaxValueValidator(3),))
    ask = models.PositiveSmallIntegerField(default=0, validators=(MaxValueValidator(3),))

    class Meta:
        verbose_name = _("interest")
        verbose_name_plural = _("interests")
        constraints = (
            models.UniqueConstraint(fields=("application", "subtheme"), name="interest_once_a_subtheme"),
            models.CheckConstraint(condition=Q(offer__lte=3) & Q(ask__lte=3), name="interest_in_scale"),
        )

    def __str__(self) -> str:
        return f"{self.application} · {self.subtheme} +{self.offer} ?{self.ask}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class TrackPreference(models.Model):
    """A Flemish applicant's order of tracks: 1 is liked best."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="preferences")
    track = models.ForeignKey("applications.Track", on_delete=models.PROTECT, related_name="preferences")
    rank = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("application", "rank")
        constraints = (
            models.UniqueConstraint(fields=("application", "track"), name="preference_once_a_track"),
            models.UniqueConstraint(
                fields=("application", "rank"),
                name="preference_rank_unique",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(condition=Q(rank__gte=1), name="preference_rank_from_one"),
        )

    def __str__(self) -> str:
        return f"{self.rank}. {self.track}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class PartnerPreference(models.Model):
    """A partner that a candidate would like, in a track whose call lets partners be named: 1 is liked best."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="partner_preferences")
    track = models.ForeignKey(
        "applications.Track", on_delete=models.PROTECT, related_name="partner_preferences"
    )
    municipality = models.ForeignKey("programme.Municipality", on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("application", "track", "rank")
        constraints = (
            models.UniqueConstraint(
                fields=("application", "track", "municipality"), name="partner_preference_once_a_partner"
            ),
            models.UniqueConstraint(
                fields=("application", "track", "rank"),
                name="partner_preference_rank_unique",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(condition=Q(rank__gte=1), name="partner_preference_rank_from_one"),
        )

    def __str__(self) -> str:
        return f"{self.rank}. {self.municipality}"


@pghistory.track()
class AnswerFile(models.Model):
    """A file given as the answer to a question. A removed one stays, for the record."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="answer_files")
    question = models.ForeignKey(
        "applications.Question", on_delete=models.PROTECT, related_name="answer_files"
    )
    file = models.OneToOneField("documents.StoredFile", on_delete=models.PROTECT, related_name="answer_file")
    added_by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()
    removed_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("application", "question", "added_at")

    def __str__(self) -> str:
        return f"{self.application} · {self.question.code} · {self.file}"


class EditorPresence(models.Model):
    """Who has a section open, as far as their browser says so; stale after a minute or two."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="presences")
    section = models.CharField(max_length=20, choices=Section.choices)
    user = models.ForeignKey("people.User", on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("application", "section", "user"), name="presence_once"),
        )

    def __str__(self) -> str:
        return f"{self.application} · {self.get_section_display()} · {self.user}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class CommitmentAcceptance(models.Model):
    """A commitment accepted, by whom and when."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="acceptances")
    commitment = models.ForeignKey(
        "applications.Commitment", on_delete=models.PROTECT, related_name="acceptances"
    )
    accepted_by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("application", "commitment"), name="acceptance_once_a_commitment"
            ),
        )

    def __str__(self) -> str:
        return f"{self.application} · {self.commitment.code}"


class KeptText(models.Model):
    """What somebody typed on a section that another person had saved meanwhile. Nothing typed is thrown away."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="kept_texts")
    section = models.CharField(max_length=20, choices=Section.choices)
    content = models.JSONField(default=dict, blank=True)
    written_by = models.ForeignKey("people.User", on_delete=models.PROTECT, null=True, related_name="+")
    # The opened page that it was typed on: what that page sends later takes its place. Or the reference of the
    # application that it came from, where two were put together.
    page = models.CharField(max_length=36, blank=True, editable=False)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.application} · {self.get_section_display()}"

    @property
    def merged_from(self) -> str:
        """The reference of the application that it came from; empty where somebody typed it here."""
        return "" if is_key(self.page) else self.page
