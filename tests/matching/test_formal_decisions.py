"""What colleges and councils decide: entered by one side, counted before the start, reminded of, read by the pair."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from matching.enums import FormalBody, FormalSubject
from matching.errors import NotEntitled
from matching.formal_data import FormalData
from matching.models import FormalDecision, Partnership
from matching.reminders_papers import formal_decision_agenda, formal_decision_due
from matching.selectors.formal_decisions import lead_of
from matching.selectors.partnerships import activation_checklist, with_plan
from matching.services import activate_partnership, end_early
from matching.services.formal_decisions import (
    add_formal_decision,
    change_formal_decision,
    withdraw_formal_decision,
)
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, Incomplete, MoveNotAllowed
from sdgpartners.documents.enums import FileState
from sdgpartners.documents.errors import FileRefused
from sdgpartners.documents.models import StoredFile
from sdgpartners.documents.signals import file_refused
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side
from tests.factories import make_editor, make_signatory
from tests.matching.factories import Round, make_partnership, make_round
from tests.matching.test_pages import signed_in
from tests.matching.test_partnerships import prepare, side_of
from tests.world import World

ASKED = FormalData(FormalSubject.AGREEMENT, FormalBody.COUNCIL, "Council of Leuven")
PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"


def yes(day: date | None = None) -> FormalData:
    return FormalData(
        ASKED.subject, ASKED.body, ASKED.body_name, decided_on=day or clock.today(), approved=True
    )


def no(day: date | None = None) -> FormalData:
    return FormalData(
        ASKED.subject, ASKED.body, ASKED.body_name, decided_on=day or clock.today(), approved=False
    )


def paper(content: bytes = PAPER) -> Any:
    return SimpleUploadedFile("decision.pdf", content, "application/pdf")


@pytest.fixture
def made(world: World) -> Round:
    return make_round(world)


@pytest.fixture
def pair(made: Round) -> tuple[Partnership, User, User]:
    partnership, north, south = make_partnership(made)
    for person in (north, south):
        person.language = "en"
        person.save()
    return partnership, north, south


def enter(partnership: Partnership, actor: User, data: FormalData = ASKED, **more: Any) -> FormalDecision:
    side = side_of(partnership, more.pop("side", Side.NORTH))
    return add_formal_decision(side=side, data=data, upload=more.pop("upload", None), actor=actor)


def todo(partnership: Partnership) -> list[str]:
    return [item.code for item in activation_checklist(with_plan(partnership)) if not item.done]


def page(partnership: Partnership, name: str = "decisions", *more: object) -> str:
    return reverse(f"matching:partnership-{name}", args=[partnership.reference, *more])


def test_the_start_waits_for_what_a_side_says_it_needs(
    pair: tuple[Partnership, User, User], world: World
) -> None:
    partnership, north, south = pair
    prepare(partnership, north, south)
    assert todo(partnership) == []
    row = enter(partnership, north)
    assert todo(partnership) == ["decision_north"]
    with pytest.raises(Incomplete, match="Leuven"):
        activate_partnership(partnership=partnership, actor=world.coordinator_vvsg)
    change_formal_decision(decision=row, data=no(), upload=None, actor=north)
    item = next(one for one in activation_checklist(with_plan(partnership)) if not one.done)
    assert "Council of Leuven" in item.detail
    enter(partnership, north, yes())
    assert todo(partnership) == []
    enter(partnership, south, FormalData(FormalSubject.SPENDING, FormalBody.EXECUTIVE), side=Side.SOUTH)
    assert todo(partnership) == []
    assert activate_partnership(partnership=partnership, actor=world.coordinator_vvsg).activated_at


def test_what_was_taken_back_counts_no_more(pair: tuple[Partnership, User, User]) -> None:
    partnership, north, _south = pair
    row = enter(partnership, north)
    assert "decision_north" in todo(partnership)
    assert withdraw_formal_decision(decision=row, actor=north).withdrawn_at
    assert "decision_north" not in todo(partnership)
    for act in (
        lambda: withdraw_formal_decision(decision=row, actor=north),
        lambda: change_formal_decision(decision=row, data=yes(), upload=None, actor=north),
    ):
        with pytest.raises(DomainError, match="taken back"):
            act()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (FormalData(FormalSubject.OTHER, FormalBody.OTHER), "name of the body"),
        (FormalData(FormalSubject.OTHER, FormalBody.COUNCIL, approved=True), "yes or no"),
        (FormalData(FormalSubject.OTHER, FormalBody.COUNCIL, decided_on=date(2026, 1, 5)), "yes or no"),
        (
            FormalData(
                FormalSubject.OTHER, FormalBody.COUNCIL, requested_on=date(2026, 2, 1),
                decided_on=date(2026, 1, 5), approved=True,
            ),
            "before it was put on the agenda",
        ),
        (
            FormalData(FormalSubject.OTHER, FormalBody.COUNCIL, decided_on=date(2031, 1, 1), approved=True),
            "not come yet",
        ),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(
    pair: tuple[Partnership, User, User], data: FormalData, says: str
) -> None:
    partnership, north, _south = pair
    with pytest.raises(DomainError, match=says):
        enter(partnership, north, data)
    assert not FormalDecision.objects.exists()


def test_each_side_enters_its_own(pair: tuple[Partnership, User, User], world: World) -> None:
    partnership, north, south = pair
    row = enter(partnership, north)
    for person in (south, make_editor(world.gent), world.coordinator_vvsg):
        with pytest.raises(NotEntitled):
            enter(partnership, person)
        with pytest.raises(NotEntitled):
            change_formal_decision(decision=row, data=yes(), upload=None, actor=person)
        with pytest.raises(NotEntitled):
            withdraw_formal_decision(decision=row, actor=person)
    end_early(partnership=partnership, reason="Over", actor=world.coordinator_vvsg)
    with pytest.raises(MoveNotAllowed):
        enter(partnership, north)


def test_the_file_is_checked_and_served_through_the_partnership(
    pair: tuple[Partnership, User, User], made: Round
) -> None:
    partnership, north, south = pair
    with pytest.raises(FileRefused):
        enter(partnership, north, upload=paper(b"MZ not a document"))
    row = enter(partnership, north, upload=paper())
    assert row.file is not None
    assert (row.file.purpose, row.file.uploaded_by) == ("formal-decision", north)
    change_formal_decision(decision=row, data=yes(), upload=None, actor=north)
    row.refresh_from_db()
    address = page(partnership, "decision-file", row.file.uid)
    answer = signed_in(south).get(address)
    assert b"".join(answer) == PAPER  # type: ignore[arg-type]
    assert answer["Content-Disposition"].startswith("attachment")
    assert signed_in(make_editor(made.gent.municipality)).get(address).status_code == 404
    assert Client().get(address).status_code == 302
    StoredFile.objects.filter(pk=row.file_id).update(state=FileState.QUARANTINE)
    assert signed_in(south).get(address).status_code == 404
    assert "is being checked" in signed_in(south).get(page(partnership)).content.decode()


def test_a_refused_file_is_told_to_who_sent_it(pair: tuple[Partnership, User, User]) -> None:
    partnership, north, _south = pair
    row = enter(partnership, north, upload=paper())
    assert row.file is not None
    row.file.finding = "EICAR"
    file_refused.send(sender=StoredFile, stored_file=row.file)
    mail = OutgoingMail.objects.get(kind="file_refused")
    assert (mail.recipient, mail.target) == (north, partnership.reference)


def test_by_when_it_is_on_the_agenda(pair: tuple[Partnership, User, User], world: World) -> None:
    world.rules.formal_decision_days = 30
    today = clock.today()
    lead = lead_of(today + timedelta(days=40), world.rules)
    assert (lead.by, lead.late) == (today + timedelta(days=10), False)
    late = lead_of(today + timedelta(days=29), world.rules)
    assert (late.late, late.earliest) == (True, today + timedelta(days=30))


def test_the_page_of_decisions(pair: tuple[Partnership, User, User], world: World) -> None:
    partnership, north, south = pair
    client = signed_in(north)
    empty = client.get(page(partnership)).content.decode()
    assert "days. " in empty
    assert "Enter a decision of your side" in empty
    form = {"subject": "agreement", "body": "council", "approved": "no"}
    wrong = client.post(page(partnership, "decision-add"), form)
    assert wrong.status_code == 422
    assert "Fill in the day of the decision." in wrong.content.decode()
    form["decided_on"] = clock.today().isoformat()
    assert client.post(page(partnership, "decision-add"), form).status_code == 302
    read = signed_in(south).get(page(partnership)).content.decode()
    assert "Not approved" in read
    assert page(partnership, "decision-edit", 1) not in read
    assert "said no" in client.get(page(partnership, "agreement")).content.decode()
    edit = page(partnership, "decision-edit", 1)
    assert client.get(edit).status_code == 200
    assert client.get(page(partnership, "decision-edit", 2)).status_code == 404
    changed = {**form, "approved": "yes", "number": "2026/7", "file": paper()}
    assert client.post(edit, changed).status_code == 302
    row = FormalDecision.objects.get()
    assert (row.approved, row.number, bool(row.file)) == (True, "2026/7", True)
    assert client.post(page(partnership, "decision-withdraw", 1)).status_code == 302
    assert "Taken back" in client.get(page(partnership)).content.decode()
    for person, status in (
        (south, 403),
        (world.coordinator_vvsg, 403),
        (make_editor(world.gent), 404),
        (world.coordinator_ancb, 404),
    ):
        for address in (edit, page(partnership, "decision-withdraw", 1)):
            assert signed_in(person).post(address, changed).status_code == status
    assert signed_in(world.coordinator_ralga).post(page(partnership, "decision-add"), form).status_code == 403
    assert (
        signed_in(make_signatory(world.gent)).post(page(partnership, "decision-add"), form).status_code == 404
    )


def test_reminders_of_what_was_expected_and_of_the_agenda(
    pair: tuple[Partnership, User, User],
) -> None:
    partnership, north, _south = pair
    row = enter(partnership, north)
    agenda = list(formal_decision_agenda(clock.now()))
    starts_on = with_plan(partnership).agreement.starts_on
    assert [(due.recipient, due.due_on) for due in agenda] == [(north, starts_on - timedelta(days=42))]
    assert agenda[0].context["body"] == "Council of Leuven"
    assert not list(formal_decision_due(clock.now()))
    expected = FormalData(ASKED.subject, ASKED.body, expected_on=clock.today() - timedelta(days=1))
    change_formal_decision(decision=row, data=expected, upload=None, actor=north)
    assert not list(formal_decision_agenda(clock.now()))
    assert [due.recipient for due in formal_decision_due(clock.now())] == [north]
    change_formal_decision(decision=row, data=yes(), upload=None, actor=north)
    assert not list(formal_decision_due(clock.now()))
