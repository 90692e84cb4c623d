"""The joint plan that two write at once, change after both agreed, and read back as it was."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.urls import reverse

from matching.models import Partnership
from matching.plan_content import PlanContent
from matching.selectors.partnerships import with_plan
from matching.selectors.plan_versions import read_versions, versions_of
from matching.services import agree_plan, save_plan
from matching.services.plans import content_of
from sdgpartners.core.errors import EditConflict, SamePerson
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side
from tests.factories import make_editor
from tests.matching.factories import Round, make_partnership, make_round
from tests.matching.test_pages import PLAN as TYPED
from tests.matching.test_pages import english, signed_in
from tests.matching.test_partnerships import PLAN
from tests.world import World, build_world

LONGER = replace(PLAN, activities=tuple((f"Activity {number}", None) for number in range(1, 8)))


@pytest.fixture
def made(world: World) -> Round:
    return make_round(world)


@pytest.fixture
def pair(made: Round) -> tuple[Partnership, User, User]:
    partnership, north, south = make_partnership(made)
    return partnership, english(north), english(south)


def page(partnership: Partnership, name: str = "plan") -> str:
    return reverse(f"matching:partnership-{name}", args=[partnership.reference])


def test_what_both_agreed_to_is_read_back_after_a_change(pair: tuple[Partnership, User, User]) -> None:
    partnership, north, south = pair
    save_plan(partnership=partnership, version=0, content=PLAN, actor=north)
    for side, person in ((Side.NORTH, north), (Side.SOUTH, south)):
        agree_plan(partnership=partnership, side=side, version=1, actor=person)
    fewer = replace(PLAN, questions=("Who answers?", "And when?"), activities=(("A call", None),))
    plan = save_plan(partnership=partnership, version=1, content=fewer, actor=south)
    after, before = read_versions(plan, versions_of(plan))
    assert (after.number, after.saved_by, after.content) == (2, south, fewer)
    assert (after.agreed_north_at, after.agreed_south_at) == (None, None)
    assert (before.number, before.saved_by, before.content) == (1, north, PLAN)
    assert before.agreed_north_at
    assert before.agreed_south_at
    assert [row.number for row in read_versions(plan, [2])] == [2]


def test_the_versions_on_their_page(pair: tuple[Partnership, User, User], world: World) -> None:
    partnership, north, south = pair
    client = signed_in(south)
    assert "No version yet" in client.get(page(partnership, "plan-versions")).content.decode()
    save_plan(partnership=partnership, version=0, content=PLAN, actor=north)
    assert page(partnership, "plan-versions") not in client.get(page(partnership)).content.decode()
    gone = replace(PLAN, questions=("L'« école » d'Uwimana ?", "Iki?"))
    save_plan(partnership=partnership, version=1, content=gone, actor=south)
    save_plan(partnership=partnership, version=2, content=PLAN, actor=north)
    assert page(partnership, "plan-versions") in client.get(page(partnership)).content.decode()
    text = client.get(page(partnership, "plan-versions")).content.decode()
    assert "L&#x27;« école » d&#x27;Uwimana ?" in text
    assert text.count("<h2 id=") == 3
    assert signed_in(world.coordinator_ralga).get(page(partnership, "plan-versions")).status_code == 200
    for stranger in (make_editor(world.gent), world.coordinator_ancb):
        assert signed_in(stranger).get(page(partnership, "plan-versions")).status_code == 404


def test_the_page_of_versions_takes_as_many_statements_for_thirty(
    pair: tuple[Partnership, User, User], django_assert_max_num_queries: object
) -> None:
    partnership, north, _south = pair
    client = signed_in(north)
    for number in range(30):
        content = replace(PLAN, change_north=f"Change {number}")
        save_plan(partnership=partnership, version=number, content=content, actor=north)
    client.get(page(partnership, "plan-versions"))
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        text = client.get(page(partnership, "plan-versions")).content.decode()
    assert text.count("<h2 id=") == 10
    assert "Change 0" in client.get(page(partnership, "plan-versions") + "?page=3").content.decode()


def test_rows_that_were_typed_are_kept_when_the_plan_has_fewer_by_now(
    pair: tuple[Partnership, User, User],
) -> None:
    partnership, north, south = pair
    save_plan(partnership=partnership, version=0, content=LONGER, actor=north)
    typed = {f"activity_{number}": f"Mine {number}" for number in range(1, 9)}
    typed |= {**TYPED, "activity_1": "Mine 1", "due_8": "2027-05-01", "version": "1"}
    save_plan(partnership=partnership, version=1, content=PLAN, actor=north)
    kept = signed_in(south).post(page(partnership), typed)
    assert kept.status_code == 422
    for number in range(1, 9):
        assert f"Mine {number}" in kept.content.decode()
    assert signed_in(south).post(page(partnership), {**typed, "version": "2"}).status_code == 302
    found = content_of(with_plan(partnership).plan).activities
    assert [text for text, _day in found] == [f"Mine {number}" for number in range(1, 9)]
    assert found[-1][1] == date(2027, 5, 1)
    assert signed_in(south).post(page(partnership), {**typed, "activity_999999": "x"}).status_code == 422


def test_a_question_too_many_by_new_rules_is_shown_not_lost(
    pair: tuple[Partnership, User, User], world: World
) -> None:
    partnership, north, _south = pair
    four = replace(PLAN, questions=("One?", "Two?", "Three?", "Four?"))
    save_plan(partnership=partnership, version=0, content=four, actor=north)
    world.rules.learning_questions_max = 3
    world.rules.save()
    client = signed_in(north)
    assert "Four?" in client.get(page(partnership)).content.decode()
    typed = {**TYPED, "version": "1", **{f"question_{n}": f"Mine {n}?" for n in range(1, 5)}}
    refused = client.post(page(partnership), typed)
    assert refused.status_code == 422
    assert "Mine 4?" in refused.content.decode()
    assert "at most 3 learning questions" in refused.content.decode()
    assert client.post(page(partnership), {**typed, "question_4": ""}).status_code == 302


@pytest.mark.parametrize("version", ["9" * 5_000, "-1", "1.5", "²"])
def test_a_version_that_is_none_agrees_to_nothing(pair: tuple[Partnership, User, User], version: str) -> None:
    partnership, north, _south = pair
    save_plan(partnership=partnership, version=0, content=PLAN, actor=north)
    for name in ("plan-agree", "plan-review-agree"):
        assert signed_in(north).post(page(partnership, name), {"version": version}).status_code == 422


def test_one_person_does_not_agree_for_both(pair: tuple[Partnership, User, User], world: World) -> None:
    partnership, north, _south = pair
    make_editor(world.karongi, user=north)
    save_plan(partnership=partnership, version=0, content=PLAN, actor=north)
    agree_plan(partnership=partnership, side=Side.NORTH, version=1, actor=north)
    with pytest.raises(SamePerson):
        agree_plan(partnership=partnership, side=Side.SOUTH, version=1, actor=north)


@pytest.mark.django_db(transaction=True)
def test_two_saves_at_once_leave_one_text_and_give_the_other_back() -> None:
    partnership, north, south = make_partnership(make_round(build_world()))
    contents = (PLAN, PlanContent(change_south="Mine", language="fr"))

    def attempt(number: int) -> object:
        try:
            actor = (north, south)[number]
            save_plan(partnership=partnership, version=0, content=contents[number], actor=actor)
        except EditConflict as conflict:
            return PlanContent(**conflict.theirs), PlanContent(**conflict.mine)  # type: ignore[arg-type]
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(max_workers=2) as pool:
        found = list(pool.map(attempt, range(2)))
    plan = with_plan(partnership).plan
    assert plan.version == 1
    lost = next(number for number, answer in enumerate(found) if answer is not None)
    assert content_of(plan) == contents[1 - lost]
    assert found[lost] == (contents[1 - lost], contents[lost])
    assert found[1 - lost] is None
