"""The stored figures of a track: the same as the arithmetic, whoever writes them, at whatever moment."""

from concurrent.futures import ThreadPoolExecutor, wait
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from applications import scoring
from applications.enums import ApplicationStatus, CallStatus, ReviewStatus
from applications.models import Call, PanelScore, Review, Tally, Track
from applications.selectors.ranking import lines_of, ranking_of
from applications.selectors.ranking_checks import leniency_of, sensitivity_of
from applications.selectors.tallies import grid_of, problem_of
from applications.services.tallies import recompute_tallies
from sdgpartners.core import clock
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from tests.applications.factories import open_call
from tests.applications.scored import in_review, judged, stale_on
from tests.factories import make_seat
from tests.world import World

pytestmark = pytest.mark.django_db
NOT_APPLICABLE = None


@pytest.fixture
def call(world: World) -> Call:
    return open_call(world)


@pytest.fixture
def rwanda(call: Call, world: World) -> Track:
    Track.objects.filter(call=call).update(places=1)
    return Track.objects.select_related("call").get(call=call, partner_country=world.rwanda)


@pytest.fixture
def people(world: World) -> tuple[User, User, User]:
    one, two = (make_seat(world.vvsg, AssociationRole.REVIEWER) for _ in range(2))
    return one, two, make_seat(world.ralga, AssociationRole.REVIEWER)


def test_what_is_stored_is_the_ranking_of_the_same_problem(
    rwanda: Track, people: tuple[User, User, User], world: World
) -> None:
    one, two, three = people
    gent = in_review(rwanda, world.gent, twinned=False)
    judged(rwanda, gent, {one: 3, two: [4, 3, 2, NOT_APPLICABLE, 1, 0], three: 1})
    leuven = judged(rwanda, in_review(rwanda, world.leuven), {one: 2, three: [0, 0, 4, 4, 4, 4]})
    in_review(rwanda, world.mechelen)
    PanelScore.objects.create(
        application=leuven, criterion=rwanda.criteria.get(code="support"), value=3, minute="Agreed on 3 March"
    )
    Review.objects.filter(application=gent, reviewer=three).update(set_aside=True)
    recompute_tallies(track=rwanda)
    expected = scoring.rank(problem_of(rwanda))
    assert [row.line.as_json() for row in ranking_of(rwanda)] == [line.as_json() for line in expected]
    assert [row.line.figures for row in ranking_of(rwanda)] == [line.figures for line in expected]
    assert scoring.rank(scoring.parse_problem(problem_of(rwanda).as_json())) == expected
    assert {row.application.pk: row.line.n for row in ranking_of(rwanda)}[gent.pk] == 2


def test_computing_again_changes_nothing(
    rwanda: Track, people: tuple[User, User, User], world: World
) -> None:
    judged(rwanda, in_review(rwanda, world.gent), {people[0]: 3, people[1]: 1})
    before = list(Tally.objects.values())
    recompute_tallies(track=rwanda)
    assert list(Tally.objects.values()) == before


def test_an_agreed_score_stands_in_each_review_and_the_spread_before_it_is_kept(
    rwanda: Track, people: tuple[User, User, User], world: World
) -> None:
    gent = judged(rwanda, in_review(rwanda, world.gent), {people[0]: 4, people[1]: 0})
    for criterion in rwanda.criteria.all():
        PanelScore.objects.create(application=gent, criterion=criterion, value=2, minute="Talked it through")
    recompute_tallies(track=rwanda, applications=[gent.pk])
    (row,) = ranking_of(rwanda)
    assert (row.line.total, row.line.spread, row.line.disagree) == (50, 0, False)
    assert (row.own_spread, row.review_totals) == (100, (50.0, 50.0))
    (line,) = lines_of(rwanda)
    assert {(total.by, total.own, total.total) for total in line.totals} == {
        (people[0].pk, Decimal("100.00"), Decimal("50.00")), (people[1].pk, Decimal("0.00"), Decimal("50.00")),
    }  # fmt: skip


def test_a_review_that_is_open_again_or_set_aside_does_not_count(
    rwanda: Track, people: tuple[User, User, User], world: World
) -> None:
    gent = judged(rwanda, in_review(rwanda, world.gent), {people[0]: 4, people[1]: 2, people[2]: 0})
    Review.objects.filter(reviewer=people[1]).update(status=ReviewStatus.REOPENED)
    Review.objects.filter(reviewer=people[2]).update(set_aside=True)
    recompute_tallies(track=rwanda, applications=[gent])
    (row,) = ranking_of(rwanda)
    assert (row.line.n, row.line.total) == (1, Decimal(100))


def test_who_withdrew_is_in_no_ranking_and_a_new_one_is_not_scored(
    rwanda: Track, people: tuple[User, User, User], world: World
) -> None:
    gent = judged(rwanda, in_review(rwanda, world.gent), {people[0]: 4})
    gent.status, gent.withdrawn_at = ApplicationStatus.WITHDRAWN, clock.now()
    gent.save()
    in_review(rwanda, world.leuven)
    assert [(row.application.municipality.name, row.line.outcome) for row in ranking_of(rwanda)] == [
        ("Leuven", "unscored")
    ]


def test_each_side_has_its_own_places(rwanda: Track, people: tuple[User, User, User], world: World) -> None:
    Track.objects.filter(pk=rwanda.pk).update(southern_scored=True)
    rwanda.refresh_from_db()
    judged(rwanda, in_review(rwanda, world.gent), {people[0]: 4})
    southern = in_review(rwanda, world.karongi)
    southern.preferences.all().delete()
    type(southern).objects.filter(pk=southern.pk).update(side="south", track=rwanda)
    judged(rwanda, southern, {people[0]: 1})
    assert [(row.application.side, row.line.rank, row.line.outcome) for row in ranking_of(rwanda)] == [
        ("north", 1, "selected"),
        ("south", 1, "selected"),
    ]


def test_released_figures_stand(rwanda: Track, people: tuple[User, User, User], world: World) -> None:
    gent = judged(rwanda, in_review(rwanda, world.gent), {people[0]: 4})
    Call.objects.filter(pk=rwanda.call_id).update(status=CallStatus.DECIDED, decided_at=clock.now())
    Review.objects.update(set_aside=True)
    recompute_tallies(track=rwanda)
    assert Tally.objects.get(application=gent).total == 100


def test_nothing_is_stale_before_a_decision_is_prepared(
    rwanda: Track, people: tuple[User, User, User], world: World
) -> None:
    judged(rwanda, in_review(rwanda, world.gent), {people[0]: 4})
    assert stale_on(rwanda) == []


def test_computing_takes_the_same_statements_for_one_and_for_many(
    rwanda: Track, people: tuple[User, User, User], world: World, django_assert_num_queries: Any
) -> None:
    for places in ([world.gent], [world.leuven, world.mechelen]):
        for place in places:
            judged(rwanda, in_review(rwanda, place), {people[0]: 4, people[1]: 1}, compute=False)
        # The lock, the call, the criteria, applications, scores, agreed scores, the figures; and the savepoint around.
        with django_assert_num_queries(9):
            recompute_tallies(track=rwanda)
        with django_assert_num_queries(4):
            ranking_of(rwanda)


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_who_hand_in_at_once_both_count(
    rwanda: Track, people: tuple[User, User, User], world: World
) -> None:
    gent = in_review(rwanda, world.gent)

    def hand_in(reviewer: User, value: int) -> None:
        judged(rwanda, gent, {reviewer: value})

    def meanwhile() -> None:
        try:
            with transaction.atomic():
                hand_in(people[1], 0)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            hand_in(people[0], 4)
            other = pool.submit(meanwhile)
            wait([other], timeout=1)
            assert not other.done()
        other.result()
    tally = Tally.objects.get(application=gent)
    assert (tally.n, tally.total) == (2, Decimal(50))


def test_the_same_figures_come_from_the_file(
    rwanda: Track, people: tuple[User, User, User], world: World, tmp_path: Any, capsys: Any
) -> None:
    import json

    judged(rwanda, in_review(rwanda, world.gent, twinned=False), {people[0]: 4, people[1]: 2})
    judged(rwanda, in_review(rwanda, world.leuven), {people[0]: 3, people[1]: 3})
    file = tmp_path / "problem.json"
    file.write_text(json.dumps(problem_of(rwanda).as_json()), encoding="utf-8")
    call_command("rank_applications", str(file))
    printed = json.loads(capsys.readouterr().out)
    assert printed == [row.line.as_json() for row in ranking_of(rwanda)]


def test_the_sentences_name_who_would_change_places(
    rwanda: Track, people: tuple[User, User, User], world: World
) -> None:
    one, two, _three = people
    judged(rwanda, in_review(rwanda, world.gent), {one: 4, two: 1})
    judged(rwanda, in_review(rwanda, world.leuven), {one: 2, two: 2})
    lines, criteria = lines_of(rwanda), list(rwanda.criteria.all())
    found = sensitivity_of(rwanda, lines, grid_of(rwanda), criteria)
    assert found.tried == 2 * len(criteria) + 2
    # Without the one who saw Gent far above, Leuven is better.
    assert list(found.sentences) == [
        f"Without the reviews of {one}: Gent from “Selected” to “Reserve”, Leuven from “Reserve” to “Selected”."
    ]
    assert found.of(lines[0].line.id) == list(found.sentences)
    assert [(line.person, line.n, line.difference) for line in leniency_of(lines)] == [
        (one, 2, Decimal("37.50")),
        (two, 2, Decimal("-37.50")),
    ]
