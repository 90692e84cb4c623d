"""States and choices of calls, applications, reviews and decisions, with one table of moves each."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CallStatus(models.TextChoices):
    """What is stored; whether a call is upcoming, open or closed follows from its dates."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    DECIDED = "decided", _("Decided")
    CANCELLED = "cancelled", _("Cancelled")


CALL_MOVES = {
    CallStatus.DRAFT: frozenset({CallStatus.PUBLISHED, CallStatus.CANCELLED}),
    CallStatus.PUBLISHED: frozenset({CallStatus.DECIDED, CallStatus.CANCELLED}),
    CallStatus.DECIDED: frozenset[CallStatus](),
    CallStatus.CANCELLED: frozenset[CallStatus](),
}


class CallPhase(models.TextChoices):
    """Where a call stands for the public, derived at the request."""

    HIDDEN = "hidden", _("Not public")
    REHEARSAL = "rehearsal", _("In rehearsal")
    UPCOMING = "upcoming", _("Opens soon")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
    DECIDED = "decided", _("Decided")
    CANCELLED = "cancelled", _("Cancelled")


class ApplicationStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    AWAITING_SIGN_OFF = "awaiting_sign_off", _("Waiting for sign-off")
    SUBMITTED = "submitted", _("Submitted")
    CHANGES_REQUESTED = "changes_requested", _("Changes requested")
    ELIGIBLE = "eligible", _("Eligible")
    INELIGIBLE = "ineligible", _("Not eligible")
    IN_REVIEW = "in_review", _("In review")
    RANKED = "ranked", _("Ranked")
    SELECTED = "selected", _("Selected")
    RESERVE = "reserve", _("On the reserve list")
    REJECTED = "rejected", _("Not selected")
    CONFIRMED = "confirmed", _("Confirmed")
    DECLINED = "declined", _("Declined by the municipality")
    LAPSED = "lapsed", _("Lapsed")
    MATCHED = "matched", _("Matched")
    WITHDRAWN = "withdrawn", _("Withdrawn")


_S = ApplicationStatus
APPLICATION_MOVES = {
    _S.DRAFT: frozenset({_S.AWAITING_SIGN_OFF, _S.WITHDRAWN}),
    # Back to changes requested when the signature was asked for on requested changes.
    _S.AWAITING_SIGN_OFF: frozenset({_S.SUBMITTED, _S.DRAFT, _S.CHANGES_REQUESTED, _S.WITHDRAWN}),
    _S.SUBMITTED: frozenset({_S.CHANGES_REQUESTED, _S.ELIGIBLE, _S.INELIGIBLE, _S.WITHDRAWN}),
    # Submitted again without a signature when the request is taken back.
    _S.CHANGES_REQUESTED: frozenset({_S.AWAITING_SIGN_OFF, _S.SUBMITTED, _S.WITHDRAWN}),
    # Southern profiles are not scored unless the call says so: from eligible straight to selected.
    _S.ELIGIBLE: frozenset({_S.IN_REVIEW, _S.SELECTED, _S.INELIGIBLE, _S.WITHDRAWN}),
    _S.INELIGIBLE: frozenset({_S.ELIGIBLE}),
    _S.IN_REVIEW: frozenset({_S.RANKED, _S.WITHDRAWN}),
    _S.RANKED: frozenset({_S.IN_REVIEW, _S.SELECTED, _S.RESERVE, _S.REJECTED, _S.WITHDRAWN}),
    # Back to the reserve list or the rejected ones only by a changed decision, with a reason and a new letter.
    _S.SELECTED: frozenset({_S.CONFIRMED, _S.DECLINED, _S.LAPSED, _S.RESERVE, _S.REJECTED, _S.WITHDRAWN}),
    _S.RESERVE: frozenset({_S.SELECTED, _S.REJECTED, _S.WITHDRAWN}),
    _S.REJECTED: frozenset({_S.RESERVE, _S.SELECTED}),
    _S.CONFIRMED: frozenset({_S.MATCHED, _S.WITHDRAWN}),
    _S.MATCHED: frozenset({_S.CONFIRMED}),
    _S.DECLINED: frozenset[_S](),
    # By mistake: more time is given while nobody else has the place.
    _S.LAPSED: frozenset({_S.SELECTED}),
    _S.WITHDRAWN: frozenset[_S](),
}
APPLICATION_EDITABLE = frozenset({_S.DRAFT, _S.CHANGES_REQUESTED})


class Section(models.TextChoices):
    """The topics of an application, one a page, in this order."""

    MUNICIPALITY = "municipality", _("Your municipality")
    INTERESTS = "interests", _("Theme and interests")
    MOTIVATION = "motivation", _("Motivation")
    INVOLVEMENT = "involvement", _("Involvement")
    COMMITMENTS = "commitments", _("Commitments")


class SectionStatus(models.TextChoices):
    NOT_STARTED = "not_started", _("To do")
    IN_PROGRESS = "in_progress", _("In progress")
    COMPLETED = "completed", _("Done")
    CHANGES_REQUESTED = "changes_requested", _("Changes requested")
    CANNOT_START = "cannot_start", _("Cannot start yet")


class QuestionKind(models.TextChoices):
    TEXT = "text", _("Text")
    CHOICE = "choice", _("Choice")
    NUMBER = "number", _("Number")
    DATE = "date", _("Date")
    FILE = "file", _("File")
    GOALS = "goals", _("Goals and targets")


class TwinningRule(models.TextChoices):
    """What an active town twinning means for a candidacy (concept note 3.3, 3.9)."""

    NONE = "none", _("No matter")
    PLUS = "plus", _("Having none is a plus")
    CONDITION = "condition", _("Having none is a condition")


class SignOffState(models.TextChoices):
    ASKED = "asked", _("Asked")
    SIGNED = "signed", _("Signed")
    DECLINED = "declined", _("Declined")
    CANCELLED = "cancelled", _("Cancelled")


class ReviewStatus(models.TextChoices):
    ASSIGNED = "assigned", _("Assigned")
    IN_PROGRESS = "in_progress", _("In progress")
    SUBMITTED = "submitted", _("Submitted")
    REOPENED = "reopened", _("Reopened")
    RECUSED = "recused", _("Stepped out")


_R = ReviewStatus
REVIEW_MOVES = {
    _R.ASSIGNED: frozenset({_R.IN_PROGRESS, _R.SUBMITTED, _R.RECUSED}),
    _R.IN_PROGRESS: frozenset({_R.SUBMITTED, _R.RECUSED}),
    _R.SUBMITTED: frozenset({_R.REOPENED, _R.RECUSED}),
    _R.REOPENED: frozenset({_R.SUBMITTED, _R.RECUSED}),
    _R.RECUSED: frozenset[_R](),
}
REVIEW_EDITABLE = frozenset({_R.ASSIGNED, _R.IN_PROGRESS, _R.REOPENED})


class Outcome(models.TextChoices):
    """What the ranking says of an application; the words of contracts `rank_applications`."""

    SELECTED = "selected", _("Selected")
    RESERVE = "reserve", _("Reserve")
    PANEL = "panel", _("Tie, for the panel")
    BELOW_MINIMUM = "below_minimum", _("Below a minimum")
    UNSCORED = "unscored", _("Not scored")


class ConflictGround(models.TextChoices):
    """Why somebody steps out of an application."""

    OWN = "own", _("Works or sits for the municipality")
    TWIN = "twin", _("Works or sits for a municipality that is twinned with it")
    FAMILY = "family", _("Family or friendship")
    WORK = "work", _("Worked with or for it lately")
    OTHER = "other", _("Another reason")


class ConflictOrigin(models.TextChoices):
    """Who established it."""

    AUTOMATIC = "automatic", _("Found by the portal")
    DECLARED = "declared", _("Declared by the person")
    COORDINATOR = "coordinator", _("Entered by a coordinator")


class RecusalGround(models.TextChoices):
    """Why a review ends without counting."""

    CONFLICT = "conflict", _("Conflict of interest")
    ABSTAINED = "abstained", _("Passed on")
    SEAT_ENDED = "seat_ended", _("No reviewer any more")
    REPLACED = "replaced", _("Replaced by the coordinator")


class ReviewerPool(models.TextChoices):
    """Where somebody who reviews comes from."""

    ASSOCIATION = "association", _("Association of the country")
    LEAD = "lead", _("Association that runs the programme")
    STEERING = "steering", _("Steering group")


class CallTextKind(models.TextChoices):
    """Texts of a call that people get: what reviewers agree to, and the letters."""

    CONFIDENTIALITY = "confidentiality", _("Confidentiality, for reviewers")
    LETTER_SELECTED = "letter_selected", _("Letter: selected")
    LETTER_RESERVE = "letter_reserve", _("Letter: on the reserve list")
    LETTER_REJECTED = "letter_rejected", _("Letter: not selected")
    LETTER_PROMOTED = "letter_promoted", _("Letter: from the reserve list to a place")
    LETTER_LAPSED = "letter_lapsed", _("Letter: the place has lapsed")


class DecisionOutcome(models.TextChoices):
    SELECTED = "selected", _("Selected")
    RESERVE = "reserve", _("On the reserve list")
    REJECTED = "rejected", _("Not selected")
