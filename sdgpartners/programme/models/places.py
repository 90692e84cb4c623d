"""Countries, associations, municipalities and what is known of their town twinnings."""

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sdgpartners.core.text import Translated
from sdgpartners.programme import validators
from sdgpartners.programme.enums import Character, Language, Marker, TwinningStatus


class Country(models.Model):
    """A country (or Flanders in it) with what its people use: language, zone, money, and its mark on maps."""

    code = models.CharField(
        _("ISO code"), max_length=2, primary_key=True, validators=(validators.country_code,)
    )
    name_en = models.CharField(_("name in English"), max_length=80)
    name_fr = models.CharField(_("name in French"), max_length=80)
    name_nl = models.CharField(_("name in Dutch"), max_length=80)
    municipality_term_en = models.CharField(_("word for municipality in English"), max_length=40)
    municipality_term_fr = models.CharField(_("word for municipality in French"), max_length=40)
    municipality_term_nl = models.CharField(_("word for municipality in Dutch"), max_length=40)
    default_language = models.CharField(_("first language"), max_length=2, choices=Language.choices)
    time_zone = models.CharField(_("time zone"), max_length=40, validators=(validators.time_zone_name,))
    currency = models.CharField(_("currency"), max_length=3, validators=(validators.currency_code,))
    marker = models.CharField(_("mark on maps"), max_length=12, choices=Marker.choices)

    name = Translated()
    municipality_term = Translated()

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Association(models.Model):
    """An association of local governments: VVSG, ANCB, RALGA, or what comes next."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    acronym = models.CharField(_("acronym"), max_length=20)
    country = models.ForeignKey(
        Country, on_delete=models.PROTECT, related_name="associations", verbose_name=_("country")
    )
    name_en = models.CharField(_("name in English"), max_length=160)
    name_fr = models.CharField(_("name in French"), max_length=160)
    name_nl = models.CharField(_("name in Dutch"), max_length=160)
    email = models.EmailField(_("e-mail address"), blank=True)
    website = models.URLField(_("website"), blank=True)

    name = Translated()

    class Meta:
        verbose_name = _("association")
        verbose_name_plural = _("associations")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.acronym


@pghistory.track()
class Municipality(models.Model):
    """A Flemish municipality, a Beninese commune, a Rwandan district. A merged one names its successor."""

    country = models.ForeignKey(
        Country, on_delete=models.PROTECT, related_name="municipalities", verbose_name=_("country")
    )
    code = models.CharField(_("official code"), max_length=12)
    name = models.CharField(_("name"), max_length=120)
    alt_name = models.CharField(_("other name"), max_length=160, blank=True)
    region = models.CharField(_("region"), max_length=80)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    population_year = models.PositiveSmallIntegerField(
        _("year of the population"),
        null=True,
        blank=True,
        validators=(MinValueValidator(1900), MaxValueValidator(2100)),
    )
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=8,
        decimal_places=5,
        validators=(MinValueValidator(-90), MaxValueValidator(90)),
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=8,
        decimal_places=5,
        validators=(MinValueValidator(-180), MaxValueValidator(180)),
    )
    coordinate_basis = models.CharField(_("what the point stands on"), max_length=40, blank=True)
    postcodes = models.CharField(
        _("postcodes"), max_length=200, blank=True, validators=(validators.postcodes,)
    )
    kbo_number = models.CharField(
        _("company number (KBO)"), max_length=10, blank=True, validators=(validators.company_number,)
    )
    website = models.URLField(_("website"), blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    mail_domains = models.CharField(
        _("domains of its mail addresses"),
        max_length=300,
        blank=True,
        validators=(validators.mail_domains,),
        help_text=_("With commas between them. Empty: those of its website and e-mail address."),
    )
    merged_from = models.CharField(_("merged from"), max_length=200, blank=True)
    source = models.CharField(_("keys of the sources"), max_length=40, blank=True)
    character = models.CharField(_("character"), max_length=10, choices=Character.choices, blank=True)
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("successor after a merger"),
    )
    is_test = models.BooleanField(_("test municipality, for rehearsals"), default=False)

    class Meta:
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        ordering = ("country", "name")
        constraints = (
            models.UniqueConstraint(fields=("country", "code"), name="municipality_code_unique"),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | ~Q(successor=models.F("id")),
                name="municipality_not_its_own_successor",
                violation_error_message=_("A municipality cannot be its own successor."),
                violation_error_code="successor",
            ),
            models.CheckConstraint(
                condition=Q(population__isnull=True) | Q(population_year__isnull=False),
                name="municipality_population_has_year",
                violation_error_message=_("A population needs the year that it was counted in."),
                violation_error_code="population_year",
            ),
        )

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class TownTwinning(models.Model):
    """A known town twinning, with the page it was found on. A hint only: the declaration counts.

    `south` is filled where the partner is a municipality that the portal knows; the partner's country may be
    one that the portal does not know, so it is a code.
    """

    north = models.ForeignKey(
        Municipality,
        on_delete=models.CASCADE,
        related_name="twinnings_as_north",
        verbose_name=_("Flemish municipality"),
    )
    partner_country_code = models.CharField(
        _("country of the partner (ISO code)"), max_length=2, validators=(validators.country_code,)
    )
    south = models.ForeignKey(
        Municipality,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="twinnings_as_south",
        verbose_name=_("partner municipality"),
    )
    partner_name = models.CharField(_("name of the partner"), max_length=120)
    since_year = models.PositiveSmallIntegerField(
        _("since"), null=True, blank=True, validators=(MinValueValidator(1900), MaxValueValidator(2100))
    )
    status = models.CharField(
        _("status"), max_length=10, choices=TwinningStatus.choices, default=TwinningStatus.KNOWN
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    source_url = models.URLField(_("page of the source"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("town twinning")
        verbose_name_plural = _("town twinnings")
        ordering = ("north", "partner_name")
        constraints = (
            models.UniqueConstraint(
                fields=("north", "partner_country_code", "partner_name"), name="town_twinning_unique"
            ),
        )

    def __str__(self) -> str:
        return f"{self.north} – {self.partner_name}"
