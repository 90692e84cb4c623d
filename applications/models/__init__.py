"""Calls, applications, reviews and decisions."""

from applications.models.amendment import Amendment, ExceptionCode, ExceptionUse
from applications.models.application import (
    Answer,
    AnswerFile,
    Application,
    CommitmentAcceptance,
    EditorPresence,
    Interest,
    KeptText,
    PartnerPreference,
    SectionState,
    TrackPreference,
)
from applications.models.call import (
    Call,
    Commitment,
    Question,
    QuestionChoice,
    Track,
)
from applications.models.criterion import Criterion, CriterionAnchor
from applications.models.decision import Advice, CallText, CriterionFeedback, Decision
from applications.models.interest import CallInvitation, InformationSignUp, SelfCheck
from applications.models.review import (
    ConfidentialityAgreement,
    ConflictDeclaration,
    GridChange,
    PanelScore,
    Review,
    Score,
    Tally,
)
from applications.models.submission import ChangeRequest, Revision, SignOff
from applications.models.succession import SponsorConfirmation

__all__ = [
    "Advice",
    "Amendment",
    "Answer",
    "AnswerFile",
    "Application",
    "Call",
    "CallInvitation",
    "CallText",
    "ChangeRequest",
    "Commitment",
    "CommitmentAcceptance",
    "ConfidentialityAgreement",
    "ConflictDeclaration",
    "Criterion",
    "CriterionAnchor",
    "CriterionFeedback",
    "Decision",
    "EditorPresence",
    "ExceptionCode",
    "ExceptionUse",
    "GridChange",
    "InformationSignUp",
    "Interest",
    "KeptText",
    "PanelScore",
    "PartnerPreference",
    "Question",
    "QuestionChoice",
    "Review",
    "Revision",
    "Score",
    "SectionState",
    "SelfCheck",
    "SignOff",
    "SponsorConfirmation",
    "Tally",
    "Track",
    "TrackPreference",
]
