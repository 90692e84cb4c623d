"""A call is published only when it can be answered; conditions and kinds go together."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation

from applications.enums import CallStatus, QuestionKind, Section
from applications.errors import CallNotReady
from applications.models import Call, Question
from applications.selectors.readiness import call_problems, condition_problem
from applications.services.calls import change_call_part, publish_call
from sdgpartners.programme.models import Association
from tests.applications.factories import make_call, texts
from tests.world import World


def problems(call: Call) -> str:
    return " ".join(str(problem) for problem in call_problems(call))


def conditional(call: Call, **changes: Any) -> Question:
    """A question that is shown after one of the answers on the decision."""
    values = {
        "section": Section.INVOLVEMENT,
        "code": "why-not",
        "order": 80,
        "word_limit": 20,
        "shown_if": call.questions.get(code="political-decision"),
        "shown_if_choices": ["open"],
    }
    return Question.objects.create(call=call, **(values | changes), **texts("label", "Why not?"))


def test_a_new_call_is_ready(world: World) -> None:
    assert problems(make_call(world)) == ""


def break_places(call: Call) -> None:
    call.tracks.filter(partner_country__country="BJ").update(places=0)


def break_choices(call: Call) -> None:
    call.questions.exclude(shown_if=None).delete()
    call.questions.get(code="political-decision").choices.all().delete()


def break_label(call: Call) -> None:
    call.questions.filter(code="network").update(label_fr=" ")


def break_help(call: Call) -> None:
    call.questions.filter(code="network").update(help_nl="")


def break_anchor(call: Call) -> None:
    call.tracks.get(partner_country__country="RW").criteria.get(code="support").anchors.update(text_nl="")


def break_limit(call: Call) -> None:
    call.questions.filter(code="network").update(word_limit=None)


def break_condition(call: Call) -> None:
    conditional(call, shown_if_choices=["open", "never"])


def break_weights(call: Call) -> None:
    track = call.tracks.get(partner_country__country="RW")
    for field in track._meta.concrete_fields:
        if field.name.startswith("match_weight_"):
            setattr(track, field.name, 0)
    track.save()


def break_grid(call: Call) -> None:
    call.tracks.get(partner_country__country="RW").criteria.filter(code="support").update(weight=20)


def break_title(call: Call) -> None:
    Call.objects.filter(pk=call.pk).update(summary_fr="")
    call.refresh_from_db()


def break_contact(call: Call) -> None:
    Association.objects.filter(code="ralga").update(email="")


def break_contact_of_the_lead(call: Call) -> None:
    Association.objects.filter(code="vvsg").update(email="")


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (break_contact, "RALGA has no e-mail address for questions"),
        (break_contact_of_the_lead, "VVSG has no e-mail address for questions"),
        (break_places, "no places"),
        (break_choices, "no answers to choose from"),
        (break_label, "misses a text in FR"),
        (break_help, "misses a text in NL"),
        (break_anchor, "“support” misses a text in NL"),
        (break_limit, "no word limit"),
        (break_condition, "answers that do not exist: never"),
        (break_weights, "no weights"),
        (break_grid, "Rwanda: The weights make 105 together; they have to make 100"),
        (break_title, "The call misses a text in FR"),
    ],
)
def test_what_keeps_a_call_from_being_published(world: World, broken: Any, said: str) -> None:
    call = make_call(world)
    broken(call)
    with pytest.raises(CallNotReady, match=said):
        publish_call(call=call, actor=None)
    call.refresh_from_db()
    assert call.status == CallStatus.DRAFT


def test_everything_that_is_missing_is_said_at_once(world: World) -> None:
    call = make_call(world)
    break_places(call)
    break_label(call)
    break_limit(call)
    with pytest.raises(CallNotReady) as refused:
        publish_call(call=call, actor=None)
    with translation.override("en"):
        said = str(refused.value)
    assert all(part in said for part in ("no places", "misses a text in FR", "no word limit"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"shown_if_choices": []}, "names no answer"),
        ({"shown_if_choices": ["never"]}, "do not exist"),
        ({"order": 1}, "before"),
        ({"section": Section.MOTIVATION}, "another section"),
        ({"in_profile": True}, "not everybody"),
        ({"shown_if": None}, "Choose the question"),
    ],
)
def test_a_broken_condition_is_refused_in_words(world: World, changes: dict[str, Any], said: str) -> None:
    call = make_call(world)
    call.questions.filter(code="political-decision").update(in_profile=False)
    question = conditional(call)
    assert condition_problem(question) is None
    with pytest.raises(ValidationError, match=said):
        change_call_part(part=question, values=changes, actor=None)
    question.refresh_from_db()
    assert (question.order, question.shown_if_choices) == (80, ["open"])


def test_a_condition_looks_at_a_choice(world: World) -> None:
    call = make_call(world)
    other = call.questions.get(code="support")
    question = conditional(call, shown_if=other)
    assert "not a choice" in str(condition_problem(question))
    elsewhere = make_call(world, "other").questions.get(code="political-decision")
    question.shown_if = elsewhere
    assert "another section" in str(condition_problem(question))


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (QuestionKind.DATE, {"word_limit": 10}),
        (QuestionKind.TEXT, {"number_min": 1}),
        (QuestionKind.TEXT, {"choices_max": 1}),
        (QuestionKind.TEXT, {"word_limit": 0}),
    ],
)
def test_settings_go_with_the_kind(world: World, kind: QuestionKind, values: dict[str, Any]) -> None:
    question = make_call(world).questions.get(code="network")
    with pytest.raises(ValidationError):
        change_call_part(part=question, values={"kind": kind} | values, actor=None)


def test_the_question_page_of_the_desk_refuses_a_broken_condition(world: World) -> None:
    call = make_call(world)
    question = call.questions.get(code="network")
    decision = call.questions.get(code="political-decision")
    client = Client()
    client.force_login(world.coordinator_vvsg)
    address = reverse("admin:applications_question_change", args=[question.pk])
    page = client.get(address)
    form = page.context["adminform"].form
    offered = list(form.fields["shown_if"].queryset)
    assert decision in offered
    assert {each.call_id for each in offered} == {call.pk}
    data = {name: value for name, value in form.initial.items() if value not in (None, [])}
    data |= {"criteria": [row.pk for row in question.criteria.all()], "shown_if": decision.pk}
    data |= {"choices-TOTAL_FORMS": 0, "choices-INITIAL_FORMS": 0}
    refused = client.post(address, data | {"shown_if_choices": "never"})
    assert refused.status_code == 200
    assert "never" in refused.content.decode()
    question.refresh_from_db()
    assert question.shown_if is None
    assert client.post(address, data | {"shown_if_choices": "council,open"}).status_code == 302
    question.refresh_from_db()
    assert (question.shown_if, question.shown_if_choices) == (decision, ["council", "open"])


def test_the_page_of_a_draft_says_what_is_missing(world: World) -> None:
    call = make_call(world)
    break_limit(call)
    client = Client()
    client.force_login(world.coordinator_vvsg)
    page = client.get(reverse("admin:applications_call_change", args=[call.pk]))
    assert [str(problem) for problem in page.context["problems"]] == [
        str(problem) for problem in call_problems(call)
    ]
    assert len(page.context["problems"]) == 1


def test_copying_at_the_desk(world: World) -> None:
    call = make_call(world)
    client = Client()
    client.force_login(world.coordinator_vvsg)
    address = reverse("admin:applications_call_copy", args=[call.pk])
    data = {
        "code": call.code, "opens_at": "2099-01-10T09:00", "closes_at": "2099-03-01T23:59",
        "info_session_at": "2099-01-12T10:00", "info_session_url": "https://example.org/",
        "decisions_planned_on": "", "start_planned_on": "",
        **{f"title_{language}": f"Next {language}" for language in ("nl", "fr", "en")},
    }  # fmt: skip
    assert client.post(address, data).status_code == 422
    made = client.post(address, data | {"code": "next"})
    copied = Call.objects.get(code="next")
    assert made.headers["Location"] == reverse("admin:applications_call_change", args=[copied.pk])
    assert (copied.copied_from, copied.title_fr, copied.closes_at.isoformat()) == (
        call, "Next fr", "2099-03-01T22:59:59+00:00",
    )  # fmt: skip
    assert copied.info_session_at is not None
