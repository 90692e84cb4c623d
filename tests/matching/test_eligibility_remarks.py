"""A municipality hears before it applies that its partnership keeps it from being matched."""

from datetime import date
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from applications.eligibility_remarks import register_eligibility_remark
from applications.models import Application
from applications.selectors.eligibility import eligibility_of
from applications.selectors.self_check import answer_of
from applications.services.self_check import keep_self_check
from matching.enums import PartnershipStatus
from matching.models import Partnership
from matching.selectors.eligibility import partnership_remarks
from sdgpartners.core.references import next_reference
from sdgpartners.people.models import User
from tests.applications.factories import open_call, submitted
from tests.factories import make_editor
from tests.world import World

WORDS = "It has an active partnership until"


@pytest.fixture
def partnership(world: World) -> Partnership:
    return Partnership.objects.create(
        reference=next_reference("PRT"), partner_country=world.benin, theme=world.theme_benin,
        north=world.gent, south=world.nikki, status=PartnershipStatus.ACTIVE,
        starts_on=date(2025, 1, 1), ends_on=date(2027, 6, 30),
    )  # fmt: skip


def said(world: World, municipality: object) -> list[tuple[bool, bool, object]]:
    found = eligibility_of(municipality, open_call(world, "other"))  # type: ignore[arg-type]
    return [(row.met, row.remark, row.contact) for row in found.reasons if row.code == "in_partnership"]


@pytest.mark.usefixtures("partnership")
def test_both_partners_are_told_and_may_take_part(world: World) -> None:
    call = open_call(world)
    for place, association in ((world.gent, world.vvsg), (world.nikki, world.ancb)):
        found = eligibility_of(place, call)
        (remark,) = [row for row in found.reasons if row.code == "in_partnership"]
        assert (remark.met, remark.remark, remark.contact, found.met) == (True, True, association, True)
        assert str(remark.text).startswith(WORDS)
        assert "2027" in str(remark.text)
    assert said(world, world.leuven) == []


@pytest.mark.parametrize("status", [PartnershipStatus.CLOSED, PartnershipStatus.ENDED_EARLY])
def test_a_partnership_that_is_over_is_no_remark(
    world: World, partnership: Partnership, status: PartnershipStatus
) -> None:
    Partnership.objects.filter(pk=partnership.pk).update(status=status)
    assert partnership_remarks(world.gent) == []


@pytest.mark.parametrize(
    ("changes", "public"),
    [
        ({}, True),
        ({"hidden_publicly": True}, False),
        ({"status": PartnershipStatus.PREPARING, "starts_on": None, "ends_on": None}, False),
        ({"status": PartnershipStatus.SUSPENDED}, False),
    ],
)
def test_the_public_check_says_what_the_public_pages_show(
    world: World, partnership: Partnership, changes: dict[str, object], public: bool
) -> None:
    Partnership.objects.filter(pk=partnership.pk).update(**changes)
    check = keep_self_check(call=open_call(world), municipality=world.gent, answers={})
    codes = [row.code for row in answer_of(check).eligibility.reasons]
    assert ("in_partnership" in codes) is public
    assert len(partnership_remarks(world.gent)) == 1


@pytest.mark.usefixtures("partnership")
def test_the_pages_say_it(world: World, client: Client) -> None:
    call = open_call(world)
    team = submitted(call, world.gent)
    later = open_call(world, "spring")
    User.objects.update(language="en")
    editor = make_editor(world.gent, language="en")
    check = keep_self_check(call=call, municipality=world.gent, answers={})
    for user, address in (
        (None, reverse("calls:self-check-result", args=[call.code, check.uid])),
        (editor, reverse("applications:application-start", args=[later.code])),
        (
            world.coordinator_vvsg,
            reverse(
                "admin:applications_application_change",
                args=[Application.objects.get(pk=team.application.pk).pk],
            ),
        ),
    ):
        if user is not None:
            client.force_login(user)
        page = unescape(client.get(address, follow=True, HTTP_ACCEPT_LANGUAGE="en").content.decode())
        assert WORDS in page, address
        assert "Good to know" in page


def test_a_name_is_registered_once() -> None:
    with pytest.raises(KeyError):
        register_eligibility_remark("matching.partnership", partnership_remarks)
