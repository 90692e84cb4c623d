"""Exception codes: one late municipality comes in, and nobody else."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.urls import reverse

from applications.enums import ApplicationStatus, Section
from applications.errors import CallNotOpen, CodeRefused, CodeWithoutUse, NotEditable, TooManyTries
from applications.models import Application, Call, ExceptionCode, ExceptionUse
from applications.reminders import application_deadline
from applications.services.exceptions import (
    ALPHABET,
    LENGTH,
    TRIES_AN_HOUR,
    make_exception_code,
    redeem_exception_code,
    revoke_exception_code,
)
from applications.services.returns import request_changes
from applications.services.submission import ask_sign_off, sign_and_submit
from sdgpartners.core import clock
from sdgpartners.core.errors import DeadlinePassed, DomainError
from sdgpartners.people.enums import MunicipalRole
from sdgpartners.people.models import Membership, User
from sdgpartners.programme.models import Municipality
from tests.applications.factories import Team, at_second, fill, open_call, start, submitted
from tests.factories import UserFactory, in_english, make_editor
from tests.world import World, build_world


@pytest.fixture(autouse=True)
def _fresh_counts() -> None:
    cache.clear()


def contributor(municipality: Municipality) -> User:
    member: User = UserFactory()
    Membership.objects.create(user=member, municipality=municipality, role=MunicipalRole.CONTRIBUTOR)
    return member


def code_for(
    call: Call, municipality: Municipality | None = None, uses: int = 1, days: int = 10
) -> ExceptionCode:
    return make_exception_code(
        call=call,
        name="Storm",
        municipality=municipality,
        expires_at=call.closes_at + timedelta(days=days),
        uses_max=uses,
        note="The line was down",
        actor=None,
    )


def redeem(
    code: ExceptionCode | str, call: Call, municipality: Municipality, actor: Any = None
) -> Application:
    return redeem_exception_code(
        code=code if isinstance(code, str) else code.code,
        call=call,
        municipality=municipality,
        actor=actor or make_editor(municipality),
    )


def test_a_draft_that_stayed_behind_is_submitted_late_to_the_second(world: World) -> None:
    call = open_call(world)
    team = start(call, world.gent)
    fill(team)
    code = code_for(call, world.gent)
    with clock.at(at_second(call.closes_at, 1)):
        with pytest.raises(CallNotOpen):
            ask_sign_off(application=team.application, actor=team.editor)
        admitted = redeem(code, call, world.gent, team.editor)
        assert admitted.late_until == code.expires_at
        ask_sign_off(application=team.application, actor=team.editor)
    with clock.at(at_second(code.expires_at, 1)), pytest.raises(CallNotOpen):
        sign_and_submit(application=team.application, actor=team.signatory)
    with clock.at(code.expires_at):
        done = sign_and_submit(application=team.application, actor=team.signatory)
    assert done.status == ApplicationStatus.SUBMITTED
    use = ExceptionUse.objects.get()
    assert (use.code, use.application, use.used_by) == (code, team.application, team.editor)


def test_a_code_starts_an_application_late_and_counts_once_a_municipality(world: World) -> None:
    call = open_call(world)
    code = code_for(call)
    with clock.at(at_second(call.closes_at, 1)):
        made = redeem(code.code.lower()[:4] + " - " + code.code[4:], call, world.gent)
        again = redeem(code, call, world.gent)
        team = Team(made, make_editor(world.gent), make_editor(world.gent))
        fill(team)
        with pytest.raises(CodeRefused, match="used already"):
            redeem(code, call, world.leuven)
    assert (made, made.late_until) == (again, code.expires_at)
    assert ExceptionUse.objects.count() == 1
    assert list(Application.objects.all()) == [made]


def test_what_is_refused_says_why(world: World) -> None:
    call, other = open_call(world), open_call(world, "other")
    code, elsewhere = code_for(call, world.gent), code_for(other)
    with pytest.raises(CodeRefused, match="still open"):
        redeem(code, call, world.gent)
    with clock.at(at_second(call.closes_at, 1)):
        for wrong in ("AAAAAAAA", "", elsewhere.code, "x' OR 1=1"):
            with pytest.raises(CodeRefused, match="not known"):
                redeem(wrong, call, world.gent)
        with pytest.raises(CodeRefused, match="another municipality"):
            redeem(code, call, world.leuven)
    with clock.at(at_second(code.expires_at, 1)), pytest.raises(CodeRefused, match="expired"):
        redeem(code, call, world.gent)
    revoke_exception_code(code=code, actor=None)
    revoke_exception_code(code=code, actor=None)
    with clock.at(at_second(call.closes_at, 1)), pytest.raises(CodeRefused, match="withdrawn"):
        redeem(code, call, world.gent)
    assert not Application.objects.exists()
    assert not ExceptionUse.objects.exists()


@pytest.mark.parametrize("status", ["ranked", "decided"])
def test_nobody_comes_in_once_it_is_ranked_or_decided(world: World, status: str) -> None:
    call = open_call(world)
    team = submitted(call, world.leuven)
    code = code_for(call)
    if status == "ranked":
        Application.objects.filter(pk=team.application.pk).update(status="ranked")
    else:
        Call.objects.filter(pk=call.pk).update(status="decided", decided_at=clock.now())
    with clock.at(at_second(call.closes_at, 1)), pytest.raises(CodeRefused, match="ranked"):
        redeem(code, call, world.gent)


def test_an_application_that_was_sent_off_needs_no_code(world: World) -> None:
    call = open_call(world)
    team = submitted(call, world.gent)
    code = code_for(call)
    with clock.at(at_second(call.closes_at, 1)), pytest.raises(NotEditable):
        redeem(code, call, world.gent, team.editor)
    assert not ExceptionUse.objects.exists()


@pytest.mark.parametrize("waits_for_signature", [False, True])
def test_while_changes_are_asked_for_a_code_is_refused_and_not_used_up(
    world: World, waits_for_signature: bool
) -> None:
    call = open_call(world)
    team = submitted(call, world.gent)
    code = code_for(call)
    due = at_second(call.closes_at, 3600)
    request_changes(
        application=team.application, sections=[Section.MOTIVATION], note="Say more", due_at=due,
        actor=world.coordinator_vvsg,
    )  # fmt: skip
    if waits_for_signature:
        ask_sign_off(application=team.application, actor=team.editor)
    team.editor.language = "en"
    team.editor.save()
    client = Client()
    with clock.at(at_second(due, 1)):
        with pytest.raises(CodeWithoutUse, match=r"their own date counts .*\(Brussels\)"):
            redeem(code, call, world.gent, team.editor)
        client.force_login(team.editor)
        address = reverse("applications:exception-redeem", args=[call.code])
        answer = client.post(address, {"municipality": "BE-44021", "code": code.code})
        # What did not admit this one still admits another.
        admitted = redeem(code, call, world.leuven)
    assert (answer.status_code, "Ask the association for more time" in answer.content.decode()) == (422, True)
    team.application.refresh_from_db()
    assert team.application.late_until is None
    assert [use.application for use in ExceptionUse.objects.all()] == [admitted]


def test_guessing_stops_after_ten_tries_an_hour_for_each_person(world: World) -> None:
    call = open_call(world)
    code = code_for(call, uses=2)
    guesser, other = make_editor(world.gent), make_editor(world.leuven)
    after = at_second(call.closes_at, 1).replace(minute=0)
    with clock.at(after + timedelta(hours=1)):
        for _try in range(TRIES_AN_HOUR):
            with pytest.raises(CodeRefused):
                redeem("AAAAAAAA", call, world.gent, guesser)
        with pytest.raises(TooManyTries):
            redeem(code, call, world.gent, guesser)
        assert redeem(code, call, world.leuven, other).municipality == world.leuven
    with clock.at(after + timedelta(hours=2)):
        assert redeem(code, call, world.gent, guesser).municipality == world.gent


def test_codes_are_hard_to_guess_and_their_dates_make_sense(world: World) -> None:
    call = open_call(world)
    codes = {code_for(call).code for _each in range(20)}
    assert len(codes) == 20
    assert all(len(code) == LENGTH and set(code) <= set(ALPHABET) for code in codes)
    with pytest.raises(DomainError, match="after the closing"):
        code_for(call, days=0)
    upcoming = open_call(
        world, "soon", opens_at=clock.now() + timedelta(days=1), closes_at=clock.now() + timedelta(days=2)
    )
    with pytest.raises(DomainError, match="open or closed"):
        code_for(upcoming)


@pytest.mark.django_db(transaction=True)
def test_the_last_use_is_used_once() -> None:
    world = build_world()
    call = open_call(world)
    code = code_for(call)
    people = [(place, make_editor(place)) for place in (world.gent, world.leuven)]
    Call.objects.filter(pk=call.pk).update(
        opens_at=clock.now() - timedelta(days=9), closes_at=clock.now() - timedelta(minutes=1)
    )
    together = Barrier(2)

    def use(who: Any) -> str:
        try:
            together.wait(timeout=10)
            redeem(code, call, who[0], who[1])
        except CodeRefused as refused:
            return str(refused)
        finally:
            connections.close_all()
        return "in"

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(use, people))
    assert answers.count("in") == 1
    assert any("used already" in answer for answer in answers)
    assert (Application.objects.count(), ExceptionUse.objects.count()) == (1, 1)


def test_a_late_one_does_not_come_in_after_the_ranking(world: World) -> None:
    call = open_call(world)
    team, early = start(call, world.gent), submitted(call, world.leuven)
    fill(team)
    code = code_for(call)
    with clock.at(at_second(call.closes_at, 60)):
        redeem_exception_code(code=code.code, call=call, municipality=world.gent, actor=team.editor)
        ask_sign_off(application=team.application, actor=team.editor)
        Application.objects.filter(pk=early.application.pk).update(status="ranked")
        with pytest.raises(DeadlinePassed, match="ranked"):
            sign_and_submit(application=team.application, actor=team.signatory)
        Application.objects.filter(pk=early.application.pk).update(status="in_review")
        sign_and_submit(application=team.application, actor=team.signatory)
    team.application.refresh_from_db()
    assert team.application.status == "submitted"


def test_the_page_of_the_applicant(world: World) -> None:
    call = open_call(world)
    team = start(call, world.gent)
    code = code_for(call)
    Call.objects.filter(pk=call.pk).update(
        opens_at=clock.now() - timedelta(days=9), closes_at=clock.now() - timedelta(minutes=1)
    )
    client = Client()
    client.force_login(in_english(team.editor))
    address = reverse("applications:exception-redeem", args=[call.code])
    detail = reverse("applications:application-detail", args=[team.reference])
    begin = reverse("applications:application-start", args=[call.code])
    assert f'action="{address}"' in client.get(detail).content.decode()
    # Who has a draft is led to it; who has none finds the form where applications start.
    assert client.get(begin).headers["Location"] == detail
    stranger = Client()
    stranger.force_login(make_editor(world.leuven))
    assert f'action="{address}"' in stranger.get(begin).content.decode()
    assert client.get(address).status_code == 200
    wrong = client.post(address, {"municipality": "BE-44021", "code": "WRONG"})
    assert wrong.status_code == 422
    assert "not known" in wrong.content.decode()
    assert "WRONG" in wrong.content.decode()
    right = client.post(address, {"municipality": "BE-44021", "code": code.code})
    assert right.headers["Location"] == reverse("applications:application-detail", args=[team.reference])
    team.application.refresh_from_db()
    assert team.application.late_until == code.expires_at


def test_contributors_and_strangers_do_not_use_codes(world: World) -> None:
    call = open_call(world)
    code = code_for(call)
    address = reverse("applications:exception-redeem", args=[call.code])
    with clock.at(at_second(call.closes_at, 1)):
        for person in (contributor(world.gent), make_editor(world.nikki)):
            client = Client()
            client.force_login(person)
            assert client.post(address, {"municipality": "BE-44021", "code": code.code}).status_code == 422
    assert not Application.objects.exists()
    assert Client().get(address).status_code == 302
    hidden = reverse("applications:exception-redeem", args=["no-such-call"])
    assert client.get(hidden).status_code == 404


def test_the_desk_makes_lists_and_withdraws_codes(world: World) -> None:
    call = open_call(world)
    client = Client()
    client.force_login(world.coordinator_vvsg)
    address = reverse("admin:applications_call_exceptions", args=[call.pk])
    data = {
        "name": "Storm", "municipality": world.gent.pk, "expires_at": "2099-03-01T23:59", "uses_max": 1,
        "note": "The line was down",
    }  # fmt: skip
    assert client.post(address, data | {"expires_at": "2001-01-01T10:00"}).status_code == 422
    assert client.post(address, data | {"note": ""}).status_code == 422
    client.post(address, data)
    code = ExceptionCode.objects.get()
    assert (code.municipality, code.made_by, code.expires_at.isoformat()) == (
        world.gent, world.coordinator_vvsg, "2099-03-01T22:59:59+00:00",
    )  # fmt: skip
    assert code.code in client.get(address).content.decode()
    client.post(address, {"revoke": code.pk})
    code.refresh_from_db()
    assert code.revoked_at is not None
    assert client.post(address, {"revoke": "999999"}).status_code == 404


def test_who_was_admitted_late_is_reminded_of_their_own_deadline(world: World) -> None:
    call = open_call(world)
    team, behind = start(call, world.gent), start(call, world.leuven)
    code = code_for(call, world.gent, days=3)
    after = at_second(call.closes_at, 60)
    with clock.at(after):
        redeem(code, call, world.gent, team.editor)
        due = list(application_deadline(after))
    assert {row.target for row in due} == {team.reference}
    assert {row.due_on for row in due} == {code.expires_at.astimezone(ZoneInfo(call.time_zone)).date()}
    assert behind.reference not in {row.target for row in due}
