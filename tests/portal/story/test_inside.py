"""The pages behind the sign-in that gather: start, dashboard, report; each shows the reader's own and no more."""

from datetime import date

import pytest
from django.test import Client
from django.urls import resolve, reverse

from matching.models import Partnership
from portal.demo.accounts import DOMAIN
from portal.reports import may_read
from portal.selectors.dashboard import board_for
from portal.selectors.tasks import waiting_on
from sdgpartners.people.models import User
from sdgpartners.programme.selectors import current_programme

# What waits on each of them in the story: where the links lead, without how often.
TASKS = {
    "vvsg": {
        "budget:expense-detail",
        "admin:applications_application_changelist",
        "admin:people_joinrequest_change",
        "admin:applications_call_places",
    },
    "finance": {"budget:expense-detail"},
    "ancb": {"budget:expense-detail", "admin:people_joinrequest_change"},
    "reviewer": {"applications:review-list"},
    "reviewer2": {"applications:review-list"},
    "reviewer3": {"applications:review-list", "matching:scenario-detail"},
    "reviewer.ancb": {"applications:review-list"},
    "facilitator": set(),
    "auditor": set(),
    "admin": set(),
    "steering": {"matching:scenario-detail"},
    "gent.editor": {"applications:application-detail"},
    "aarschot.editor": {"applications:application-detail"},
    "genk.editor": {"exchanges:homework-answer", "applications:application-start"},
    "mechelen.editor": {"portal:partnership-hub", "applications:application-start"},
}
SOUTH = {"BJ": {"Nikki", "Covè", "Porto-Novo"}, "RW": {"Bugesera", "Karongi", "Nyanza"}}


def person(account: str) -> User:
    return User.objects.get(email=f"{account}@{DOMAIN}")


@pytest.mark.parametrize("account", sorted(TASKS))
def test_the_start_page_lists_what_waits_on_a_person(account: str, story: date, client: Client) -> None:
    user = person(account)
    tasks = waiting_on(user)
    assert {resolve(task.url.partition("?")[0]).view_name for task in tasks} == TASKS[account]
    client.force_login(user)
    page = client.get(reverse("portal:start")).content.decode()
    assert all(task.url in page for task in tasks)


@pytest.mark.parametrize(
    "account", ["genk.editor", "reviewer", "reviewer3", "vvsg", "ancb", "steering", "gent.signatory"]
)
def test_every_task_opens_for_the_person_it_waits_on(account: str, story: date, client: Client) -> None:
    client.force_login(person(account))
    tasks = waiting_on(person(account))
    assert {client.get(task.url).status_code for task in tasks} == {200}


@pytest.mark.parametrize(
    ("account", "countries"),
    [("ancb", ["BJ"]), ("ralga", ["RW"]), ("vvsg", ["BJ", "RW"]), ("steering", ["BJ", "RW"])],
)
def test_the_dashboard_stays_in_the_countries_of_its_reader(
    account: str, countries: list[str], story: date, client: Client
) -> None:
    user, programme = person(account), current_programme()
    assert programme is not None
    rows = board_for(user, programme).rows
    assert {row.partnership.partner_country.country_id for row in rows} == set(countries)
    client.force_login(user)
    page = client.get(reverse("portal:dashboard")).content.decode()
    seen = {name for names in SOUTH.values() for name in names if name in page}
    assert seen == {name for country in countries for name in SOUTH[country]}


READERS = {
    "vvsg": True, "ancb": True, "steering": True, "facilitator": True, "genk.editor": True, "nikki.editor": True,
    "ralga": False, "leuven.editor": False, "turnhout.editor": False, "gent.editor": False, "reviewer": False,
    "admin": False,
}  # fmt: skip


@pytest.mark.parametrize("account", sorted(READERS))
def test_a_report_is_read_by_who_sees_its_partnership(account: str, story: date) -> None:
    reference = Partnership.objects.get(north__name="Genk").reference
    assert may_read(person(account), reference) is READERS[account]


def test_a_report_of_nothing_is_read_by_nobody(story: date) -> None:
    assert not may_read(person("vvsg"), "SDG-1999-0001")


def test_the_partner_sees_totals_of_the_other_half_and_not_its_payees(story: date, client: Client) -> None:
    """Genk's page of the budget has both halves; Nikki's receipts are not on it."""
    reference = Partnership.objects.get(north__name="Genk").reference
    pages = {}
    for account in ("genk.editor", "nikki.editor"):
        client.force_login(person(account))
        pages[account] = client.get(reverse("budget:budget-detail", args=[reference])).context["expenses"]
    places = {account: {row.share.municipality.name for row in rows} for account, rows in pages.items()}
    assert places == {"genk.editor": {"Genk"}, "nikki.editor": {"Nikki"}}
