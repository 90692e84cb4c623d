"""Scenarios and their proposals; partnerships and what the pair agrees."""

from matching.models.changes import EndChange, HandOver, SideConfirmation, Suspension
from matching.models.papers import AgreementText, FormalDecision, PlanReview
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
from matching.models.scenario import Approval, PairRule, PairScore, Proposal, Scenario, ScenarioComment

__all__ = [
    "Activity",
    "Actor",
    "Agreement",
    "AgreementText",
    "Approval",
    "EndChange",
    "FormalDecision",
    "HandOver",
    "JointPlan",
    "LearningQuestion",
    "PairRule",
    "PairScore",
    "Partnership",
    "PartnershipSide",
    "PlanReview",
    "Proposal",
    "Scenario",
    "ScenarioComment",
    "SideConfirmation",
    "Suspension",
    "TeamMember",
]
