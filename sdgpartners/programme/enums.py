"""Choices of the programme room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Side(models.TextChoices):
    """Two equal partners; north and south name where they are, not who leads."""

    NORTH = "north", _("Flanders")
    SOUTH = "south", _("Partner country")


class Marker(models.TextChoices):
    """The shape that stands for a country, beside its name and hue."""

    DIAMOND = "diamond", _("diamond")
    CIRCLE = "circle", _("circle")
    TRIANGLE = "triangle", _("triangle")
    SQUARE = "square", _("square")


class Character(models.TextChoices):
    """What kind of place a municipality is."""

    URBAN = "urban", _("Urban")
    SUBURBAN = "suburban", _("On the edge of a city")
    RURAL = "rural", _("Rural")
    COASTAL = "coastal", _("Coastal or by a lake")


class ThemeKind(models.TextChoices):
    """What narrows a theme (concept note 3.2)."""

    PRINCIPLE = "principle", _("A principle of the SDGs")
    PILLAR = "pillar", _("One of the five pillars")
    GOAL = "goal", _("One goal")
    TARGET = "target", _("One target")
    FREE = "free", _("Free theme")


class TwinningStatus(models.TextChoices):
    """What is known of a town twinning; the list is a hint, the municipality's own declaration counts."""

    KNOWN = "known", _("Known")
    PREPARING = "preparing", _("In preparation")
    ENDED = "ended", _("Ended")


class SouthernEntry(models.TextChoices):
    """How municipalities of a partner country come in (concept note 3.3)."""

    DESIGNATED = "designated", _("Designated by the association")
    PROFILE = "profile", _("Short profile")
    FULL = "full", _("Full application")


class Language(models.TextChoices):
    """The three languages of the portal. A person's choice, never a translated word."""

    NL = "nl", "Nederlands"
    FR = "fr", "Français"
    EN = "en", "English"
