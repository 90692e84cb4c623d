"""Making, publishing and cancelling calls; a call stands fast once it is open."""

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError

from applications.enums import CallPhase, CallStatus
from applications.errors import CallFrozen, CallNotReady, ReasonNeeded
from applications.models import Criterion, Question
from applications.selectors.applications import BASE_MINUTES, CHOICES_A_MINUTE, WORDS_A_MINUTE
from applications.services.calls import cancel_call, change_call_part, publish_call
from applications.standard_questions import standard_questions
from sdgpartners.core import clock
from sdgpartners.core.errors import MoveNotAllowed
from sdgpartners.notifications.models import OutgoingMail
from tests.applications.factories import GRID, at_second, make_call, open_call, start
from tests.world import World

GLOBE = Path(settings.BASE_DIR) / "sdgpartners/programme/data/globe-2022-2026.toml"


def test_create_call_copies_the_programme_into_a_track_a_country(world: World) -> None:
    world.rwanda.eligible.set([world.karongi])
    call = make_call(world)
    tracks = {track.partner_country.country_id: track for track in call.tracks.all()}
    assert set(tracks) == {"BJ", "RW"}
    assert [track.theme for _code, track in sorted(tracks.items())] == [world.theme_benin, world.theme_rwanda]
    assert [track.places for track in tracks.values()] == [4, 4]
    assert list(tracks["RW"].eligible.all()) == [world.karongi]
    assert list(tracks["BJ"].eligible.all()) == []
    assert [criterion.code for criterion in tracks["BJ"].criteria.all()] == list(GRID)
    criterion = tracks["RW"].criteria.get(code="support")
    assert (criterion.weight, criterion.title_nl) == (15, "support (nl)")
    assert [anchor.text_fr for anchor in criterion.anchors.all()] == ["support 0 (fr)", "support 4 (fr)"]
    assert [commitment.code for commitment in call.commitments.all()] == ["sessions", "visits"]
    assert call.reviewers_per_application == world.rules.reviewers_min
    assert tracks["BJ"].match_weight_exchange == world.rules.match_weight_exchange


def test_a_suspended_country_gets_no_track(world: World) -> None:
    world.rwanda.suspended_since = clock.today()
    world.rwanda.suspension_reason = "Ties were cut."
    world.rwanda.save()
    assert [track.partner_country for track in make_call(world).tracks.all()] == [world.benin]


def test_every_question_is_linked_to_the_criteria_that_judge_it_in_every_track(world: World) -> None:
    call = make_call(world)
    linked = {
        question.code: sorted({criterion.code for criterion in question.criteria.all()})
        for question in call.questions.all()
    }
    assert linked == {question.code: sorted(question.criteria) for question in standard_questions()}
    support = call.questions.get(code="support")
    assert support.criteria.count() == 2


def test_standard_questions_fit_the_grid_of_globe_and_the_promise_of_30_minutes() -> None:
    grid = {row["code"] for row in tomllib.loads(GLOBE.read_text(encoding="utf-8"))["criteria"]}
    questions = standard_questions()
    assert {code for question in questions for code in question.criteria} == grid
    words = sum(question.word_limit or 0 for question in questions)
    choices = sum(question.word_limit is None and question.required for question in questions)
    assert words == 460
    assert words / WORDS_A_MINUTE + choices / CHOICES_A_MINUTE + sum(BASE_MINUTES.values()) + 1 <= 30
    profile = [question for question in questions if question.in_profile]
    assert [question.word_limit for question in profile] == [None, 110, 80]


def test_publish_wants_a_call_that_can_be_answered(world: World) -> None:
    call = make_call(world)
    call.commitments.all().delete()
    with pytest.raises(CallNotReady, match="no commitments"):
        publish_call(call=call, actor=None)
    call.refresh_from_db()
    assert (call.status, call.published_at) == (CallStatus.DRAFT, None)


def test_publish_refuses_a_call_that_would_be_closed(world: World) -> None:
    call = make_call(
        world, opens_at=clock.now() - timedelta(days=3), closes_at=clock.now() - timedelta(days=1)
    )
    with pytest.raises(CallNotReady):
        publish_call(call=call, actor=None)


def test_publishing_twice_keeps_the_first_moment(world: World) -> None:
    call = open_call(world)
    first = call.published_at
    with clock.at(at_second(clock.now(), 60)):
        assert publish_call(call=call, actor=None).published_at == first


@pytest.mark.parametrize(
    ("seconds_after_closing", "phase"), [(-1, CallPhase.OPEN), (0, CallPhase.OPEN), (1, CallPhase.CLOSED)]
)
def test_the_phase_follows_from_the_dates(world: World, seconds_after_closing: int, phase: CallPhase) -> None:
    call = open_call(world)
    with clock.at(at_second(call.closes_at, seconds_after_closing)):
        assert call.phase == phase


def test_before_it_opens_a_published_call_can_be_corrected_and_afterwards_not(world: World) -> None:
    call = open_call(world, opens_at=clock.now() + timedelta(days=2))
    question = call.questions.get(code="network")
    change_call_part(part=question, values={"word_limit": 50}, actor=None)
    with clock.at(call.opens_at), pytest.raises(CallFrozen):
        change_call_part(part=question, values={"word_limit": 20}, actor=None)
    assert Question.objects.get(pk=question.pk).word_limit == 50


def test_tracks_criteria_choices_and_dates_stand_fast_too(world: World) -> None:
    call = open_call(world)
    track = call.tracks.get(partner_country=world.benin)
    criterion = track.criteria.get(code="network")
    choice = call.questions.get(code="political-decision").choices.get(code="open")
    for part, values in (
        (call, {"closes_at": call.closes_at + timedelta(days=1)}),
        (track, {"places": 5}),
        (criterion, {"weight": 99}),
        (criterion.anchors.get(score=0), {"text_en": "x"}),
        (choice, {"label_en": "x"}),
        (call.commitments.get(code="visits"), {"text_en": "x"}),
    ):
        with pytest.raises(CallFrozen):
            change_call_part(part=part, values=values, actor=None)
    assert Criterion.objects.get(pk=criterion.pk).weight == criterion.weight == 25


def test_a_change_is_validated(world: World) -> None:
    criterion = make_call(world).tracks.get(partner_country=world.benin).criteria.get(code="network")
    with pytest.raises(ValidationError):
        change_call_part(part=criterion, values={"weight": 0}, actor=None)


def test_cancelling_mails_everybody_with_an_application_once(world: World) -> None:
    call = open_call(world)
    team = start(call, world.gent)
    with pytest.raises(ReasonNeeded):
        cancel_call(call=call, reason=" ", actor=world.coordinator_vvsg)
    cancel_call(call=call, reason="No money", actor=world.coordinator_vvsg)
    cancel_call(call=call, reason="No money", actor=world.coordinator_vvsg)
    mails = OutgoingMail.objects.filter(kind="call_cancelled")
    assert sorted(mail.to for mail in mails) == sorted([team.editor.email, team.signatory.email])
    assert "No money" in mails[0].body_text
    call.refresh_from_db()
    assert call.phase == CallPhase.CANCELLED
    with pytest.raises(MoveNotAllowed):
        publish_call(call=call, actor=None)
