"""Words that are signed: figures to the cent, days that contain each other, two who sign at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.urls import reverse

from budget.models import Share
from matching.models import Partnership
from matching.selectors.agreements import outdated, wording_of
from matching.selectors.partnerships import with_plan
from matching.services import activate_partnership, set_start, sign_agreement
from matching.services.agreement_texts import write_agreement_text
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side
from tests.architecture.test_query_counts import statements
from tests.matching.factories import make_partnership, make_round
from tests.matching.test_agreements import OWN
from tests.matching.test_pages import english, signed_in
from tests.matching.test_partnerships import prepare
from tests.world import World, build_world

BOTH = (Side.NORTH, Side.SOUTH)
Trio = tuple[Partnership, User, User]


@pytest.fixture
def pair(world: World) -> Trio:
    partnership, north, south = make_partnership(make_round(world))
    return partnership, english(north), english(south)


def sign(trio: Trio, *sides: Side) -> Partnership:
    partnership, north, south = trio
    starts_on = with_plan(partnership).agreement.starts_on
    for side in sides:
        actor = north if side == Side.NORTH else south
        sign_agreement(partnership=partnership, side=side, starts_on=starts_on, actor=actor)
    return with_plan(partnership)


def test_a_day_that_stands_within_another_is_another_day(pair: Trio, world: World) -> None:
    world.rules.partnerships_end_on = date(2027, 6, 21)
    world.rules.save()
    assert not outdated(sign(pair, Side.NORTH))
    world.rules.partnerships_end_on = date(2027, 6, 1)
    world.rules.save()
    assert outdated(with_plan(pair[0]))


@pytest.mark.parametrize("own", [False, True], ids=["standard text", "text without halves"])
def test_other_halves_count_where_the_text_names_them(own: bool, pair: Trio, world: World) -> None:
    if own:
        write_agreement_text(
            programme=world.programme, valid_from=clock.today(), bodies=OWN, actor=world.coordinator_vvsg
        )
    sign(pair, Side.NORTH)
    for name in ("matching:partnership-agreement", "portal:partnership-hub"):
        most = 8 if name.startswith("matching") else 15
        assert statements(signed_in(pair[2]), reverse(name, args=[pair[0].reference])) <= most
    world.rules.north_share_percent = Decimal(60)
    world.rules.save()
    assert outdated(with_plan(pair[0])) is not own


def test_the_agreement_names_the_halves_with_which_the_budget_is_opened(pair: Trio, world: World) -> None:
    """35,000.01 in two halves of 17,500.005: the cent has one place, in the words and in the budget."""
    world.rules.budget_total = Decimal("35000.01")
    world.rules.save()
    prepare(*pair)
    body = wording_of(with_plan(pair[0])).bodies["en"]
    activate_partnership(partnership=pair[0], actor=world.coordinator_vvsg)
    amounts = {row.side: row.amount for row in Share.objects.filter(budget__partnership=pair[0])}
    assert amounts == {"north": Decimal("17500.01"), "south": Decimal("17500.00")}
    assert "17,500.01 for the activities of Leuven" in body
    assert "17,500.00 for the activities of Karongi" in body or "17,500 for the activities" in body


def test_what_cannot_be_signed_offers_no_button(pair: Trio, world: World) -> None:
    partnership, _north, south = pair
    sign(pair, Side.NORTH)
    page = reverse("matching:partnership-agreement", args=[partnership.reference])
    button = reverse("matching:partnership-sign", args=[partnership.reference])
    assert button in signed_in(south).get(page).content.decode()
    world.rules.budget_total += 1
    world.rules.save()
    text = signed_in(south).get(page).content.decode()
    assert button not in text
    assert "has changed since the text was fixed" in text


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("other", ["signs too", "moves the start"])
def test_two_at_once_leave_one_text_that_both_or_nobody_signed(other: str) -> None:
    world = build_world()
    partnership, north, south = make_partnership(make_round(world))
    before = with_plan(partnership)
    starts_on = before.agreement.starts_on
    later = date(starts_on.year, starts_on.month, 28)

    def attempt(number: int) -> str:
        try:
            if number and other == "moves the start":
                set_start(partnership=partnership, starts_on=later, actor=south)
            else:
                actor = (north, south)[number]
                sign_agreement(partnership=partnership, side=BOTH[number], starts_on=starts_on, actor=actor)
        except DomainError as error:
            return type(error).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(max_workers=2) as pool:
        found = list(pool.map(attempt, range(2)))
    agreement = with_plan(partnership).agreement
    signed = [bool(agreement.signed_north_at), bool(agreement.signed_south_at)]
    if other == "signs too":
        assert (found, signed) == (["done", "done"], [True, True])
        assert agreement.body_en == wording_of(before).bodies["en"]
    else:
        assert found in (["done", "done"], ["DomainError", "done"])
        assert (signed, agreement.frozen_at, agreement.starts_on) == ([False, False], None, later)
