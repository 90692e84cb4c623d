"""The self-check: an answer with reasons in two minutes, nothing about a person kept, and a draft filled with it."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from applications.enums import CallStatus, TwinningRule
from applications.models import Application, Call, InformationSignUp, SelfCheck
from applications.services.forms import start_application
from applications.services.self_check import keep_self_check
from sdgpartners.core import clock
from sdgpartners.people.models import JoinRequest
from sdgpartners.programme.models import Association, Municipality
from tests.applications.factories import make_call, open_call
from tests.factories import make_editor
from tests.world import World

ANSWERS = {
    "municipality": "Gent",
    "twinning": "no",
    "together": "yes",
    "time": "yes",
    "rank-bj": "2",
    "rank-rw": "1",
    "languages": ["fr", "nl"],
}


@pytest.fixture(autouse=True)
def own_cache(settings: Settings, request: pytest.FixtureRequest) -> None:
    """Tries are counted in the cache."""
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": request.node.nodeid}}


def page_of(call: Call) -> str:
    return reverse("calls:self-check", args=[call.code])


def check(client: Client, call: Call, **changes: object) -> str:
    """Post the answers and give back the page that they lead to."""
    answer = client.post(page_of(call), ANSWERS | changes, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_six_questions_and_an_answer_with_reasons(client: Client, world: World) -> None:
    call = open_call(world)
    form = client.get(page_of(call), {"municipality": "gent"})
    said = form.content.decode()
    assert len(form.context["form"].fields) - (len(form.context["form"].rank_names) - 1) == 6
    assert "3 digital sessions" in said
    assert "7 days" in said
    answer = check(client, call)
    assert "Gent may take part" in answer
    assert "There is no active town twinning with the Global South. That is a plus." in answer
    assert "is no decision and binds nobody" in answer
    row = SelfCheck.objects.get()
    assert (row.municipality, row.eligible) == (world.gent, True)
    assert row.answers == {key: value for key, value in ANSWERS.items() if key != "municipality"}


def test_a_get_writes_nothing(client: Client, world: World) -> None:
    call = open_call(world)
    client.get(page_of(call), ANSWERS)
    assert SelfCheck.objects.count() == 0


def test_a_condition_that_is_not_met_says_why_and_whom_to_ask(client: Client, world: World) -> None:
    call = make_call(world)
    Call.objects.filter(pk=call.pk).update(
        northern_twinning=TwinningRule.CONDITION, status=CallStatus.PUBLISHED, published_at=clock.now()
    )
    answer = check(client, call, twinning="yes")
    assert "Gent cannot take part" in answer
    assert "Having none is a condition" in answer
    assert "mailto:questions@vvsg.example" in answer
    assert "Start with these answers" not in answer
    assert SelfCheck.objects.get().eligible is False


def test_a_commune_off_the_list_is_sent_to_its_own_association(client: Client, world: World) -> None:
    call = open_call(world)
    call.tracks.get(partner_country=world.benin).eligible.set([world.cove])
    answer = check(client, call, municipality="nikki")
    assert "The municipality is not on the list" in answer
    assert "Ask ANCB" in answer
    assert "mailto:questions@ancb.example" in answer
    assert "rank-bj" not in SelfCheck.objects.get().answers


def test_who_is_not_on_the_list_or_has_no_address_to_write_to_asks_the_lead(
    client: Client, world: World
) -> None:
    call = open_call(world)
    Association.objects.filter(code="ancb").update(email="")
    unknown = client.post(page_of(call), ANSWERS | {"municipality": "Atlantis"})
    assert unknown.status_code == 422
    assert "mailto:questions@vvsg.example" in unknown.content.decode()
    assert "mailto:questions@vvsg.example" in check(client, call, municipality="nikki")


@pytest.mark.parametrize("name", ["together", "time"])
def test_a_no_to_what_the_programme_asks_is_no_rule_but_a_talk(
    name: str, client: Client, world: World
) -> None:
    answer = check(client, open_call(world), **{name: "no"})
    assert "Gent may take part" in answer
    assert "Talk to your association first" in answer


def test_the_municipality_is_asked_first_and_the_rest_is_of_its_side(client: Client, world: World) -> None:
    call = open_call(world)
    first = client.get(page_of(call))
    assert list(first.context["form"].fields) == ["municipality"]
    assert 'method="get"' in first.content.decode()
    unknown = client.get(page_of(call), {"municipality": "Atlantis"})
    assert (unknown.status_code, "We do not know" in unknown.content.decode()) == (422, True)
    south = client.get(page_of(call), {"municipality": "COVE"}).content.decode()
    assert "town twinning abroad today" in south
    assert "Would you work with" not in south
    north = client.get(page_of(call), {"municipality": "Gent"}).content.decode()
    assert "town twinning with the Global South today" in north
    assert "Would you work with Benin?" in north
    assert "We keep nothing" not in north
    refused = client.post(page_of(call), ANSWERS | {"twinning": ""}).content.decode()
    assert re.search(r'type="hidden" name="municipality" value="Gent"', refused)


def test_a_condition_that_is_not_known_gives_a_third_answer(client: Client, world: World) -> None:
    call = make_call(world)
    Call.objects.filter(pk=call.pk).update(
        northern_twinning=TwinningRule.CONDITION, status=CallStatus.PUBLISHED, published_at=clock.now()
    )
    answer = check(client, call, twinning="unsure")
    assert "Gent may take part if it has no active town twinning" in answer
    assert "having none is a condition of this call" in answer
    assert "all rules of this call are met" not in answer
    assert "Start with these answers" in answer or "Sign in and start with these answers" in answer
    known = check(client, call, twinning="no")
    assert "if it has no active town twinning" not in known
    assert "As far as your answers tell, all rules of this call are met." in known


def test_what_the_programme_asks_and_nobody_knows_is_to_be_found_out(client: Client, world: World) -> None:
    answer = check(client, open_call(world), time="unsure")
    assert "Find out first what you answered with" in answer


def test_checking_again_keeps_the_answers(client: Client, world: World) -> None:
    call = open_call(world)
    answer = check(client, call, twinning="unsure")
    again = f"{page_of(call)}?again={SelfCheck.objects.get().uid}"
    assert again in answer
    form = client.get(again).context["form"]
    assert {name: form[name].value() for name in ("twinning", "together", "rank-bj", "languages")} == {
        "twinning": "unsure", "together": "yes", "rank-bj": "2", "languages": ["fr", "nl"],
    }  # fmt: skip
    assert 'value="Gent (BE)"' in str(form["municipality"])
    for odd in ("nonsense", str(uuid4())):
        assert list(client.get(f"{page_of(call)}?again={odd}").context["form"].fields) == ["municipality"]


def test_only_those_who_may_take_part_are_asked_to_the_session(client: Client, world: World) -> None:
    call = open_call(world, info_session_at=clock.now() + timedelta(days=2))
    call.tracks.get(partner_country=world.benin).eligible.set([world.cove])
    invitation = reverse("calls:information-sign-up", args=[call.code])
    assert invitation in check(client, call)
    assert invitation not in check(client, call, municipality="nikki")


def test_before_and_after_the_call(client: Client, world: World) -> None:
    call = open_call(world)
    with clock.at(call.opens_at - timedelta(days=1)):
        assert "This call opens on" in client.get(page_of(call)).content.decode()
        assert "You can start on" in check(client, call)
    with clock.at(call.closes_at + timedelta(days=1)):
        assert "This call closed on" in client.get(page_of(call)).content.decode()
        assert "Start with these answers" not in check(client, call)


def test_what_has_no_public_page_has_no_check(client: Client, world: World) -> None:
    draft = make_call(world)
    assert client.get(page_of(draft)).status_code == 404
    Call.objects.filter(pk=draft.pk).update(status=CallStatus.CANCELLED)
    assert client.get(page_of(draft)).status_code == 404
    call = open_call(world, "spring")
    assert client.get(reverse("calls:self-check-result", args=[call.code, uuid4()])).status_code == 404
    other = keep_self_check(call=call, municipality=world.gent, answers={})
    assert client.get(reverse("calls:self-check-result", args=[draft.code, other.uid])).status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"municipality": "Atlantis"}, "We do not know"),
        ({"municipality": "<script>alert(1)</script>"}, "We do not know"),
        ({"municipality": "G" * 500}, "We do not know"),
        ({"twinning": ""}, "required"),
        ({"languages": ["xx"]}, "xx"),
        ({"rank-bj": "1"}, "a place of its own"),
    ],
)
def test_bad_input_gets_a_clear_answer(
    changes: dict[str, str], words: str, client: Client, world: World
) -> None:
    call = open_call(world)
    answer = client.post(page_of(call), ANSWERS | changes)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "<script>alert" not in answer.content.decode()
    assert SelfCheck.objects.count() == 0


def test_accents_and_capitals_do_not_matter(client: Client, world: World) -> None:
    assert "Covè may take part" in check(client, open_call(world), municipality="COVE")


def test_test_municipalities_are_not_offered(client: Client, world: World) -> None:
    Municipality.objects.filter(pk=world.gent.pk).update(is_test=True)
    call = open_call(world)
    assert 'value="Gent"' not in client.get(page_of(call)).content.decode()
    assert client.post(page_of(call), ANSWERS).status_code == 422


def test_one_network_is_not_endless(client: Client, world: World) -> None:
    call = open_call(world)
    codes = [client.post(page_of(call), ANSWERS).status_code for _time in range(62)]
    assert (codes[0], codes[59], codes[60]) == (302, 302, 429)


def start_of(call: Call) -> str:
    return reverse("applications:application-start", args=[call.code])


def test_the_answers_become_a_draft_in_the_same_browser(client: Client, world: World) -> None:
    call, editor = open_call(world), make_editor(world.gent, language="en")
    check(client, call)
    client.force_login(editor)
    page = client.get(start_of(call)).content.decode()
    assert "self-check for Gent are filled in" in page
    client.post(start_of(call), {"municipality": "BE-T1", "check": "nonsense"})
    client.post(start_of(call), {"municipality": f"BE-{world.gent.code}"})
    made = Application.objects.get()
    assert made.self_check == SelfCheck.objects.get()
    assert made.has_active_twinning is False
    assert set(made.working_languages) == {"fr", "nl"}
    ranked = made.preferences.order_by("rank").values_list("track__partner_country__country", flat=True)
    assert list(ranked) == ["RW", "BJ"]


def test_the_answers_travel_by_address_too(world: World) -> None:
    call, editor = open_call(world), make_editor(world.gent)
    row = keep_self_check(
        call=call, municipality=world.gent, answers={"twinning": "yes", "languages": ["en"]}
    )
    client = Client()
    client.force_login(editor)
    page = client.get(f"{start_of(call)}?check={row.uid}").content.decode()
    assert f'value="{row.uid}"' in page
    client.post(start_of(call), {"municipality": f"BE-{world.gent.code}", "check": str(row.uid)})
    made = Application.objects.get()
    assert (made.has_active_twinning, made.working_languages) == (True, ["en"])


def test_sign_in_and_asking_to_join_lead_back(client: Client, world: World) -> None:
    call = open_call(world)
    page = check(client, call)
    uid = SelfCheck.objects.get().uid
    start = f"%2Fapplications%2Fcalls%2F{call.code}%2Fstart%2F%3Fcheck%3D{uid}"
    assert f"/account/login/?next={start}" in page
    assert f"/account/join/?municipality=BE-{world.gent.code}&amp;next={start}" in page
    join = client.get(
        reverse("people:join"),
        {"municipality": f"BE-{world.gent.code}", "next": f"{start_of(call)}?check={uid}"},
    )
    assert 'value="Gent"' in join.content.decode()
    client.post(
        reverse("people:join"),
        {
            "municipality": "Gent", "first_name": "An", "last_name": "P", "job_title": "x",
            "email": "an@gent.example", "role": "editor", "language": "nl", "next": f"{start_of(call)}?check={uid}",
        },
    )  # fmt: skip
    assert JoinRequest.objects.get().next_path == f"{start_of(call)}?check={uid}"


@pytest.mark.parametrize("where", ["call", "municipality"])
def test_answers_of_another_call_or_municipality_fill_nothing(where: str, world: World) -> None:
    call, editor = open_call(world), make_editor(world.gent)
    other = open_call(world, "spring") if where == "call" else call
    place = world.gent if where == "call" else world.leuven
    row = keep_self_check(call=other, municipality=place, answers={"twinning": "yes", "rank-bj": "1"})
    made = start_application(call=call, municipality=world.gent, actor=editor, self_check=row)
    assert (made.self_check, made.has_active_twinning, made.preferences.count()) == (None, None, 0)


def test_southern_answers_rank_nothing(world: World) -> None:
    call, editor = open_call(world), make_editor(world.nikki)
    row = keep_self_check(
        call=call, municipality=world.nikki, answers={"rank-bj": "1", "languages": ["fr", "en"]}
    )
    made = start_application(call=call, municipality=world.nikki, actor=editor, self_check=row)
    assert (made.preferences.count(), set(made.working_languages)) == (0, {"fr", "en"})


def test_the_sign_up_for_the_session_fills_name_and_function(world: World) -> None:
    call = open_call(world)
    editor = make_editor(world.gent)
    editor.first_name = editor.last_name = ""
    editor.save()
    InformationSignUp.objects.create(
        call=call, name="An Peeters", job_title="expert", email=editor.email.upper(), language="nl"
    )
    made = start_application(call=call, municipality=world.gent, actor=editor)
    assert (made.contact_name, made.contact_function) == ("An Peeters", "expert")


def test_two_checks_have_addresses_that_nobody_guesses(world: World) -> None:
    call = open_call(world)
    rows = [keep_self_check(call=call, municipality=world.gent, answers={}) for _time in range(2)]
    assert rows[0].uid != rows[1].uid
    assert all(isinstance(row.uid, UUID) and row.uid.version == 4 for row in rows)
