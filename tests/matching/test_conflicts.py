"""Whoever has a conflict of interest on a track reads no pairs, scores or reasons of it, and decides nothing there."""

import pytest
from django.test import Client
from django.urls import reverse

from applications.enums import ConflictGround
from applications.models import Application
from applications.services.conflicts import declare_interest
from matching.errors import HasInterest
from matching.permissions import Perm, left_tracks, proposals_visible_to, visible_tracks
from matching.services import approve_track, decline_proposal, endorse_scenario
from portal.selectors.tasks import waiting_on
from sdgpartners.core.access import allowed
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side
from tests.factories import in_english, make_editor, make_seat, make_signatory, make_steering
from tests.matching.factories import (
    Round,
    make_endorsed,
    make_proposals,
    make_round,
    make_scenario,
    proposal_of,
    signatories,
)
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(world: World) -> Round:
    for person in (world.coordinator_vvsg, world.coordinator_ralga, world.coordinator_ancb):
        in_english(person)
    return make_round(world)


def steps_out_of(person: User, application: Application) -> User:
    """The person as the next request reads them."""
    declare_interest(application=application, actor=person, ground=ConflictGround.FAMILY)
    return User.objects.get(pk=person.pk)


def main_of(user: User, address: str) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode().split("<main")[1]


def test_the_pages_of_a_scenario_leave_out_the_tracks_that_one_steps_out_of(
    made: Round, world: World
) -> None:
    scenario = make_endorsed(made)
    page = reverse("matching:scenario-detail", args=(scenario.reference,))
    room = reverse("admin:matching_scenario_room", args=(scenario.reference,))
    auditor = in_english(make_seat(world.vvsg, AssociationRole.AUDITOR))
    member = in_english(make_steering(world.programme))
    notice = "You have a conflict of interest with a candidate for"
    # Karongi is in Rwanda alone, and its side is not scored.
    for person in (auditor, member, world.coordinator_vvsg):
        barred = steps_out_of(person, made.karongi)
        assert [track.pk for track in visible_tracks(barred, scenario)] == [made.benin.pk]
        assert [track.pk for track in left_tracks(barred, scenario)] == [made.rwanda.pk]
        for address in (page, room) if person != member else ():
            text = main_of(barred, address)
            assert "Nikki" in text
            assert "Karongi" not in text
            assert f"{notice} Rwanda" in text
            assert f"{notice} Benin" not in text
    # The steering group decides on the whole, so a member reads no pair of any country: only of whom they step out.
    text = main_of(User.objects.get(pk=member.pk), page)
    assert "You step out of this decision" in text
    assert "Karongi" in text
    for hidden in ("Nikki", "Leuven", "scored", "lists as a strength"):
        assert hidden not in text
    # Leuven competes for both.
    both = in_english(make_seat(world.vvsg, AssociationRole.AUDITOR))
    barred = steps_out_of(both, made.leuven)
    assert visible_tracks(barred, scenario) == []
    client = Client()
    client.force_login(barred)
    assert [client.get(address).status_code for address in (page, room)] == [404, 404]
    other = main_of(in_english(make_steering(world.programme)), page)
    assert "Leuven" in other
    assert notice not in other


def test_whoever_steps_out_of_a_track_decides_nothing_on_it(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    member, other = make_steering(world.programme), make_steering(world.programme)
    barred = steps_out_of(member, made.karongi)
    assert not allowed(barred, Perm.ENDORSE_SCENARIO, scenario)
    assert waiting_on(barred) == []
    with pytest.raises(HasInterest):
        endorse_scenario(scenario=scenario, minute="Meeting", actor=barred)
    scenario = endorse_scenario(scenario=scenario, minute="Meeting", actor=other)
    lead = steps_out_of(world.coordinator_vvsg, made.karongi)
    assert allowed(lead, Perm.APPROVE_TRACK, made.benin)
    for name, row in (
        (Perm.APPROVE_TRACK, made.rwanda),
        (Perm.SET_PAIR_RULE, made.rwanda),
        (Perm.RELEASE_SCENARIO, scenario),
    ):
        assert not allowed(lead, name, row), name
    with pytest.raises(HasInterest):
        approve_track(scenario=scenario, track=made.rwanda, association=world.vvsg, minute="", actor=lead)
    ralga = steps_out_of(world.coordinator_ralga, made.leuven)
    assert not allowed(ralga, Perm.TAKE_BACK_SCENARIO, scenario)
    assert waiting_on(ralga) == []
    client = Client()
    client.force_login(lead)
    address = reverse("matching:scenario-approve", args=(scenario.reference, "RW"))
    assert client.post(address, {"RW-minute": "Mine"}).status_code == 403
    rule = reverse("admin:matching_scenario_rule", args=(scenario.reference,))
    data = {"pair": f"{made.leuven.reference}.{made.karongi.reference}", "kind": "prefer", "reason": "x"}
    assert client.post(rule, data).status_code == 404


def test_a_proposal_its_list_and_its_mail_are_closed_too(made: Round, world: World) -> None:
    proposals = make_proposals(made)
    mine = next(row for row in proposals if row.north_id == made.leuven.pk)
    ralga = world.coordinator_ralga
    page = reverse("matching:proposal-detail", args=(mine.reference,))
    listing = reverse("admin:matching_proposal_changelist")
    assert "Leuven" in main_of(ralga, listing)
    barred = steps_out_of(ralga, made.leuven)
    assert not allowed(barred, Perm.VIEW_PROPOSAL, mine)
    assert mine not in proposals_visible_to(barred)
    client = Client()
    client.force_login(barred)
    assert client.get(page).status_code == 404
    assert client.get(reverse("admin:matching_proposal_change", args=(mine.pk,))).status_code == 302
    assert "Leuven" not in main_of(barred, listing)
    lead = in_english(make_seat(world.vvsg))
    log = reverse("admin:notifications_outgoingmail_changelist")
    assert mine.reference in main_of(lead, f"{log}?q={mine.reference}").split("</form>", 1)[1] or (
        "Leuven" in main_of(lead, log)
    )
    barred_lead = steps_out_of(lead, made.leuven)
    assert "Leuven" not in main_of(barred_lead, log)
    decline_proposal(proposal=mine, side=Side.NORTH, reason="No time", actor=make_signatory(world.leuven))
    told = set(OutgoingMail.objects.filter(kind="proposal_declined").values_list("recipient", flat=True))
    assert told == {world.coordinator_vvsg.pk}
    # Who works for one of the two reads it as a municipality.
    both = make_editor(world.leuven, user=make_seat(world.ralga))
    assert allowed(both, Perm.VIEW_PROPOSAL, mine)
    assert mine in proposals_visible_to(both)


def test_a_municipality_does_not_read_what_its_partner_scored(made: Round, world: World) -> None:
    for place in (world.leuven, world.karongi):
        in_english(make_editor(place))
    proposal = proposal_of(made, made.leuven)
    address = reverse("matching:proposal-detail", args=(proposal.reference,))
    assert "91.5" in main_of(world.coordinator_vvsg, address)
    for signatory in signatories(proposal):
        text = main_of(in_english(signatory), address)
        assert "asks for what" in text
        assert "scored" not in text
    mails = OutgoingMail.objects.filter(kind="proposal_released", target=proposal.reference)
    texts = list(mails.values_list("body_text", flat=True))
    assert len(texts) == 2
    for text in texts:
        assert "asks for what" in text
        assert "scored" not in text
        assert "91.5" not in text
