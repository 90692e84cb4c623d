"""After a call: sign-ups for its information session and self-checks go, what rests on them stays."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from applications import tasks
from applications.models import Application, Call, InformationSignUp, SelfCheck
from applications.services.forms import start_application
from applications.services.retention import purge_call_interest
from applications.services.self_check import keep_self_check
from sdgpartners.core import clock
from tests.applications.factories import make_call, open_call
from tests.factories import make_editor
from tests.world import World

pytestmark = pytest.mark.django_db


def _interest(call: Call, world: World) -> SelfCheck:
    InformationSignUp.objects.create(
        call=call, name="An Peeters", email="an@example.org", language="nl", municipality=world.gent
    )
    return keep_self_check(
        call=call, municipality=world.gent, answers={"twinning": "no", "languages": ["fr"]}
    )


def test_both_go_after_the_days_of_the_rules_and_a_second_run_finds_nothing(world: World) -> None:
    world.programme.rules.update(call_interest_days=90)
    call = open_call(world)
    _interest(call, world)
    with clock.at(call.closes_at + timedelta(days=90)):
        assert purge_call_interest() == 0
    with clock.at(call.closes_at + timedelta(days=90, seconds=1)):
        assert purge_call_interest() == 2
        assert purge_call_interest() == 0
    assert not InformationSignUp.objects.exists()
    assert not SelfCheck.objects.exists()


def test_another_call_a_late_session_and_a_late_check_keep_theirs(world: World) -> None:
    past, running = open_call(world), make_call(world, "spring")
    Call.objects.filter(pk=past.pk).update(info_session_at=past.closes_at + timedelta(days=40))
    Call.objects.filter(pk=running.pk).update(closes_at=past.closes_at + timedelta(days=300))
    for call in (past, running):
        _interest(call, world)
    with clock.at(past.closes_at + timedelta(days=150)):
        late = keep_self_check(call=past, municipality=world.leuven, answers={})
    with clock.at(past.closes_at + timedelta(days=200)):
        assert purge_call_interest() == 0
    with clock.at(past.closes_at + timedelta(days=230)):
        tasks.purge_call_interest_task()
    assert list(InformationSignUp.objects.values_list("call", flat=True)) == [running.pk]
    assert set(SelfCheck.objects.values_list("call", "municipality")) == {
        (running.pk, world.gent.pk), (past.pk, late.municipality_id),
    }  # fmt: skip


def test_an_application_keeps_what_it_took_over_and_its_history_says_why(
    client: Client, world: World
) -> None:
    call, editor = open_call(world), make_editor(world.gent, language="en")
    check = _interest(call, world)
    made = start_application(call=call, municipality=world.gent, actor=editor, self_check=check)
    untouched = (
        Application.objects.filter(pk=made.pk).values("updated_at", "working_languages", "status").get()
    )
    with clock.at(call.closes_at + timedelta(days=400)):
        assert purge_call_interest() == 2
    made.refresh_from_db()
    assert (made.self_check, made.has_active_twinning, made.working_languages) == (None, False, ["fr"])
    assert (
        Application.objects.filter(pk=made.pk).values("updated_at", "working_languages", "status").get()
        == untouched
    )
    last = Application.pgh_event_model.objects.filter(pgh_obj=made.pk).order_by("pgh_id").last()  # type: ignore[attr-defined]
    assert last.pgh_context.metadata["reason"] == "The self-check is no longer kept."
    client.force_login(editor)
    page = client.get(reverse("applications:application-history", args=[made.reference]))
    assert page.status_code == 200
    assert "no longer kept" not in page.content.decode()
