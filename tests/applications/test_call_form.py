"""The page on which a call is made: what is missing in words, a bounded number of statements, the call's clock."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.forms import ModelForm
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.enums import CallStatus
from applications.errors import CallNotReady
from applications.forms.amendments import AmendForm
from applications.forms.calls import CallForm, CopyForm
from applications.models import Call, Criterion, Question
from applications.selectors.amendable import amendable_fields
from applications.selectors.readiness import CallTopic, call_checks, call_problems, read_parts
from applications.services.calls import publish_call
from sdgpartners.core import clock
from sdgpartners.programme.models import Programme
from tests.applications.factories import make_call, open_call, texts
from tests.factories import MunicipalityFactory
from tests.world import World

pytestmark = pytest.mark.django_db
# The page of a draft took thirty-eight.
MOST = 26


def page_of(call: Call) -> str:
    return reverse("admin:applications_call_change", args=[call.pk])


@pytest.fixture
def draft(world: World) -> Call:
    """A draft that opens next week, so that nothing about its dates is remarkable but what a test breaks."""
    call = make_call(
        world, opens_at=clock.now() + timedelta(days=7), closes_at=clock.now() + timedelta(days=50)
    )
    Call.objects.filter(pk=call.pk).update(decisions_planned_on=(call.closes_at + timedelta(days=30)).date())
    call.refresh_from_db()
    return call


@pytest.fixture
def desk(world: World) -> Client:
    """The coordinator, who reads English here."""
    world.coordinator_vvsg.language = "en"
    world.coordinator_vvsg.save()
    client = Client()
    client.force_login(world.coordinator_vvsg)
    return client


def typed(desk: Client, call: Call) -> dict[str, Any]:
    """What a browser sends back of the page when nothing is typed over."""
    context = desk.get(page_of(call)).context
    data = _values(context["adminform"].form)
    for inline in context["inline_admin_formsets"]:
        formset = inline.formset
        data |= _values(formset.management_form)
        for form in formset.initial_forms:
            data |= _values(form)
    return data


def _values(form: ModelForm) -> dict[str, Any]:  # type: ignore[type-arg]
    found = {}
    for field in form:
        value = field.value()
        if value is False or value is None:
            continue
        if hasattr(value, "strftime"):
            value = field.field.widget.format_value(value)
        found[field.html_name] = (
            [getattr(row, "pk", row) for row in value] if isinstance(value, list) else value
        )
    return found


def late_session(call: Call) -> None:
    call.info_session_at = call.closes_at + timedelta(hours=1)


def early_decisions(call: Call) -> None:
    call.decisions_planned_on = call.opens_at.date()


def early_start(call: Call) -> None:
    call.start_planned_on = call.opens_at.date()


def over(call: Call) -> None:
    call.opens_at, call.closes_at = clock.now() - timedelta(days=9), clock.now() - timedelta(days=1)


def untold(call: Call) -> None:
    call.title_fr = ""


def no_places(call: Call) -> None:
    call.tracks.filter(partner_country__country="BJ").update(places=0)


def no_criteria(call: Call) -> None:
    Criterion.objects.filter(track__call=call, track__partner_country__country="RW").delete()


def no_limit(call: Call) -> None:
    call.questions.filter(code="network").update(word_limit=None)


def no_commitments(call: Call) -> None:
    call.commitments.all().delete()


BROKEN = [
    (CallTopic.TEXTS, untold, "misses a text in FR"),
    (CallTopic.DATES, over, "closing date has passed"),
    (CallTopic.DATES, late_session, "information session comes after"),
    (CallTopic.DATES, early_decisions, "decisions are planned before"),
    (CallTopic.DATES, early_start, "partnerships would start before"),
    (CallTopic.TRACKS, no_places, "no places"),
    (CallTopic.CRITERIA, no_criteria, "no criteria"),
    (CallTopic.QUESTIONS, no_limit, "no word limit"),
    (CallTopic.COMMITMENTS, no_commitments, "no commitments"),
]


@pytest.mark.parametrize(("topic", "spoil", "said"), BROKEN)
def test_the_page_says_what_publishing_refuses(
    draft: Call, desk: Client, topic: CallTopic, spoil: Callable[[Call], None], said: str
) -> None:
    spoil(draft)
    draft.save()
    page = desk.get(page_of(draft))
    listed = [str(problem) for problem in page.context["problems"]]
    assert any(said in problem for problem in listed)
    assert any(
        said in str(p) for check in page.context["checks"] if check.topic == topic for p in check.problems
    )
    html = page.content.decode()
    assert f'href="#{topic.value}"' in html
    assert f'id="{topic.value}"' in html
    assert reverse("admin:applications_call_publish", args=[draft.pk]) not in html
    with pytest.raises(CallNotReady) as refused:
        publish_call(call=draft, actor=None)
    assert str(refused.value) == " ".join(listed)


def test_a_call_that_misses_nothing_has_its_button(draft: Call, desk: Client) -> None:
    html = desk.get(page_of(draft)).content.decode()
    assert reverse("admin:applications_call_publish", args=[draft.pk]) in html
    publish_call(call=draft, actor=None)
    public = desk.get(page_of(draft))
    assert public.context["checks"] == []
    assert reverse("admin:applications_call_publish", args=[draft.pk]) not in public.content.decode()


def hints(call: Call) -> str:
    return " ".join(str(hint) for check in call_checks(read_parts(call)) for hint in check.hints)


def test_what_may_be_meant_so_is_said_and_does_not_stop(draft: Call) -> None:
    rwanda = draft.tracks.get(partner_country__country="RW")
    rwanda.eligible.clear()
    first = rwanda.criteria.first()
    assert first is not None
    first.anchors.all().delete()
    Call.objects.filter(pk=draft.pk).update(
        decisions_planned_on=None, opens_at=clock.now() - timedelta(days=1), info_session_at=clock.now()
    )
    draft.refresh_from_db()
    said = hints(draft)
    for part in (
        "Rwanda has no list",
        "does not say what a score means",
        "No date is announced for the decisions",
        "opening lies in the past",
        "no address yet",
    ):
        assert part in said
    assert call_problems(draft) == []
    assert publish_call(call=draft, actor=None).status == CallStatus.PUBLISHED


def test_a_draft_with_lists_and_anchors_has_no_remark(draft: Call) -> None:
    for track in draft.tracks.all():
        track.eligible.set([MunicipalityFactory(country=track.partner_country.country)])
    assert hints(draft) == ""


def test_the_statements_of_the_page_are_bounded(draft: Call, desk: Client) -> None:
    desk.get(page_of(draft))
    with CaptureQueriesContext(connection) as few:
        desk.get(page_of(draft))
    assert len(few) <= MOST, "\n".join(query["sql"][:200] for query in few)
    for number in range(30):
        Question.objects.create(
            call=draft, section="motivation", code=f"more-{number}", order=100 + number, word_limit=5,
            **texts("label", f"More {number}?"),
        )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        desk.get(page_of(draft))
    assert len(many) == len(few)


def test_saving_keeps_what_was_not_typed_over(draft: Call, desk: Client) -> None:
    before = {field.attname: getattr(draft, field.attname) for field in Call._meta.concrete_fields}
    lists = {track.pk: set(track.eligible.all()) for track in draft.tracks.all()}
    answer = desk.post(page_of(draft), typed(desk, draft))
    assert answer.status_code == 302, answer.context["errors"]
    assert answer.headers["Location"] == page_of(draft)
    draft.refresh_from_db()
    after = {field.attname: getattr(draft, field.attname) for field in Call._meta.concrete_fields}
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"updated_at"}
    assert {track.pk: set(track.eligible.all()) for track in draft.tracks.all()} == lists


def test_moments_are_typed_on_the_clock_of_the_call(draft: Call, desk: Client, world: World) -> None:
    world.coordinator_vvsg.time_zone = "Africa/Kigali"
    world.coordinator_vvsg.save()
    data = typed(desk, draft) | {"opens_at": "2098-01-10T09:00", "closes_at": "2098-03-01T23:59"}
    data |= {"decisions_planned_on": "2098-04-01", "info_session_at": "2098-01-15T10:00"}
    assert desk.post(page_of(draft), data).status_code == 302
    draft.refresh_from_db()
    assert draft.opens_at.isoformat() == "2098-01-10T08:00:00+00:00"
    assert draft.closes_at.isoformat() == "2098-03-01T22:59:59+00:00"
    assert draft.info_session_at is not None
    assert draft.info_session_at.isoformat() == "2098-01-15T09:00:00+00:00"


def test_a_refused_sheet_and_row_stand_open(draft: Call, desk: Client) -> None:
    data = typed(desk, draft) | {"closes_at": "2020-01-01T10:00"}
    number = next(i for i in range(30) if data.get(f"questions-{i}-code") == "network")
    data[f"questions-{number}-label_fr"] = ""
    refused = desk.post(page_of(draft), data)
    assert refused.status_code == 200
    assert "The call closes after it opens." in refused.content.decode()
    sheets = {sheet.topic: sheet.is_open for sheet in refused.context["own_sheets"]}
    assert sheets == {CallTopic.TEXTS: False, CallTopic.DATES: True, CallTopic.RULES: False}
    assert refused.content.decode().count("<details open>") == 2
    draft.refresh_from_db()
    assert draft.closes_at.year != 2020


def test_a_track_takes_themes_of_its_programme_and_keeps_its_country(draft: Call, desk: Client) -> None:
    formset = desk.get(page_of(draft)).context["inline_admin_formsets"][0].formset
    for form in formset.initial_forms:
        assert "partner_country" not in form.fields
        themes = form.fields["theme"].queryset
        assert {theme.programme_id for theme in themes} == {draft.programme_id}


def test_the_page_of_a_criterion_leads_back_to_the_call(draft: Call, desk: Client) -> None:
    criterion = Criterion.objects.filter(track__call=draft).first()
    assert criterion is not None
    address = reverse("admin:applications_criterion_change", args=[criterion.pk])
    page = desk.get(address)
    assert f"{page_of(draft)}#criteria" in page.content.decode()
    data = _values(page.context["adminform"].form) | {"floor": "1.50"}
    for inline in page.context["inline_admin_formsets"]:
        data |= _values(inline.formset.management_form)
        for form in inline.formset.initial_forms:
            data |= _values(form)
    saved = desk.post(address, data)
    assert saved.headers["Location"] == f"{page_of(draft)}#criteria"
    criterion.refresh_from_db()
    assert criterion.floor == Decimal("1.50")


def test_a_question_offers_the_criteria_of_its_own_call(draft: Call, desk: Client, world: World) -> None:
    make_call(world, "other")
    question = draft.questions.get(code="network")
    page = desk.get(reverse("admin:applications_question_change", args=[question.pk]))
    field = page.context["adminform"].form.fields["criteria"]
    assert {row.track.call_id for row in field.queryset} == {draft.pk}
    assert "Benin: network" in [label for _pk, label in field.choices]


def test_sister_associations_see_the_parts_without_the_list(world: World) -> None:
    call = open_call(world)
    client = Client()
    client.force_login(world.coordinator_ancb)
    page = client.get(page_of(call))
    assert page.context["checks"] == []
    html = page.content.decode()
    assert 'id="criteria"' in html
    assert reverse("admin:applications_call_copy", args=[call.pk]) not in html


def test_the_languages_of_a_text_stand_beside_each_other(world: World) -> None:
    call = open_call(world)
    amend = AmendForm(call, amendable_fields(call))
    _title, rows, refused = amend.parts[0]
    names = [[field.name for field in row] for row in rows]
    assert ["call-title-nl", "call-title-fr", "call-title-en"] in names
    assert ["call-closes_at"] in names
    assert refused is False
    placed = {
        name for _title, rows, _refused in amend.parts for row in rows for name in (f.name for f in row)
    }
    assert placed == {name for name in amend.fields if name != "read" and not name.startswith("reason_")}
    for form in (CallForm(Programme.objects.all()), CopyForm(call)):
        assert [field.name for row in form.rows for field in row if field.name not in form.fields] == []
        assert {field.name for row in form.rows for field in row} == set(form.fields)
