"""Who gets which page: a declared answer for each kind of object and each role, and lists that agree with objects.

Two pairs stand in it, Genk with Nikki in Benin and Leuven with Karongi in Rwanda, so that each is the other's
stranger; with them a second pair of Benin, a municipality that only applies, one without anything, and somebody with
every role at an association outside the programme. Who is not named in a row gets 404.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Model, QuerySet
from django.test import Client
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from applications.enums import ApplicationStatus
from applications.models import Application, Review
from applications.permissions import Perm as ApplicationPerm
from applications.review_permissions import ReviewPerm
from applications.selectors.applications import applications_visible_to
from applications.selectors.reviews import reviews_visible_to
from budget.enums import ExpenseStatus
from budget.models import Expense
from budget.permissions import Perm as BudgetPerm
from budget.selectors import expenses_visible_to
from exchanges.enums import HomeworkStatus, MeetingStatus
from exchanges.models import HomeworkAnswer, Session, Visit
from exchanges.permissions import Perm as ExchangePerm
from exchanges.permissions import answers_visible_to, sessions_visible_to, visits_visible_to
from matching.enums import ScenarioStatus
from matching.models import Partnership, Proposal, Scenario
from matching.permissions import Perm as MatchingPerm
from matching.permissions import proposals_visible_to, scenarios_visible_to
from matching.selectors.partnerships import partnerships_visible_to
from sdgpartners.core import clock
from sdgpartners.core.access import allowed
from sdgpartners.people.models import Membership
from tests.architecture.cast import ACCOUNTS, CONTRIBUTORS, add_strangers
from tests.architecture.file_samples import answer_file_of, formal_decision_of, reviewed_file_of
from tests.architecture.samples import (
    application_of,
    expense_of,
    open_files_of,
    pair,
    person,
    put_forward,
    report_of,
    review_to_do,
    session_of,
    visit_of,
)
from tests.story import MOMENT, without_warnings

pytestmark = pytest.mark.django_db

GENK, NIKKI = "genk.editor genk.signatory", "nikki.editor nikki.signatory"
# Contributors write along on applications; on a partnership only who is in its team does.
ALONG, MEMBER = " ".join(CONTRIBUTORS), "genk.member"
LEUVEN, KARONGI = "leuven.editor leuven.signatory", "karongi.editor"
GENT = "gent.editor gent.signatory"
# Coordinators and auditors: of both countries at VVSG, of their own at ANCB and RALGA.
READ_BJ, READ_RW, READ = "vvsg auditor ancb", "vvsg auditor ralga", "vvsg auditor ancb ralga"
# Everybody who follows a partnership of the country without working in it.
FILE_BJ = "vvsg finance facilitator auditor ancb steering observer"
FILE_RW = "vvsg finance facilitator auditor ralga steering"
PLAN_BJ, PLAN_RW = "vvsg ancb facilitator", "vvsg ralga facilitator"
PAIR_BJ, PAIR_RW = f"{GENK} {NIKKI}", f"{LEUVEN} {KARONGI}"
MONEY_NORTH, MONEY_NIKKI = "vvsg finance auditor", "vvsg finance auditor ancb"


@dataclass(frozen=True)
class Row:
    """A page with who gets it, and who is told that they may not; the rest gets 404."""

    url: Callable[[], str]
    opens: str
    refused: str = ""

    def expected(self) -> dict[str, int]:
        answers = dict.fromkeys(self.opens.split(), 200) | dict.fromkeys(self.refused.split(), 403)
        return {account: answers.get(account, 404) for account in ACCOUNTS}


def at(name: str, *args: Callable[[], object]) -> Callable[[], str]:
    return lambda: reverse(name, args=[each() for each in args])


def _application(call: str, place: str) -> Callable[[], str]:
    return lambda: application_of(call, place).reference


def _rows_of_application(
    key: str, reference: Callable[[], str], staff: str, readers: str, along: str = ""
) -> dict[str, Row]:
    editor, signatory = staff.split()
    staff = f"{staff} {along}"
    page = "applications:application-"
    return {
        f"{key}: task list": Row(at(f"{page}detail", reference), f"{staff} {readers}"),
        f"{key}: history": Row(at(f"{page}history", reference), f"{staff} {readers}"),
        f"{key}: check": Row(at(f"{page}check", reference), staff, readers),
        f"{key}: section": Row(at(f"{page}section", reference, lambda: "municipality"), staff, readers),
        f"{key}: signing": Row(
            at("applications:sign-off-answer", reference), signatory, f"{readers} {editor} {along}"
        ),
    }


def _rows_of_pair(
    key: str, north: str, staff: str, followers: str, planners: str, *, along: str = "", member: str = ""
) -> dict[str, Row]:
    """`along` are contributors of a side, `member` those of them in its team."""

    def reference() -> str:
        return pair(north).reference

    def visit() -> str:
        return visit_of(pair(north), MeetingStatus.CONFIRMED).reference

    def homework() -> str:
        return HomeworkAnswer.objects.filter(partnership=pair(north)).order_by("pk")[0].homework.reference

    def decision_reference() -> str:
        formal_decision_of(pair(north))
        return reference()

    def decision_file() -> object:
        file = formal_decision_of(pair(north)).file
        return file.uid if file else None

    everybody = f"{staff} {followers} {along}"
    coordinators = " ".join(set(planners.split()) - {"facilitator"})
    readers = " ".join(set(along.split()) - set(member.split()))
    others = " ".join(set(followers.split()) - set(coordinators.split())) + f" {readers}"
    writers = f"{staff} {member}"
    pages = {
        "hub": "portal:partnership-hub", "plan": "matching:partnership-plan", "team": "matching:partnership-team",
        "agreement": "matching:partnership-agreement", "decisions": "matching:partnership-decisions",
        "plan review": "matching:partnership-plan-review", "plan versions": "matching:partnership-plan-versions",
        "hand-over": "matching:partnership-hand-over",
        "budget": "budget:budget-detail",
        "contacts": "exchanges:contact-list", "course": "matching:partnership-course",
    }  # fmt: skip
    proposal = at("matching:proposal-detail", lambda: Proposal.objects.get(partnership=pair(north)).reference)
    return {
        **{f"{key}: {name}": Row(at(page, reference), everybody) for name, page in pages.items()},
        # Of the northern council: the partner and all others only read it.
        f"{key}: change decision": Row(
            at("matching:partnership-decision-edit", decision_reference, lambda: 1),
            " ".join(staff.split()[:2]),
            f"{' '.join(staff.split()[2:])} {followers} {along}",
        ),
        f"{key}: file of a decision": Row(
            at("matching:partnership-decision-file", reference, decision_file), everybody
        ),
        **{
            f"{key}: {step}": Row(
                at(f"matching:partnership-{step}", reference),
                coordinators,
                " ".join(set(everybody.split()) - set(coordinators.split())),
            )
            for step in ("suspend", "resume", "free-north", "end-early", "close", "visibility")
        },
        f"{key}: new contact": Row(
            at("exchanges:contact-create", reference), writers, f"{followers} {readers}"
        ),
        f"{key}: new expense": Row(at("budget:expense-create", reference), staff, along),
        f"{key}: new visit": Row(
            at("exchanges:visit-create", reference), f"{writers} {coordinators}", others
        ),
        f"{key}: visit": Row(at("exchanges:visit-detail", visit), everybody),
        f"{key}: change visit": Row(at("exchanges:visit-edit", visit), f"{writers} {coordinators}", others),
        f"{key}: homework": Row(at("exchanges:homework-answer", homework, reference), everybody),
        f"{key}: proposal": Row(proposal, f"{staff} {along} auditor {coordinators}"),
    }


def _rows_of_session(country: str, staff: str, followers: str, planners: str) -> dict[str, Row]:
    def reference() -> str:
        return session_of(country, MeetingStatus.CONFIRMED).reference

    others = " ".join(set(f"{staff} {followers}".split()) - set(planners.split()))
    return {
        f"session {country}: page": Row(at("exchanges:session-detail", reference), f"{staff} {followers}"),
        f"session {country}: change": Row(at("exchanges:session-edit", reference), planners, others),
    }


def _rows_of_expense(place: str, staff: str, readers: str, along: str = "") -> dict[str, Row]:
    readers = f"{readers} {along}"

    def approved() -> str:
        return expense_of(place, ExpenseStatus.APPROVED).reference

    def draft() -> str:
        return expense_of(place, ExpenseStatus.DRAFT).reference

    return {
        f"expense {place}: page": Row(at("budget:expense-detail", approved), f"{staff} {readers}"),
        f"expense {place}: receipt": Row(at("budget:expense-receipt", approved), f"{staff} {readers}"),
        f"expense {place}: change": Row(at("budget:expense-edit", draft), staff, readers),
    }


def _everybody_but(accounts: str) -> str:
    return " ".join(set(ACCOUNTS) - set(accounts.split()))


SOLVED = at("matching:scenario-detail", lambda: put_forward().reference)
TRACK_RANKING = at("applications:track-ranking", lambda: "demo-4", lambda: "rw")
BOARD = "vvsg auditor ancb ralga steering observer"
MATRIX: dict[str, Row] = {
    **_rows_of_application("Flemish application", _application("demo-1", "Genk"), GENK, READ, ALONG),
    **_rows_of_application("profile of Benin", _application("demo-1", "Nikki"), NIKKI, READ_BJ),
    **_rows_of_application("draft", _application("demo-5", "Gent"), GENT, READ),
    "submitted version": Row(
        at("applications:application-revision", _application("demo-1", "Genk"), lambda: 1),
        f"{GENK} {ALONG} {READ}",
    ),
    "filling in on behalf": Row(
        at("applications:application-behalf", lambda: "demo-5"),
        "vvsg ancb ralga",
        " ".join(set(ACCOUNTS) - {"vvsg", "ancb", "ralga"}),
    ),
    "withdrawing a draft": Row(
        at("applications:application-withdraw", _application("demo-5", "Gent")), GENT, READ
    ),
    "withdrawing what was submitted": Row(
        at("applications:application-withdraw", _application("demo-1", "Genk")),
        "genk.signatory",
        f"genk.editor {ALONG} {READ}",
    ),
    "decision": Row(
        at("applications:decision-confirm", _application("demo-1", "Genk")), f"{GENK} {ALONG} {READ}"
    ),
    "word of a new sponsor": Row(
        at("applications:sponsor-confirm", _application("demo-1", "Genk")), f"{GENK} {ALONG} {READ}"
    ),
    "no decision yet": Row(at("applications:decision-confirm", _application("demo-5", "Gent")), ""),
    # Each opens the own review of the same application on the same track.
    "review": Row(
        at("applications:review-detail", lambda: review_to_do().application.reference, lambda: "rw"),
        "reviewer reviewer2",
    ),
    "check of a review": Row(
        at("applications:review-check", lambda: review_to_do().application.reference, lambda: "rw"),
        "reviewer reviewer2",
    ),
    "passing on a review": Row(
        at("applications:review-pass-on", lambda: review_to_do().application.reference, lambda: "rw"),
        "reviewer reviewer2",
    ),
    # The reviewers still have reviews to hand in there; the observer is of the other country.
    "ranking on the site": Row(TRACK_RANKING, "vvsg auditor ralga steering", "reviewer reviewer2"),
    "panel": Row(
        at("applications:panel-list", lambda: "demo-4", lambda: "rw"),
        "vvsg ralga",
        "auditor steering reviewer reviewer2",
    ),
    "panel's sheet": Row(
        at(
            "applications:panel-sheet",
            lambda: "demo-4",
            lambda: "rw",
            lambda: review_to_do().application.reference,
        ),
        "vvsg ralga",
        "auditor steering reviewer reviewer2",
    ),
    # Whoever reads or scores it by a seat; the municipality itself has nothing to say there.
    "declaration of interest": Row(
        at("applications:interest-declare", lambda: review_to_do().application.reference),
        "reviewer reviewer2 vvsg auditor ancb ralga steering observer",
    ),
    "confidentiality": Row(
        at("applications:confidentiality", lambda: "demo-5"),
        "reviewer reviewer2 vvsg auditor ancb ralga steering observer",
    ),
    # Associations get a file once a submitted version names it; reviewers through their review alone.
    "file of a draft": Row(
        at(
            "applications:file-download",
            _application("demo-5", "Gent"),
            lambda: answer_file_of(application_of("demo-5", "Gent")).file.uid,
        ),
        GENT,
    ),
    "file of a submitted version": Row(
        at(
            "applications:file-download",
            lambda: review_to_do().application.reference,
            lambda: reviewed_file_of(review_to_do()),
        ),
        READ,
    ),
    "file of a review": Row(
        at(
            "applications:review-file",
            lambda: review_to_do().application.reference,
            lambda: "rw",
            lambda: reviewed_file_of(review_to_do()),
        ),
        "reviewer reviewer2",
    ),
    "scenario for the steering group": Row(SOLVED, BOARD),
    **_rows_of_pair("pair of Benin", "Genk", PAIR_BJ, FILE_BJ, PLAN_BJ, along=ALONG, member=MEMBER),
    **_rows_of_pair("pair of Rwanda", "Leuven", PAIR_RW, FILE_RW, PLAN_RW),
    **_rows_of_session("BJ", f"{PAIR_BJ} {ALONG} turnhout.editor", FILE_BJ, PLAN_BJ),
    **_rows_of_session("RW", PAIR_RW, FILE_RW, PLAN_RW),
    **_rows_of_expense("Genk", GENK, MONEY_NORTH, ALONG),
    **_rows_of_expense("Nikki", NIKKI, MONEY_NIKKI),
    "report: page": Row(
        at("documents:report-detail", lambda: report_of(pair("Genk")).uid), f"{PAIR_BJ} {ALONG} {FILE_BJ}"
    ),
    "report: file": Row(
        at("documents:report-file", lambda: report_of(pair("Genk")).uid), f"{PAIR_BJ} {ALONG} {FILE_BJ}"
    ),
    "health of the partnerships": Row(at("portal:partnership-health"), BOARD, _everybody_but(BOARD)),
    "dashboard": Row(at("portal:dashboard"), BOARD, _everybody_but(BOARD)),
    "planning a session": Row(
        at("exchanges:session-create"),
        "vvsg ancb ralga facilitator",
        _everybody_but("vvsg ancb ralga facilitator"),
    ),
}


def status_of(client: Client, url: str) -> int:
    answer = client.get(url)
    if answer.streaming:
        list(answer)  # to its end, which closes the file
    return answer.status_code


@pytest.fixture(scope="module")
def answers(told: date, django_db_blocker: DjangoDbBlocker) -> dict[str, dict[str, int]]:
    """What each account gets on each page of the matrix, asked once."""
    with django_db_blocker.unblock(), clock.at(MOMENT), without_warnings(), transaction.atomic():
        add_strangers()
        open_files_of("reviewer2")
        urls = {key: row.url() for key, row in MATRIX.items()}
        found: dict[str, dict[str, int]] = {key: {} for key in MATRIX}
        for account in ACCOUNTS:
            client = Client()
            client.force_login(person(account))
            for key, url in urls.items():
                found[key][account] = status_of(client, url)
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("key", sorted(MATRIX))
def test_each_role_gets_what_is_declared(key: str, answers: dict[str, dict[str, int]]) -> None:
    assert answers[key] == MATRIX[key].expected()


def test_an_account_without_any_seat_of_the_programme_opens_nothing(
    answers: dict[str, dict[str, int]],
) -> None:
    opened = [(key, who) for key, got in answers.items() for who in ("antwerpen.editor", "uganda", "admin")
              if got[who] == 200]  # fmt: skip
    assert opened == []


@pytest.mark.parametrize("status", ApplicationStatus.values)
def test_an_application_is_seen_by_the_same_people_in_every_state(
    status: str, story: date, client: Client
) -> None:
    add_strangers()
    row = application_of("demo-1", "Genk")
    Application.objects.filter(pk=row.pk).update(status=status)
    url = reverse("applications:application-detail", args=[row.reference])
    asked = (
        "genk.editor",
        "ancb",
        "finance",
        "reviewer",
        "steering",
        "nikki.editor",
        "turnhout.editor",
        "uganda",
    )
    found = {}
    for account in asked:
        client.force_login(person(account))
        found[account] = status_of(client, url)
    assert found == dict.fromkeys(asked, 404) | {"genk.editor": 200, "ancb": 200}


def test_a_scenario_in_the_making_is_not_shown_to_the_steering_group(story: date, client: Client) -> None:
    add_strangers()
    scenario = put_forward()
    Scenario.objects.filter(pk=scenario.pk).update(status=ScenarioStatus.DRAFT)
    url = reverse("matching:scenario-detail", args=[scenario.reference])
    found = {}
    for account in BOARD.split():
        client.force_login(person(account))
        found[account] = status_of(client, url)
    assert found == dict.fromkeys(READ.split(), 200) | {"steering": 404, "observer": 404}


def test_a_reviewer_loses_a_review_of_the_own_municipality(story: date, client: Client) -> None:
    review = review_to_do()
    url = reverse("applications:review-detail", args=[review.application.reference, "rw"])
    client.force_login(person("reviewer"))
    before = status_of(client, url)
    Membership.objects.create(
        user=review.reviewer, municipality=review.application.municipality, role="editor"
    )
    assert (before, status_of(client, url)) == (200, 404)


@pytest.mark.parametrize("status", [HomeworkStatus.OPEN, HomeworkStatus.HANDED_IN])
def test_homework_is_never_seen_by_another_pair(status: HomeworkStatus, story: date, client: Client) -> None:
    rows = HomeworkAnswer.objects.filter(status=status).select_related("homework", "partnership__north")
    row = rows.order_by("pk")[0]
    url = reverse("exchanges:homework-answer", args=[row.homework.reference, row.partnership.reference])
    own = row.partnership.north.name.lower()
    other = next(name for name in ("genk", "turnhout", "leuven") if name != own)
    found = []
    for place in (own, other):
        client.force_login(person(f"{place}.editor"))
        found.append(status_of(client, url))
    assert found == [200, 404]


@dataclass(frozen=True)
class Listing:
    """A list with the page and the permission of its objects. `every`: each nth object is opened."""

    visible: Callable[[Any], QuerySet[Any]]
    every_row: Callable[[], QuerySet[Any]]
    url: Callable[[Any], str]
    perm: Any
    every: int = 1


def _review_url(row: Review) -> str:
    country = row.track.partner_country.country_id.lower()
    return reverse("applications:review-detail", args=[row.application.reference, country])


def _by_reference(name: str) -> Callable[[Any], str]:
    return lambda row: reverse(name, args=[row.reference])


LISTINGS: dict[str, Listing] = {
    "applications": Listing(
        applications_visible_to,
        lambda: Application.objects.select_related("call", "track__partner_country"),
        _by_reference("applications:application-detail"),
        ApplicationPerm.VIEW_APPLICATION,
        6,
    ),
    "scenarios": Listing(
        scenarios_visible_to,
        lambda: Scenario.objects.select_related("call"),
        _by_reference("matching:scenario-detail"),
        MatchingPerm.VIEW_SCENARIO,
    ),
    "proposals": Listing(
        proposals_visible_to,
        lambda: Proposal.objects.select_related("track__partner_country", "north", "south"),
        _by_reference("matching:proposal-detail"),
        MatchingPerm.VIEW_PROPOSAL,
        2,
    ),
    "partnerships": Listing(
        partnerships_visible_to,
        lambda: Partnership.objects.select_related("partner_country"),
        _by_reference("portal:partnership-hub"),
        MatchingPerm.VIEW_PARTNERSHIP,
        2,
    ),
    "sessions": Listing(
        sessions_visible_to,
        lambda: Session.objects.select_related("partner_country"),
        _by_reference("exchanges:session-detail"),
        ExchangePerm.VIEW_SESSION,
        3,
    ),
    "homework answers": Listing(
        answers_visible_to,
        lambda: HomeworkAnswer.objects.select_related("homework", "partnership__partner_country"),
        lambda row: reverse(
            "exchanges:homework-answer", args=[row.homework.reference, row.partnership.reference]
        ),
        ExchangePerm.VIEW_HOMEWORK,
        6,
    ),
    "visits": Listing(
        visits_visible_to,
        lambda: Visit.objects.select_related("partnership__partner_country"),
        _by_reference("exchanges:visit-detail"),
        ExchangePerm.VIEW_VISIT,
        3,
    ),
    "expenses": Listing(
        expenses_visible_to,
        lambda: Expense.objects.select_related("share__budget__partnership"),
        _by_reference("budget:expense-detail"),
        BudgetPerm.VIEW_EXPENSE,
        9,
    ),
}


def _keys(rows: Iterable[Model]) -> set[Any]:
    return {row.pk for row in rows}


@pytest.mark.parametrize("name", sorted(LISTINGS))
def test_a_list_shows_exactly_what_its_permission_allows(name: str, story: date) -> None:
    listing = LISTINGS[name]
    add_strangers()
    rows = list(listing.every_row())
    for account in ACCOUNTS:
        user = person(account)
        may = {row.pk for row in rows if allowed(user, listing.perm, row)}
        assert (account, _keys(listing.visible(user))) == (account, may)


@pytest.mark.parametrize("name", sorted(LISTINGS))
def test_what_a_list_shows_opens_and_nothing_else(name: str, story: date) -> None:
    listing = LISTINGS[name]
    add_strangers()
    rows = list(listing.every_row().order_by("pk"))[:: listing.every]
    seen: set[int] = set()
    for account in ACCOUNTS:
        user, client = person(account), Client()
        client.force_login(user)
        shown = _keys(listing.visible(user)) & _keys(rows)
        opened = {row.pk for row in rows if status_of(client, listing.url(row)) == 200}
        assert (account, opened) == (account, shown)
        seen |= shown
    # Somebody sees each of them, and by the rows above nobody sees all who should not.
    assert seen == _keys(rows)


def test_reviews_are_listed_and_opened_by_their_reviewer_alone(story: date) -> None:
    open_files_of("reviewer2")
    reviews = list(Review.objects.select_related("application", "track__partner_country").order_by("pk"))
    found: dict[str, set[int]] = {}
    for account in ("reviewer", "reviewer2", "vvsg", "ralga", "auditor", "genk.editor", "admin"):
        user = person(account)
        found[account] = {row.pk for row in reviews if allowed(user, ReviewPerm.SCORE, row)}
        assert found[account] == _keys(reviews_visible_to(user))
    # What one stepped out of is gone.
    there = [row for row in reviews if row.recused_at is None]
    own = {name: {row.pk for row in there if row.reviewer_id == person(name).pk} for name in found}
    assert found == own
    assert (bool(own["reviewer"]), bool(own["reviewer2"]), own["vvsg"]) == (True, True, set())
    client = Client()
    client.force_login(person("reviewer2"))
    mine = {(row.application_id, row.track_id) for row in reviews if row.pk in own["reviewer2"]}
    opened = {
        (row.application_id, row.track_id) for row in reviews if status_of(client, _review_url(row)) == 200
    }
    assert opened == mine
