"""Statements a page takes, signed in: eight for a list or one thing, fifteen for a page that gathers; and as many
with thirty rows more."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import Application, Call, ConflictDeclaration
from budget.enums import ExpenseStatus
from budget.models import Expense
from exchanges.models import Contact, HomeworkAnswer, Session, Visit
from matching.models import Partnership
from sdgpartners.core import clock
from sdgpartners.programme.models import Municipality
from tests.architecture.file_samples import formal_decision_of
from tests.architecture.routes import ADMIN_MODELS, ROUTES, Kind
from tests.architecture.samples import arguments_of, pair, person, review_to_do

PLAIN, GATHERING = 8, 15
# Pages that put several rooms together.
GATHERS = {
    "portal:start", "portal:dashboard", "portal:partnership-hub", "portal:partnership-health",
    "portal:home", "admin:index", "admin:app_list",
    "admin:applications_track_reviewers", "admin:applications_track_reviewers_of",
    "admin:applications_track_ranking", "admin:applications_track_ranking_file", "admin:applications_track_grid",
    "admin:applications_conflictdeclaration_track",
    "applications:track-ranking", "applications:panel-list", "applications:panel-sheet", "applications:panel-agree",
    "admin:applications_call_progress", "admin:applications_application_merge",
    "admin:applications_call_amend", "admin:applications_call_rehearsal", "admin:applications_call_release",
    "admin:applications_call_letter", "admin:applications_call_lapse", "admin:applications_call_promote",
    "admin:applications_application_eligibility", "admin:applications_application_import_template",
    "admin:applications_application_change", "portal:call-detail", "matching:scenario-detail",
    "matching:partnership-course", "matching:partnership-suspend", "matching:partnership-resume",
    "matching:partnership-free-north", "matching:partnership-end-early", "matching:partnership-close",
    "admin:matching_partnership_country",
}  # fmt: skip
PAGES = sorted(
    name for name, route in ROUTES.items() if route.status == 200 and route.kind is not Kind.LIBRARY
)
MORE = 30


def statements(client: Client, url: str) -> int:
    """How many statements a GET takes once caches that live longer than a request are warm."""
    look(client, url)
    with CaptureQueriesContext(connection) as queries:
        look(client, url)
    return len(queries)


def look(client: Client, url: str) -> bytes:
    """The page; a file is read to its end, which closes it."""
    answer = client.get(url)
    assert answer.status_code == 200
    return b"".join(answer) if answer.streaming else answer.content


@pytest.mark.parametrize("name", PAGES)
def test_a_page_stays_within_its_statements(name: str, story: date, client: Client) -> None:
    route = ROUTES[name]
    url = reverse(name, kwargs=arguments_of(route.sample))
    client.force_login(person(route.reader or "leuven.editor"))
    if route.kind is Kind.PUBLIC and route.sample == "invitation":
        client.logout()
    limit = GATHERING if name in GATHERS else PLAIN
    assert statements(client, url) <= limit


@pytest.mark.parametrize("model", sorted(ADMIN_MODELS))
def test_a_list_at_the_desk_stays_within_its_statements(model: str, story: date, client: Client) -> None:
    client.force_login(person(ADMIN_MODELS[model][1]))
    assert statements(client, reverse(f"admin:{model.replace('.', '_')}_changelist")) <= PLAIN


def copies(row: Model, change: Callable[[int], dict[str, Any]]) -> None:
    """Thirty rows like `row`, each with its own values from `change`."""
    made = []
    for number in range(MORE):
        values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
        values.pop(row._meta.pk.attname)
        made.append(type(row)(**values | change(number)))
    type(row)._default_manager.bulk_create(made)


def _reference(number: int) -> dict[str, Any]:
    return {"reference": f"CPY-2026-{number:04d}"}


def _without_application(*countries: str) -> list[Municipality]:
    rows = Municipality.objects.filter(country__in=countries, applications__isnull=True)
    return list(rows.order_by("country", "code")[:MORE])


def more_applications() -> None:
    places = _without_application("BE")
    row = Application.objects.get(call__code="demo-5", municipality__name="Gent")
    copies(row, lambda number: {**_reference(number), "municipality_id": places[number].pk})


def more_reviews() -> None:
    more_applications()
    mine = review_to_do()
    others = list(Application.objects.filter(reference__startswith="CPY").order_by("pk"))
    copies(mine, lambda number: {"application_id": others[number].pk})


def more_declarations() -> None:
    more_reviews()
    others = list(Application.objects.filter(reference__startswith="CPY").order_by("pk"))
    said = ConflictDeclaration.objects.filter(application=review_to_do().application).order_by("pk")[0]
    copies(said, lambda number: {"application_id": others[number].pk})


def more_partnerships() -> None:
    north, south = _without_application("BE"), _without_application("BJ", "RW")
    copies(
        pair("Leuven"),
        lambda number: {
            **_reference(number),
            "proposal_id": None,
            "north_id": north[number].pk,
            "south_id": south[number].pk,
        },
    )


def more_calls() -> None:
    row = Call.objects.get(code="demo-5")
    copies(row, lambda number: {"code": f"copy-{number}"})
    made = list(Call.objects.filter(code__startswith="copy"))
    for track in row.tracks.order_by("pk"):
        copies(track, lambda number: {"call_id": made[number].pk})


def more_sessions() -> None:
    row = Session.objects.filter(partner_country__country="RW").order_by("starts_at").last()
    assert row is not None
    copies(
        row, lambda number: {**_reference(number), "starts_at": row.starts_at + timedelta(days=number + 1)}
    )


def more_contacts() -> None:
    row = Contact.objects.filter(partnership=pair("Leuven")).order_by("pk")[0]
    copies(row, lambda number: {"note": f"note {number}"})


def more_visits() -> None:
    row = Visit.objects.filter(partnership=pair("Leuven")).order_by("pk")[0]
    copies(row, lambda number: {**_reference(number), "status": "cancelled", "cancel_reason": "flights"})


def more_expenses() -> None:
    row = Expense.objects.filter(share__municipality__name="Leuven").order_by("pk")[0]
    copies(row, lambda number: {**_reference(number), "payee": f"Hotel {number}"})


def more_to_check() -> None:
    row = Expense.objects.filter(share__municipality__name="Aalst", status=ExpenseStatus.SUBMITTED)[0]
    copies(row, lambda number: {**_reference(number), "payee": f"Hotel {number}"})


def more_homework() -> None:
    row = (
        HomeworkAnswer.objects.select_related("homework").filter(partnership=pair("Leuven")).order_by("pk")[0]
    )
    homework = row.homework
    copies(homework, lambda number: {**_reference(number), "due_on": clock.today() + timedelta(days=number)})
    given = list(type(homework).objects.filter(reference__startswith="CPY").order_by("pk"))
    empty = {"status": "open", "handed_in_at": None, "handed_in_by_id": None}
    copies(row, lambda number: {"homework_id": given[number].pk, **empty})


def more_decisions() -> None:
    row = formal_decision_of(pair("Leuven"))
    # Not decided yet: what is waited for stands on the hub.
    copies(row, lambda number: {"number": f"2026/{number}", "decided_on": None, "approved": None})


def of_leuven(name: str) -> Callable[[], str]:
    return lambda: reverse(name, args=[pair("Leuven").reference])


def at(name: str) -> Callable[[], str]:
    return lambda: reverse(name)


def desk(model: str) -> Callable[[], str]:
    return lambda: reverse(f"admin:{model}_changelist")


def progress_page() -> str:
    return reverse("admin:applications_call_progress", args=[Call.objects.get(code="demo-5").pk])


GROWING: dict[str, tuple[Callable[[], None], str, Callable[[], str]]] = {
    "applications": (more_applications, "vvsg", at("applications:application-list")),
    "reviews": (more_reviews, "reviewer", at("applications:review-list")),
    "calls": (more_calls, "gent.editor", at("portal:call-list")),
    "home with calls": (more_calls, "gent.editor", at("portal:home")),
    "home with pairs": (more_partnerships, "gent.editor", at("portal:home")),
    "public pairs": (more_partnerships, "gent.editor", at("portal:partnership-list")),
    "file of pairs": (more_partnerships, "gent.editor", at("portal:partnerships-csv")),
    "dashboard": (more_partnerships, "steering", at("portal:dashboard")),
    "start with pairs": (more_partnerships, "vvsg", at("portal:start")),
    "start with homework": (more_homework, "leuven.editor", at("portal:start")),
    "start with calls": (more_calls, "leuven.editor", at("portal:start")),
    "hub with homework": (more_homework, "leuven.editor", of_leuven("portal:partnership-hub")),
    "hub with visits": (more_visits, "leuven.editor", of_leuven("portal:partnership-hub")),
    "sessions": (more_sessions, "leuven.editor", at("exchanges:session-list")),
    "health of pairs": (more_partnerships, "steering", at("portal:partnership-health")),
    "hub with decisions": (more_decisions, "leuven.editor", of_leuven("portal:partnership-hub")),
    "formal decisions": (more_decisions, "leuven.editor", of_leuven("matching:partnership-decisions")),
    "contacts": (more_contacts, "leuven.editor", of_leuven("exchanges:contact-list")),
    "expenses": (more_expenses, "leuven.editor", of_leuven("budget:budget-detail")),
    "desk: tasks": (more_to_check, "finance", at("admin:index")),
    "start with expenses": (more_to_check, "finance", at("portal:start")),
    "desk: applications": (more_applications, "vvsg", desk("applications_application")),
    "desk: progress of a call": (more_applications, "vvsg", progress_page),
    "desk: reviews": (more_reviews, "vvsg", desk("applications_review")),
    "desk: declarations": (more_declarations, "vvsg", desk("applications_conflictdeclaration")),
    "desk: calls": (more_calls, "vvsg", desk("applications_call")),
    "desk: partnerships": (more_partnerships, "vvsg", desk("matching_partnership")),
    "desk: sessions": (more_sessions, "vvsg", desk("exchanges_session")),
    "desk: visits": (more_visits, "vvsg", desk("exchanges_visit")),
    "desk: contacts": (more_contacts, "vvsg", desk("exchanges_contact")),
    "desk: expenses": (more_expenses, "vvsg", desk("budget_expense")),
}


@pytest.mark.parametrize("name", sorted(GROWING))
def test_thirty_rows_more_take_no_statement_more(name: str, story: date, client: Client) -> None:
    grow, account, url = GROWING[name]
    client.force_login(person(account))
    before = statements(client, url())
    length = len(look(client, url()))
    grow()
    client.force_login(person(account))
    assert statements(client, url()) == before
    # Without the new rows on the page the equality above would say nothing.
    assert len(look(client, url())) != length


def test_there_are_partnerships_to_count(story: date) -> None:
    more_partnerships()
    assert Partnership.objects.count() == 8 + MORE
