"""How people come in by asking, and what a merger or elections change."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sdgpartners.core.models import Timestamped
from sdgpartners.people.enums import JoinState, MunicipalRole, SuccessionKind
from sdgpartners.people.models.seats import User
from sdgpartners.programme.enums import Language


@pghistory.track(exclude=["token_hash"])
class JoinRequest(Timestamped):
    """Somebody asks for a seat at a municipality. The address is proved by a link that works once, the person
    by the association of the country. The token is kept as a hash."""

    municipality = models.ForeignKey(
        "programme.Municipality",
        on_delete=models.PROTECT,
        related_name="join_requests",
        verbose_name=_("municipality"),
    )
    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("last name"), max_length=80)
    job_title = models.CharField(_("function"), max_length=120)
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=12, choices=MunicipalRole.choices)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices)
    own_domain = models.BooleanField(_("address on the municipality's own domain"))
    # Where the person was going: a path of the portal.
    next_path = models.CharField(_("page to go on to"), max_length=200, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=JoinState.choices, default=JoinState.ASKED)
    token_hash = models.CharField(_("hash of the link"), max_length=64, unique=True)
    expires_at = models.DateTimeField(_("link valid until"))
    proved_at = models.DateTimeField(_("address confirmed"), null=True, blank=True)
    phoned = models.BooleanField(_("checked by phone"), default=False)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    user = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="join_requests",
        verbose_name=_("account"),
    )

    class Meta:
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("email", "municipality"),
                condition=Q(state__in=(JoinState.ASKED, JoinState.WAITING)),
                name="join_request_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state=JoinState.ASKED) | Q(proved_at__isnull=False),
                name="join_request_proved_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(JoinState.ACCEPTED, JoinState.REFUSED))
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="join_request_decided_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(state=JoinState.REFUSED) | Q(reason__gt=""),
                name="join_request_refused_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=JoinState.ACCEPTED) | Q(own_domain=True) | Q(phoned=True),
                name="join_request_checked_by_phone",
            ),
        )

    def __str__(self) -> str:
        return f"{self.full_name} · {self.municipality}"

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


@pghistory.track()
class Succession(Timestamped):
    """A merger or elections: who takes over from whom, since when, and who wrote it down."""

    kind = models.CharField(_("what happened"), max_length=10, choices=SuccessionKind.choices)
    municipality = models.ForeignKey(
        "programme.Municipality",
        on_delete=models.PROTECT,
        related_name="successions",
        verbose_name=_("municipality"),
    )
    successor = models.ForeignKey(
        "programme.Municipality",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("merged into"),
    )
    former_signatory = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("former sponsor"),
    )
    new_signatory = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("new sponsor")
    )
    new_email = models.EmailField(_("e-mail address of the new sponsor"), blank=True)
    happened_on = models.DateField(_("happened on"))
    note = models.TextField(_("note"), blank=True)
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        ordering = ("-happened_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind=SuccessionKind.MERGER, successor__isnull=False)
                | Q(kind=SuccessionKind.ELECTIONS, successor__isnull=True, new_email__gt=""),
                name="succession_names_who_takes_over",
                violation_error_message=_(
                    "A merger needs the municipality that takes over; elections need the e-mail address of the "
                    "new sponsor."
                ),
            ),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | ~Q(successor=F("municipality")),
                name="succession_not_by_itself",
                violation_error_message=_("A municipality cannot be its own successor."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.municipality} · {self.get_kind_display()} · {self.happened_on:%Y-%m-%d}"

    @property
    def body(self) -> object:
        """The municipality that carries on: the successor after a merger, else the municipality itself."""
        return self.successor or self.municipality
