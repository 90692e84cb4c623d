"""A decided call with confirmed candidates, as the matching finds it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from applications.enums import ApplicationStatus, CallStatus, DecisionOutcome
from applications.models import Application, Call, Decision, Interest, Track, TrackPreference
from matching.enums import Objective
from matching.models import Partnership, Proposal, Scenario
from matching.services import (
    accept_proposal,
    approve_track,
    create_scenario,
    endorse_scenario,
    put_forward,
    release_scenario,
    solve_scenario,
)
from sdgpartners.core import clock
from sdgpartners.core.references import next_reference
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side, SouthernEntry
from sdgpartners.programme.models import Municipality, PartnerCountry, Subtheme
from tests.factories import make_signatory, make_steering
from tests.world import World

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
Levels = Mapping[str, tuple[int, int]]
"""Offer and ask by the code of a subtheme."""


@dataclass(frozen=True)
class Round:
    """A call with two tracks: Gent, Leuven and Mechelen chose both, Rwanda first; two southern ones each."""

    world: World
    call: Call
    benin: Track
    rwanda: Track
    gent: Application
    leuven: Application
    mechelen: Application
    nikki: Application
    cove: Application
    karongi: Application
    nyanza: Application

    @property
    def north(self) -> tuple[Application, ...]:
        return self.gent, self.leuven, self.mechelen

    @property
    def south(self) -> tuple[Application, ...]:
        return self.nikki, self.cove, self.karongi, self.nyanza


def make_decided_call(world: World, code: str = "autumn") -> Call:
    """A decided call of the world's programme, without tracks."""
    now = clock.now()
    return Call.objects.create(
        programme=world.programme,
        code=code,
        title_en="Autumn call",
        title_fr="Appel d'automne",
        title_nl="Najaarsoproep",
        summary_en="Find a partner",
        summary_fr="Trouvez un partenaire",
        summary_nl="Vind een partner",
        status=CallStatus.DECIDED,
        opens_at=now - timedelta(days=60),
        closes_at=now - timedelta(days=30),
        published_at=now - timedelta(days=61),
        decided_at=now - timedelta(days=5),
    )


def make_track(call: Call, country: PartnerCountry, **fields: Any) -> Track:
    """The track of a country with four places, unless others are given."""
    given = {"places": 4, "entry": SouthernEntry.PROFILE, "theme": country.theme, **fields}
    return Track.objects.create(call=call, partner_country=country, **given)


def make_northern(
    call: Call,
    municipality: Municipality,
    tracks: list[Track],
    *,
    languages: tuple[str, ...] = ("nl", "en"),
    interests: Levels | None = None,
    total: str = "80.00",
    character: str = "urban",
) -> Application:
    """A confirmed Flemish application that ranks `tracks` in this order and is selected for all of them."""
    application = _application(
        call, municipality, side=Side.NORTH, working_languages=list(languages), character=character
    )
    for rank, track in enumerate(tracks, 1):
        TrackPreference.objects.create(application=application, track=track, rank=rank)
        _decide(application, track, Decimal(total))
    _interests(application, interests)
    return application


def make_southern(
    track: Track,
    municipality: Municipality,
    *,
    languages: tuple[str, ...] = ("en",),
    interests: Levels | None = None,
) -> Application:
    """A confirmed short profile on a track."""
    application = _application(
        track.call,
        municipality,
        side=Side.SOUTH,
        track=track,
        is_profile=True,
        working_languages=list(languages),
    )
    _decide(application, track, None)
    _interests(application, interests)
    return application


def _application(call: Call, municipality: Municipality, **fields: Any) -> Application:
    return Application.objects.create(
        reference=next_reference("APP"),
        call=call,
        municipality=municipality,
        status=ApplicationStatus.CONFIRMED,
        submitted_at=clock.now(),
        contact_name=f"Contact of {municipality.name}",
        **fields,
    )


def _decide(application: Application, track: Track, total: Decimal | None) -> None:
    Decision.objects.create(
        application=application,
        track=track,
        outcome=DecisionOutcome.SELECTED,
        total=total,
        released_at=clock.now(),
        confirmed_at=clock.now(),
    )


def _interests(application: Application, interests: Levels | None) -> None:
    for code, (offer, ask) in (interests or {}).items():
        Interest.objects.create(
            application=application, subtheme=Subtheme.objects.get(code=code), offer=offer, ask=ask
        )


def make_round(world: World) -> Round:
    """Everybody confirmed. Leuven and Karongi fit each other best of all."""
    call = make_decided_call(world)
    benin, rwanda = make_track(call, world.benin), make_track(call, world.rwanda)
    both = [rwanda, benin]
    return Round(
        world=world,
        call=call,
        benin=benin,
        rwanda=rwanda,
        gent=make_northern(
            call, world.gent, both, interests={"energy": (2, 1), "youth": (1, 0)}, languages=("nl", "fr")
        ),
        leuven=make_northern(
            call, world.leuven, both, interests={"participation": (3, 1), "youth": (0, 3)}, total="91.50"
        ),
        mechelen=make_northern(call, world.mechelen, both, interests={"feedback": (2, 2)}, languages=("nl",)),
        nikki=make_southern(benin, world.nikki, interests={"energy": (1, 3)}, languages=("fr",)),
        cove=make_southern(benin, world.cove, interests={"markets": (2, 2)}, languages=("fr",)),
        karongi=make_southern(rwanda, world.karongi, interests={"participation": (1, 3), "youth": (3, 0)}),
        nyanza=make_southern(rwanda, world.nyanza, interests={"feedback": (3, 1)}),
    )


def make_scenario(
    made: Round, *, tracks: list[Track] | None = None, solved: bool = True, forward: bool = True
) -> Scenario:
    """A scenario over both tracks, solved and, if it has pairs, put to the steering group unless told otherwise."""
    scenario = create_scenario(
        call=made.call,
        tracks=tracks or [made.benin, made.rwanda],
        name="First try",
        objective=Objective.TOTAL,
        actor=made.world.coordinator_vvsg,
    )
    if not solved:
        return scenario
    scenario = solve_scenario(scenario=scenario)
    if not forward or not scenario.result["pairs"]:
        return scenario
    return put_forward(scenario=scenario, actor=made.world.coordinator_vvsg)


def make_endorsed(made: Round) -> Scenario:
    """A scenario that the steering group has endorsed."""
    member = make_steering(made.world.programme)
    return endorse_scenario(scenario=make_scenario(made), minute="Meeting of 20 November", actor=member)


def make_approved(made: Round) -> Scenario:
    """A scenario with all four approvals."""
    scenario, world = make_endorsed(made), made.world
    for track, association, coordinator in (
        (made.benin, world.vvsg, world.coordinator_vvsg),
        (made.benin, world.ancb, world.coordinator_ancb),
        (made.rwanda, world.vvsg, world.coordinator_vvsg),
        (made.rwanda, world.ralga, world.coordinator_ralga),
    ):
        approve_track(
            scenario=scenario, track=track, association=association, minute="Agreed", actor=coordinator
        )
    scenario.refresh_from_db()
    return scenario


def make_proposals(made: Round) -> list[Proposal]:
    """The proposals of a released scenario."""
    return release_scenario(scenario=make_approved(made), actor=made.world.coordinator_vvsg)


def proposal_of(made: Round, north: Application) -> Proposal:
    """The proposal in which a Flemish application stands, of a scenario that is released for it."""
    return next(row for row in make_proposals(made) if row.north_id == north.pk)


def signatories(proposal: Proposal) -> tuple[User, User]:
    """Somebody who signs for the northern and somebody who signs for the southern municipality."""
    return make_signatory(proposal.north.municipality), make_signatory(proposal.south.municipality)


def make_partnership(made: Round) -> tuple[Partnership, User, User]:
    """The partnership of Leuven in preparation, with a signatory of each side."""
    proposal = proposal_of(made, made.leuven)
    north, south = signatories(proposal)
    accept_proposal(proposal=proposal, side=Side.NORTH, actor=north)
    accept_proposal(proposal=proposal, side=Side.SOUTH, actor=south)
    return Partnership.objects.get(proposal=proposal), north, south
