"""Who finds the pages of an application, and who learns nothing from them."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from applications.enums import Section
from applications.services.submission import ask_sign_off, sign_and_submit
from sdgpartners.people.models import User
from tests.applications.browsing import english_draft, page, section_page, signed_in
from tests.applications.factories import Team, fill, open_call, start, submitted
from tests.factories import make_editor, make_seat
from tests.world import World


@pytest.fixture
def team(world: World) -> Team:
    return english_draft(world)


def test_an_auditor_reads_what_was_submitted_without_contact_data(world: World) -> None:
    team = start(open_call(world), world.gent)
    fill(team, contact_name="Nele Reachable")
    ask_sign_off(application=team.application, actor=team.editor)
    sign_and_submit(application=team.application, actor=team.signatory)
    version, copy = page("application-revision", team, 1), page("application-copy", team)
    for person in (team.editor, world.coordinator_vvsg):
        shown = signed_in(person).get(version).content.decode()
        assert "Nele Reachable" in shown
        assert copy in shown
    auditor = signed_in(make_seat(world.vvsg, "auditor"))
    shown = auditor.get(version).content.decode()
    assert "Nele Reachable" not in shown
    assert copy not in shown
    assert "The copy as PDF holds contact data." in shown
    assert copy not in auditor.get(page("application-detail", team)).content.decode()
    assert auditor.get(copy).status_code == 403


PAGES: list[Callable[[Team], str]] = [
    lambda team: page("application-detail", team),
    lambda team: section_page(team, Section.MOTIVATION),
    lambda team: page("application-both", team, "motivation"),
    lambda team: page("application-check", team),
    lambda team: page("sign-off-answer", team),
    lambda team: page("application-withdraw", team),
    lambda team: page("application-revision", team, 1),
]


@pytest.mark.parametrize("address", PAGES)
def test_another_municipality_finds_nothing_and_learns_nothing(
    team: Team, world: World, address: Callable[[Team], str]
) -> None:
    fill(team, contact_name="Secret Name")
    stranger = signed_in(make_editor(world.leuven))
    for answer in (stranger.get(address(team)), stranger.post(address(team))):
        assert answer.status_code in (404, 405)
        assert "Gent" not in answer.content.decode()
        assert "Secret" not in answer.content.decode()
    missing = stranger.get(address(team).replace(team.reference, "APP-1999-9999"))
    assert missing.status_code == 404


def test_a_guessed_reference_and_a_withheld_one_look_the_same(team: Team, world: World) -> None:
    stranger = signed_in(make_editor(world.leuven))
    url = page("application-detail", team)
    withheld, guessed = stranger.get(url), stranger.get(url.replace(team.reference, "APP-1999-9999"))
    assert withheld.status_code == guessed.status_code == 404
    said = [re.sub(r"[0-9A-Za-z]{64}|APP-[0-9-]+", "", each.content.decode()) for each in (withheld, guessed)]
    assert said[0] == said[1]


def test_an_editor_cannot_sign_and_the_forbidden_page_reveals_nothing(team: Team) -> None:
    answer = signed_in(team.editor).get(page("sign-off-answer", team))
    assert answer.status_code == 403
    assert "Gent" not in answer.content.decode().replace("Gent ·", "")
    assert team.reference not in answer.content.decode().replace(page("sign-off-answer", team), "")


def test_a_coordinator_reads_the_state_but_not_the_draft(team: Team, world: World) -> None:
    client = signed_in(world.coordinator_vvsg)
    assert client.get(page("application-detail", team)).status_code == 200
    for address in PAGES[1:5]:
        assert client.get(address(team)).status_code == 403


def test_a_visitor_signs_in_first(team: Team) -> None:
    answer = Client().get(page("application-detail", team))
    assert answer.status_code == 302
    assert reverse("account_login") in answer.headers["Location"]


def test_associations_see_their_own_country_and_who_ranks_it(world: World) -> None:
    call = open_call(world)
    both = submitted(call, world.gent, "BJ", "RW")
    rwanda_only = submitted(call, world.leuven, "RW")
    no_choice_yet = start(call, world.mechelen)
    nikki, karongi = submitted(call, world.nikki), submitted(call, world.karongi)

    def seen_by(user: User) -> set[str]:
        rows = signed_in(user).get(reverse("applications:application-list")).context["page_obj"]
        return {row.reference for row in rows}

    assert seen_by(world.coordinator_ancb) == {both.reference, nikki.reference}
    assert seen_by(world.coordinator_ralga) == {both.reference, rwanda_only.reference, karongi.reference}
    everything = {team.reference for team in (both, rwanda_only, no_choice_yet, nikki, karongi)}
    assert seen_by(world.coordinator_vvsg) == everything
    assert seen_by(make_seat(world.ancb, "reviewer")) == set()
    assert seen_by(make_seat(world.vvsg, "auditor")) == everything
    detail = signed_in(world.coordinator_ancb).get(page("application-detail", rwanda_only))
    assert detail.status_code == 404
