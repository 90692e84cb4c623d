"""People and the seats they hold. Access follows seats, never groups or flags."""

from typing import Any, ClassVar

import pghistory
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from sdgpartners.core import clock
from sdgpartners.core.models import Timestamped
from sdgpartners.people.enums import AssociationRole, InvitationState, MunicipalRole, SteeringKind
from sdgpartners.programme.enums import Language


class UserManager(BaseUserManager["User"]):
    """Creates people by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin, Timestamped):
    """A person. `is_superuser` is the site's administrator; it opens no file of the programme by itself."""

    email = models.EmailField(_("e-mail address"), unique=True)
    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, default=Language.EN)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Europe/Brussels")
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_demo = models.BooleanField(_("account of the demo"), default=False, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ("last_name", "first_name", "email")
        constraints = (
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message=_("There is an account with this e-mail address already."),
            ),
        )

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.first_name or self.email

    @property
    def is_staff(self) -> bool:
        """What libraries ask; the admin's own door is CoordinatorAdminSite.has_permission."""
        return self.is_superuser


@pghistory.track()
class Membership(Timestamped):
    """A person works for a municipality, as contributor, editor or signatory. Ended ones stay, for the record."""

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("person")
    )
    municipality = models.ForeignKey(
        "programme.Municipality",
        on_delete=models.PROTECT,
        related_name="memberships",
        verbose_name=_("municipality"),
    )
    role = models.CharField(_("role"), max_length=12, choices=MunicipalRole.choices)
    job_title = models.CharField(_("function"), max_length=120, blank=True)
    ended_at = models.DateTimeField(_("ended on"), null=True, blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "municipality", "role"),
                condition=Q(ended_at__isnull=True),
                name="membership_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} · {self.municipality} · {self.get_role_display()}"


@pghistory.track()
class AssociationSeat(Timestamped):
    """A role at an association, with a named deputy who acts between two dates."""

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="association_seats", verbose_name=_("person")
    )
    association = models.ForeignKey(
        "programme.Association", on_delete=models.PROTECT, related_name="seats", verbose_name=_("association")
    )
    role = models.CharField(_("role"), max_length=12, choices=AssociationRole.choices)
    deputy = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="deputy_seats",
        verbose_name=_("deputy"),
    )
    deputy_from = models.DateField(_("deputy from"), null=True, blank=True)
    deputy_until = models.DateField(_("deputy until"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended on"), null=True, blank=True)

    class Meta:
        verbose_name = _("seat at an association")
        verbose_name_plural = _("seats at an association")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "association", "role"),
                condition=Q(ended_at__isnull=True),
                name="association_seat_once",
            ),
            models.CheckConstraint(
                condition=Q(deputy__isnull=True) | ~Q(deputy=models.F("user")),
                name="seat_deputy_is_another",
                violation_error_message=_("The deputy is another person than the one who holds the seat."),
            ),
            models.CheckConstraint(
                condition=Q(deputy_from__isnull=True, deputy_until__isnull=True)
                | Q(deputy_from__lte=models.F("deputy_until")),
                name="seat_deputy_dates_in_order",
                violation_error_message=_("The last day lies before the first."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} · {self.association} · {self.get_role_display()}"


@pghistory.track()
class SteeringSeat(Timestamped):
    """A seat in the steering group; observers sit for one sister association and see its country."""

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="steering_seats", verbose_name=_("person")
    )
    programme = models.ForeignKey(
        "programme.Programme",
        on_delete=models.PROTECT,
        related_name="steering_seats",
        verbose_name=_("programme"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=SteeringKind.choices)
    association = models.ForeignKey(
        "programme.Association",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="observer_seats",
        verbose_name=_("observes for"),
    )
    reviews = models.BooleanField(
        _("also reviews"), default=False, help_text=_("Scores applications like the other reviewers.")
    )
    ended_at = models.DateTimeField(_("ended on"), null=True, blank=True)

    class Meta:
        verbose_name = _("seat in the steering group")
        verbose_name_plural = _("seats in the steering group")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "programme"), condition=Q(ended_at__isnull=True), name="steering_seat_once"
            ),
            models.CheckConstraint(
                condition=Q(kind=SteeringKind.OBSERVER, association__isnull=False)
                | (~Q(kind=SteeringKind.OBSERVER) & Q(association__isnull=True)),
                name="steering_observer_has_association",
                violation_error_message=_("An observer sits for an association; the others do not."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} · {self.get_kind_display()}"


@pghistory.track(exclude=["token_hash"])
class Invitation(Timestamped):
    """An invitation by a coordinator: for one seat, single use, expiring. The token is kept as a hash."""

    email = models.EmailField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    municipality = models.ForeignKey(
        "programme.Municipality",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name=_("municipality"),
    )
    municipal_role = models.CharField(
        _("role at the municipality"), max_length=12, choices=MunicipalRole.choices, blank=True
    )
    association = models.ForeignKey(
        "programme.Association",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name=_("association"),
    )
    association_role = models.CharField(
        _("role at the association"), max_length=12, choices=AssociationRole.choices, blank=True
    )
    steering_programme = models.ForeignKey(
        "programme.Programme",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name=_("steering group of"),
    )
    steering_kind = models.CharField(
        _("seat in the steering group"), max_length=20, choices=SteeringKind.choices, blank=True
    )
    token_hash = models.CharField(_("hash of the link"), max_length=64, unique=True)
    invited_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="sent_invitations",
        verbose_name=_("invited by"),
    )
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(_("accepted on"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="accepted_invitations",
        verbose_name=_("accepted by"),
    )
    revoked_at = models.DateTimeField(_("withdrawn on"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    municipality__isnull=False, municipal_role__gt="", association_role="", steering_kind=""
                )
                | Q(association__isnull=False, association_role__gt="", municipal_role="", steering_kind="")
                | Q(
                    steering_programme__isnull=False,
                    steering_kind__gt="",
                    municipal_role="",
                    association_role="",
                ),
                name="invitation_for_exactly_one_seat",
                violation_error_message=_(
                    "Choose one seat: a role, and the municipality, association or steering group it is at."
                ),
            ),
        )

    def __str__(self) -> str:
        return self.email

    @property
    def state(self) -> InvitationState:
        """Where the invitation stands now."""
        if self.accepted_at:
            return InvitationState.ACCEPTED
        if self.revoked_at:
            return InvitationState.REVOKED
        return InvitationState.EXPIRED if self.expires_at <= clock.now() else InvitationState.OPEN
