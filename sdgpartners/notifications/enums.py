"""States of mail."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MailState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    HELD = "held", _("Held back")
    FAILED = "failed", _("Failed")
    BOUNCED = "bounced", _("Bounced")
    SUPERSEDED = "superseded", _("Replaced by a newer one")


MAIL_MOVES = {
    MailState.QUEUED: frozenset({MailState.SENDING, MailState.HELD, MailState.SUPERSEDED}),
    MailState.SENDING: frozenset({MailState.SENT, MailState.FAILED, MailState.BOUNCED, MailState.QUEUED}),
    MailState.SENT: frozenset({MailState.BOUNCED}),
    MailState.HELD: frozenset({MailState.QUEUED, MailState.SUPERSEDED}),
    MailState.FAILED: frozenset({MailState.SENDING, MailState.QUEUED, MailState.HELD, MailState.SUPERSEDED}),
    MailState.BOUNCED: frozenset({MailState.QUEUED}),
    MailState.SUPERSEDED: frozenset[MailState](),
}


class ReminderState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    HELD = "held", _("Held for the digest")
    PASSED = "passed", _("Passed")


class Rhythm(models.TextChoices):
    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once a day")
    WEEKLY = "weekly", _("Once a week")
