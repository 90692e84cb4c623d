"""Roles. Names are compared as values, never as translated words."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MunicipalRole(models.TextChoices):
    """A contributor writes along; an editor also starts, sends off and takes back; a signatory signs."""

    CONTRIBUTOR = "contributor", _("Contributor")
    EDITOR = "editor", _("Editor")
    SIGNATORY = "signatory", _("Signatory")


class AssociationRole(models.TextChoices):
    COORDINATOR = "coordinator", _("Coordinator")
    CHECKER = "checker", _("Checks expenses")
    APPROVER = "approver", _("Approves expenses")
    PAYER = "payer", _("Pays")
    REVIEWER = "reviewer", _("Reviewer")
    FACILITATOR = "facilitator", _("Facilitator")
    AUDITOR = "auditor", _("Auditor")


class SteeringKind(models.TextChoices):
    """Seats of the Flemish steering group (concept note 1) and the observers of the sister associations."""

    CIVIL_SERVANT = "civil_servant", _("Civil servant")
    POLITICIAN = "politician", _("Politician")
    GENERAL_DIRECTOR = "general_director", _("General director")
    ASSOCIATION_STAFF = "association_staff", _("Staff of the association")
    OBSERVER = "observer", _("Observer of a sister association")


class InvitationState(models.TextChoices):
    """Derived from the dates of an invitation, never stored."""

    OPEN = "open", _("Open")
    ACCEPTED = "accepted", _("Accepted")
    EXPIRED = "expired", _("Expired")
    REVOKED = "revoked", _("Withdrawn")


class JoinState(models.TextChoices):
    """Somebody asks, proves the address, and the association decides."""

    ASKED = "asked", _("Address not confirmed yet")
    WAITING = "waiting", _("Waiting for the association")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")


JOIN_MOVES = {
    JoinState.ASKED: frozenset({JoinState.WAITING}),
    JoinState.WAITING: frozenset({JoinState.ACCEPTED, JoinState.REFUSED}),
    JoinState.ACCEPTED: frozenset[JoinState](),
    JoinState.REFUSED: frozenset[JoinState](),
}


class SuccessionKind(models.TextChoices):
    MERGER = "merger", _("Merger")
    ELECTIONS = "elections", _("Elections or a new sponsor")
