"""Saving while somebody types: what is kept, when it is a conflict, who else is told."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.enums import ApplicationStatus, Section, SectionStatus
from applications.models import Amendment, Answer, EditorPresence, KeptText, SectionState
from applications.selectors.history import application_history
from applications.services.presence import note_presence
from sdgpartners.core import clock
from sdgpartners.people.models import User
from tests.applications.factories import Team, at_second, open_call, start
from tests.factories import make_editor
from tests.world import World

pytestmark = pytest.mark.django_db
PAGE, OTHER_PAGE = "a" * 32, "b" * 32
RTL_AND_EMOJI = "שלום 👩🏽‍🌾 مرحبا — <b> & “quotes”\nline two"


@pytest.fixture
def team(world: World) -> Team:
    team = start(open_call(world), world.gent)
    User.objects.update(language="en")
    for person in (team.editor, team.signatory):
        person.refresh_from_db()
    return team


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(team: Team, section: str = "motivation", name: str = "section-autosave") -> str:
    return reverse(f"applications:{name}", args=[team.reference, section])


def send(client: Client, team: Team, text: str, *, version: int = 0, **more: Any) -> Any:
    data = {"q-learning": text, "version": version, "page": PAGE, "sent": 1} | more
    return client.post(address(team), data, headers={"Accept": "application/json"})


def stored() -> str:
    return Answer.objects.get(question__code="learning").value


def test_what_is_said_to_be_saved_is_saved_to_the_letter(team: Team) -> None:
    client = signed_in(team.editor)
    with clock.at(clock.now().replace(hour=12, minute=32)) as moment:
        answer = send(client, team, RTL_AND_EMOJI)
    assert (answer.status_code, answer.json()["state"], answer.json()["version"]) == (200, "saved", 1)
    assert answer.json()["text"] == f"Saved {(moment + timedelta(hours=1)):%H:%M}"
    assert stored() == RTL_AND_EMOJI
    state = SectionState.objects.get()
    assert (state.saved_by, state.status) == (team.editor, SectionStatus.IN_PROGRESS)


def test_the_words_are_in_the_readers_language(team: Team) -> None:
    team.editor.language, team.editor.time_zone = "nl", "Africa/Kigali"
    team.editor.save()
    with clock.at(clock.now().replace(hour=12, minute=32)):
        answer = send(signed_in(team.editor), team, "Luisteren")
    assert answer.headers["Content-Language"] == "nl"
    assert "14:32" in answer.json()["text"]


def test_the_next_autosave_and_the_save_by_hand_are_no_conflict(team: Team) -> None:
    client = signed_in(team.editor)
    version = send(client, team, "One").json()["version"]
    assert send(client, team, "One two", version=version, sent=2).json()["version"] == 2
    page = reverse("applications:application-section", args=[team.reference, "motivation"])
    answer = client.post(
        page, {"q-learning": "One two three", "version": 2, "page": PAGE, "sent": 3, "later": "1"}
    )
    assert answer.status_code == 302
    assert (stored(), KeptText.objects.count()) == ("One two three", 0)


def test_an_answer_that_got_lost_is_no_conflict_with_oneself(team: Team) -> None:
    client = signed_in(team.editor)
    send(client, team, "One", sent=1)
    again = send(client, team, "One two", version=0, sent=2)
    assert (again.status_code, again.json()["version"]) == (200, 2)
    assert (stored(), KeptText.objects.count()) == ("One two", 0)


def test_a_sending_that_was_delayed_does_not_bring_the_earlier_text_back(team: Team) -> None:
    client = signed_in(team.editor)
    send(client, team, "One two", sent=2)
    assert send(client, team, "One", sent=1).status_code == 200
    assert stored() == "One two"


def test_the_same_text_again_makes_no_version_and_no_history(team: Team) -> None:
    client = signed_in(team.editor)
    send(client, team, "One", sent=1)
    events = Answer.objects.get().events.count()  # type: ignore[attr-defined]
    assert send(client, team, "One", version=1, sent=2).json()["version"] == 1
    assert Answer.objects.get().events.count() == events  # type: ignore[attr-defined]


def test_a_conflict_keeps_one_text_a_page_and_leads_to_the_comparison(team: Team) -> None:
    theirs, mine = signed_in(team.signatory), signed_in(team.editor)
    send(theirs, team, "Theirs", page=OTHER_PAGE)
    for sent, text in enumerate(("Mine", "Mine and more"), start=1):
        answer = send(mine, team, text, sent=sent)
        assert (answer.status_code, answer.json()["state"]) == (409, "conflict")
    assert [kept.content["q-learning"] for kept in KeptText.objects.all()] == ["Mine and more"]
    assert stored() == "Theirs"
    both = mine.get(answer.json()["link"]["url"]).content.decode()
    assert "Theirs" in both
    assert "Mine and more" in both


def test_two_tabs_of_one_person_keep_both_texts(team: Team) -> None:
    client = signed_in(team.editor)
    send(client, team, "First tab")
    answer = send(client, team, "Second tab", page=OTHER_PAGE)
    third = send(client, team, "Third tab", page="c" * 32)
    assert (answer.status_code, third.status_code) == (409, 409)
    assert {kept.content["q-learning"] for kept in KeptText.objects.all()} == {"Second tab", "Third tab"}
    assert stored() == "First tab"


def test_the_page_of_a_colleague_does_not_lend_its_right(team: Team) -> None:
    send(signed_in(team.signatory), team, "Theirs")
    assert send(signed_in(team.editor), team, "Mine", sent=2).status_code == 409
    assert stored() == "Theirs"


@pytest.mark.parametrize("words", [100, 3000])
def test_too_many_words_are_kept_and_not_marked(team: Team, words: int) -> None:
    text = "word " * words
    answer = send(signed_in(team.editor), team, text)
    if words == 100:
        assert answer.json()["state"] == "saved"
        assert stored() == text.strip()
    else:
        # Longer than can be stored: then nothing is said to be saved that is not.
        assert answer.json()["state"] == "partly"
        assert not Answer.objects.exists()


def test_a_place_given_twice_is_not_said_to_be_saved(team: Team) -> None:
    client = signed_in(team.editor)
    twice = {"version": 0, "page": PAGE, "sent": 1, "rank-bj": "1", "rank-rw": "1"}
    answer = client.post(address(team, "interests"), twice, headers={"Accept": "application/json"})
    assert team.application.preferences.count() == 1
    assert answer.json()["state"] == "partly"
    assert answer.json()["text"] == "Give each partner country a different place."
    page = address(team, "interests", "application-section")
    later = client.post(page, twice | {"version": 1, "sent": 2, "later": "1"})
    assert later.status_code == 422
    assert "Give each partner country a different place." in later.content.decode()


def test_a_section_that_waits_or_is_over_refuses_with_words(team: Team) -> None:
    client = signed_in(team.editor)
    with clock.at(at_second(team.application.call.closes_at, 1)):
        late = send(client, team, "Too late")
    assert (late.status_code, late.json()["state"]) == (422, "refused")
    assert "closed on" in late.json()["text"]
    team.application.status = ApplicationStatus.AWAITING_SIGN_OFF
    team.application.save()
    assert send(client, team, "Later idea").status_code == 422
    assert not Answer.objects.exists()


def test_an_amendment_meanwhile_is_told_and_the_text_is_saved(team: Team) -> None:
    label = {"en": "Word limit", "fr": "Limite de mots", "nl": "Woordlimiet"}
    change = {"path": "x", "kind": "number", "label": label, "before": "100", "after": "120"}
    client, call = signed_in(team.editor), team.application.call
    Amendment.objects.create(
        call=call, number=1, reason_en="A year", reason_fr="Une année", reason_nl="Een jaar", changes=[change],
        made_at=clock.now(),
    )  # fmt: skip
    told = send(client, team, "Typed before", amendment=0).json()
    assert told["link"]["url"] == reverse("portal:call-detail", args=[call.code])
    assert stored() == "Typed before"
    assert "link" not in send(client, team, "Typed after", amendment=1, version=1, sent=2).json()
    page = reverse("applications:application-section", args=[team.reference, "motivation"])
    data = {"q-learning": "Mine", "q-strengths-challenges": "x", "version": 2, "page": PAGE, "amendment": 0}
    answer = client.post(page, data)
    assert (answer.status_code, stored()) == (422, "Mine")
    assert "A year" in answer.content.decode()
    assert "Word limit" in answer.content.decode()
    assert 'name="amendment" value="1"' in answer.content.decode()


def test_without_a_session_the_script_is_told_and_nothing_is_saved(team: Team, client: Client) -> None:
    answer = send(client, team, "Mine")
    assert (answer.status_code, answer.json()["state"]) == (401, "signed-out")
    assert answer.json()["link"]["url"].endswith("/sections/motivation/")
    assert not Answer.objects.exists()


@pytest.mark.parametrize("name", ["section-autosave", "section-presence"])
def test_strangers_find_nothing_and_readers_may_not_write(team: Team, world: World, name: str) -> None:
    url = address(team, name=name)
    for user, status in (
        (make_editor(world.leuven), 404),
        (world.coordinator_ancb, 404),
        (world.coordinator_vvsg, 403),
    ):
        assert signed_in(user).post(url, {"q-learning": "x"}).status_code == status
    client = signed_in(team.editor)
    assert client.get(url).status_code == 405
    assert client.post(address(team, "nowhere", name)).status_code == 404
    assert not Answer.objects.exists()
    assert not EditorPresence.objects.exists()


def test_who_writes_in_a_part_is_shown_before_there_is_a_conflict(team: Team) -> None:
    anna = team.signatory
    anna.first_name, anna.last_name = "Anna", "Maes"
    anna.save()
    mine, page = (
        signed_in(team.editor),
        reverse("applications:application-section", args=[team.reference, "motivation"]),
    )
    with clock.at(clock.now()) as now:
        assert signed_in(anna).post(address(team, name="section-presence")).json() == {"others": ""}
        assert "Anna Maes is writing in this part too" in mine.get(page).content.decode()
        assert "Anna Maes" in send(mine, team, "Mine").json()["others"]
        other = reverse("applications:application-section", args=[team.reference, "interests"])
        assert "Anna Maes" not in mine.get(other).content.decode()
    with clock.at(now + timedelta(seconds=121)):
        assert "Anna Maes" not in mine.get(page).content.decode()


def test_opening_a_part_writes_nothing(team: Team) -> None:
    signed_in(team.editor).get(
        reverse("applications:application-section", args=[team.reference, Section.MOTIVATION])
    )
    assert not EditorPresence.objects.exists()
    assert not SectionState.objects.exists()


def test_a_sitting_of_autosaves_is_one_line_of_history(team: Team) -> None:
    client = signed_in(team.editor)
    version = 0
    for number in range(1, 6):
        version = send(client, team, "word " * number, version=version, sent=number).json()["version"]
    lines = [row for row in application_history(team.application, personal=True) if "word" in row.after]
    assert [(row.before, row.after, row.actor) for row in lines] == [("", ("word " * 5).strip(), team.editor)]


def _count(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def test_statements_on_a_part_are_the_same_with_one_colleague_and_with_thirty(
    team: Team, world: World
) -> None:
    client, url = signed_in(team.editor), address(team, "involvement", "application-section")
    section = Section.INVOLVEMENT
    note_presence(application=team.application, section=section, actor=team.signatory)
    _count(client, url)
    one = _count(client, url)
    for _number in range(29):
        note_presence(application=team.application, section=section, actor=make_editor(world.gent))
    assert (one, _count(client, url)) == (one, one)
    assert one <= 8


def test_a_double_click_saves_once_and_loses_nothing(team: Team) -> None:
    client, url = signed_in(team.editor), address(team, name="application-section")
    data = {"q-learning": "Once", "version": 0, "page": PAGE, "sent": 5, "later": "1"}
    assert [client.post(url, data).status_code for _click in range(2)] == [302, 302]
    assert (stored(), KeptText.objects.count(), Answer.objects.count()) == ("Once", 0, 1)


@pytest.mark.parametrize("reference", ["APP-1999-0001", "APP-2026-9999"])
def test_a_guessed_reference_says_what_a_withheld_one_says(team: Team, world: World, reference: str) -> None:
    stranger = signed_in(make_editor(world.leuven))
    guessed = reverse("applications:section-autosave", args=[reference, "motivation"])
    answers = [stranger.post(url, {"q-learning": "x"}).status_code for url in (guessed, address(team))]
    assert answers == [404, 404]
