"""The programme, the countries that it works with, and its milestones."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sdgpartners.core.text import Translated
from sdgpartners.programme.enums import SouthernEntry


@pghistory.track()
class Programme(models.Model):
    """A programme with its donor and its dates (concept note 1, 3.1)."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_en = models.CharField(_("name in English"), max_length=160)
    name_fr = models.CharField(_("name in French"), max_length=160)
    name_nl = models.CharField(_("name in Dutch"), max_length=160)
    donor = models.CharField(_("donor"), max_length=80)
    lead_association = models.ForeignKey(
        "programme.Association",
        on_delete=models.PROTECT,
        related_name="led_programmes",
        verbose_name=_("association that runs it"),
    )
    north_country = models.ForeignKey(
        "programme.Country", on_delete=models.PROTECT, related_name="+", verbose_name=_("northern side")
    )
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    is_fictional = models.BooleanField(
        _("fictional demo round"), default=False, help_text=_("Marks every page, mail, PDF and export.")
    )

    name = Translated()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="programme_ends_after_start",
                violation_error_message=_("The last day comes after the first."),
                violation_error_code="ends_on",
            ),
        )

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class PartnerCountry(models.Model):
    """A country of the programme with its association, theme and places (concept note 1, 3.2, 3.3)."""

    programme = models.ForeignKey(
        Programme,
        on_delete=models.CASCADE,
        related_name="partner_countries",
        verbose_name=_("programme"),
    )
    country = models.ForeignKey(
        "programme.Country", on_delete=models.PROTECT, related_name="+", verbose_name=_("country")
    )
    association = models.ForeignKey(
        "programme.Association",
        on_delete=models.PROTECT,
        related_name="partner_countries",
        verbose_name=_("association"),
    )
    theme = models.ForeignKey(
        "programme.Theme",
        on_delete=models.PROTECT,
        related_name="partner_countries",
        verbose_name=_("theme"),
    )
    places = models.PositiveSmallIntegerField(
        _("places"), help_text=_("Target and maximum; places may stay empty.")
    )
    entry = models.CharField(_("how municipalities come in"), max_length=12, choices=SouthernEntry.choices)
    scored = models.BooleanField(_("southern side is scored"), default=False)
    excludes_twinned = models.BooleanField(
        _("no town twinning on the southern side"),
        default=False,
        help_text=_("Municipalities of this country with a known town twinning cannot be matched."),
    )
    eligible = models.ManyToManyField(
        "programme.Municipality",
        through="programme.EligibleMunicipality",
        blank=True,
        related_name="eligible_in",
        verbose_name=_("eligible municipalities"),
        help_text=_("Empty: every municipality of the country."),
    )
    suspended_since = models.DateField(_("suspended since"), null=True, blank=True)
    suspension_reason = models.CharField(_("reason of the suspension"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("partner country")
        verbose_name_plural = _("partner countries")
        ordering = ("programme", "country")
        constraints = (
            models.UniqueConstraint(fields=("programme", "country"), name="partner_country_once_a_programme"),
            models.CheckConstraint(
                condition=Q(suspended_since__isnull=True) | ~Q(suspension_reason=""),
                name="partner_country_suspension_has_reason",
                violation_error_message=_("A suspension needs a reason."),
                violation_error_code="suspension_reason",
            ),
        )

    def __str__(self) -> str:
        return str(self.country)


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent())
class EligibleMunicipality(models.Model):
    """A line of the eligible list; history sees who was put on it and taken off."""

    partner_country = models.ForeignKey(
        PartnerCountry,
        on_delete=models.CASCADE,
        related_name="eligible_rows",
        verbose_name=_("partner country"),
    )
    municipality = models.ForeignKey(
        "programme.Municipality",
        on_delete=models.PROTECT,
        related_name="eligible_rows",
        verbose_name=_("municipality"),
    )

    class Meta:
        verbose_name = _("eligible municipality")
        verbose_name_plural = _("eligible municipalities")
        constraints = (
            models.UniqueConstraint(
                fields=("partner_country", "municipality"), name="eligible_municipality_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.partner_country} · {self.municipality}"


@pghistory.track()
class Milestone(models.Model):
    """A dated step per country, planned and actual (concept note 3.1, 3.7, 3.8, 3.9)."""

    programme = models.ForeignKey(
        Programme, on_delete=models.CASCADE, related_name="milestones", verbose_name=_("programme")
    )
    partner_country = models.ForeignKey(
        PartnerCountry,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="milestones",
        verbose_name=_("partner country"),
        help_text=_("Empty: of the whole programme."),
    )
    code = models.SlugField(_("code"), max_length=40)
    title_en = models.CharField(_("title in English"), max_length=160)
    title_fr = models.CharField(_("title in French"), max_length=160)
    title_nl = models.CharField(_("title in Dutch"), max_length=160)
    planned_on = models.DateField(_("planned on"))
    actual_on = models.DateField(_("happened on"), null=True, blank=True)

    title = Translated()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ("planned_on", "code")
        constraints = (
            models.UniqueConstraint(
                fields=("programme", "partner_country", "code"), name="milestone_unique", nulls_distinct=False
            ),
        )

    def __str__(self) -> str:
        return self.title
