"""Reads of the programme room."""

from datetime import date

from django.db.models import Q, QuerySet

from sdgpartners.core import clock
from sdgpartners.programme.enums import TwinningStatus
from sdgpartners.programme.models import (
    Country,
    Milestone,
    Municipality,
    PartnerCountry,
    Programme,
    ProgrammeRules,
    RuleCommitment,
    RuleCriterion,
    Subtheme,
    Theme,
    TownTwinning,
)

BONUS = "bonus"


def current_programme(day: date | None = None) -> Programme | None:
    """The programme that runs on `day` (today when None), the latest to start where there are several.

    Without one that runs: the last that has started, else the first to come; None when there is none at all.
    """
    day = day or clock.today()
    programmes = Programme.objects.select_related("lead_association", "north_country")
    started = programmes.filter(starts_on__lte=day).order_by("-starts_on", "-pk")
    return (
        started.filter(ends_on__gte=day).first()
        or started.first()
        or programmes.order_by("starts_on", "pk").first()
    )


def rules_on(programme: Programme, day: date | None = None) -> ProgrammeRules:
    """The rules in force on `day` (today when None); the earliest row when `day` lies before all of them.

    Raises ProgrammeRules.DoesNotExist for a programme without rules, which `load_programme` never leaves.
    """
    day = day or clock.today()
    held = programme.rules.filter(valid_from__lte=day).order_by("-valid_from").first()
    if held is not None:
        return held
    earliest = programme.rules.order_by("valid_from").first()
    if earliest is None:
        raise ProgrammeRules.DoesNotExist(f"{programme.code} has no rules")
    return earliest


def partner_countries(programme: Programme) -> QuerySet[PartnerCountry]:
    """The partner countries of `programme` with country, association and theme; suspended ones included."""
    return programme.partner_countries.select_related("country", "association", "theme").order_by("country")


def active_municipalities(country: Country) -> QuerySet[Municipality]:
    """Municipalities of `country` that exist today: merged ones and test municipalities are left out."""
    return country.municipalities.filter(successor__isnull=True, is_test=False).select_related("country")


def eligible_municipalities(partner_country: PartnerCountry) -> QuerySet[Municipality]:
    """Municipalities of the partner country that may take part (concept note 3.3), by name.

    Those on its list, or all of the country when the list is empty; a merged one gives way to its successor.
    Where the country excludes them, municipalities with a known town twinning are left out.
    """
    found = active_municipalities(partner_country.country)
    if partner_country.eligible.exists():
        found = found.filter(Q(eligible_in=partner_country) | Q(predecessors__eligible_in=partner_country))
    if partner_country.excludes_twinned:
        known = TownTwinning.objects.filter(status=TwinningStatus.KNOWN, south__isnull=False)
        found = found.exclude(pk__in=known.values("south"))
    return found.distinct().order_by("name")


def listed_municipalities(partner_country: PartnerCountry) -> QuerySet[Municipality]:
    """The eligible list of the partner country as it stands today: a merged municipality gives way to the one
    that exists now, test municipalities are left out. Empty where the country has no list."""
    merged = dict(
        Municipality.objects.filter(country=partner_country.country_id, successor__isnull=False).values_list(
            "pk", "successor_id"
        )
    )
    found = set()
    for listed in partner_country.eligible.values_list("pk", flat=True):
        place = listed
        # No longer than there are mergers: a circle of successors would never end.
        for _merger in range(len(merged)):
            place = merged.get(place) or place
        found.add(place)
    return active_municipalities(partner_country.country).filter(pk__in=found).order_by("name")


def twinnings_of(municipality: Municipality) -> QuerySet[TownTwinning]:
    """What is known of the town twinnings of a municipality, on either side; its own declaration counts."""
    return (
        TownTwinning.objects.filter(
            Q(north=municipality)
            | Q(south=municipality)
            | Q(north__successor=municipality)
            | Q(south__successor=municipality)
        )
        .select_related("north", "south")
        .order_by("north__name", "partner_name")
    )


def subthemes(theme: Theme) -> QuerySet[Subtheme]:
    """The subthemes of `theme` in order, with their goals and targets."""
    return theme.subthemes.select_related("theme").prefetch_related("goals", "targets").order_by("order")


def commitments(programme: Programme) -> QuerySet[RuleCommitment]:
    """What a municipality commits to, in the order of the note (3.9)."""
    return programme.commitments.order_by("order")


def criteria(programme: Programme) -> QuerySet[RuleCriterion]:
    """The default grid in order, with its anchors from the lowest score to the highest."""
    return programme.criteria.prefetch_related("anchors").order_by("order")


def tie_breaks(programme: Programme, day: date | None = None) -> list[str]:
    """What breaks equal totals, first to last: codes of criteria, and BONUS where the rules place it."""
    ranked = programme.criteria.exclude(tie_break=None).order_by("tie_break", "order")
    places = [(place, code) for place, code in ranked.values_list("tie_break", "code") if place is not None]
    bonus = rules_on(programme, day).bonus_tie_break
    if bonus is not None:
        places.append((bonus, BONUS))
    # The sort is stable: where a place is given twice, a criterion comes before the bonus.
    return [code for _, code in sorted(places, key=lambda place: place[0])]


def milestones(programme: Programme, partner_country: PartnerCountry | None = None) -> QuerySet[Milestone]:
    """Milestones by planned date: all of the programme, or those that concern `partner_country`."""
    found = programme.milestones.select_related("partner_country__country")
    if partner_country is not None:
        found = found.filter(Q(partner_country=partner_country) | Q(partner_country__isnull=True))
    return found.order_by("planned_on", "code")
