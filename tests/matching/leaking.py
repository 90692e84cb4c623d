"""A round of matching, told step by step. Words and figures of the story are unmistakable, so that a text that holds
one tells of it; what one person gets to read is in `leak_reading.py`."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from applications.enums import ConflictGround
from applications.models import Application, Decision, Track
from applications.services.conflicts import declare_interest
from matching.enums import FormalBody, FormalSubject, RuleKind
from matching.formal_data import FormalData
from matching.models import Agreement, JointPlan, PairScore, Partnership, Proposal, Scenario, TeamMember
from matching.services import (
    accept_proposal,
    activate_partnership,
    approve_track,
    comment_scenario,
    create_scenario,
    decline_proposal,
    end_early,
    endorse_scenario,
    put_forward,
    release_scenario,
    send_back_scenario,
    set_pair_rule,
    solve_scenario,
    suspend_country,
    suspend_partnership,
)
from matching.services.formal_decisions import add_formal_decision
from matching.services.handovers import start_hand_over
from sdgpartners.core import clock
from sdgpartners.people.enums import AssociationRole, MunicipalRole, SteeringKind
from sdgpartners.people.models import Membership, User
from sdgpartners.programme.enums import Side
from sdgpartners.programme.models import Municipality
from tests.factories import (
    MunicipalityFactory,
    UserFactory,
    in_english,
    make_editor,
    make_seat,
    make_signatory,
    make_steering,
)
from tests.matching.factories import Objective, Round, make_northern, make_round
from tests.matching.test_partnerships import prepare, side_of
from tests.world import World

PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"


@dataclass
class Story:
    """Who takes part, and how far it is. Leuven and Karongi become partners, Gent and Nikki too; Nyanza says no to
    Mechelen; Aalst, which chose Rwanda alone, and Covè stay without a partner."""

    made: Round
    aalst: Application
    people: dict[str, User | None]
    steps: "dict[str, Callable[[], None]]" = field(default_factory=dict)

    def person(self, name: str) -> User:
        found = self.people[name]
        assert found is not None
        return found

    @property
    def scenario(self) -> Scenario:
        """The one that everybody decides on."""
        return Scenario.objects.order_by("pk")[0]

    def proposal(self, north: Application) -> Proposal:
        return Proposal.objects.filter(north=north).order_by("pk")[0]

    @property
    def partnership(self) -> Partnership:
        return Partnership.objects.get(north=self.made.world.leuven)


@contextmanager
def story_of(world: World) -> Iterator[Story]:
    """Everybody is confirmed. `steps` goes on."""
    made = make_round(world)
    Track.objects.filter(pk=made.rwanda.pk).update(places=2)
    Track.objects.filter(pk=made.benin.pk).update(places=1)
    Decision.objects.filter(application=made.leuven).update(total="91.37")
    place = MunicipalityFactory(country=world.be, name="Aalst", population=87_000)
    aalst = make_northern(made.call, place, [made.rwanda], interests={"participation": (1, 0)}, total="61.13")
    story = Story(made, aalst, _people(world, place))
    for name in ("vvsg aside", "steering aside"):
        declare_interest(
            application=made.karongi,
            actor=story.person(name),
            ground=ConflictGround.FAMILY,
            words="LEAK-FAMILY",
        )
    story.steps = _steps(story)
    yield story


def _people(world: World, aalst: Municipality) -> dict[str, User | None]:
    observer, auditor = SteeringKind.OBSERVER, AssociationRole.AUDITOR
    return {
        "leuven": in_english(make_signatory(world.leuven, last_name="Leuvenaar")),
        "leuven contributor": _contributor(world.leuven),
        "karongi": in_english(make_signatory(world.karongi, last_name="Ukarongi")),
        "gent": in_english(make_signatory(world.gent)),
        "nikki": in_english(make_signatory(world.nikki)),
        "mechelen": in_english(make_editor(world.mechelen)),
        "nyanza": in_english(make_signatory(world.nyanza)),
        "aalst": in_english(make_editor(aalst)),
        "cove": in_english(make_editor(world.cove)),
        "vvsg": in_english(world.coordinator_vvsg),
        "vvsg aside": make_seat(world.vvsg),
        "vvsg auditor": make_seat(world.vvsg, auditor),
        "ralga": in_english(world.coordinator_ralga),
        "ralga auditor": make_seat(world.ralga, auditor),
        "ancb": in_english(world.coordinator_ancb),
        "ancb auditor": make_seat(world.ancb, auditor),
        "steering": make_steering(world.programme, last_name="Stuurman"),
        "steering aside": make_steering(world.programme),
        "observer": make_steering(world.programme, observer, world.ralga),
        "observer elsewhere": make_steering(world.programme, observer, world.ancb),
        "reviewer": make_seat(world.vvsg, AssociationRole.REVIEWER),
        "facilitator": make_seat(world.ralga, AssociationRole.FACILITATOR),
        "anonymous": None,
    }


def _contributor(place: Municipality) -> User:
    user: User = UserFactory()
    Membership.objects.create(user=user, municipality=place, role=MunicipalRole.CONTRIBUTOR)
    return user


def _steps(story: Story) -> dict[str, Callable[[], None]]:
    return {
        "confirmed": lambda: None,
        "solved": lambda: _solve(story),
        "put forward": lambda: _talk(story),
        "approved": lambda: _approve(story),
        "released": lambda: _release(story),
        "answered": lambda: _answer(story),
        "matched": lambda: _accept(story, story.made.leuven, Side.SOUTH, "karongi"),
        "active": lambda: _begin(story),
        "suspended": lambda: _suspend(story),
        "ended": lambda: _end(story),
    }


def _solve(story: Story) -> None:
    made = story.made
    scenario = create_scenario(
        call=made.call, tracks=[made.benin, made.rwanda], name="First try", objective=Objective.TOTAL,
        actor=story.person("vvsg"),
    )  # fmt: skip
    solve_scenario(scenario=scenario)
    said = (
        (made.leuven, made.karongi, RuleKind.LOCK, "ralga", "LEAK-LOCK-RW"),
        (made.mechelen, made.karongi, RuleKind.FORBID, "ralga", "LEAK-FORBID-RW"),
        (story.aalst, made.nyanza, RuleKind.FORBID, "ralga", "LEAK-FORBID-RW"),
        (made.gent, made.nikki, RuleKind.LOCK, "ancb", "LEAK-LOCK-BJ"),
    )
    for north, south, kind, name, reason in said:
        set_pair_rule(
            scenario=scenario, north=north, south=south, kind=kind, reason=reason, actor=story.person(name)
        )
        # Each word takes a solved scenario back, with its reason in the history.
        solve_scenario(scenario=scenario)


def _talk(story: Story) -> None:
    made, scenario, member = story.made, story.scenario, story.person("steering")
    put_forward(scenario=scenario, actor=story.person("vvsg"))
    comment_scenario(scenario=scenario, text="LEAK-COMMENT-ALL", actor=member)
    for code, north, south in (("RW", made.leuven, made.karongi), ("BJ", made.gent, made.nikki)):
        comment_scenario(
            scenario=scenario, text=f"LEAK-COMMENT-{code}", actor=member, north=north, south=south
        )


def _approve(story: Story) -> None:
    made, world, scenario = story.made, story.made.world, story.scenario
    send_back_scenario(scenario=scenario, reason="LEAK-BACK", actor=story.person("steering"))
    solve_scenario(scenario=scenario)
    put_forward(scenario=scenario, actor=story.person("vvsg"))
    endorse_scenario(scenario=scenario, minute="LEAK-MINUTE", actor=story.person("steering"))
    # The last one is Rwanda's: its minute stands beside the move of the whole.
    for track, association, name, code in (
        (made.benin, world.vvsg, "vvsg", "BJ"), (made.benin, world.ancb, "ancb", "BJ"),
        (made.rwanda, world.vvsg, "vvsg", "RW"), (made.rwanda, world.ralga, "ralga", "RW"),
    ):  # fmt: skip
        approve_track(
            scenario=scenario, track=track, association=association, minute=f"LEAK-APPROVE-{code}",
            actor=story.person(name),
        )  # fmt: skip


def _release(story: Story) -> None:
    release_scenario(scenario=story.scenario, actor=story.person("vvsg"))


def _accept(story: Story, north: Application, side: Side, name: str) -> None:
    accept_proposal(proposal=story.proposal(north), side=side, actor=story.person(name))


def _answer(story: Story) -> None:
    """Leuven says yes, Gent and Nikki too, Nyanza says no; the worker looks for others."""
    _accept(story, story.made.leuven, Side.NORTH, "leuven")
    _accept(story, story.made.gent, Side.NORTH, "gent")
    _accept(story, story.made.gent, Side.SOUTH, "nikki")
    decline_proposal(
        proposal=story.proposal(story.made.mechelen), side=Side.SOUTH, reason="LEAK-DECLINE",
        actor=story.person("nyanza"),
    )  # fmt: skip
    solve_scenario(scenario=Scenario.objects.order_by("-pk")[0])


def _begin(story: Story) -> None:
    """Both pairs start; Leuven's papers and people carry words of their own."""
    made, partnership = story.made, story.partnership
    north = story.person("leuven")
    for pair, names in (
        (partnership, ("leuven", "karongi")),
        (Partnership.objects.get(north=made.world.gent), ("gent", "nikki")),
    ):
        prepare(pair, *(story.person(name) for name in names))
        activate_partnership(partnership=pair, actor=story.person("vvsg"))
    TeamMember.objects.filter(side__partnership=partnership, role="steering").update(name="LEAK-TEAM")
    JointPlan.objects.filter(partnership=partnership).update(change_north="LEAK-PLAN")
    Agreement.objects.filter(partnership=partnership).update(
        body_en="LEAK-AGREEMENT", body_fr="LEAK-AGREEMENT", body_nl="LEAK-AGREEMENT"
    )
    side = side_of(partnership, Side.NORTH)
    start_hand_over(
        leaving=side.team.filter(role="contact")[0], leaves_on=clock.today() + timedelta(days=9), successor=None,
        notes="LEAK-NOTES", actor=north,
    )  # fmt: skip
    add_formal_decision(
        side=side, data=FormalData(FormalSubject.SPENDING, FormalBody.COUNCIL, "LEAK-COUNCIL"),
        upload=SimpleUploadedFile("leak-paper.pdf", PAPER, "application/pdf"), actor=north,
    )  # fmt: skip


def _suspend(story: Story) -> None:
    suspend_partnership(
        partnership=story.partnership, reason="LEAK-SUSPENDED", hide_publicly=True, actor=story.person("ralga")
    )  # fmt: skip
    suspend_country(
        partner_country=story.made.world.benin, reason="LEAK-COUNTRY", hide_publicly=True,
        actor=story.person("ancb"),
    )  # fmt: skip


def _end(story: Story) -> None:
    end_early(
        partnership=story.partnership, reason="LEAK-ENDED", rematch=[Side.NORTH], actor=story.person("ralga")
    )
    solve_scenario(scenario=Scenario.objects.order_by("-pk")[0])


WORDS = {
    "why RALGA fixed Leuven and Karongi": "lock-rw",
    "why RALGA forbade a pair": "forbid-rw",
    "why ANCB fixed Gent and Nikki": "lock-bj",
    "a comment on the whole": "comment-all",
    "a comment on Leuven and Karongi": "comment-rw",
    "a comment on Gent and Nikki": "comment-bj",
    "why it was sent back": "back",
    "the minute of the steering group": "minute",
    "the minutes on Rwanda": "approve-rw",
    "the minutes on Benin": "approve-bj",
    "why Nyanza says no": "decline",
    "the joint plan": "plan",
    "who is in the team": "team",
    "the agreement": "agreement",
    "the notes of a hand-over": "notes",
    "what the council decided": "council",
    "the name of the council's paper": "paper",
    "the council's paper": "content",
    "why the pair stands still": "suspended",
    "why Benin stands still": "country",
    "why it ended": "ended",
    "what somebody has to do with Karongi": "family",
}
NAMES = ("Leuven", "Karongi", "Mechelen", "Nyanza", "Gent", "Nikki", "Aalst", "Covè")


def traces_of(story: Story) -> dict[str, re.Pattern[str]]:
    """By what they tell of, the words, names and figures that exist by now."""
    found = {told: re.compile(f"LEAK-{word}", re.IGNORECASE) for told, word in WORDS.items()}
    found |= {name: re.compile(rf"\b{name}\b") for name in NAMES}
    found["what Leuven's application scored"] = re.compile(r"(?<![\d.,])91[.,](?:4|37)(?!\d)")
    for north, south in ((story.made.leuven, story.made.karongi), (story.made.gent, story.made.nikki)):
        row = PairScore.objects.filter(north=north, south=south, score__isnull=False).order_by("pk").first()
        if row is not None:
            told = f"the score of {north.municipality.name} and {south.municipality.name}"
            found[told] = _figure(row.score)
    return found


def _figure(score: object) -> re.Pattern[str]:
    whole, decimals = f"{score:.1f}".split(".")
    return re.compile(rf"(?<![\d.,]){whole}[.,]{decimals}\d*(?!\d)")
