"""A conflict of interest hides the file everywhere: pages, lists, search, exports, mail, files, ranking, decisions."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from applications.enums import ConflictGround, Section
from applications.models import (
    AnswerFile,
    Application,
    Call,
    Decision,
    Track,
)
from applications.permissions import Perm
from applications.review_permissions import ReviewPerm
from applications.selectors.applications import applications_visible_to, awaiting_eligibility
from applications.selectors.desk_tasks import overdue_changes
from applications.selectors.progress import followed, sections_asked
from applications.services import conflicts
from applications.services.desk_jobs import enqueue_export, make_export
from applications.services.returns import request_changes
from sdgpartners.core import clock
from sdgpartners.core.access import allowed
from sdgpartners.documents.enums import JobState
from sdgpartners.documents.models import StoredFile
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.notifications.services import queue_mail
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from tests.applications.factories import Team, open_call, submitted
from tests.applications.test_conflicts import in_review
from tests.factories import make_editor, make_seat
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def call(world: World) -> Call:
    return open_call(world)


@pytest.fixture
def rwanda(call: Call, world: World) -> Track:
    return Track.objects.select_related("call", "partner_country__programme").get(
        call=call, partner_country=world.rwanda
    )


@pytest.fixture
def reviewer(world: World) -> User:
    return make_seat(world.vvsg, AssociationRole.REVIEWER, email="one@example.org")


def main_of(answer: Any) -> str:
    """The page without its frame."""
    text: str = answer.content.decode()
    return text.split("<main", 1)[-1]


@pytest.fixture
def barred(world: World, call: Call) -> tuple[Team, Team, User]:
    """Gent and Leuven in the scope of a coordinator of the lead who has a conflict with Gent's; a change that was asked
    for is overdue, and mail has gone out."""
    hidden, shown = submitted(call, world.gent, "RW"), submitted(call, world.leuven, "BJ")
    for team in (hidden, shown):
        request_changes(
            application=team.application, sections=[Section.MOTIVATION], note="More, please",
            due_at=clock.now() + timedelta(days=2), actor=world.coordinator_vvsg,
        )  # fmt: skip
        queue_mail(
            kind="application_admitted", recipient=team.editor, target=team.reference,
            context={"municipality": team.application.municipality, "call": call},
        )  # fmt: skip
    person = make_seat(world.vvsg, AssociationRole.COORDINATOR, email="barred@example.org")
    return hidden, shown, person


def _desk_pages(team: Team, call: Call) -> dict[str, str]:
    application, one = team.application, (team.application.pk,)
    revision = application.revisions.get()
    mail = OutgoingMail.objects.filter(target=team.reference)[0]
    desk = "admin:applications_application"
    return {
        "page": reverse(f"{desk}_change", args=one),
        "eligibility": reverse(f"{desk}_eligibility", args=one),
        "changes": reverse(f"{desk}_changes", args=one),
        "compare": reverse(f"{desk}_compare", args=one),
        "admit": reverse(f"{desk}_admit", args=one),
        "log": reverse(f"{desk}_history", args=one),
        "site": reverse("applications:application-detail", args=(team.reference,)),
        "history": reverse("applications:application-history", args=(team.reference,)),
        "version": reverse("applications:application-revision", args=(team.reference, revision.number)),
        "copy": reverse("applications:application-copy", args=(team.reference,)),
        "decision": reverse("applications:decision-confirm", args=(team.reference,)),
        "sponsor": reverse("applications:sponsor-confirm", args=(team.reference,)),
        "interest": reverse("applications:interest-declare", args=(team.reference,)),
        "enter": reverse("admin:applications_conflictdeclaration_enter", args=one),
        "mail": reverse("admin:notifications_outgoingmail_change", args=(mail.pk,)),
    }


LISTS: dict[str, Callable[[Call], str]] = {
    "desk": lambda _call: reverse("admin:applications_application_changelist"),
    "search": lambda _call: reverse("admin:applications_application_changelist") + "?q=Gent",
    "reference": lambda _call: reverse("admin:applications_application_changelist") + "?q=APP-",
    "overdue": lambda _call: reverse("admin:applications_application_changelist") + "?changes=yes",
    "site": lambda _call: reverse("applications:application-list"),
    "progress": lambda call: (
        reverse("admin:applications_call_progress", args=(call.pk,)) + "?reached=started"
    ),
    "duplicates": lambda call: reverse("admin:applications_application_duplicates", args=(call.code,)),
    "mails": lambda _call: reverse("admin:notifications_outgoingmail_changelist"),
    "mail search": lambda _call: reverse("admin:notifications_outgoingmail_changelist") + "?q=APP-",
    "reminders": lambda _call: reverse("admin:notifications_remindersent_changelist"),
    "reports": lambda _call: reverse("admin:documents_generatedreport_changelist"),
    "reviews": lambda _call: reverse("admin:applications_review_changelist"),
    "declarations": lambda _call: reverse("admin:applications_conflictdeclaration_changelist"),
    "desk start": lambda _call: reverse("admin:index"),
    "start": lambda _call: reverse("portal:start"),
}


def test_a_coordinator_with_a_conflict_meets_the_file_nowhere(
    client: Client, call: Call, world: World, barred: tuple[Team, Team, User]
) -> None:
    hidden, shown, person = barred
    client.force_login(person)
    pages = _desk_pages(hidden, call)
    before = {name: client.get(url).status_code for name, url in pages.items()}
    assert 404 not in {status for name, status in before.items() if name != "decision"}
    texts = {name: main_of(client.get(url(call))) for name, url in LISTS.items()}
    found = {name for name, text in texts.items() if hidden.reference in text or "Gent" in text}
    assert {"desk", "search", "reference", "overdue", "site", "progress", "mails", "mail search"} <= found
    data = {"interest": "conflict", "ground": ConflictGround.FAMILY, "words": "A brother there"}
    assert client.post(pages["interest"], data).status_code == 302
    after = {name: client.get(url).status_code for name, url in pages.items()}
    # The desk sends away from rows that are not in its lists.
    assert set(after.values()) <= {404, 302}
    assert {name for name, status in after.items() if status == 302} <= {"log", "mail"}
    for name in ("log", "mail"):
        assert client.get(pages[name]).headers["Location"] == reverse("admin:index")
    client.get(reverse("admin:index"))  # the messages of the above are read
    for name, url in LISTS.items():
        text = main_of(client.get(url(call))).replace('value="Gent"', "").replace("q=Gent", "")
        assert hidden.reference not in text, name
        assert "Gent" not in text, name
    assert shown.reference in main_of(client.get(LISTS["desk"](call)))
    others = _desk_pages(shown, call)
    assert 404 not in {client.get(url).status_code for name, url in others.items() if name != "decision"}


def test_exports_lists_and_figures_leave_it_out(
    client: Client, call: Call, world: World, barred: tuple[Team, Team, User]
) -> None:
    hidden, shown, person = barred
    export = reverse("admin:applications_application_export")
    client.force_login(person)
    job = enqueue_export(keys=[hidden.application.pk, shown.application.pk], form="csv", actor=person)
    make_export(job)
    job.state = JobState.DONE
    job.save()
    file = reverse("admin:applications_application_export_file", args=(job.pk,))
    answer = client.get(file)
    assert hidden.reference in b"".join(answer).decode("utf-8-sig")
    conflicts.declare_interest(
        application=hidden.application, actor=person, ground=ConflictGround.WORK, words=""
    )
    person = User.objects.get(pk=person.pk)
    assert client.get(file).status_code == 302
    rows = list(csv.reader(io.StringIO(client.post(export, {"form": "csv"}).content.decode("utf-8-sig"))))
    text = repr(rows)
    assert (hidden.reference in text, shown.reference in text) == (False, True)
    again = enqueue_export(keys=[hidden.application.pk, shown.application.pk], form="csv", actor=person)
    make_export(again)
    assert again.file is not None
    with again.file.file.open("rb") as written:
        assert hidden.reference not in written.read().decode("utf-8-sig")
    with clock.at(clock.now() + timedelta(days=5)):
        assert [row.application_id for row in overdue_changes(person)] == [shown.application.pk]
    funnel = followed(person, call, sections_asked(call)).values_list("name", flat=True)
    assert set(funnel) == {"Leuven"}
    assert [row.pk for row in applications_visible_to(person)] == [shown.application.pk]
    assert not awaiting_eligibility(person).exists()


def test_lists_and_permissions_agree_for_everybody(
    call: Call, rwanda: Track, world: World, barred: tuple[Team, Team, User]
) -> None:
    hidden, _shown, person = barred
    auditor = make_seat(world.ralga, AssociationRole.AUDITOR)
    for who in (person, auditor):
        conflicts.declare_interest(
            application=hidden.application, actor=who, ground=ConflictGround.WORK, words=""
        )
    both = make_seat(world.vvsg, AssociationRole.COORDINATOR)
    make_editor(world.gent, user=both)
    for pk in (person.pk, auditor.pk, both.pk, hidden.editor.pk, world.coordinator_vvsg.pk):
        user = User.objects.get(pk=pk)
        listed = set(applications_visible_to(user).values_list("pk", flat=True))
        opened = {row.pk for row in Application.objects.all() if allowed(user, Perm.VIEW_APPLICATION, row)}
        assert listed == opened
        may_decide = allowed(user, Perm.DECIDE_ELIGIBILITY, hidden.application)
        assert may_decide == (pk == world.coordinator_vvsg.pk)
        assert allowed(user, ReviewPerm.RANK_TRACK, rwanda) == (pk == world.coordinator_vvsg.pk)
        assert allowed(user, ReviewPerm.RELEASE_DECISIONS, call) == (pk == world.coordinator_vvsg.pk)


def test_a_coordinator_who_works_for_the_municipality_sees_it_as_an_applicant_alone(
    client: Client, call: Call, world: World
) -> None:
    team = submitted(call, world.gent, "RW")
    both = make_seat(world.vvsg, AssociationRole.COORDINATOR)
    make_editor(world.gent, user=both)
    client.force_login(both)
    site = reverse("applications:application-detail", args=(team.reference,))
    desk = reverse("admin:applications_application_change", args=(team.application.pk,))
    assert (client.get(site).status_code, client.get(desk).status_code) == (200, 404)
    assert team.reference not in main_of(client.get(LISTS["desk"](call)))
    assert team.reference in main_of(client.get(LISTS["site"](call)))


def test_the_ranking_and_the_reviews_close_for_who_steps_out(
    client: Client, call: Call, rwanda: Track, world: World, reviewer: User
) -> None:
    gent, leuven = (
        in_review(call, world.gent, world, reviewer),
        in_review(call, world.leuven, world, reviewer),
    )
    lead = world.coordinator_vvsg
    client.force_login(lead)
    ranking = reverse("admin:applications_track_ranking", args=(rwanda.pk,))
    record = reverse("admin:applications_conflictdeclaration_track", args=(rwanda.pk,))
    assert [client.get(page).status_code for page in (ranking, record)] == [200, 200]
    assert "one@example.org" not in main_of(client.get(record))
    conflicts.declare_interest(
        application=gent.application, actor=lead, ground=ConflictGround.OTHER, words="Bought a house there"
    )
    assert [client.get(page).status_code for page in (ranking, record)] == [403, 403]
    listed = main_of(client.get(LISTS["reviews"](call)))
    assert leuven.reference not in listed
    client.force_login(world.coordinator_ralga)
    text = main_of(client.get(record))
    assert str(lead) in text
    assert "Bought a house" not in text


def test_released_decisions_of_the_others_stay_closed_too(
    client: Client, call: Call, rwanda: Track, world: World, reviewer: User
) -> None:
    gent, leuven = (
        in_review(call, world.gent, world, reviewer),
        in_review(call, world.leuven, world, reviewer),
    )
    for team in (gent, leuven):
        Decision.objects.create(
            application=team.application, track=rwanda, outcome="selected", total=71, released_at=clock.now()
        )
    auditor = make_seat(world.ralga, AssociationRole.AUDITOR)
    pages = [reverse("applications:decision-confirm", args=(team.reference,)) for team in (gent, leuven)]
    client.force_login(auditor)
    assert [client.get(page).status_code for page in pages] == [200, 200]
    conflicts.declare_interest(
        application=gent.application, actor=auditor, ground=ConflictGround.WORK, words=""
    )
    assert [client.get(page).status_code for page in pages] == [404, 404]
    client.force_login(leuven.editor)
    assert client.get(pages[1]).status_code == 200


def test_files_and_copies_in_the_lists_of_the_portal_are_left_out(
    client: Client, call: Call, world: World, barred: tuple[Team, Team, User]
) -> None:
    hidden, shown, person = barred
    for team in (hidden, shown):
        stored = StoredFile.objects.create(
            name=f"Plan {team.reference}.pdf", content_type="application/pdf", size=1, sha256="0" * 64
        )
        AnswerFile.objects.create(
            application=team.application, question=call.questions.order_by("pk")[0], file=stored,
            added_by=team.editor, added_at=clock.now(),
        )  # fmt: skip
    conflicts.declare_interest(
        application=hidden.application, actor=person, ground=ConflictGround.WORK, words=""
    )
    client.force_login(person)
    for model in ("documents_storedfile", "documents_generatedreport"):
        text = main_of(client.get(reverse(f"admin:{model}_changelist")))
        assert (hidden.reference in text, shown.reference in text) == (False, True), model


def test_one_does_not_read_or_lift_a_conflict_of_ones_own(
    client: Client, call: Call, world: World, barred: tuple[Team, Team, User]
) -> None:
    hidden, _shown, person = barred
    row = conflicts.enter_conflict(
        application=hidden.application, person=person, ground=ConflictGround.WORK, words="Their adviser",
        actor=world.coordinator_vvsg,
    )  # fmt: skip
    client.force_login(person)
    page = reverse("admin:applications_conflictdeclaration_change", args=(row.pk,))
    assert client.get(page).status_code == 404
    assert client.post(page, {"reason": "I am free"}).status_code == 404
    assert "Their adviser" not in main_of(client.get(LISTS["declarations"](call)))
