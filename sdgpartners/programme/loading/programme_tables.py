"""What a programme file holds, table by table. A new rule is a field of its model; nothing is added here."""

from collections.abc import Iterator

from sdgpartners.programme.enums import SouthernEntry, ThemeKind
from sdgpartners.programme.loading.reference import ASSOCIATIONS, COUNTRIES, MUNICIPALITIES
from sdgpartners.programme.loading.tables import Reference, Row, Table, plain_columns
from sdgpartners.programme.models import (
    Association,
    Country,
    Goal,
    Milestone,
    Municipality,
    PartnerCountry,
    Pillar,
    Programme,
    ProgrammeRules,
    RuleCommitment,
    RuleCriterion,
    RuleCriterionAnchor,
    Subtheme,
    Target,
    Theme,
)


def _names_what_narrows_it(row: Row) -> Iterator[tuple[str, str]]:
    """A theme of some kind names at least one of that kind (the pillar is a constraint of the model)."""
    for kind, name in (
        (ThemeKind.GOAL, "goals"),
        (ThemeKind.TARGET, "targets"),
        (ThemeKind.PILLAR, "pillar"),
    ):
        if row.values.get("kind") == kind and not row.references.get(name):
            yield name, f"a theme of the kind {kind} names its {name}"


def _anchors_of_the_scale(row: Row) -> Iterator[tuple[str, str]]:
    low, high = row.values.get("scale_min", 0), row.values.get("scale_max", 4)
    scores = {anchor.values["score"] for anchor in row.children["anchors"] if "score" in anchor.values}
    for score in sorted(set(range(low, high + 1)) - scores):
        yield "anchors", f"no anchor says what {score} means"
    for score in sorted(scores - set(range(low, high + 1))):
        yield "anchors", f"{score} is outside the scale {low} to {high}"


def _designated_are_named(row: Row) -> Iterator[tuple[str, str]]:
    if row.values.get("entry") == SouthernEntry.DESIGNATED and not row.references.get("eligible"):
        yield "eligible", "names the designated municipalities"


RULES = Table("rules", ProgrammeRules, ("valid_from",), plain_columns(ProgrammeRules), parent="programme")
SUBTHEMES = Table(
    "subthemes",
    Subtheme,
    key=("code",),
    fields=("code",),
    texts=("title",),
    references={"goals": Reference(Goal, many=True), "targets": Reference(Target, many=True)},
    parent="theme",
    ordered=True,
)
THEMES = Table(
    "themes",
    Theme,
    key=("code",),
    fields=("code", "kind", "shared"),
    texts=("title", "description"),
    references={
        "pillar": Reference(Pillar),
        "goals": Reference(Goal, many=True),
        "targets": Reference(Target, many=True),
    },
    children={"subthemes": SUBTHEMES},
    parent="programme",
    rules=(_names_what_narrows_it,),
)
PARTNER_COUNTRIES = Table(
    "partner_countries",
    PartnerCountry,
    key=("country",),
    fields=("places", "entry", "scored", "excludes_twinned"),
    references={
        "country": Reference(Country),
        "association": Reference(Association, within="country"),
        "theme": Reference(Theme),
        "eligible": Reference(Municipality, within="country", many=True),
    },
    parent="programme",
    rules=(_designated_are_named,),
)
MILESTONES = Table(
    "milestones",
    Milestone,
    key=("partner_country", "code"),
    fields=("code", "planned_on", "actual_on"),
    texts=("title",),
    references={"partner_country": Reference(PartnerCountry)},
    parent="programme",
)
COMMITMENTS = Table(
    "commitments",
    RuleCommitment,
    key=("code",),
    fields=("code", "scored"),
    texts=("text",),
    parent="programme",
    ordered=True,
)
ANCHORS = Table(
    "anchors", RuleCriterionAnchor, key=("score",), fields=("score",), texts=("text",), parent="criterion"
)
CRITERIA = Table(
    "criteria",
    RuleCriterion,
    key=("code",),
    fields=("code", "weight", "scale_min", "scale_max", "floor", "tie_break"),
    texts=("title", "help"),
    children={"anchors": ANCHORS},
    parent="programme",
    ordered=True,
    rules=(_anchors_of_the_scale,),
)
PROGRAMME = Table(
    "programme",
    Programme,
    key=("code",),
    fields=("code", "donor", "starts_on", "ends_on", "is_fictional"),
    texts=("name",),
    references={
        "north_country": Reference(Country),
        "lead_association": Reference(Association, within="north_country"),
    },
)
# What a file may bring along for a country that the reference data do not have.
PLACES: dict[str, Table] = {
    "countries": COUNTRIES,
    "associations": ASSOCIATIONS,
    "municipalities": MUNICIPALITIES,
}
# In the order of loading: what is named comes before what names it.
PARTS: dict[str, Table] = {
    "rules": RULES,
    "themes": THEMES,
    "partner_countries": PARTNER_COUNTRIES,
    "milestones": MILESTONES,
    "commitments": COMMITMENTS,
    "criteria": CRITERIA,
}
