"""Who sees and does what in the matching. Lists and objects follow the same seats."""

from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from applications.models import Call, Track
from matching.enums import ScenarioStatus
from matching.models import Partnership, Proposal, Scenario
from matching.selectors.partnerships import (
    FILE_ROLES,
    partnership_for,
    partnerships_visible_to,
    team_sides_of,
)
from matching.selectors.stepping_out import (
    closed_tracks,
    is_closed_to,
    proposals_closed_to,
    steps_out_of,
    tracks_closed_to,
)
from sdgpartners.core.access import one_or_404, predicate, register
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.enums import Side

__all__ = [
    "Perm",
    "partnership_for",
    "partnerships_visible_to",
    "proposal_for",
    "proposals_visible_to",
    "scenario_for",
    "scenarios_visible_to",
]

ROOM_ROLES = (AssociationRole.COORDINATOR, AssociationRole.AUDITOR)


class Perm(StrEnum):
    """The permissions of this room; the object is named in the verb."""

    VIEW_SCENARIO = "matching.view_scenario"
    READ_SCENARIO = "matching.read_scenario"  # its pairs: nobody who steps out of it
    COMMENT_SCENARIO = "matching.comment_scenario"
    CREATE_SCENARIO = "matching.create_scenario"  # on a Call
    SET_PAIR_RULE = "matching.set_pair_rule"  # on a Track
    SOLVE_SCENARIO = "matching.solve_scenario"
    MANAGE_SCENARIO = "matching.manage_scenario"
    ENDORSE_SCENARIO = "matching.endorse_scenario"
    TAKE_BACK_SCENARIO = "matching.take_back_scenario"
    APPROVE_TRACK = "matching.approve_track"  # on a Track
    RELEASE_SCENARIO = "matching.release_scenario"
    VIEW_PROPOSAL = "matching.view_proposal"
    ANSWER_PROPOSAL = "matching.answer_proposal"
    VIEW_PARTNERSHIP = "matching.view_partnership"
    WRITE_PLAN = "matching.write_plan"  # on a Partnership
    EDIT_PARTNERSHIP = "matching.edit_partnership"
    SIGN_AGREEMENT = "matching.sign_agreement"
    ACTIVATE_PARTNERSHIP = "matching.activate_partnership"
    CHANGE_COURSE = "matching.change_course"  # on a Partnership: suspend, resume, end, decide on another end
    SUSPEND_COUNTRY = "matching.suspend_country"  # on a PartnerCountry
    ENTER_DECISION = "matching.enter_decision"  # on a FormalDecision


def visible_tracks(user: Any, scenario: Scenario) -> list[Track]:
    """The scenario's tracks that a person may look into: the own country; lead and steering group all; none on which
    they have a conflict of interest.

    One statement, with country and programme along.
    """
    rows = scenario.tracks.exclude(pk__in=tracks_closed_to(user).values("pk"))
    return _in_scope(user, rows, scenario)


def left_tracks(user: Any, scenario: Scenario) -> list[Track]:
    """Those that they would look into and step out of; one statement, and none for whoever steps out of nothing in the
    scenario."""
    if not steps_out_of(user, scenario):
        return []
    return _in_scope(user, scenario.tracks.filter(pk__in=tracks_closed_to(user).values("pk")), scenario)


def tracks_known_to(user: Any, scenario: Scenario) -> list[Track]:
    """The scenario's tracks in the scope of a person, also those on which they step out; one statement."""
    return _in_scope(user, scenario.tracks.all(), scenario)


def _in_scope(user: Any, tracks: QuerySet[Track], scenario: Scenario) -> list[Track]:
    """A seat in the steering group opens what was put to it, also for who coordinates one of the countries."""
    standing = standing_of(user)
    put = scenario.status != ScenarioStatus.DRAFT and bool(scenario.put_forward_at or scenario.endorsed_at)
    rows = tracks.select_related(
        "partner_country__country",
        "partner_country__association",
        "partner_country__programme__lead_association",
    )
    return [
        track
        for track in rows.order_by("partner_country__country")
        if standing.covers(track.partner_country, *ROOM_ROLES)
        or (put and standing.steers(track.partner_country))
    ]


def seen_in_part(user: Any) -> Exists:
    """Whether a coordinator or auditor does not look into all tracks of a scenario, to annotate lists with."""
    seen = Q(standing_of(user).scope("partner_country", *ROOM_ROLES)) & ~Q(pk__in=closed_tracks(user))
    return Exists(Track.objects.filter(scenarios=OuterRef("pk")).exclude(seen).order_by())


def scenarios_visible_to(user: Any) -> QuerySet[Scenario]:
    """Coordinators and auditors see those with a track of theirs on which they have no conflict of interest, the
    steering group those that were put to it or that it endorsed."""
    standing = standing_of(user)
    tracks = Track.objects.filter(scenarios=OuterRef("pk"))
    open_tracks = tracks.exclude(pk__in=tracks_closed_to(user).values("pk"))
    worked_on = Exists(open_tracks.filter(standing.scope("partner_country", *ROOM_ROLES)))
    read = Exists(tracks.filter(standing.steering_scope("partner_country")))
    put_to_them = ~Q(status=ScenarioStatus.DRAFT) & (
        Q(put_forward_at__isnull=False) | Q(endorsed_at__isnull=False)
    )
    return (
        Scenario.objects.filter(Q(worked_on) | (Q(read) & put_to_them))
        .select_related(
            "call__programme__lead_association",
            "made_by",
            "endorsed_by",
            "sent_back_by",
            "put_forward_by",
            "copied_from",
            "follows__north__municipality",
            "follows__south__municipality",
            "job",
        )
        .order_by("-created_at")
    )


def proposals_visible_to(user: Any) -> QuerySet[Proposal]:
    """Its two municipalities, and the coordinators and auditors of the associations of both sides who do not step out
    of its track."""
    standing = standing_of(user)
    mine = standing.municipality_ids
    seen = Q(north__municipality__in=mine) | Q(south__municipality__in=mine)
    if standing.associations:
        closed = Q(pk__in=proposals_closed_to(user).values("pk"))
        seen |= standing.scope("track__partner_country", *ROOM_ROLES) & ~closed
    return Proposal.objects.filter(seen).select_related(
        "track__partner_country__country",
        "track__partner_country__association",
        "track__partner_country__programme__lead_association",
        "track__theme",
        "track__call",
        "north__municipality__country",
        "south__municipality__country",
        "north_accepted_by",
        "south_accepted_by",
        "partnership",
    )


def scenario_for(user: Any, reference: str) -> Scenario:
    """The scenario, or Http404 for whom it does not exist."""
    return one_or_404(scenarios_visible_to(user), reference=reference)


def proposal_for(user: Any, reference: str) -> Proposal:
    """The proposal, or Http404 for whom it does not exist."""
    return one_or_404(proposals_visible_to(user), reference=reference)


def sides_of(user: Any, row: Partnership | Proposal) -> list[Side]:
    """On which sides a person has a seat, in whatever role, north first: what they may read. Empty for others."""
    held = standing_of(user).municipality_ids
    return [side for side in Side if municipality_of(row, side) in held]


def editing_sides_of(user: Any, row: Partnership | Proposal) -> list[Side]:
    """On which sides a person is editor or signatory, north first: for these they also speak."""
    standing = standing_of(user)
    return [side for side in Side if standing.is_editor(municipality_of(row, side))]


def writing_sides_of(user: Any, partnership: Partnership) -> list[Side]:
    """On which sides a person takes part in the work, north first: editors, signatories, and contributors who are
    named in the side's team. One statement for contributors, none for others."""
    editing = editing_sides_of(user, partnership)
    contributing = [side for side in sides_of(user, partnership) if side not in editing]
    named = team_sides_of(user, partnership) if contributing else frozenset()
    return [side for side in Side if side in editing or (side in contributing and side in named)]


def signing_sides_of(user: Any, row: Partnership | Proposal) -> list[Side]:
    """On which sides a person signs, north first."""
    standing = standing_of(user)
    return [side for side in Side if standing.is_signatory(municipality_of(row, side))]


def municipality_of(row: Partnership | Proposal, side: Side) -> int:
    """The primary key of the municipality on one side."""
    if isinstance(row, Partnership):
        return row.north_id if side == Side.NORTH else row.south_id
    return (row.north if side == Side.NORTH else row.south).municipality_id


@predicate
def sees_scenario(user: Any, scenario: Any) -> bool:
    return scenarios_visible_to(user).filter(pk=scenario.pk).exists()


@predicate
def coordinates_a_track(user: Any, scenario: Any) -> bool:
    scope = standing_of(user).scope("partner_country", AssociationRole.COORDINATOR)
    closed = tracks_closed_to(user).values("pk")
    return Track.objects.filter(scope, scenarios=scenario.pk).exclude(pk__in=closed).exists()


@predicate
def coordinates_all_tracks(user: Any, scenario: Any) -> bool:
    """Who makes a scenario: the association of its country, or the lead where it goes over several."""
    standing = standing_of(user)
    tracks = list(Track.objects.filter(scenarios=scenario.pk).select_related("partner_country"))
    covered = [standing.covers(track.partner_country, AssociationRole.COORDINATOR) for track in tracks]
    return bool(covered) and all(covered)


@predicate
def coordinates_call(user: Any, call: Any) -> bool:
    scope = standing_of(user).scope("partner_country", AssociationRole.COORDINATOR)
    return isinstance(call, Call) and Track.objects.filter(scope, call=call.pk).exists()


@predicate
def coordinates_track(user: Any, track: Any) -> bool:
    held = standing_of(user).covers(track.partner_country, AssociationRole.COORDINATOR)
    return held and not is_closed_to(user, track)


@predicate
def leads_programme(user: Any, scenario: Any) -> bool:
    return standing_of(user).leads(scenario.call.programme_id, AssociationRole.COORDINATOR)


@predicate
def full_steering_member(user: Any, scenario: Any) -> bool:
    steering = standing_of(user).steering
    programme = scenario.call.programme_id
    return programme in steering and steering[programme] is None


@predicate
def has_no_interest(user: Any, scenario: Any) -> bool:
    return not steps_out_of(user, scenario)


@predicate
def sees_proposal(user: Any, proposal: Any) -> bool:
    if sides_of(user, proposal):
        return True
    held = standing_of(user).covers(proposal.track.partner_country, *ROOM_ROLES)
    return held and not proposals_closed_to(user).filter(pk=proposal.pk).exists()


@predicate
def signs_for_a_side(user: Any, row: Any) -> bool:
    return bool(signing_sides_of(user, row))


@predicate
def writes_on_a_side(user: Any, partnership: Any) -> bool:
    """Editors and signatories of both municipalities, and contributors in a team of theirs."""
    return bool(writing_sides_of(user, partnership))


@predicate
def edits_a_side(user: Any, partnership: Any) -> bool:
    """Editors and signatories of both municipalities: who names the team, agrees and confirms."""
    return bool(editing_sides_of(user, partnership))


@predicate
def edits_its_side(user: Any, decision: Any) -> bool:
    """Editors and signatories of the municipality whose college or council decides."""
    return standing_of(user).is_editor(decision.side.municipality_id)


@predicate
def sees_partnership(user: Any, partnership: Any) -> bool:
    standing = standing_of(user)
    country = partnership.partner_country
    in_charge = standing.covers(country, *FILE_ROLES) or standing.steers(country)
    return in_charge or bool(sides_of(user, partnership))


@predicate
def coordinates_partnership(user: Any, partnership: Any) -> bool:
    """Coordinators of the country or the lead who work for neither of the two municipalities."""
    held = standing_of(user).covers(partnership.partner_country, AssociationRole.COORDINATOR)
    return held and not sides_of(user, partnership)


@predicate
def coordinates_without_interest(user: Any, partnership: Any) -> bool:
    """A coordinator of the country or the lead who works for neither of the two municipalities."""
    held = standing_of(user).covers(partnership.partner_country, AssociationRole.COORDINATOR)
    return held and not sides_of(user, partnership)


@predicate
def coordinates_country(user: Any, partner_country: Any) -> bool:
    return standing_of(user).covers(partner_country, AssociationRole.COORDINATOR)


register(Perm.VIEW_SCENARIO, sees_scenario)
register(Perm.READ_SCENARIO, sees_scenario & has_no_interest)
register(Perm.COMMENT_SCENARIO, (full_steering_member | coordinates_a_track) & has_no_interest)
register(Perm.CREATE_SCENARIO, coordinates_call)
register(Perm.SET_PAIR_RULE, coordinates_track)
register(Perm.SOLVE_SCENARIO, coordinates_a_track)
register(Perm.MANAGE_SCENARIO, coordinates_all_tracks & has_no_interest)
register(Perm.ENDORSE_SCENARIO, full_steering_member & has_no_interest)
register(Perm.TAKE_BACK_SCENARIO, coordinates_a_track & has_no_interest)
register(Perm.APPROVE_TRACK, coordinates_track)
register(Perm.RELEASE_SCENARIO, leads_programme & has_no_interest)
register(Perm.VIEW_PROPOSAL, sees_proposal)
register(Perm.ANSWER_PROPOSAL, signs_for_a_side)
register(Perm.VIEW_PARTNERSHIP, sees_partnership)
register(Perm.WRITE_PLAN, writes_on_a_side)
register(Perm.EDIT_PARTNERSHIP, edits_a_side)
register(Perm.SIGN_AGREEMENT, signs_for_a_side)
register(Perm.ACTIVATE_PARTNERSHIP, coordinates_partnership)
register(Perm.CHANGE_COURSE, coordinates_without_interest)
register(Perm.SUSPEND_COUNTRY, coordinates_country)
register(Perm.ENTER_DECISION, edits_its_side)
