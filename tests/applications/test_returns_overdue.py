"""Requested changes that were not signed in time: what the applicant reads, what counts, what the call waits for."""

import re
from datetime import timedelta
from html import unescape

import pytest

from applications.enums import ApplicationStatus, Section
from applications.errors import CallNotOpen
from applications.selectors.deadlines import changes_overdue
from applications.services.decisions import release_decisions
from applications.services.returns import cancel_change_request, prolong_change_request
from applications.services.submission import ask_sign_off, sign_and_submit
from sdgpartners.core import clock
from sdgpartners.core.errors import Incomplete
from sdgpartners.people.models import User
from sdgpartners.programme.models import Municipality
from tests.applications.browsing import page, section_page, signed_in
from tests.applications.factories import Team, at_second, open_call, save, submitted
from tests.applications.returning import ask_changes, status
from tests.factories import in_english
from tests.world import World

STAYS = "Version 1, which was signed last, stays as it is"


@pytest.fixture
def team(world: World) -> Team:
    """Submitted and sent back, to be signed again within ten days, after the call has closed."""
    made = submitted(open_call(world), world.gent)
    ask_changes(made, world, due_at=clock.now() + timedelta(days=10))
    return made


def words(person: User, address: str) -> str:
    answer = signed_in(in_english(person)).get(address)
    assert answer.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def test_every_refusal_says_when_it_was_due_and_which_version_stays(team: Team) -> None:
    ask_sign_off(application=team.application, actor=team.editor)
    due = team.application.change_requests.get().due_at
    with clock.at(at_second(due, 1)), pytest.raises(CallNotOpen) as caught:
        sign_and_submit(application=team.application, actor=team.signatory)
    said = str(caught.value)
    assert "The changes had to be signed by" in said
    assert STAYS in said
    assert "Ask the association for more time" in said
    assert said.count("(Brussels)") == 2
    assert status(team) == ApplicationStatus.AWAITING_SIGN_OFF
    assert team.application.revisions.count() == 1


def test_the_same_words_when_it_was_due_as_the_call_closed(world: World) -> None:
    made = submitted(open_call(world), world.gent)
    closes = made.application.call.closes_at
    ask_changes(made, world, due_at=closes)
    with clock.at(at_second(closes, 1)), pytest.raises(CallNotOpen, match="The changes had to be signed by"):
        save(made, Section.MOTIVATION, **{"q-learning": "Late"})


def test_the_page_says_it_before_and_after(team: Team) -> None:
    address = page("application-detail", team)
    before = words(team.editor, address)
    assert "Until it is signed, version 1 stays as it is." in before
    assert "Only these parts can be changed:" in before
    due = team.application.change_requests.get().due_at
    with clock.at(at_second(due, 1)):
        after = words(team.editor, address)
    assert STAYS in after
    assert "take its request back: then version 1 counts" in after
    assert "These parts had to change:" in after
    for gone in ("Only these parts can be changed", "Change it and have it signed again by"):
        assert gone not in after


def test_a_part_that_was_named_can_be_read_and_says_why_it_is_shut(team: Team) -> None:
    due = team.application.change_requests.get().due_at
    with clock.at(at_second(due, 1)):
        named = words(team.editor, section_page(team, Section.MOTIVATION))
        other = words(team.editor, section_page(team, Section.MUNICIPALITY))
        check = words(team.editor, page("application-check", team))
        asked = signed_in(team.editor).post(page("sign-off-ask", team))
    assert STAYS in named
    assert "This part can be read, not changed." in named
    assert "No change was asked for in this part" not in named
    assert "No change was asked for in this part" in other
    assert (STAYS in check, "Ask for a signature" in check) == (True, False)
    assert asked.status_code == 422
    assert STAYS in asked.content.decode()


def test_the_signatory_reads_it_and_is_not_offered_to_sign(team: Team) -> None:
    ask_sign_off(application=team.application, actor=team.editor)
    address = page("sign-off-answer", team)
    before = words(team.signatory, address)
    assert ("It can be signed until" in before, "Sign and submit" in before) == (True, True)
    due = team.application.change_requests.get().due_at
    with clock.at(at_second(due, 1)):
        after = words(team.signatory, address)
        refused = signed_in(team.signatory).post(address, {"answer": "sign"})
    assert ("It could be signed until" in after, "Sign and submit" in after) == (True, False)
    assert STAYS in after
    assert "Send back with this reason" in after
    assert refused.status_code == 422
    assert STAYS in refused.content.decode()


def test_more_time_opens_it_again_and_taking_back_lets_the_old_version_count(
    team: Team, world: World
) -> None:
    due = team.application.change_requests.get().due_at
    actor = world.coordinator_vvsg
    save(team, Section.MOTIVATION, **{"q-learning": "Typed in time"})
    with clock.at(at_second(due, 1)):
        assert changes_overdue(team.application)
        prolong_change_request(application=team.application, due_at=due + timedelta(days=2), actor=actor)
        assert not changes_overdue(team.application)
        assert "Change it and have it signed again by" in words(team.editor, page("application-detail", team))
        cancel_change_request(application=team.application, reason="Enough", actor=actor)
        team.application.refresh_from_db()
        assert not changes_overdue(team.application)
    assert status(team) == ApplicationStatus.SUBMITTED
    assert team.application.answers.get(question__code="learning").value == "About q-learning"


def test_a_rehearsal_keeps_no_dates(team: Team) -> None:
    Municipality.objects.filter(pk=team.application.municipality_id).update(is_test=True)
    team.application.municipality.refresh_from_db()
    due = team.application.change_requests.get().due_at
    with clock.at(at_second(due, 1)):
        assert not changes_overdue(team.application)


@pytest.mark.parametrize("waits_for_signature", [False, True])
def test_the_decisions_wait_for_an_application_that_came_back(
    team: Team, world: World, waits_for_signature: bool
) -> None:
    if waits_for_signature:
        ask_sign_off(application=team.application, actor=team.editor)
    call, due = team.application.call, team.application.change_requests.get().due_at
    with clock.at(max(call.closes_at, due) + timedelta(days=1)):
        with pytest.raises(Incomplete, match="Gent was asked for changes"):
            release_decisions(call=call, actor=world.coordinator_vvsg)
        cancel_change_request(application=team.application, reason="Too late", actor=world.coordinator_vvsg)
        with pytest.raises(Incomplete, match="Gent still waits for the decision on eligibility"):
            release_decisions(call=call, actor=world.coordinator_vvsg)
