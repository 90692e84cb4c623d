"""Walking through a draft call with test municipalities; nothing of it stays."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from applications.enums import ApplicationStatus, CallPhase, CallStatus
from applications.errors import CallNotOpen, NotRehearsed
from applications.models import Answer, Application, Call, Revision, SignOff
from applications.selectors.applications import awaiting_eligibility
from applications.selectors.eligibility import eligibility_of
from applications.selectors.ranking import ranking_of
from applications.selectors.rehearsal import places_of, rehearsing
from applications.services.calls import cancel_call, change_call_part, publish_call
from applications.services.forms import start_application
from applications.services.rehearsal import end_rehearsal, join_rehearsal, start_rehearsal
from applications.services.submission import ask_sign_off, sign_and_submit
from portal.selectors.public import public_calls
from portal.selectors.tasks import waiting_on
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError
from sdgpartners.documents.models import GeneratedReport, Job
from sdgpartners.people.models import Membership, User
from sdgpartners.people.standing import forget_standing
from sdgpartners.programme.models import Municipality
from sdgpartners.programme.selectors import active_municipalities, eligible_municipalities
from tests.applications.factories import Team, fill, make_call, open_call
from tests.factories import in_english, make_editor, make_seat
from tests.world import World


def rehearsed(world: World, **dates: object) -> Call:
    return start_rehearsal(call=make_call(world, **dates), actor=world.coordinator_vvsg)


def place(call: Call, country: str) -> Municipality:
    return places_of(call).get(country=country)


def colleague(world: World) -> User:
    return make_seat(world.vvsg, "coordinator", email="second@example.org")


def walked(world: World, call: Call, country: str = "BE") -> Application:
    """Two coordinators fill in, sign and submit."""
    first, second, there = world.coordinator_vvsg, colleague(world), place(call, country)
    join_rehearsal(call=call, municipality=there, role="editor", actor=first)
    join_rehearsal(call=call, municipality=there, role="signatory", actor=second)
    team = Team(start_application(call=call, municipality=there, actor=first), first, second)
    fill(team)
    ask_sign_off(application=team.application, actor=first)
    return sign_and_submit(application=team.application, actor=second)


def test_each_country_gets_one_test_municipality_named_as_such(world: World) -> None:
    call = rehearsed(world)
    assert call.phase == CallPhase.REHEARSAL
    assert sorted(there.country_id for there in places_of(call)) == ["BE", "BJ", "RW"]
    assert all(there.is_test for there in places_of(call))
    assert place(call, "RW").name.startswith("Test ")
    end_rehearsal(call=call, actor=None)
    start_rehearsal(call=call, actor=None)
    start_rehearsal(call=call, actor=None)
    assert places_of(call).count() == 3


def test_a_test_municipality_stands_in_no_list_of_the_public(world: World) -> None:
    rehearsed(world)
    assert not active_municipalities(world.be).filter(is_test=True).exists()
    assert set(active_municipalities(world.be)) == {world.gent, world.leuven, world.mechelen}


@pytest.mark.parametrize("days", [-30, 30])
@pytest.mark.parametrize("country", ["BE", "RW"])
def test_two_coordinators_walk_the_draft_whatever_its_dates(world: World, country: str, days: int) -> None:
    world.rwanda.eligible.set([world.karongi])
    opens = clock.now() + timedelta(days=days)
    call = rehearsed(world, opens_at=opens, closes_at=opens + timedelta(days=5))
    submitted = walked(world, call, country)
    assert submitted.status == ApplicationStatus.SUBMITTED
    assert submitted.revisions.count() == 1


def test_one_person_cannot_sign_what_they_asked_for_and_holds_one_role(world: World) -> None:
    call = rehearsed(world)
    there, me = place(call, "BE"), world.coordinator_vvsg
    join_rehearsal(call=call, municipality=there, role="editor", actor=me)
    join_rehearsal(call=call, municipality=there, role="signatory", actor=me)
    held = Membership.objects.filter(user=me, municipality=there, ended_at__isnull=True)
    assert [row.role for row in held] == ["signatory"]


def test_real_municipalities_neither_see_it_nor_start(world: World) -> None:
    call = rehearsed(world)
    editor = make_editor(world.gent)
    with pytest.raises(CallNotOpen):
        start_application(call=call, municipality=world.gent, actor=editor)
    client = Client()
    client.force_login(editor)
    assert client.get(reverse("applications:application-start", args=[call.code])).status_code == 404
    assert client.get(reverse("portal:call-detail", args=[call.code])).status_code == 404


def test_who_acts_for_a_test_municipality_reaches_the_start(world: World) -> None:
    call = rehearsed(world)
    me = in_english(world.coordinator_vvsg)
    join_rehearsal(call=call, municipality=place(call, "BE"), role="editor", actor=me)
    forget_standing(me)
    client = Client()
    client.force_login(me)
    page = client.get(reverse("applications:application-start", args=[call.code])).content.decode()
    assert "This is a rehearsal" in page
    made = client.post(
        reverse("applications:application-start", args=[call.code]), {"municipality": "BE-TEST"}
    )
    assert made.headers["Location"].startswith("/applications/APP-")


def test_a_test_municipality_takes_no_part_in_an_open_call(world: World) -> None:
    rehearsal = rehearsed(world)
    there = place(rehearsal, "BE")
    call = open_call(world, "real")
    found = eligibility_of(there, call)
    assert [reason.code for reason in found.unmet] == ["test"]
    with pytest.raises(CallNotOpen):
        start_application(call=call, municipality=there, actor=make_editor(there))


def test_the_call_is_edited_while_it_is_rehearsed(world: World) -> None:
    call = rehearsed(world, opens_at=clock.now() - timedelta(days=1))
    question = call.questions.get(code="network")
    change_call_part(part=question, values={"word_limit": 77}, actor=None)
    question.refresh_from_db()
    assert question.word_limit == 77


@pytest.mark.parametrize("how", ["end", "publish", "cancel"])
def test_ending_leaves_nothing(world: World, how: str) -> None:
    call = rehearsed(world)
    walked(world, call)
    if how == "end":
        assert end_rehearsal(call=call, actor=world.coordinator_vvsg) == 1
    elif how == "publish":
        publish_call(call=call, actor=world.coordinator_vvsg)
    else:
        cancel_call(call=call, reason="Not this year", actor=world.coordinator_vvsg)
    call.refresh_from_db()
    assert call.rehearsal_since is None
    for model in (Application, Revision, SignOff, Answer, GeneratedReport, Job):
        assert not model.objects.exists()
    tests = Membership.objects.filter(municipality__is_test=True)
    assert tests.count() == 2
    assert not tests.filter(ended_at__isnull=True).exists()


def test_another_rehearsal_with_the_same_municipality_goes_on(world: World) -> None:
    call, other = rehearsed(world), start_rehearsal(call=make_call(world, "other"), actor=None)
    there = place(call, "BE")
    join_rehearsal(call=call, municipality=there, role="editor", actor=world.coordinator_vvsg)
    kept = start_application(call=other, municipality=there, actor=world.coordinator_vvsg)
    start_application(call=call, municipality=there, actor=world.coordinator_vvsg)
    assert end_rehearsal(call=call, actor=None) == 1
    assert list(Application.objects.all()) == [kept]
    assert len(rehearsing(other)[0].memberships) == 1


def test_what_is_refused(world: World) -> None:
    call = make_call(world)
    with pytest.raises(NotRehearsed):
        end_rehearsal(call=call, actor=None)
    with pytest.raises(NotRehearsed):
        join_rehearsal(call=call, municipality=world.gent, role="editor", actor=world.coordinator_vvsg)
    start_rehearsal(call=call, actor=None)
    with pytest.raises(DomainError, match="not a test municipality"):
        join_rehearsal(call=call, municipality=world.gent, role="editor", actor=world.coordinator_vvsg)
    published = open_call(world, "real")
    with pytest.raises(DomainError, match="Only a draft"):
        start_rehearsal(call=published, actor=None)
    published.refresh_from_db()
    assert published.status == CallStatus.PUBLISHED


def test_the_desk_starts_takes_part_and_ends(world: World) -> None:
    call = make_call(world)
    client = Client()
    client.force_login(in_english(world.coordinator_vvsg))
    address = reverse("admin:applications_call_rehearsal", args=[call.pk])
    assert "Start the rehearsal" in client.get(address).content.decode()
    client.post(address, {"step": "start"})
    there = place(call, "BE")
    client.post(address, {"step": "join", "municipality": there.pk, "role": "editor"})
    page = client.get(address).content.decode()
    assert str(world.coordinator_vvsg) in page
    wrong = client.post(address, {"step": "join", "municipality": world.gent.pk, "role": "editor"})
    assert wrong.status_code == 404
    client.post(address, {"step": "join", "municipality": there.pk, "role": "mayor"})
    assert Membership.objects.filter(municipality=there).count() == 1
    client.post(address, {"step": "end"})
    call.refresh_from_db()
    assert call.phase == CallPhase.HIDDEN


def test_sister_associations_do_not_rehearse(world: World) -> None:
    call = make_call(world)
    client = Client()
    client.force_login(world.coordinator_ancb)
    for name in ("rehearsal", "copy", "amend", "exceptions"):
        address = reverse(f"admin:applications_call_{name}", args=[call.pk])
        assert client.get(address).status_code == 403
        assert client.post(address, {"step": "start"}).status_code == 403
    call.refresh_from_db()
    assert call.rehearsal_since is None


def test_a_rehearsal_counts_nowhere(world: World) -> None:
    call = rehearsed(world)
    made = walked(world, call)
    assert not awaiting_eligibility(world.coordinator_vvsg).exists()
    Application.objects.filter(pk=made.pk).update(status=ApplicationStatus.IN_REVIEW)
    for track in call.tracks.select_related("call"):
        assert ranking_of(track) == []
    assert not public_calls().exists()
    assert not eligible_municipalities(world.benin).filter(is_test=True).exists()
    forget_standing(world.coordinator_vvsg)
    assert [row.url for row in waiting_on(world.coordinator_vvsg) if "admin" in row.url] == []
