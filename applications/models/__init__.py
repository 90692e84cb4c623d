"""Calls, applications, reviews and decisions."""

from applications.models.application import (
    Answer,
    Application,
    CommitmentAcceptance,
    Interest,
    KeptText,
    SectionState,
    TrackPreference,
)
from applications.models.call import (
    Call,
    Commitment,
    Criterion,
    CriterionAnchor,
    Question,
    QuestionChoice,
    Track,
)
from applications.models.decision import Advice, Decision
from applications.models.review import Review, Score
from applications.models.submission import Revision, SignOff

__all__ = [
    "Advice",
    "Answer",
    "Application",
    "Call",
    "Commitment",
    "CommitmentAcceptance",
    "Criterion",
    "CriterionAnchor",
    "Decision",
    "Interest",
    "KeptText",
    "Question",
    "QuestionChoice",
    "Review",
    "Revision",
    "Score",
    "SectionState",
    "SignOff",
    "Track",
    "TrackPreference",
]
