"""Applications that may be one, and putting two together."""

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from applications.enums import ApplicationStatus, Section, SectionStatus, SignOffState
from applications.errors import ReasonNeeded
from applications.models import Application, Call, KeptText, SelfCheck
from applications.selectors.duplicates import Sign, duplicates_in, plan_merge
from applications.selectors.history import application_history
from applications.services.merging import CannotMerge, OtherDirection, merge_applications
from applications.services.returns import request_changes
from applications.services.submission import ask_sign_off, sign_and_submit
from sdgpartners.core import clock
from sdgpartners.core.errors import MoveNotAllowed
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.programme.models import Municipality
from tests.applications.factories import Team, fill, open_call, save, start, submitted
from tests.world import World

_S = ApplicationStatus


def merged_places(world: World) -> None:
    """Leuven has become a part of Gent."""
    Municipality.objects.filter(pk=world.leuven.pk).update(successor=world.gent)


@pytest.fixture
def pair(world: World) -> tuple[Team, Team]:
    """Gent and Leuven, both with a draft in one call."""
    call = open_call(world)
    return start(call, world.gent), start(call, world.leuven)


def merge(world: World, keep: Team, other: Team, reason: str = "The two have merged") -> Application:
    return merge_applications(
        keep=keep.application, other=other.application, reason=reason, actor=world.coordinator_vvsg
    )


def fresh(team: Team) -> Application:
    return Application.objects.get(pk=team.application.pk)


def signs(call: Call) -> list[tuple[str, str, Sign]]:
    return [
        (row.first.municipality.name, row.second.municipality.name, row.sign) for row in duplicates_in(call)
    ]


def test_a_successor_and_its_predecessor_are_found_the_successor_first(
    pair: tuple[Team, Team], world: World
) -> None:
    call = pair[0].application.call
    assert signs(call) == []
    Municipality.objects.filter(pk=world.leuven.pk).update(successor=world.mechelen)
    Municipality.objects.filter(pk=world.mechelen.pk).update(successor=world.gent)
    assert signs(call) == [("Gent", "Leuven", Sign.SUCCESSION)]


def test_one_contact_or_one_self_check_is_a_hint(pair: tuple[Team, Team], world: World) -> None:
    first, second = pair
    call = first.application.call
    Application.objects.filter(call=call).update(contact_email="Same@Example.org")
    assert [sign for *_names, sign in signs(call)] == [Sign.EMAIL]
    check = SelfCheck.objects.create(
        call=call, municipality=world.gent, eligible=True, created_at=clock.now()
    )
    Application.objects.filter(pk=first.application.pk).update(contact_email="")
    Application.objects.filter(call=call).update(self_check=check)
    assert [sign for *_names, sign in signs(call)] == [Sign.SELF_CHECK]
    Application.objects.filter(pk=second.application.pk).update(status=_S.WITHDRAWN, withdrawn_at=clock.now())
    assert signs(call) == []


def test_empty_contact_addresses_are_no_sign(pair: tuple[Team, Team]) -> None:
    Application.objects.update(contact_email="")
    assert signs(pair[0].application.call) == []


def test_what_is_empty_is_taken_over_and_both_texts_are_kept(pair: tuple[Team, Team], world: World) -> None:
    keep, other = pair
    save(keep, Section.MOTIVATION, **{"q-learning": "Ours"})
    fill(other)
    save(other, Section.MOTIVATION, **{"q-learning": "Theirs"})
    theme = "benin"
    save(keep, Section.INTERESTS, **{f"offer-{theme}-energy": "3"})
    merge(world, keep, other)
    answers = dict(keep.application.answers.values_list("question__code", "value"))
    assert (answers["learning"], answers["strengths-challenges"]) == ("Ours", "About q-strengths-challenges")
    kept = KeptText.objects.get(application=keep.application, section=Section.MOTIVATION)
    assert (kept.content, kept.written_by) == ({"q-learning": "Theirs"}, other.editor)
    assert kept.settled_at is None
    interest = keep.application.interests.get(subtheme__code="energy")
    assert (interest.offer, interest.ask) == (3, 2)
    gone = fresh(other)
    assert (gone.status, gone.merged_into) == (_S.WITHDRAWN, keep.application)
    assert dict(gone.answers.values_list("question__code", "value"))["learning"] == "Theirs"
    assert keep.application.acceptances.count() == 0
    state = keep.application.section_states.get(section=Section.MOTIVATION)
    assert state.status == SectionStatus.COMPLETED


def test_both_teams_hear_of_it_and_both_histories_hold_it(pair: tuple[Team, Team], world: World) -> None:
    keep, other = pair
    save(other, Section.MOTIVATION, **{"q-learning": "Theirs"})
    merge(world, keep, other)
    merge(world, keep, other)
    sent = OutgoingMail.objects.filter(kind="applications_merged").values_list("to", flat=True)
    people = (keep.editor, keep.signatory, other.editor, other.signatory)
    assert sorted(sent) == sorted(person.email for person in people)
    here = application_history(fresh(keep), personal=True)
    there = application_history(fresh(other), personal=True)
    (mark,) = [row for row in here if row.what == "Put together with another application"]
    assert (mark.after, mark.reason, mark.actor) == (
        other.reference,
        "The two have merged",
        world.coordinator_vvsg,
    )
    assert [row.reason for row in here if row.after == "Theirs"] == ["The two have merged"]
    assert [row.after for row in there if row.what == "Merged into"] == [keep.reference]


def test_an_order_of_countries_is_taken_whole_or_not_at_all(pair: tuple[Team, Team], world: World) -> None:
    keep, other = pair
    save(keep, Section.INTERESTS, **{"rank-bj": "1"})
    save(other, Section.INTERESTS, **{"rank-rw": "1"})
    merge(world, keep, other)
    ranks = keep.application.preferences.values_list("track__partner_country__country_id", "rank")
    assert list(ranks) == [("BJ", 1)]


def test_a_question_for_a_signature_is_taken_back_because_the_answers_change(
    pair: tuple[Team, Team], world: World
) -> None:
    keep, other = pair
    fill(keep)
    save(other, Section.MOTIVATION, **{"q-learning": "Theirs"})
    ask_sign_off(application=keep.application, actor=keep.editor)
    merge(world, keep, other)
    assert fresh(keep).status == _S.DRAFT
    assert keep.application.sign_offs.get().state == SignOffState.CANCELLED


def test_what_was_signed_stays_as_it_was_signed(world: World) -> None:
    call = open_call(world)
    keep, other = submitted(call, world.gent, "BJ"), start(call, world.leuven)
    fill(other)
    save(other, Section.MOTIVATION, **{"q-learning": "Theirs"})
    before = dict(keep.application.answers.values_list("question__code", "value"))
    content = keep.application.revisions.get().content
    merge(world, keep, other)
    assert dict(keep.application.answers.values_list("question__code", "value")) == before
    assert keep.application.revisions.get().content == content
    assert fresh(keep).status == _S.SUBMITTED
    assert KeptText.objects.filter(application=keep.application).exists()


def test_a_return_changes_the_named_sections_alone_also_by_merging(world: World) -> None:
    call = open_call(world)
    keep, other = submitted(call, world.gent, "BJ"), start(call, world.leuven)
    save(other, Section.MUNICIPALITY, twinning_note="Theirs")
    request_changes(
        application=keep.application,
        sections=[Section.MOTIVATION],
        note="Say more",
        due_at=clock.now() + timedelta(days=20),
        actor=world.coordinator_vvsg,
    )
    ask_sign_off(application=keep.application, actor=keep.editor)
    Application.objects.filter(pk=keep.application.pk).update(twinning_note="")
    merge(world, keep, other)
    assert fresh(keep).twinning_note == ""
    assert fresh(keep).status == _S.AWAITING_SIGN_OFF
    kept = KeptText.objects.get(application=keep.application, section=Section.MUNICIPALITY)
    assert kept.content["twinning_note"] == "Theirs"


def test_what_cannot_be_put_together(pair: tuple[Team, Team], world: World) -> None:
    keep, other = pair
    with pytest.raises(ReasonNeeded):
        merge(world, keep, other, reason=" ")
    with pytest.raises(CannotMerge):
        merge(world, keep, keep)
    elsewhere = start(open_call(world, "second"), world.leuven)
    with pytest.raises(CannotMerge):
        merge(world, keep, elsewhere)
    southern = start(keep.application.call, world.nikki)
    with pytest.raises(CannotMerge):
        merge(world, keep, southern)
    Application.objects.filter(pk=keep.application.pk).update(status=_S.RANKED, submitted_at=clock.now())
    with pytest.raises(MoveNotAllowed, match="Ranked"):
        merge(world, keep, other)


def test_a_submitted_one_never_gives_way_to_a_draft(world: World) -> None:
    call = open_call(world)
    sent, draft = submitted(call, world.leuven), start(call, world.gent)
    with pytest.raises(OtherDirection):
        merge(world, draft, sent)
    assert fresh(sent).status == _S.SUBMITTED


def test_the_preview_changes_nothing_and_says_the_same(pair: tuple[Team, Team], world: World) -> None:
    keep, other = pair
    save(keep, Section.MOTIVATION, **{"q-learning": "Ours"})
    save(other, Section.MOTIVATION, **{"q-learning": "Theirs", "q-strengths-challenges": "New"})
    plan = plan_merge(keep.application, other.application)
    assert plan.taken_values[Section.MOTIVATION] == {"q-strengths-challenges": "New"}
    assert plan.compared_values[Section.MOTIVATION] == {"q-learning": "Theirs"}
    assert KeptText.objects.count() == 0


def test_the_desk_lists_shows_and_does_it(pair: tuple[Team, Team], world: World, client: Client) -> None:
    keep, other = pair
    merged_places(world)
    save(other, Section.MOTIVATION, **{"q-learning": "Theirs"})
    world.coordinator_vvsg.language = "en"
    world.coordinator_vvsg.save()
    client.force_login(world.coordinator_vvsg)
    listed = client.get(reverse("admin:applications_application_duplicates", args=["autumn"]))
    page = reverse("admin:applications_application_merge", args=[keep.application.pk, other.application.pk])
    assert page in listed.content.decode()
    preview = client.get(page).content.decode()
    assert "Theirs" in preview
    assert fresh(other).status == _S.DRAFT
    assert client.post(page, {"reason": ""}).status_code == 422
    assert client.post(page, {"reason": "Merged"}).status_code == 302
    assert fresh(other).status == _S.WITHDRAWN
    for person, expected in ((world.coordinator_ancb, 404), (keep.editor, 403)):
        client.force_login(person)
        assert client.get(page, follow=True).status_code == expected


@pytest.mark.django_db(transaction=True)
def test_merging_and_submitting_at_once_is_one_after_the_other(transactional_db: None) -> None:
    from tests.world import build_world

    world = build_world()
    call = open_call(world)
    keep, other = submitted(call, world.gent), start(call, world.leuven)
    fill(other)
    ask_sign_off(application=other.application, actor=other.editor)
    problems: list[Exception] = []

    def run(step: Any) -> None:
        try:
            step()
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    steps = (
        lambda: sign_and_submit(application=other.application, actor=other.signatory),
        lambda: merge(world, keep, other),
        lambda: merge(world, keep, other),
    )
    threads = [Thread(target=run, args=(step,)) for step in steps]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    signed = fresh(other).revisions.count()
    assert [type(problem) for problem in problems] == ([] if signed else [MoveNotAllowed])
    assert (fresh(other).status, fresh(other).merged_into) == (_S.WITHDRAWN, keep.application)
    assert OutgoingMail.objects.filter(kind="applications_merged").count() == 4
    assert not other.application.sign_offs.filter(state=SignOffState.ASKED).exists()
