"""The outbox, the ledger of reminders, and what a person wishes to receive."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from sdgpartners.core import clock
from sdgpartners.core.models import Timestamped
from sdgpartners.notifications.enums import MailState, ReminderState, Rhythm
from sdgpartners.programme.enums import Language


class OutgoingMail(Timestamped):
    """A mail to one person, written in the transaction that caused it and drained by the beat."""

    recipient = models.ForeignKey(
        "people.User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="mails",
        verbose_name=_("recipient"),
    )
    to = models.EmailField(_("to"))
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    kind = models.SlugField(_("kind"), max_length=60)
    target = models.CharField(_("about"), max_length=60, blank=True)
    subject = models.CharField(_("subject"), max_length=250)
    body_text = models.TextField(_("text"), blank=True)
    body_html = models.TextField(_("text with layout"), blank=True)
    calendar = models.TextField(_("calendar invitation"), blank=True)
    attachment = models.ForeignKey(
        "documents.StoredFile",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="mails",
        verbose_name=_("attachment"),
    )
    body_kept = models.BooleanField(
        _("text is kept"),
        default=True,
        help_text=_("Login codes go out at once and their text is not stored."),
    )
    state = models.CharField(_("state"), max_length=12, choices=MailState.choices, default=MailState.QUEUED)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    not_before = models.DateTimeField(_("not before"), default=clock.now)
    claimed_at = models.DateTimeField(_("taken up on"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent on"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)
    message_id = models.CharField(_("number of the message"), max_length=200, blank=True)
    superseded_by = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="supersedes",
        verbose_name=_("replaced by"),
    )

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ("-created_at",)
        indexes = (models.Index(fields=("state", "not_before"), name="mail_queue"),)

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"


class ReminderSent(models.Model):
    """The ledger: this step of this reminder was queued for, or has passed by, this person."""

    kind = models.SlugField(_("kind"), max_length=60)
    target = models.CharField(_("about"), max_length=60)
    due_on = models.DateField(_("due on"))
    recipient = models.ForeignKey(
        "people.User", on_delete=models.CASCADE, related_name="reminders", verbose_name=_("recipient")
    )
    step = models.SmallIntegerField(
        _("days from the due date"), help_text=_("Days before (-) or after (+) the due date.")
    )
    state = models.CharField(_("state"), max_length=8, choices=ReminderState.choices)
    mail = models.ForeignKey(
        OutgoingMail,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("mail"),
    )
    created_at = models.DateTimeField(_("created on"), default=clock.now)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "target", "due_on", "recipient", "step"), name="reminder_once_a_step"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.target} {self.step:+d}"


class Preference(models.Model):
    """How often a person wants mail, and the secret of their calendar address."""

    user = models.OneToOneField(
        "people.User", on_delete=models.CASCADE, related_name="mail_preference", verbose_name=_("person")
    )
    rhythm = models.CharField(_("how often"), max_length=10, choices=Rhythm.choices, default=Rhythm.AT_ONCE)
    bounced_at = models.DateTimeField(_("bounced on"), null=True, blank=True)

    class Meta:
        verbose_name = _("mail preference")
        verbose_name_plural = _("mail preferences")

    def __str__(self) -> str:
        return f"{self.user}: {self.get_rhythm_display()}"
