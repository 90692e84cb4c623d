"""Contributors write along on applications. On a partnership they read, and who is named in its team writes along;
naming the team, agreeing, confirming and money are for editors and signatories."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from budget.enums import ExpenseStatus
from exchanges.enums import MeetingStatus
from exchanges.models import HomeworkAnswer
from exchanges.selectors.running import people_of
from matching.enums import PartnershipStatus
from matching.models import Partnership, TeamMember
from matching.reminders import plan_missing
from portal.selectors.tasks import waiting_on
from sdgpartners.core import clock
from tests.architecture.cast import add_contributors
from tests.architecture.samples import expense_of, pair, person, visit_of

pytestmark = pytest.mark.django_db


def _writes(partnership: Partnership) -> dict[str, tuple[str, str]]:
    """What a municipality sends about a partnership: the address, and who of Genk may send it, the lowest role."""
    visit = visit_of(partnership, MeetingStatus.CONFIRMED).reference
    homework = HomeworkAnswer.objects.filter(partnership=partnership).order_by("pk")[0].homework.reference
    draft = expense_of("Genk", ExpenseStatus.DRAFT).reference

    def of_pair(name: str, *more: str) -> str:
        return reverse(name, args=[partnership.reference, *more])

    return {
        "plan": (of_pair("matching:partnership-plan"), "member"),
        "homework": (
            reverse("exchanges:homework-answer", args=[homework, partnership.reference]),
            "member",
        ),
        "contact": (of_pair("exchanges:contact-create"), "member"),
        "visit": (of_pair("exchanges:visit-create"), "member"),
        "days of a visit": (reverse("exchanges:visit-edit", args=[visit]), "member"),
        "agreeing to the plan": (of_pair("matching:partnership-plan-agree"), "editor"),
        "team": (of_pair("matching:partnership-team-add"), "editor"),
        "actor": (of_pair("matching:partnership-actor-add"), "editor"),
        "first day": (of_pair("matching:partnership-start"), "editor"),
        "calendar": (of_pair("matching:partnership-confirm", "calendar"), "editor"),
        "halves of the budget": (of_pair("matching:partnership-confirm", "split"), "editor"),
        "expense": (of_pair("budget:expense-create"), "editor"),
        "draft expense": (reverse("budget:expense-edit", args=[draft]), "editor"),
        "submitting it": (reverse("budget:expense-submit", args=[draft]), "editor"),
        "agreement": (of_pair("matching:partnership-sign"), "signatory"),
    }


def test_contributors_change_neither_plan_nor_money_and_the_team_writes_along(
    story: date, client: Client
) -> None:
    add_contributors()
    ranks = ("contributor", "member", "editor", "signatory")
    expected, found = {}, {}
    for what, (url, lowest) in _writes(pair("Genk")).items():
        expected[what] = {rank: ranks.index(rank) >= ranks.index(lowest) for rank in ranks}
        found[what] = {}
        for rank in ranks:
            client.force_login(person(f"genk.{rank}"))
            # Empty: whoever is let in is told what is missing, or that this has been done.
            with transaction.atomic():
                answer = client.post(url, {})
                transaction.set_rollback(True)
            assert answer.status_code in (200, 302, 403, 422)
            found[what][rank] = answer.status_code != 403
    assert found == expected


def test_who_has_left_the_team_reads_on(story: date, client: Client) -> None:
    add_contributors()
    partnership = pair("Genk")
    url = reverse("exchanges:contact-create", args=[partnership.reference])
    client.force_login(person("genk.member"))
    before = client.get(url).status_code
    TeamMember.objects.filter(user=person("genk.member")).update(left_on=clock.today())
    hub = reverse("portal:partnership-hub", args=[partnership.reference])
    assert (before, client.get(url).status_code, client.get(hub).status_code) == (200, 403, 200)


def test_tasks_and_mail_go_to_those_who_can_act(story: date) -> None:
    add_contributors()
    partnership = pair("Genk")
    reader, member = person("genk.contributor"), person("genk.member")
    assert {user.email.partition("@")[0] for user in people_of([partnership])} == {
        "genk.editor", "genk.signatory", "genk.member", "nikki.editor", "nikki.signatory",
    }  # fmt: skip
    editors = waiting_on(person("genk.editor"))
    open_work = [task.label for task in editors if "/applications/" not in task.url]
    assert open_work
    assert waiting_on(reader) == []
    assert [task.label for task in waiting_on(member)] == open_work
    Partnership.objects.filter(pk=partnership.pk).update(status=PartnershipStatus.PREPARING)
    partnership.plan.__class__.objects.filter(pk=partnership.plan.pk).update(
        agreed_north_at=None, agreed_north_by=None
    )
    asked = {due.recipient for due in plan_missing(clock.now()) if due.target == partnership.reference}
    assert asked == {person("genk.editor"), person("genk.signatory")}
    prepare = "Prepare the start of the partnership"
    assert prepare in [str(task.label) for task in waiting_on(member)]
    assert waiting_on(reader) == []


@pytest.mark.parametrize(("name", "most"), [("portal:partnership-hub", 15), ("matching:partnership-plan", 8)])
def test_a_contributor_reads_without_buttons(name: str, most: int, story: date, client: Client) -> None:
    add_contributors()
    partnership = pair("Genk")
    url = reverse(name, args=[partnership.reference])
    client.force_login(person("genk.contributor"))
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(url).content.decode()
    assert len(queries) <= most
    assert reverse("exchanges:contact-create", args=[partnership.reference]) not in page
    assert "<textarea" not in page
