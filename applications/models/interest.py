"""People and municipalities before they apply: invited, signed up for the information session, checked
themselves."""

import uuid

import pghistory
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from sdgpartners.core.models import Timestamped
from sdgpartners.programme.enums import Language


class SelfCheck(models.Model):
    """What somebody without an account answered to see whether their municipality may take part; it becomes a
    pre-filled draft. Holds no personal data. `answers` holds raw values by the name of the field."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    call = models.ForeignKey(
        "applications.Call", on_delete=models.CASCADE, related_name="self_checks", verbose_name=_("call")
    )
    municipality = models.ForeignKey(
        "programme.Municipality", on_delete=models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    answers = models.JSONField(default=dict, blank=True)
    eligible = models.BooleanField(_("eligible"))
    created_at = models.DateTimeField(_("made on"))

    class Meta:
        verbose_name = _("self-check")
        verbose_name_plural = _("self-checks")

    def __str__(self) -> str:
        return f"{self.call} · {self.municipality}"


class InformationSignUp(Timestamped):
    """Somebody who comes to the information session of a call; can become a pre-filled draft."""

    uid = models.UUIDField(_("number in the address"), default=uuid.uuid4, unique=True, editable=False)
    call = models.ForeignKey(
        "applications.Call", on_delete=models.CASCADE, related_name="sign_ups", verbose_name=_("call")
    )
    municipality = models.ForeignKey(
        "programme.Municipality",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("municipality"),
    )
    name = models.CharField(_("name"), max_length=120)
    job_title = models.CharField(_("function"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    # The beginning of the session that this person was reminded of, and when they were thanked for coming.
    reminded_of = models.DateTimeField(_("reminded of the session of"), null=True, blank=True, editable=False)
    followed_up_at = models.DateTimeField(_("thanked on"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("sign-up for the information session")
        verbose_name_plural = _("sign-ups for the information session")
        ordering = ("call", "created_at")
        constraints = (
            models.UniqueConstraint(
                "call",
                Lower("email"),
                name="information_sign_up_once",
                violation_error_message=_("This address has signed up already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.call} · {self.name}"


@pghistory.track()
class CallInvitation(models.Model):
    """A municipality that was asked to take part in a call."""

    call = models.ForeignKey(
        "applications.Call", on_delete=models.PROTECT, related_name="invitations", verbose_name=_("call")
    )
    municipality = models.ForeignKey(
        "programme.Municipality",
        on_delete=models.PROTECT,
        related_name="call_invitations",
        verbose_name=_("municipality"),
    )
    invited_by = models.ForeignKey(
        "people.User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("invited by")
    )
    invited_at = models.DateTimeField(_("invited on"))

    class Meta:
        verbose_name = _("invitation to a call")
        verbose_name_plural = _("invitations to a call")
        ordering = ("call", "municipality")
        constraints = (models.UniqueConstraint(fields=("call", "municipality"), name="call_invitation_once"),)

    def __str__(self) -> str:
        return f"{self.call} · {self.municipality}"
