"""Scenarios and their proposals; partnerships and what the pair agrees."""

from matching.models.partnership import (
    Activity,
    Actor,
    Agreement,
    JointPlan,
    LearningQuestion,
    Partnership,
    PartnershipSide,
    TeamMember,
)
from matching.models.scenario import Approval, PairRule, PairScore, Proposal, Scenario

__all__ = [
    "Activity",
    "Actor",
    "Agreement",
    "Approval",
    "JointPlan",
    "LearningQuestion",
    "PairRule",
    "PairScore",
    "Partnership",
    "PartnershipSide",
    "Proposal",
    "Scenario",
    "TeamMember",
]
