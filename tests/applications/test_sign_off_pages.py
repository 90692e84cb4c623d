"""The pages from the check to the receipt, and the one that withdraws."""

from datetime import timedelta
from html import unescape

import pytest

from applications.enums import ApplicationStatus, Section
from applications.services.returns import request_changes
from applications.services.submission import ask_sign_off
from sdgpartners.core import clock
from tests.applications.browsing import SCRIPT, english_draft, page, signed_in
from tests.applications.factories import Team, at_second, fill, open_call, submitted
from tests.world import World


@pytest.fixture
def team(world: World) -> Team:
    return english_draft(world)


def test_the_road_from_check_to_receipt(team: Team) -> None:
    fill(team)
    editor, signatory = signed_in(team.editor), signed_in(team.signatory)
    assert str(team.signatory) in unescape(editor.get(page("application-check", team)).content.decode())
    asked = editor.post(page("sign-off-ask", team))
    assert asked.status_code == 302
    answer_page = page("sign-off-answer", team)
    assert signatory.get(answer_page).status_code == 200
    no_reason = signatory.post(answer_page, {"answer": "decline", "reason": ""})
    assert no_reason.status_code == 422
    assert 'href="#id_reason"' in no_reason.content.decode()
    for _click in range(2):
        assert signatory.post(answer_page, {"answer": "sign"}).status_code == 302
    text = editor.get(page("application-detail", team)).content.decode()
    assert team.reference in text
    revision = editor.get(page("application-revision", team, 1))
    assert revision.status_code == 200
    assert "About q-learning" in revision.content.decode()
    assert editor.get(page("application-revision", team, 2)).status_code == 404


def test_declining_brings_the_reason_back_to_the_task_list(team: Team) -> None:
    fill(team)
    ask_sign_off(application=team.application, actor=team.editor)
    signed_in(team.signatory).post(
        page("sign-off-answer", team), {"answer": "decline", "reason": f"Name the council {SCRIPT}"}
    )
    text = signed_in(team.editor).get(page("application-detail", team)).content.decode()
    assert "Name the council" in text
    assert SCRIPT not in text


def test_asking_for_an_incomplete_application_is_refused_on_the_same_page(team: Team) -> None:
    refused = signed_in(team.editor).post(page("sign-off-ask", team))
    assert refused.status_code == 422
    assert "Some parts are not complete yet" in refused.content.decode()


def test_signing_late_is_refused_with_the_time_and_zone(team: Team) -> None:
    fill(team)
    ask_sign_off(application=team.application, actor=team.editor)
    with clock.at(at_second(team.application.call.closes_at, 1)):
        refused = signed_in(team.signatory).post(page("sign-off-answer", team), {"answer": "sign"})
    assert refused.status_code == 422
    assert refused.content.decode().count("(Brussels)") >= 2
    team.application.refresh_from_db()
    assert team.application.submitted_at is None


def test_withdrawing_asks_first(team: Team) -> None:
    client = signed_in(team.editor)
    assert client.get(page("application-withdraw", team)).status_code == 200
    team.application.refresh_from_db()
    assert team.application.status == ApplicationStatus.DRAFT
    client.post(page("application-withdraw", team), {"reason": ""})
    team.application.refresh_from_db()
    assert team.application.status == ApplicationStatus.WITHDRAWN


def test_after_submission_only_a_signatory_withdraws(world: World) -> None:
    team = submitted(open_call(world), world.gent)
    assert signed_in(team.editor).post(page("application-withdraw", team)).status_code == 403
    assert signed_in(team.signatory).post(page("application-withdraw", team)).status_code == 302


def test_an_editor_does_not_withdraw_while_requested_changes_wait_for_a_signature(world: World) -> None:
    team = submitted(open_call(world), world.gent)
    request_changes(
        application=team.application,
        sections=[Section.MOTIVATION],
        note="Say more",
        due_at=clock.now() + timedelta(days=20),
        actor=world.coordinator_vvsg,
    )
    ask_sign_off(application=team.application, actor=team.editor)
    assert signed_in(team.editor).post(page("application-withdraw", team)).status_code == 403
    team.application.refresh_from_db()
    assert team.application.status == ApplicationStatus.AWAITING_SIGN_OFF
