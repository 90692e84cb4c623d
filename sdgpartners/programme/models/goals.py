"""The 2030 Agenda and the themes that narrow it."""

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sdgpartners.core.text import Translated
from sdgpartners.programme import validators
from sdgpartners.programme.enums import ThemeKind


class Pillar(models.Model):
    """One of the five pillars: people, planet, prosperity, peace, partnership."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    order = models.PositiveSmallIntegerField(_("order"))
    name_en = models.CharField(_("name in English"), max_length=40)
    name_fr = models.CharField(_("name in French"), max_length=40)
    name_nl = models.CharField(_("name in Dutch"), max_length=40)

    name = Translated()

    class Meta:
        verbose_name = _("pillar")
        verbose_name_plural = _("pillars")
        ordering = ("order",)

    def __str__(self) -> str:
        return self.name


class Goal(models.Model):
    """One of the 17 goals, with its official colour."""

    number = models.PositiveSmallIntegerField(
        _("number"), primary_key=True, validators=(MinValueValidator(1), MaxValueValidator(17))
    )
    pillar = models.ForeignKey(
        Pillar, on_delete=models.PROTECT, related_name="goals", verbose_name=_("pillar")
    )
    title_en = models.CharField(_("title in English"), max_length=120)
    title_fr = models.CharField(_("title in French"), max_length=120)
    title_nl = models.CharField(_("title in Dutch"), max_length=120)
    text_en = models.TextField(_("text in English"))
    text_fr = models.TextField(_("text in French"))
    text_nl = models.TextField(_("text in Dutch"))
    colour = models.CharField(_("colour"), max_length=7, validators=(validators.colour_code,))

    title = Translated()
    text = Translated()

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        ordering = ("number",)

    def __str__(self) -> str:
        return f"SDG {self.number} {self.title}"


class Target(models.Model):
    """One of the 169 targets; its code is a name (16.7, 8.a), not a number."""

    code = models.CharField(_("code"), max_length=6, primary_key=True, validators=(validators.target_code,))
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="targets", verbose_name=_("goal"))
    order = models.PositiveSmallIntegerField(_("order"), help_text=_("Numbers come before letters."))
    text_en = models.TextField(_("text in English"))
    text_fr = models.TextField(_("text in French"))
    text_nl = models.TextField(_("text in Dutch"))

    text = Translated()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ("goal", "order")

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


@pghistory.track()
class Theme(models.Model):
    """What a country's partnerships work on (concept note 3.2): one shared theme, or one per pair."""

    programme = models.ForeignKey(
        "programme.Programme", on_delete=models.CASCADE, related_name="themes", verbose_name=_("programme")
    )
    code = models.SlugField(_("code"), max_length=40)
    kind = models.CharField(_("kind"), max_length=10, choices=ThemeKind.choices)
    title_en = models.CharField(_("title in English"), max_length=120)
    title_fr = models.CharField(_("title in French"), max_length=120)
    title_nl = models.CharField(_("title in Dutch"), max_length=120)
    description_en = models.TextField(_("description in English"), blank=True)
    description_fr = models.TextField(_("description in French"), blank=True)
    description_nl = models.TextField(_("description in Dutch"), blank=True)
    shared = models.BooleanField(
        _("shared by all partnerships"),
        default=True,
        help_text=_("Otherwise each pair agrees its own theme inside this one."),
    )
    pillar = models.ForeignKey(
        Pillar,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="themes",
        verbose_name=_("pillar"),
    )
    goals = models.ManyToManyField(Goal, blank=True, related_name="themes", verbose_name=_("goals"))
    targets = models.ManyToManyField(Target, blank=True, related_name="themes", verbose_name=_("targets"))

    title = Translated()
    description = Translated()

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ("programme", "code")
        constraints = (
            models.UniqueConstraint(fields=("programme", "code"), name="theme_code_unique"),
            models.CheckConstraint(
                condition=~Q(kind=ThemeKind.PILLAR) | Q(pillar__isnull=False),
                name="theme_of_a_pillar_names_it",
                violation_error_message=_("A theme that is a pillar needs its pillar."),
                violation_error_code="pillar",
            ),
        )

    def __str__(self) -> str:
        return self.title


@pghistory.track()
class Subtheme(models.Model):
    """What offers and asks refer to."""

    theme = models.ForeignKey(
        Theme, on_delete=models.CASCADE, related_name="subthemes", verbose_name=_("theme")
    )
    code = models.SlugField(_("code"), max_length=40)
    order = models.PositiveSmallIntegerField(_("order"))
    title_en = models.CharField(_("title in English"), max_length=120)
    title_fr = models.CharField(_("title in French"), max_length=120)
    title_nl = models.CharField(_("title in Dutch"), max_length=120)
    goals = models.ManyToManyField(Goal, blank=True, related_name="subthemes", verbose_name=_("goals"))
    targets = models.ManyToManyField(Target, blank=True, related_name="subthemes", verbose_name=_("targets"))

    title = Translated()

    class Meta:
        verbose_name = _("subtheme")
        verbose_name_plural = _("subthemes")
        ordering = ("theme", "order")
        constraints = (models.UniqueConstraint(fields=("theme", "code"), name="subtheme_code_unique"),)

    def __str__(self) -> str:
        return self.title
