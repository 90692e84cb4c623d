"""A request for changes is taken back: what was submitted counts again."""

import pytest

from applications.enums import ApplicationStatus, Section, SectionStatus, SignOffState
from applications.errors import ReasonNeeded, SectionConflict
from applications.models import CommitmentAcceptance, KeptText, SignOff
from applications.opened_page import OpenedPage
from applications.selectors.applications import progress_of
from applications.selectors.changes import changes_since
from applications.selectors.sections import read_sections
from applications.services.forms import save_section
from applications.services.returns import (
    cancel_change_request,
)
from applications.services.submission import (
    ask_sign_off,
    sign_and_submit,
)
from sdgpartners.core.errors import MoveNotAllowed
from sdgpartners.notifications.models import OutgoingMail
from tests.applications.factories import Team, open_call, save, submitted
from tests.applications.returning import ask_changes, mails, status
from tests.world import World

_S = ApplicationStatus


@pytest.fixture
def team(world: World) -> Team:
    """A Flemish application that was submitted."""
    return submitted(open_call(world), world.gent)


def test_a_request_taken_back_restores_what_was_submitted(team: Team, world: World) -> None:
    ask_changes(team, world, Section.MOTIVATION, Section.COMMITMENTS, Section.INTERESTS)
    accepted = CommitmentAcceptance.objects.filter(application=team.application).count()
    save(team, Section.MOTIVATION, **{"q-learning": "Typed meanwhile"})
    save(team, Section.COMMITMENTS, **{"accept-sessions": ""})
    interest = team.application.interests.filter(offer=2).order_by("pk")[0]
    theme = interest.subtheme.theme.code
    save(team, Section.INTERESTS, **{f"offer-{theme}-{interest.subtheme.code}": "3"})
    cancel_change_request(
        application=team.application, reason="Found it in an annex", actor=world.coordinator_vvsg
    )
    assert status(team) == _S.SUBMITTED
    request = team.application.change_requests.get()
    assert request.cancelled_at is not None
    assert changes_since(read_sections(team.application), request) == []
    interest.refresh_from_db()
    assert interest.offer == 2
    acceptances = CommitmentAcceptance.objects.filter(application=team.application)
    assert (acceptances.count(), set(acceptances.values_list("accepted_by", flat=True))) == (
        accepted,
        {team.editor.pk, team.signatory.pk},
    )
    kept = KeptText.objects.get(section=Section.MOTIVATION)
    assert (kept.content, kept.written_by) == ({"q-learning": "Typed meanwhile"}, team.editor)
    assert kept.settled_at is not None
    mail = OutgoingMail.objects.filter(kind="changes_cancelled", to=team.editor.email).get()
    assert "Found it in an annex" in mail.body_text
    assert team.application.revisions.count() == 1
    assert {task.status for task in progress_of(team.application).tasks} == {SectionStatus.COMPLETED}


def test_taking_back_twice_changes_nothing_and_needs_a_reason(team: Team, world: World) -> None:
    ask_changes(team, world)
    actor = world.coordinator_vvsg
    with pytest.raises(ReasonNeeded):
        cancel_change_request(application=team.application, reason=" ", actor=actor)
    cancel_change_request(application=team.application, reason="Done", actor=actor)
    cancel_change_request(application=team.application, reason="Done", actor=actor)
    assert len(mails("changes_cancelled")) == 2


def test_a_late_click_on_sign_is_not_taken_for_a_signature(team: Team, world: World) -> None:
    ask_changes(team, world)
    ask_sign_off(application=team.application, actor=team.editor)
    cancel_change_request(application=team.application, reason="Done", actor=world.coordinator_vvsg)
    with pytest.raises(MoveNotAllowed, match="Submitted"):
        sign_and_submit(application=team.application, actor=team.signatory)
    assert SignOff.objects.filter(state=SignOffState.CANCELLED).count() == 1
    assert team.application.revisions.count() == 1


def test_a_page_that_was_open_before_cannot_write_over_what_was_put_back(team: Team, world: World) -> None:
    ask_changes(team, world)
    save(team, Section.MOTIVATION, **{"q-learning": "First"})
    version = team.application.section_states.get(section=Section.MOTIVATION).version
    cancel_change_request(application=team.application, reason="Done", actor=world.coordinator_vvsg)
    ask_changes(team, world, note="Again")
    with pytest.raises(SectionConflict):
        save(team, Section.MOTIVATION, version=version, **{"q-learning": "From the old page"})
    assert team.application.answers.get(question__code="learning").value == "About q-learning"


def test_a_page_from_before_the_answers_were_put_back_writes_over_nothing(team: Team, world: World) -> None:
    page = OpenedPage(key="a" * 32, sent=1)

    def send(text: str) -> None:
        save_section(
            application=team.application, section=Section.MOTIVATION, version=1,
            data={"q-learning": text}, actor=team.editor, page=page,
        )  # fmt: skip

    before = team.application.answers.get(question__code="learning").value
    ask_changes(team, world)
    send("Typed meanwhile")
    cancel_change_request(application=team.application, reason="Solved", actor=world.coordinator_vvsg)
    ask_changes(team, world, note="Something else")
    with pytest.raises(SectionConflict):
        send("From the old page")
    assert team.application.answers.get(question__code="learning").value == before
