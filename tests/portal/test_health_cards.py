"""The health of a partnership: last contact, next date, open tasks, who is waited for since when."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exchanges.enums import ContactKind
from exchanges.models import Contact, HomeworkAnswer, Visit
from matching.enums import MemberKind, PartnershipStatus, TeamRole
from matching.models import (
    Actor,
    Agreement,
    FormalDecision,
    HandOver,
    JointPlan,
    Partnership,
    PartnershipSide,
    PlanReview,
    TeamMember,
)
from matching.reminders_papers import breadth_lacking
from matching.selectors.people_days import breadth_days
from portal.selectors.health import Health, health_of
from sdgpartners.core import clock
from sdgpartners.people.enums import AssociationRole, SteeringKind
from sdgpartners.programme.enums import Side
from tests.exchanges.factories import NOON, Pairs, build_pairs, make_confirmed, make_homework, make_window
from tests.factories import UserFactory, make_seat, make_steering
from tests.matching.test_pages import signed_in
from tests.world import World


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


@pytest.fixture
def pairs(world: World) -> Pairs:
    found = build_pairs(world)
    for pair in (found.gent_karongi, found.leuven_nyanza, found.mechelen_nikki):
        JointPlan.objects.create(partnership=pair, agreed_north_at=NOON, agreed_south_at=NOON)
        for side in pair.sides.all():
            broaden(pair, Side(side.side))
    return found


def broaden(pair: Partnership, side: Side) -> None:
    """As many people, services, politicians and actors as the rules ask."""
    row = pair.sides.get(side=side)
    for number in range(4):
        kind = MemberKind.POLITICIAN if number == 0 else MemberKind.OFFICIAL
        TeamMember.objects.create(
            side=row,
            name=f"Person {number}",
            service=f"Service {number % 2}",
            role=TeamRole.STEERING,
            kind=kind,
        )
    Actor.objects.create(side=row, name="Youth council", kind="civil_society")


def card(pair: Partnership) -> Health:
    return health_of([Partnership.objects.select_related("partner_country__programme").get(pk=pair.pk)])[0]


def waits(pair: Partnership) -> list[tuple[str, str, date | None]]:
    return [(task.who, task.what, task.day) for task in card(pair).waits]


def test_a_partnership_with_nothing_open(pairs: Pairs) -> None:
    found = card(pairs.gent_karongi)
    assert (found.last_contact, found.next_on, list(found.tasks), found.silent_days) == (None, None, [], None)
    assert health_of([]) == []


def test_last_contact_and_next_date(pairs: Pairs) -> None:
    pair = pairs.gent_karongi
    day = clock.today() - timedelta(days=9)
    Contact.objects.create(partnership=pair, side=Side.NORTH, kind=ContactKind.CALL, held_on=day)
    session = make_confirmed(pairs.world.rwanda)
    found = card(pair)
    assert (found.last_contact, found.silent_days) == (day, 9)
    assert (found.next_on, found.next_what) == (session.day, "Digital session")
    assert card(pairs.mechelen_nikki).next_on is None
    Visit.objects.create(
        reference="V-1", window=make_window(pairs.world.rwanda), partnership=pair, status="confirmed",
        starts_on=clock.today() + timedelta(days=3), ends_on=clock.today() + timedelta(days=9),
    )  # fmt: skip
    assert card(pair).next_what == "Work visit"
    Partnership.objects.filter(pk=pair.pk).update(ends_on=clock.today() + timedelta(days=1))
    assert card(pair).next_on is None


def test_who_is_waited_for_since_when(pairs: Pairs) -> None:
    pair, today = pairs.gent_karongi, clock.today()
    past, coming = today - timedelta(days=20), today + timedelta(days=20)
    side = pair.sides.get(side="south")
    make_homework(make_confirmed(pairs.world.rwanda))
    HomeworkAnswer.objects.filter(partnership=pair).update(moved_to=past)
    FormalDecision.objects.create(
        side=side, subject="spending", body="council", body_name="District council", expected_on=past
    )
    FormalDecision.objects.create(side=side, subject="other", body="council", expected_on=coming)
    FormalDecision.objects.create(
        side=side, subject="other", body="council", expected_on=past, withdrawn_at=NOON
    )
    leaving = TeamMember.objects.create(side=side, name="Olga", role="contact", kind="official")
    HandOver.objects.create(side=side, leaving=leaving, leaves_on=past)
    PlanReview.objects.create(plan=pair.plan, due_on=past, agreed_north_at=NOON)
    Visit.objects.create(
        reference="V-1", window=make_window(pairs.world.rwanda), partnership=pair, status="held",
        starts_on=today - timedelta(days=60), ends_on=today - timedelta(days=50), report_north_at=NOON,
    )  # fmt: skip
    JointPlan.objects.filter(partnership=pair).update(agreed_south_at=None, agreed_north_at=NOON)
    found = waits(pair)
    assert sorted(found) == sorted(
        [
            ("Gent – Karongi", "homework “Three questions”", past),
            ("Karongi", "formal decision District council", past),
            ("Karongi", "successor of Olga", past),
            ("Karongi", "review of the joint plan", past),
            ("Karongi", "report on the work visit V-1", past),
            ("Karongi", "agreement to the joint plan", today),
        ]
    )
    assert len(card(pair).tasks) == len(found) + 1
    assert waits(pairs.leuven_nyanza) == []
    Partnership.objects.filter(pk=pair.pk).update(status=PartnershipStatus.SUSPENDED)
    assert card(pair).tasks == []


def test_before_the_start_it_waits_for_signatures(pairs: Pairs) -> None:
    pair = pairs.mechelen_nikki
    Partnership.objects.filter(pk=pair.pk).update(
        status=PartnershipStatus.PREPARING, starts_on=None, ends_on=None
    )
    Agreement.objects.create(partnership=pair, starts_on=clock.today(), signed_north_at=NOON)
    found = waits(pair)
    assert ("Nikki", "signature of the agreement", clock.today()) in found
    people = "names of contact persons, political sponsor and internal steering group"
    mine = ["confirmation of calendar and budget", people]
    assert sorted(what for who, what, _day in found if who == "Mechelen") == mine


def test_when_all_is_there_the_start_waits_for_the_association(pairs: Pairs) -> None:
    pair = pairs.mechelen_nikki
    Partnership.objects.filter(pk=pair.pk).update(
        status=PartnershipStatus.PREPARING, starts_on=None, ends_on=None
    )
    signed = {"signed_north_at": NOON - timedelta(days=4), "signed_south_at": NOON - timedelta(days=2)}
    Agreement.objects.create(partnership=pair, starts_on=clock.today(), **signed)
    PartnershipSide.objects.filter(partnership=pair).update(calendar_agreed_at=NOON, split_confirmed_at=NOON)
    for side in pair.sides.all():
        for name, role in (("One", "contact"), ("Two", "contact"), ("Mayor", "sponsor")):
            TeamMember.objects.create(side=side, name=name, role=role, kind=MemberKind.POLITICIAN)
    start = [("ANCB", "start of the partnership", clock.today() - timedelta(days=2))]
    assert waits(pair) == start
    council = {"side": pair.sides.get(side=Side.NORTH), "subject": "agreement", "body": "council"}
    refused = FormalDecision.objects.create(**council, decided_on=clock.today(), approved=False)
    assert waits(pair) == []
    FormalDecision.objects.create(**council, decided_on=clock.today(), approved=True)
    assert waits(pair) == start
    refused.delete()
    FormalDecision.objects.create(**{**council, "subject": "spending"})
    assert waits(pair) == start
    FormalDecision.objects.create(**{**council, "subject": "candidacy"})
    assert waits(pair) == []


def test_breadth_by_its_month(pairs: Pairs) -> None:
    pair = pairs.gent_karongi
    assert breadth_days([pair])[pair.pk] == date(2026, 6, 30)
    assert not list(breadth_lacking(clock.now()))
    pair.sides.get(side="south").team.filter(kind=MemberKind.POLITICIAN).update(left_on=clock.today())
    assert waits(pair) == [("Karongi", "a broad internal steering group", date(2026, 6, 30))]
    dues = list(breadth_lacking(clock.now()))
    assert [due.recipient for due in dues] == [pairs.karongi]
    assert dues[0].due_on == date(2026, 6, 30)
    lacks = dues[0].context["lacks"]
    assert isinstance(lacks, list)
    assert len(lacks) == 2
    Partnership.objects.filter(pk=pair.pk).update(starts_on=clock.today() - timedelta(days=30))
    assert waits(pair) == []
    assert len(card(pair).tasks) == 1


def test_the_list_and_who_opens_it(pairs: Pairs, world: World) -> None:
    address = reverse("portal:partnership-health")
    FormalDecision.objects.create(
        side=pairs.gent_karongi.sides.get(side="south"), subject="other", body="council", body_name="Council K",
        expected_on=date(2026, 1, 5),
    )  # fmt: skip
    sees = {
        world.coordinator_vvsg: {"Gent", "Leuven", "Mechelen"},
        world.coordinator_ralga: {"Gent", "Leuven"},
        world.coordinator_ancb: {"Mechelen"},
        make_steering(world.programme): {"Gent", "Leuven", "Mechelen"},
        make_steering(world.programme, SteeringKind.OBSERVER, world.ancb): {"Mechelen"},
        make_seat(world.vvsg, AssociationRole.AUDITOR): {"Gent", "Leuven", "Mechelen"},
    }
    for person, names in sees.items():
        text = signed_in(person).get(address).content.decode()
        assert {name for name in ("Gent", "Leuven", "Mechelen") if f"{name} – " in text} == names
        assert ("Council K" in text) == ("Gent" in names)
    for person in (
        pairs.gent,
        make_seat(world.ralga, AssociationRole.CHECKER),
        make_seat(world.ralga, AssociationRole.REVIEWER),
        UserFactory(),
    ):
        assert signed_in(person).get(address).status_code == 403
    hub = reverse("portal:partnership-hub", args=[pairs.gent_karongi.reference])
    assert "Council K" in signed_in(pairs.gent).get(hub).content.decode()


def test_its_statements_do_not_grow(pairs: Pairs) -> None:
    rows = list(Partnership.objects.select_related("partner_country__programme", "partner_country__association",
                                                   "north", "south"))  # fmt: skip
    counts = []
    for some in (rows[:1], rows):
        with CaptureQueriesContext(connection) as queries:
            health_of(some)
        counts.append(len(queries))
    assert counts == [3, 3]
