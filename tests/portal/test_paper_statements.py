"""The pages of one partnership take as many statements with thirty rows more of everything that stands on them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from exchanges.models import Contact, HomeworkAnswer, Visit
from matching.models import (
    Activity,
    Actor,
    EndChange,
    FormalDecision,
    HandOver,
    LearningQuestion,
    Suspension,
    TeamMember,
)
from matching.services import suspend_partnership
from sdgpartners.core import clock
from sdgpartners.programme.enums import Side
from tests.architecture.test_query_counts import MORE, _reference, copies, look, statements
from tests.exchanges.factories import NOON
from tests.portal.busy import Busy, make_busy
from tests.world import World

MATCHING = ("plan", "plan-versions", "plan-review", "team", "hand-over", "agreement", "decisions")


def more_of_everything(busy: Busy) -> None:
    plan, side = busy.pair.plan, busy.pair.sides.get(side=Side.NORTH)
    LearningQuestion.objects.bulk_create(
        LearningQuestion(plan=plan, order=number, text=f"Question {number}") for number in range(MORE)
    )
    Activity.objects.bulk_create(
        Activity(plan=plan, order=number, text=f"Activity {number}") for number in range(MORE)
    )
    member, service = TeamMember.objects.filter(side=side, role="contact")[0], "Service"
    copies(member, lambda number: {"name": f"Person {number}", "service": f"{service} {number}"})
    copies(Actor.objects.filter(side=side)[0], lambda number: {"name": f"School {number}"})
    people = list(TeamMember.objects.filter(side=side, name__startswith="Person").order_by("pk"))
    copies(HandOver.objects.get(), lambda number: {"leaving_id": people[number].pk})
    copies(FormalDecision.objects.get(), lambda number: {"number": f"2026/{number}"})
    decided = {"decided_at": clock.now(), "granted": False, "decided_by_id": busy.desk.pk}
    copies(EndChange.objects.get(), lambda number: {**decided, "reason": f"Reason {number}"})
    Suspension.objects.bulk_create(
        Suspension(
            partnership=busy.pair,
            status_before="active",
            since=NOON.date() - timedelta(days=90 - number),
            resumed_on=NOON.date() - timedelta(days=90 - number),
            reason=f"Reason {number}",
            suspended_by=busy.desk,
            resumed_by=busy.desk,
        )
        for number in range(MORE)
    )
    copies(
        Visit.objects.get(),
        lambda number: {**_reference(number), "status": "cancelled", "cancel_reason": "x"},
    )
    Contact.objects.bulk_create(
        Contact(partnership=busy.pair, side="north", kind="call", held_on=NOON.date(), note=f"Call {number}")
        for number in range(MORE)
    )
    answer = HomeworkAnswer.objects.filter(partnership=busy.pair, status="open").select_related("homework")[0]
    copies(answer.homework, lambda number: {**_reference(number)})
    given = list(type(answer.homework).objects.filter(reference__startswith="CPY").order_by("pk"))
    copies(answer, lambda number: {"homework_id": given[number].pk})


@pytest.mark.parametrize("who", ["north", "desk"])
def test_pages_of_a_partnership_take_no_statement_more(who: str, world: World) -> None:
    with clock.at(NOON):
        busy = make_busy(world)
        Contact.objects.create(partnership=busy.pair, side="north", kind="call", held_on=NOON.date())
        user = getattr(busy, who)
        reference = busy.pair.reference
        pages = {
            **{name: (reverse(f"matching:partnership-{name}", args=[reference]), 8) for name in MATCHING},
            "course": (reverse("matching:partnership-course", args=[reference]), 15),
            "hub": (reverse("portal:partnership-hub", args=[reference]), 15),
            "health": (reverse("portal:partnership-health"), 15),
            "contacts": (reverse("exchanges:contact-list", args=[reference]), 8),
        }
        if who == "north":
            del pages["health"]

        def figures() -> dict[str, tuple[int, int]]:
            found = {}
            for name, (address, _most) in pages.items():
                browser = Client()
                browser.force_login(user)
                found[name] = (statements(browser, address), len(look(browser, address)))
            return found

        before = figures()
        more_of_everything(busy)
        after = figures()
        assert {name: count for name, (count, _size) in after.items()} == {
            name: count for name, (count, _size) in before.items()
        }
        assert [name for name, (count, _size) in after.items() if count > pages[name][1]] == []
        suspend_partnership(partnership=busy.pair, reason="Stop", hide_publicly=True, actor=busy.desk)
        still = figures()
        assert {name: count for name, (count, _size) in still.items() if count > pages[name][1]} == {}
        same = {name for name in pages if after[name][1] == before[name][1]}
        assert same <= {"plan-versions", "plan-review", "agreement"}
