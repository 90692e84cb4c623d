"""What a pair prepares: plan, people, agreement; its start, its capped end, and who sees it."""

from datetime import date, timedelta

import pytest

from matching.breadth import Lack, Least, Person, breadth_of
from matching.enums import ActorKind, MemberKind, PartnershipStatus, TeamRole
from matching.errors import NotEntitled
from matching.models import Partnership, PartnershipSide
from matching.permissions import Perm, partnership_for, partnerships_visible_to
from matching.plan_content import PlanContent
from matching.reminders import plan_missing
from matching.selectors.partnerships import activation_checklist, with_plan
from matching.services import (
    activate_partnership,
    add_actor,
    add_team_member,
    agree_plan,
    confirm_calendar,
    confirm_split,
    end_early,
    remove_actor,
    remove_team_member,
    save_plan,
    set_start,
    sign_agreement,
)
from matching.services.plans import content_of
from matching.signals import partnership_activated
from sdgpartners.core import clock
from sdgpartners.core.access import allowed
from sdgpartners.core.errors import (
    DomainError,
    EditConflict,
    Incomplete,
    LimitExceeded,
    MoveNotAllowed,
    SamePerson,
)
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.enums import AssociationRole, SteeringKind
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side
from tests.factories import UserFactory, make_editor, make_seat, make_signatory, make_steering
from tests.matching.factories import Round, make_partnership, make_round
from tests.world import World

PLAN = PlanContent(
    change_north="More young people in our councils",
    change_south="Feedback that is answered",
    language="en",
    questions=("How do you reach young people?", "Who answers them?"),
    activities=(("A call every month", None), ("Visit to Karongi", date(2027, 5, 10))),
)


@pytest.fixture
def made(world: World) -> Round:
    return make_round(world)


@pytest.fixture
def pair(made: Round) -> tuple[Partnership, User, User]:
    return make_partnership(made)


def side_of(partnership: Partnership, side: Side) -> PartnershipSide:
    return PartnershipSide.objects.get(partnership=partnership, side=side)


def prepare(partnership: Partnership, north: User, south: User) -> None:
    """Do everything that activation asks for."""
    save_plan(partnership=partnership, version=0, content=PLAN, actor=north)
    for side, actor in ((Side.NORTH, north), (Side.SOUTH, south)):
        agree_plan(partnership=partnership, side=side, version=1, actor=actor)
        confirm_calendar(partnership=partnership, side=side, actor=actor)
        confirm_split(partnership=partnership, side=side, actor=actor)
        name_people(side_of(partnership, side), actor)
        starts_on = with_plan(partnership).agreement.starts_on
        sign_agreement(partnership=partnership, side=side, starts_on=starts_on, actor=actor)


def name_people(side: PartnershipSide, actor: User) -> None:
    for name, role, kind in (
        ("Second contact", TeamRole.CONTACT, MemberKind.OFFICIAL),
        ("The mayor", TeamRole.SPONSOR, MemberKind.POLITICIAN),
        ("The mayor", TeamRole.STEERING, MemberKind.POLITICIAN),
    ):
        add_team_member(side=side, name=name, service="Cabinet", role=role, kind=kind, actor=actor)


def test_a_plan_is_saved_read_back_and_counted(pair: tuple[Partnership, User, User]) -> None:
    partnership, north, south = pair
    plan = save_plan(partnership=partnership, version=0, content=PLAN, actor=north)
    assert (plan.version, content_of(plan)) == (1, PLAN)
    same = save_plan(partnership=partnership, version=1, content=PLAN, actor=south)
    assert same.version == 1


def test_a_plan_that_changed_meanwhile_keeps_both_texts(pair: tuple[Partnership, User, User]) -> None:
    partnership, north, south = pair
    save_plan(partnership=partnership, version=0, content=PLAN, actor=north)
    mine = PlanContent(change_south="Mine", language="fr")
    with pytest.raises(EditConflict) as caught:
        save_plan(partnership=partnership, version=0, content=mine, actor=south)
    assert PlanContent(**caught.value.theirs) == PLAN  # type: ignore[arg-type]
    assert PlanContent(**caught.value.mine) == mine  # type: ignore[arg-type]
    assert content_of(with_plan(partnership).plan) == PLAN


def test_a_change_after_the_agreement_asks_both_again(pair: tuple[Partnership, User, User]) -> None:
    partnership, north, south = pair
    save_plan(partnership=partnership, version=0, content=PLAN, actor=north)
    for side, actor in ((Side.NORTH, north), (Side.SOUTH, south)):
        agree_plan(partnership=partnership, side=side, version=1, actor=actor)
    with pytest.raises(DomainError, match="agreed to this plan already"):
        agree_plan(partnership=partnership, side=Side.NORTH, version=1, actor=north)
    changed = PlanContent(**{**PLAN.__dict__, "change_north": "Something else"})
    plan = save_plan(partnership=partnership, version=1, content=changed, actor=south)
    assert (plan.agreed_north_at, plan.agreed_south_at) == (None, None)
    with pytest.raises(DomainError, match="changed since"):
        agree_plan(partnership=partnership, side=Side.NORTH, version=1, actor=north)


@pytest.mark.parametrize(
    "gap",
    [
        {"questions": ("Only one?",)},
        {"activities": ()},
        {"change_north": ""},
        {"change_south": ""},
    ],
)
def test_an_incomplete_plan_is_saved_but_not_agreed(
    pair: tuple[Partnership, User, User], gap: dict[str, object]
) -> None:
    partnership, north, _south = pair
    content = PlanContent(**{**PLAN.__dict__, **gap})
    save_plan(partnership=partnership, version=0, content=content, actor=north)
    with pytest.raises(Incomplete):
        agree_plan(partnership=partnership, side=Side.NORTH, version=1, actor=north)


def test_a_plan_has_no_more_questions_than_the_rules_allow(pair: tuple[Partnership, User, User]) -> None:
    partnership, north, _south = pair
    content = PlanContent(questions=tuple(f"Question {number}?" for number in range(5)))
    with pytest.raises(LimitExceeded):
        save_plan(partnership=partnership, version=0, content=content, actor=north)


def test_people_are_named_once_a_role_linked_to_their_account_and_leave(
    pair: tuple[Partnership, User, User],
) -> None:
    partnership, north, _south = pair
    side = side_of(partnership, Side.NORTH)
    name = north.get_full_name()
    member = {"side": side, "service": "", "role": TeamRole.CONTACT, "kind": MemberKind.OFFICIAL}
    row = add_team_member(name=name.upper(), actor=north, **member)
    assert row.user == north
    with pytest.raises(DomainError, match="has this role already"):
        add_team_member(name=name, actor=north, **member)
    with pytest.raises(Incomplete):
        add_team_member(name=" ", actor=north, **member)
    assert remove_team_member(member=row, actor=north).left_on == clock.today()
    assert add_team_member(name="Somebody else", actor=north, **member).user is None
    assert add_team_member(name=name, actor=north, **member).pk != row.pk


def test_actors_from_outside_stand_once(pair: tuple[Partnership, User, User]) -> None:
    partnership, north, _south = pair
    side = side_of(partnership, Side.NORTH)
    actor = {"side": side, "kind": ActorKind.CIVIL_SOCIETY, "since": None, "actor": north}
    row = add_actor(name="Youth council", **actor)
    with pytest.raises(DomainError, match="on the list already"):
        add_actor(name="youth council", **actor)
    remove_actor(outside_actor=row, actor=north)
    assert not side.actors.exists()


LEAST = Least(contacts=2, people=4, politicians=1, services=2, actors=1)


@pytest.mark.parametrize(
    ("team", "actors", "to_start", "to_be_broad"),
    [
        ([], 0, [Lack.CONTACTS, Lack.SPONSOR, Lack.STEERING], list(Lack)[3:]),
        (
            [("a", "", "contact"), ("b", "", "contact"), ("c", "", "sponsor"), ("d", "X", "steering")],
            1,
            [],
            [Lack.PEOPLE, Lack.SERVICES],
        ),
        ([("a", "", "contact"), ("a", "", "contact")], 0, [Lack.CONTACTS, Lack.SPONSOR, Lack.STEERING], None),
        (
            [("a", "X", "steering"), ("b", "x ", "steering"), ("c", "Y", "steering"), ("d", "", "steering")],
            1,
            [Lack.CONTACTS, Lack.SPONSOR],
            [],
        ),
    ],
)
def test_breadth(
    team: list[tuple[str, str, str]], actors: int, to_start: list[Lack], to_be_broad: list[Lack] | None
) -> None:
    people = [Person(name, service, role, "politician") for name, service, role in team]
    found = breadth_of(people, actors, LEAST)
    assert found.lacks_to_start == to_start
    assert to_be_broad is None or found.lacks_to_be_broad == to_be_broad


def test_each_side_signs_for_itself(pair: tuple[Partnership, User, User], world: World) -> None:
    partnership, north, south = pair
    starts_on = with_plan(partnership).agreement.starts_on
    signing = {"partnership": partnership, "starts_on": starts_on}
    for person in (south, make_editor(world.leuven), world.coordinator_vvsg):
        with pytest.raises(NotEntitled):
            sign_agreement(side=Side.NORTH, actor=person, **signing)
    sign_agreement(side=Side.NORTH, actor=north, **signing)
    with pytest.raises(DomainError, match="signed already"):
        sign_agreement(side=Side.NORTH, actor=north, **signing)
    make_signatory(world.karongi, user=north)
    with pytest.raises(SamePerson):
        sign_agreement(side=Side.SOUTH, actor=north, **signing)
    assert sign_agreement(side=Side.SOUTH, actor=south, **signing).signed_south_by == south


def test_another_start_asks_both_to_sign_again(pair: tuple[Partnership, User, User]) -> None:
    partnership, north, south = pair
    first = with_plan(partnership).agreement.starts_on
    sign_agreement(partnership=partnership, side=Side.NORTH, starts_on=first, actor=north)
    later = first + timedelta(days=30)
    changed = set_start(partnership=partnership, starts_on=later, actor=south)
    assert (changed.starts_on, changed.signed_north_at) == (later, None)
    with pytest.raises(DomainError, match="start has changed"):
        sign_agreement(partnership=partnership, side=Side.NORTH, starts_on=first, actor=north)


def test_a_start_outside_the_programme_is_refused(pair: tuple[Partnership, User, User], world: World) -> None:
    partnership, north, _south = pair
    world.rules.partnerships_end_on = date(2027, 12, 31)
    world.rules.save()
    for starts_on in (world.programme.starts_on - timedelta(days=1), date(2027, 12, 31), date(2031, 1, 1)):
        with pytest.raises(LimitExceeded):
            set_start(partnership=partnership, starts_on=starts_on, actor=north)
    assert set_start(partnership=partnership, starts_on=date(2027, 12, 30), actor=north)


def test_activation_names_everything_that_is_missing(
    pair: tuple[Partnership, User, User], world: World
) -> None:
    partnership, _north, _south = pair
    codes = [item.code for item in activation_checklist(with_plan(partnership)) if not item.done]
    assert codes == ["plan", "team_north", "team_south", "calendar", "split", "agreement"]
    with pytest.raises(Incomplete, match="Joint plan agreed by both sides; Contacts"):
        activate_partnership(partnership=partnership, actor=world.coordinator_vvsg)
    partnership.refresh_from_db()
    assert partnership.status == PartnershipStatus.PREPARING


@pytest.mark.parametrize("missing", ["plan", "team_north", "calendar", "split", "agreement"])
def test_one_missing_thing_is_enough_to_wait(
    pair: tuple[Partnership, User, User], world: World, missing: str
) -> None:
    partnership, north, south = pair
    prepare(partnership, north, south)
    side = side_of(partnership, Side.NORTH)
    if missing == "plan":
        save_plan(partnership=partnership, version=1, content=PlanContent(language="nl"), actor=south)
    elif missing == "team_north":
        remove_team_member(member=side.team.get(role=TeamRole.SPONSOR), actor=north)
    elif missing == "agreement":
        set_start(partnership=partnership, starts_on=clock.today() + timedelta(days=3), actor=south)
    else:
        field = {"calendar": "calendar_agreed_at", "split": "split_confirmed_at"}[missing]
        PartnershipSide.objects.filter(pk=side.pk).update(**{field: None})
    todo = [item.code for item in activation_checklist(with_plan(partnership)) if not item.done]
    assert todo == [missing]
    with pytest.raises(Incomplete):
        activate_partnership(partnership=partnership, actor=world.coordinator_ralga)


def test_a_coordinator_starts_it_with_dates_from_the_agreement(
    pair: tuple[Partnership, User, User], world: World
) -> None:
    partnership, north, south = pair
    heard: list[Partnership] = []

    def hear(sender: object, partnership: Partnership, **_more: object) -> None:
        heard.append(partnership)

    prepare(partnership, north, south)
    for person in (north, world.coordinator_ancb, UserFactory(is_superuser=True)):
        with pytest.raises(NotEntitled):
            activate_partnership(partnership=partnership, actor=person)
    partnership_activated.connect(hear)
    try:
        activate_partnership(partnership=partnership, actor=world.coordinator_ralga)
    finally:
        partnership_activated.disconnect(hear)
    partnership.refresh_from_db()
    assert heard == [partnership]
    assert partnership.status == PartnershipStatus.ACTIVE
    today = clock.today()
    assert partnership.starts_on == today
    assert partnership.ends_on == date(today.year + 2, today.month, today.day) - timedelta(days=1)
    told = OutgoingMail.objects.filter(kind="partnership_active")
    assert {mail.recipient for mail in told} == {north, south}
    with pytest.raises(MoveNotAllowed):
        activate_partnership(partnership=partnership, actor=world.coordinator_ralga)


@pytest.mark.parametrize(
    ("rules_end", "programme_end", "end"),
    [
        (date(2027, 12, 31), date(2029, 12, 31), date(2027, 12, 31)),
        (date(2029, 12, 31), date(2028, 6, 30), date(2028, 6, 30)),
    ],
)
def test_the_end_never_passes_its_caps(
    pair: tuple[Partnership, User, User], world: World, rules_end: date, programme_end: date, end: date
) -> None:
    partnership, north, south = pair
    world.rules.partnerships_end_on, world.programme.ends_on = rules_end, programme_end
    world.rules.save()
    world.programme.save()
    prepare(partnership, north, south)
    assert activate_partnership(partnership=partnership, actor=world.coordinator_vvsg).ends_on == end


def test_a_suspended_country_starts_nothing(pair: tuple[Partnership, User, User], world: World) -> None:
    partnership, north, south = pair
    prepare(partnership, north, south)
    world.rwanda.suspended_since, world.rwanda.suspension_reason = clock.today(), "Broken off"
    world.rwanda.save()
    with pytest.raises(DomainError, match="suspended"):
        activate_partnership(partnership=partnership, actor=world.coordinator_vvsg)


def test_ending_early_wants_a_coordinator_and_a_reason(
    pair: tuple[Partnership, User, User], world: World
) -> None:
    partnership, north, _south = pair
    with pytest.raises(NotEntitled):
        end_early(partnership=partnership, reason="We stop", actor=north)
    with pytest.raises(Incomplete):
        end_early(partnership=partnership, reason=" ", actor=world.coordinator_vvsg)
    ended = end_early(partnership=partnership, reason="New council", actor=world.coordinator_vvsg)
    assert (ended.status, ended.ended_on) == (PartnershipStatus.ENDED_EARLY, clock.today())
    with pytest.raises(MoveNotAllowed):
        end_early(partnership=partnership, reason="Again", actor=world.coordinator_vvsg)
    with pytest.raises(MoveNotAllowed):
        save_plan(partnership=partnership, version=0, content=PLAN, actor=north)
    with pytest.raises(MoveNotAllowed):
        name_people(side_of(partnership, Side.NORTH), north)


def test_reminders_of_the_plan_stop_when_the_side_has_agreed(pair: tuple[Partnership, User, User]) -> None:
    partnership, north, south = pair
    assert {row.recipient for row in plan_missing(clock.now())} == {north, south}
    save_plan(partnership=partnership, version=0, content=PLAN, actor=north)
    agree_plan(partnership=partnership, side=Side.SOUTH, version=1, actor=south)
    assert [row.recipient for row in plan_missing(clock.now())] == [north]


def test_who_sees_a_partnership(pair: tuple[Partnership, User, User], world: World) -> None:
    from django.http import Http404

    partnership, north, south = pair
    sees = {
        north: True,
        south: True,
        make_editor(world.gent): False,
        make_editor(world.nyanza): False,
        world.coordinator_vvsg: True,
        world.coordinator_ralga: True,
        world.coordinator_ancb: False,
        make_seat(world.ralga, AssociationRole.CHECKER): True,
        make_seat(world.ralga, AssociationRole.FACILITATOR): True,
        make_seat(world.vvsg, AssociationRole.AUDITOR): True,
        make_seat(world.ralga, AssociationRole.REVIEWER): False,
        make_steering(world.programme): True,
        make_steering(world.programme, SteeringKind.OBSERVER, world.ralga): True,
        make_steering(world.programme, SteeringKind.OBSERVER, world.ancb): False,
        UserFactory(is_superuser=True): False,
        UserFactory(is_active=False): False,
    }
    for person, seen in sees.items():
        assert list(partnerships_visible_to(person)) == ([partnership] if seen else [])
        assert allowed(person, Perm.VIEW_PARTNERSHIP, partnership) == seen
        if seen:
            assert partnership_for(person, partnership.reference) == partnership
        else:
            with pytest.raises(Http404):
                partnership_for(person, partnership.reference)
