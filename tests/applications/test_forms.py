"""Starting and filling in: what is kept, what counts as complete, two people in one section."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from applications.enums import ApplicationStatus, Section, SectionStatus
from applications.errors import CallNotOpen, NotEditable, NotEligible, SectionConflict
from applications.fields import problems_of
from applications.models import Answer, Application, Call, KeptText
from applications.selectors.applications import progress_of
from applications.selectors.sections import read_section, read_sections
from applications.services.calls import cancel_call
from applications.services.forms import start_application, take_kept_text
from applications.services.submission import ask_sign_off, withdraw_application
from sdgpartners.core import clock
from sdgpartners.people.models import Membership
from sdgpartners.programme.enums import Side, SouthernEntry
from tests.applications.factories import (
    at_second,
    fill,
    good_values,
    open_call,
    rank,
    save,
    start,
)
from tests.factories import make_editor
from tests.world import World

RTL_AND_EMOJI = "שלום 👩🏽‍🌾 مرحبا — <script>alert('x')</script> & “quotes”"


def missing(application: Application, section: Section) -> list[str]:
    application.refresh_from_db()
    content = read_section(application, section)
    return [problem.name for problem in problems_of(content, content.values)]


def test_a_start_fills_in_what_is_known(world: World) -> None:
    call = open_call(world)
    editor = make_editor(world.gent, first_name="Els", last_name="Peeters", phone="+32 9 000")
    Membership.objects.filter(user=editor).update(job_title="International officer")
    application = start_application(call=call, municipality=world.gent, actor=editor)
    assert application.reference.startswith("APP-")
    assert (application.side, application.track, application.is_profile) == (Side.NORTH, None, False)
    assert application.contact_name == "Els Peeters"
    assert application.contact_function == "International officer"
    assert (application.contact_email, application.contact_phone) == (editor.email, "+32 9 000")
    assert application.working_languages == ["nl"]


def test_a_municipality_has_one_application_a_call(world: World) -> None:
    call = open_call(world)
    team = start(call, world.gent)
    again = start_application(call=call, municipality=world.gent, actor=team.signatory)
    assert again == team.application
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.create(reference="APP-1-1", call=call, municipality=world.gent, side=Side.NORTH)


def test_a_call_that_was_cancelled_meanwhile_takes_no_start(world: World) -> None:
    call = open_call(world)
    seen_before = Call.objects.select_related("programme").get(pk=call.pk)
    cancel_call(call=call, reason="Not this year", actor=world.coordinator_vvsg)
    with pytest.raises(CallNotOpen):
        start(seen_before, world.gent)
    assert not Application.objects.exists()


def test_after_a_withdrawal_one_may_start_again(world: World) -> None:
    call = open_call(world)
    team = start(call, world.gent)
    withdraw_application(application=team.application, actor=team.editor)
    again = start_application(call=call, municipality=world.gent, actor=team.editor)
    assert again.pk != team.application.pk


@pytest.mark.parametrize(
    ("entry", "is_profile"),
    [(SouthernEntry.DESIGNATED, True), (SouthernEntry.PROFILE, True), (SouthernEntry.FULL, False)],
)
def test_a_southern_application_belongs_to_its_track(world: World, entry: str, is_profile: bool) -> None:
    world.benin.entry = entry
    world.benin.save()
    call = open_call(world)
    application = start(call, world.nikki).application
    assert application.side == Side.SOUTH
    assert application.track == call.tracks.get(partner_country=world.benin)
    assert application.is_profile is is_profile
    sections = [content.section for content in read_sections(application)]
    expected = [section for section in Section if not (is_profile and section == Section.INVOLVEMENT)]
    assert sections == expected
    questions = [
        spec.question for content in read_sections(application) for spec in content.fields if spec.question
    ]
    assert len(questions) == (3 if is_profile else 11)


def test_starting_is_refused_before_and_after_and_to_who_is_not_eligible(world: World) -> None:
    world.benin.eligible.set([world.cove])
    call = open_call(world, opens_at=clock.now() + timedelta(days=1))
    editor = make_editor(world.gent)
    with pytest.raises(CallNotOpen, match="opens on"):
        start_application(call=call, municipality=world.gent, actor=editor)
    with (
        clock.at(at_second(call.closes_at, 1)),
        pytest.raises(CallNotOpen, match=r"closed on .*\(Brussels\)"),
    ):
        start_application(call=call, municipality=world.gent, actor=editor)
    with clock.at(call.opens_at), pytest.raises(NotEligible):
        start_application(call=call, municipality=world.nikki, actor=editor)
    assert not Application.objects.exists()


def test_an_incomplete_section_is_saved_and_its_state_follows(world: World) -> None:
    team = start(open_call(world), world.gent)
    save(team, Section.MOTIVATION, **{"q-learning": "To listen"})
    state = team.application.section_states.get(section=Section.MOTIVATION)
    assert (state.version, state.status, state.saved_by) == (1, SectionStatus.IN_PROGRESS, team.editor)
    assert missing(team.application, Section.MOTIVATION) == ["q-strengths-challenges"]
    save(team, Section.MOTIVATION, **{"q-strengths-challenges": "Much and little"})
    state.refresh_from_db()
    assert (state.version, state.status) == (2, SectionStatus.COMPLETED)


def test_everything_filled_in_is_complete(world: World) -> None:
    team = start(open_call(world), world.gent)
    before = progress_of(team.application)
    fill(team)
    after = progress_of(team.application)
    team.application.refresh_from_db()
    assert (before.done, len(before.tasks), before.minutes_to_go) == (0, 5, 25)
    assert (after.done, after.minutes_to_go, after.complete) == (5, 1, True)
    assert [
        problem
        for content in read_sections(team.application)
        for problem in problems_of(content, content.values)
    ] == []


def test_text_is_stored_as_typed_with_emoji_and_right_to_left(world: World) -> None:
    team = start(open_call(world), world.gent)
    save(team, Section.MOTIVATION, **{"q-learning": f"{RTL_AND_EMOJI}\r\nsecond\x00 line\u2028"})
    assert Answer.objects.get().value == f"{RTL_AND_EMOJI}\nsecond line"


@pytest.mark.parametrize(("words", "is_missing"), [(80, False), (81, True)])
def test_too_many_words_are_kept_but_never_complete(world: World, words: int, is_missing: bool) -> None:
    team = start(open_call(world), world.gent)
    save(team, Section.MOTIVATION, **{"q-learning": "word " * words, "q-strengths-challenges": "x"})
    assert Answer.objects.get(question__code="learning").value.split() == ["word"] * words
    assert missing(team.application, Section.MOTIVATION) == (["q-learning"] if is_missing else [])


def test_a_text_too_long_to_store_leaves_the_stored_one_alone(world: World) -> None:
    team = start(open_call(world), world.gent)
    save(team, Section.MUNICIPALITY, contact_name="Els")
    save(team, Section.MUNICIPALITY, contact_name="x" * 121, contact_function="Officer")
    team.application.refresh_from_db()
    assert (team.application.contact_name, team.application.contact_function) == ("Els", "Officer")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"contact_email": "no address"}, "contact_email"),
        ({"working_languages": ["xx"]}, "working_languages"),
        ({"has_active_twinning": "yes", "twinning_note": ""}, "twinning_note"),
        ({"has_active_twinning": "maybe"}, "has_active_twinning"),
        ({"character": "on the moon"}, "character"),
    ],
)
def test_what_keeps_the_first_section_from_being_complete(
    world: World, typed: dict[str, Any], field: str
) -> None:
    team = start(open_call(world), world.gent)
    content = read_section(team.application, Section.MUNICIPALITY)
    save(team, Section.MUNICIPALITY, **(good_values(content) | typed))
    assert missing(team.application, Section.MUNICIPALITY) == [field]


def test_the_order_of_countries_is_stored_and_can_be_turned_round(world: World) -> None:
    team = start(open_call(world), world.gent)
    rank(team, "BJ", "RW")
    rank(team, "RW", "BJ")
    order = [str(each.track.partner_country) for each in team.application.preferences.order_by("rank")]
    assert order == ["Rwanda", "Benin"]
    rank(team, "RW")
    assert [each.track.partner_country for each in team.application.preferences.all()] == [world.rwanda]
    assert missing(team.application, Section.INTERESTS) == []


@pytest.mark.parametrize(
    ("places", "problem", "name"),
    [
        (("", ""), "at least one", "rank-bj"),
        (("1", "1"), "different place", "rank-rw"),
        (("2", ""), "first choice", "rank-bj"),
        (("", "2"), "first choice", "rank-rw"),
    ],
)
def test_places_must_make_an_order(world: World, places: tuple[str, str], problem: str, name: str) -> None:
    team = start(open_call(world), world.gent)
    content = read_section(team.application, Section.INTERESTS)
    values = good_values(content) | {"rank-bj": places[0], "rank-rw": places[1]}
    (found,) = problems_of(content, values)
    assert problem in str(found.message)
    # The link of the summary leads to a country that was chosen, where one was.
    assert found.name == name


def test_problems_come_in_the_order_of_the_page(world: World) -> None:
    team = start(open_call(world), world.gent)
    content = read_section(team.application, Section.INTERESTS)
    order = [spec.name for spec in content.fields]
    found = [each.name for each in problems_of(content, content.values | {"rank-bj": "1", "q-goals": []})]
    assert found == sorted(found, key=order.index)
    assert (found[0], found[-1]) == ("offer-benin-energy", "q-goals")


def test_interests_count_only_for_countries_that_were_chosen(world: World) -> None:
    team = start(open_call(world), world.gent)
    content = read_section(team.application, Section.INTERESTS)
    nothing = {name: "0" for name in content.values if not name.startswith("rank-")}
    for typed, expected in (
        ({"rank-rw": "1"}, ["offer-rwanda-participation", "ask-rwanda-participation"]),
        ({"rank-rw": "1", "offer-rwanda-youth": "3"}, ["ask-rwanda-participation"]),
        ({"rank-rw": "1", "offer-rwanda-youth": "3", "ask-rwanda-youth": "1"}, []),
    ):
        assert [each.name for each in problems_of(content, content.values | nothing | typed)] == expected


def test_a_commitment_is_taken_back_by_unticking_it(world: World) -> None:
    team = start(open_call(world), world.gent)
    save(team, Section.COMMITMENTS, **{"accept-sessions": "on", "accept-visits": "on"})
    assert {row.accepted_by for row in team.application.acceptances.all()} == {team.editor}
    save(team, Section.COMMITMENTS, **{"accept-sessions": "", "accept-visits": "on"})
    assert [row.commitment.code for row in team.application.acceptances.all()] == ["visits"]
    assert missing(team.application, Section.COMMITMENTS) == ["accept-sessions"]


def test_two_people_saving_the_same_section_both_keep_their_text(world: World) -> None:
    team = start(open_call(world), world.gent)
    save(team, Section.MOTIVATION, **{"q-learning": "base"})
    save(team, Section.MOTIVATION, version=1, actor=team.signatory, **{"q-learning": "theirs"})
    with pytest.raises(SectionConflict) as caught:
        save(team, Section.MOTIVATION, version=1, **{"q-learning": "mine"})
    assert caught.value.theirs["q-learning"] == "theirs"
    kept = KeptText.objects.get()
    assert (kept.content, kept.written_by, kept.settled_at) == ({"q-learning": "mine"}, team.editor, None)
    assert Answer.objects.get().value == "theirs"
    take_kept_text(kept=kept, version=2, data={"q-learning": "theirs and mine"}, actor=team.editor)
    assert Answer.objects.get().value == "theirs and mine"
    kept.refresh_from_db()
    assert kept.settled_at is not None


def test_the_same_save_sent_twice_is_no_conflict(world: World) -> None:
    team = start(open_call(world), world.gent)
    for _time in range(2):
        save(team, Section.MOTIVATION, version=0, **{"q-learning": "once"})
    assert not KeptText.objects.exists()
    assert team.application.section_states.get().version == 1


def test_a_third_save_while_choosing_keeps_the_merged_text_too(world: World) -> None:
    team = start(open_call(world), world.gent)
    save(team, Section.MOTIVATION, **{"q-learning": "theirs"})
    with pytest.raises(SectionConflict) as caught:
        save(team, Section.MOTIVATION, version=0, **{"q-learning": "mine"})
    save(team, Section.MOTIVATION, actor=team.signatory, **{"q-learning": "third"})
    with pytest.raises(SectionConflict):
        take_kept_text(kept=caught.value.kept, version=1, data={"q-learning": "merged"}, actor=team.editor)
    texts = {kept.content["q-learning"]: kept.settled_at is not None for kept in KeptText.objects.all()}
    assert texts == {"mine": True, "merged": False}
    assert Answer.objects.get().value == "third"


def test_drafts_become_read_only_at_the_closing_moment_and_nothing_is_lost(world: World) -> None:
    call = open_call(world)
    team = start(call, world.gent)
    with clock.at(call.closes_at):
        save(team, Section.MOTIVATION, **{"q-learning": "just in time"})
    with clock.at(at_second(call.closes_at, 1)), pytest.raises(CallNotOpen, match=r"now .*\(Brussels\)"):
        save(team, Section.MOTIVATION, **{"q-learning": "too late"})
    assert Answer.objects.get().value == "just in time"


def test_an_application_that_waits_for_a_signature_is_not_edited(world: World) -> None:
    team = start(open_call(world), world.gent)
    fill(team)
    ask_sign_off(application=team.application, actor=team.editor)
    with pytest.raises(NotEditable):
        save(team, Section.MOTIVATION, **{"q-learning": "late idea"})
    team.application.refresh_from_db()
    assert team.application.status == ApplicationStatus.AWAITING_SIGN_OFF
    assert Answer.objects.get(question__code="learning").value == "About q-learning"
