"""The programme as data: places, goals, rules, themes."""

from sdgpartners.programme.models.goals import Goal, Pillar, Subtheme, Target, Theme
from sdgpartners.programme.models.grid import RuleCommitment, RuleCriterion, RuleCriterionAnchor
from sdgpartners.programme.models.loaded import LoadedRow
from sdgpartners.programme.models.places import Association, Country, Municipality, TownTwinning
from sdgpartners.programme.models.programme import (
    EligibleMunicipality,
    Milestone,
    PartnerCountry,
    Programme,
)
from sdgpartners.programme.models.rules import MATCH_WEIGHTS, ProgrammeRules

__all__ = [
    "MATCH_WEIGHTS",
    "Association",
    "Country",
    "EligibleMunicipality",
    "Goal",
    "LoadedRow",
    "Milestone",
    "Municipality",
    "PartnerCountry",
    "Pillar",
    "Programme",
    "ProgrammeRules",
    "RuleCommitment",
    "RuleCriterion",
    "RuleCriterionAnchor",
    "Subtheme",
    "Target",
    "Theme",
    "TownTwinning",
]
