"""A submitted application comes back for changes, and goes in again."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from applications.enums import ApplicationStatus, Section, SectionStatus, SignOffState
from applications.errors import CallNotOpen, NotEditable, NotSignatory, ReasonNeeded
from applications.models import Revision
from applications.reminders import changes_due, sign_off_waiting
from applications.selectors.applications import open_change_request, progress_of
from applications.selectors.changes import compare_content
from applications.services.behalf import start_on_behalf
from applications.services.returns import (
    NoSection,
    NotLater,
    prolong_change_request,
    request_changes,
)
from applications.services.submission import (
    ask_sign_off,
    decline_sign_off,
    sign_and_submit,
    take_back_sign_off,
    withdraw_application,
)
from sdgpartners.core import clock
from sdgpartners.core.errors import MoveNotAllowed
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.notifications.services import send_due
from sdgpartners.people.models import AssociationSeat, Membership
from tests.applications.factories import Team, at_second, fill, open_call, save, start, submitted
from tests.applications.returning import ask_changes, in_days, mails, status
from tests.factories import make_signatory
from tests.world import World

_S = ApplicationStatus


@pytest.fixture
def team(world: World) -> Team:
    """A Flemish application that was submitted."""
    return submitted(open_call(world), world.gent)


def test_only_the_named_sections_can_be_changed(team: Team, world: World) -> None:
    ask_changes(team, world, Section.MOTIVATION)
    save(team, Section.MOTIVATION, **{"q-learning": "Much more"})
    with pytest.raises(NotEditable):
        save(team, Section.MUNICIPALITY, contact_name="Somebody else")
    assert team.application.answers.get(question__code="learning").value == "Much more"
    team.application.refresh_from_db()
    assert team.application.contact_name != "Somebody else"


def test_the_people_hear_what_has_to_change_and_until_when(team: Team, world: World) -> None:
    due_at = datetime(2026, 12, 14, 16, 30, tzinfo=clock.now().tzinfo) + timedelta(days=365 * 5)
    ask_changes(team, world, Section.MOTIVATION, due_at=due_at, note="Name the colleagues")
    assert mails("changes_requested") == sorted([team.editor.email, team.signatory.email])
    mail = OutgoingMail.objects.filter(kind="changes_requested", to=team.editor.email).get()
    assert "Name the colleagues" in mail.body_text
    assert "Motivation" in mail.body_text or "Motivatie" in mail.body_text
    assert "Brussel" in mail.body_text
    assert team.reference in mail.body_text


def test_a_second_click_asks_once(team: Team, world: World) -> None:
    due_at = in_days(9)
    ask_changes(team, world, due_at=due_at)
    ask_changes(team, world, due_at=due_at)
    assert team.application.change_requests.count() == 1
    assert len(mails("changes_requested")) == 2
    with pytest.raises(MoveNotAllowed):
        ask_changes(team, world, note="Something else")


def test_what_a_request_needs(team: Team, world: World) -> None:
    with pytest.raises(ReasonNeeded):
        ask_changes(team, world, note="  ")
    with pytest.raises(NotLater):
        ask_changes(team, world, due_at=clock.now() - timedelta(seconds=1))
    with pytest.raises(NoSection):
        request_changes(
            application=team.application,
            sections=[],
            note="Why",
            due_at=in_days(2),
            actor=world.coordinator_vvsg,
        )
    assert status(team) == _S.SUBMITTED


def test_a_draft_cannot_be_sent_back(world: World) -> None:
    draft = start(open_call(world), world.gent)
    fill(draft)
    with pytest.raises(MoveNotAllowed, match="Draft"):
        ask_changes(draft, world)


def test_the_changes_are_signed_and_make_the_next_revision(team: Team, world: World) -> None:
    ask_changes(team, world)
    save(team, Section.MOTIVATION, **{"q-learning": "Much more"})
    with clock.at(team.application.call.closes_at + timedelta(days=2)):
        ask_sign_off(application=team.application, actor=team.editor)
        assert status(team) == _S.AWAITING_SIGN_OFF
        sign_and_submit(application=team.application, actor=team.signatory)
    assert status(team) == _S.SUBMITTED
    first, second = Revision.objects.order_by("number")
    assert (first.number, second.number) == (1, 2)
    assert [(row.name, row.before, row.after) for row in compare_content(first.content, second.content)] == [
        ("q-learning", "About q-learning", "Much more")
    ]
    request = team.application.change_requests.get()
    assert request.answered_at is not None
    assert open_change_request(team.application) is None
    assert len(mails("application_receipt")) == 4


def test_a_reviewer_keeps_the_revision_that_was_scored(team: Team, world: World) -> None:
    first = team.application.revisions.get()
    before = dict(first.content)
    ask_changes(team, world)
    save(team, Section.MOTIVATION, **{"q-learning": "Rewritten"})
    ask_sign_off(application=team.application, actor=team.editor)
    sign_and_submit(application=team.application, actor=team.signatory)
    first.refresh_from_db()
    assert first.content == before


@pytest.mark.parametrize("way", ["decline", "take back"])
def test_not_signed_leads_back_to_the_requested_changes(team: Team, world: World, way: str) -> None:
    ask_changes(team, world)
    ask_sign_off(application=team.application, actor=team.editor)
    if way == "decline":
        decline_sign_off(application=team.application, actor=team.signatory, reason="Not yet")
    else:
        take_back_sign_off(application=team.application, actor=team.editor)
    assert status(team) == _S.CHANGES_REQUESTED
    save(team, Section.MOTIVATION, **{"q-learning": "Once more"})
    with pytest.raises(NotEditable):
        save(team, Section.COMMITMENTS)


@pytest.mark.parametrize(("seconds", "accepted"), [(0, True), (1, False)])
def test_the_request_has_a_deadline_of_its_own(
    team: Team, world: World, seconds: int, accepted: bool
) -> None:
    due_at = team.application.call.closes_at + timedelta(days=3)
    ask_changes(team, world, due_at=due_at)
    with clock.at(at_second(due_at, seconds)):
        if accepted:
            save(team, Section.MOTIVATION, **{"q-learning": "In time"})
        else:
            with pytest.raises(CallNotOpen, match="The changes had to be signed by") as caught:
                save(team, Section.MOTIVATION, **{"q-learning": "Late"})
            assert str(caught.value).count("(Brussels)") == 2
    assert team.application.answers.filter(value="In time").exists() is accepted


def test_more_time_opens_it_again(team: Team, world: World) -> None:
    due_at = in_days(3)
    ask_changes(team, world, due_at=due_at)
    actor = world.coordinator_vvsg
    with clock.at(due_at + timedelta(days=1)):
        with pytest.raises(CallNotOpen):
            save(team, Section.MOTIVATION, **{"q-learning": "Late"})
        with pytest.raises(NotLater):
            prolong_change_request(
                application=team.application, due_at=due_at + timedelta(hours=1), actor=actor
            )
        later = due_at + timedelta(days=5)
        prolong_change_request(application=team.application, due_at=later, actor=actor)
        prolong_change_request(application=team.application, due_at=later, actor=actor)
        save(team, Section.MOTIVATION, **{"q-learning": "With more time"})
    assert mails("changes_prolonged") == sorted([team.editor.email, team.signatory.email])


def test_the_named_sections_show_on_the_task_list(team: Team, world: World) -> None:
    ask_changes(team, world, Section.MOTIVATION)
    states = {task.section: task.status for task in progress_of(team.application).tasks}
    assert states.pop(Section.MOTIVATION) == SectionStatus.CHANGES_REQUESTED
    assert set(states.values()) == {SectionStatus.COMPLETED}


def test_withdrawing_ends_the_request(team: Team, world: World) -> None:
    ask_changes(team, world)
    ask_sign_off(application=team.application, actor=team.editor)
    withdraw_application(application=team.application, actor=team.signatory, reason="Elections")
    assert status(team) == _S.WITHDRAWN
    assert open_change_request(team.application) is None
    assert not team.application.sign_offs.filter(state=SignOffState.ASKED).exists()


def test_whose_seat_has_ended_no_longer_signs(team: Team, world: World) -> None:
    ask_changes(team, world)
    ask_sign_off(application=team.application, actor=team.editor)
    Membership.objects.filter(user=team.signatory).update(ended_at=clock.now())
    with pytest.raises(NotSignatory):
        sign_and_submit(application=team.application, actor=team.signatory)
    assert status(team) == _S.AWAITING_SIGN_OFF


def test_people_of_the_association_that_filled_it_in_never_sign(world: World) -> None:
    signatory = make_signatory(world.nikki)
    AssociationSeat.objects.create(user=signatory, association=world.ancb, role="facilitator")
    application = start_on_behalf(
        call=open_call(world),
        municipality=world.nikki,
        association=world.ancb,
        actor=world.coordinator_ancb,
    )
    fill(Team(application, world.coordinator_ancb, signatory))
    ask_sign_off(application=application, actor=world.coordinator_ancb)
    with pytest.raises(NotSignatory):
        sign_and_submit(application=application, actor=signatory)


@pytest.mark.django_db(transaction=True)
def test_what_waits_for_a_signature_is_not_sent_back(team: Team, world: World) -> None:
    draft = start(open_call(world, "spring"), world.leuven)
    fill(draft)
    ask_sign_off(application=draft.application, actor=draft.editor)
    with pytest.raises(MoveNotAllowed):
        ask_changes(draft, world)
    ask_changes(team, world)
    ask_sign_off(application=team.application, actor=team.editor)
    with pytest.raises(MoveNotAllowed):
        ask_changes(team, world, note="And this too")
    assert (status(draft), status(team)) == (_S.AWAITING_SIGN_OFF, _S.AWAITING_SIGN_OFF)
    assert team.application.change_requests.count() == 1


def test_reminders_follow_the_deadline_of_the_request(team: Team, world: World) -> None:
    due_at = in_days(30)
    ask_changes(team, world, due_at=due_at)
    dues = list(changes_due(clock.now()))
    assert {due.recipient for due in dues} == {team.editor, team.signatory}
    assert {due.due_on for due in dues} == {due_at.astimezone(ZoneInfo("Europe/Brussels")).date()}
    ask_sign_off(application=team.application, actor=team.editor)
    assert [(due.recipient, due.link) for due in changes_due(clock.now())] == [
        (team.signatory, f"/applications/{team.reference}/sign-off/")
    ]
    assert list(sign_off_waiting(clock.now())) == []
    with clock.at(due_at - timedelta(hours=1)):
        rows = [row for row in send_due() if row.kind == "changes_due"]
    assert {row.recipient for row in rows} == {team.signatory.email}
    sign_and_submit(application=team.application, actor=team.signatory)
    assert list(changes_due(clock.now())) == []
