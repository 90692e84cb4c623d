"""States of scenarios, proposals and partnerships, with one table of moves each."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ScenarioStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SOLVED = "solved", _("Solved")
    ENDORSED = "endorsed", _("Endorsed by the steering group")
    APPROVED = "approved", _("Approved")
    RELEASED = "released", _("Released")
    SUPERSEDED = "superseded", _("Replaced")


_S = ScenarioStatus
SCENARIO_MOVES = {
    _S.DRAFT: frozenset({_S.SOLVED, _S.SUPERSEDED}),
    _S.SOLVED: frozenset({_S.DRAFT, _S.SOLVED, _S.ENDORSED, _S.SUPERSEDED}),
    _S.ENDORSED: frozenset({_S.SOLVED, _S.APPROVED, _S.SUPERSEDED}),
    # Back to solved when an association takes it back: a municipality left, a country was suspended.
    _S.APPROVED: frozenset({_S.SOLVED, _S.RELEASED, _S.SUPERSEDED}),
    _S.RELEASED: frozenset({_S.SUPERSEDED}),
    _S.SUPERSEDED: frozenset[_S](),
}


class Objective(models.TextChoices):
    TOTAL = "total", _("Best total")
    FAIR = "fair", _("Fair: raise the worst pair first")


class RuleKind(models.TextChoices):
    LOCK = "lock", _("Fixed")
    FORBID = "forbid", _("Forbidden")
    PREFER = "prefer", _("Preferred")


class ScorePart(models.TextChoices):
    """The named parts of a pair's score; weights are fields of the track."""

    THEME = "theme", _("Theme")
    EXCHANGE = "exchange", _("Offer and ask")
    LANGUAGE = "language", _("Working language")
    PREFERENCE = "preference", _("Preference")
    SIZE = "size", _("Size and character")
    APPLICATION = "application", _("Application")


class ProposalStatus(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    ACCEPTED_NORTH = "accepted_north", _("Accepted by the Flemish municipality")
    ACCEPTED_SOUTH = "accepted_south", _("Accepted by the partner municipality")
    ACCEPTED = "accepted", _("Accepted by both")
    DECLINED = "declined", _("Declined")
    LAPSED = "lapsed", _("Lapsed")
    ENDED = "ended", _("Came apart later")


_P = ProposalStatus
PROPOSAL_MOVES = {
    _P.PROPOSED: frozenset({_P.ACCEPTED_NORTH, _P.ACCEPTED_SOUTH, _P.DECLINED, _P.LAPSED}),
    _P.ACCEPTED_NORTH: frozenset({_P.ACCEPTED, _P.DECLINED, _P.LAPSED}),
    _P.ACCEPTED_SOUTH: frozenset({_P.ACCEPTED, _P.DECLINED, _P.LAPSED}),
    _P.ACCEPTED: frozenset({_P.ENDED}),
    _P.DECLINED: frozenset[_P](),
    _P.LAPSED: frozenset[_P](),
    _P.ENDED: frozenset({_P.ACCEPTED}),  # a suspended partnership resumes
}


class PartnershipStatus(models.TextChoices):
    PREPARING = "preparing", _("In preparation")
    ACTIVE = "active", _("Active")
    CLOSING = "closing", _("Closing")
    CLOSED = "closed", _("Closed")
    SUSPENDED = "suspended", _("Suspended")
    ENDED_EARLY = "ended_early", _("Ended early")


_T = PartnershipStatus
PARTNERSHIP_MOVES = {
    _T.PREPARING: frozenset({_T.ACTIVE, _T.SUSPENDED, _T.ENDED_EARLY}),
    _T.ACTIVE: frozenset({_T.CLOSING, _T.SUSPENDED, _T.ENDED_EARLY}),
    # Back to active when both sides and a coordinator agree on a later end.
    _T.CLOSING: frozenset({_T.ACTIVE, _T.CLOSED, _T.SUSPENDED, _T.ENDED_EARLY}),
    _T.SUSPENDED: frozenset({_T.PREPARING, _T.ACTIVE, _T.CLOSING, _T.ENDED_EARLY}),
    _T.CLOSED: frozenset[_T](),
    _T.ENDED_EARLY: frozenset[_T](),
}


class TeamRole(models.TextChoices):
    CONTACT = "contact", _("Contact person")
    SPONSOR = "sponsor", _("Political sponsor")
    STEERING = "steering", _("Internal steering group")


class MemberKind(models.TextChoices):
    OFFICIAL = "official", _("Civil servant")
    POLITICIAN = "politician", _("Politician")


class ActorKind(models.TextChoices):
    CIVIL_SOCIETY = "civil_society", _("Civil society")
    PRIVATE = "private", _("Private sector")
    ACADEMIC = "academic", _("University or school")
    OTHER = "other", _("Other")


class FormalBody(models.TextChoices):
    """Who decides in a municipality; the body's own name is text, so that a new country needs no code."""

    EXECUTIVE = "executive", _("Executive (college)")
    COUNCIL = "council", _("Council")
    OTHER = "other", _("Another body")


class FormalSubject(models.TextChoices):
    CANDIDACY = "candidacy", _("The candidacy")
    AGREEMENT = "agreement", _("The agreement")
    SPENDING = "spending", _("Spending")
    OTHER = "other", _("Something else")
