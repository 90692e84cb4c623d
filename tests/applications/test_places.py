"""After the release: places are confirmed, lapse, are given back, move on; a decision changes with its letter."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail as outbox
from django.test import Client
from django.urls import reverse

from applications.enums import ApplicationStatus, DecisionOutcome
from applications.models import Application, Decision
from applications.selectors.history import application_history
from applications.selectors.places import calls_with_open_places, places_on
from applications.services.decisions import confirm_participation, decide_by_hand, decline_participation
from applications.services.places import (
    DecisionStands,
    change_decision,
    give_more_time,
    lapse_place,
    promote_reserve,
)
from applications.services.submission import withdraw_application
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, Incomplete, LimitExceeded, MoveNotAllowed
from sdgpartners.notifications.enums import MailState
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.notifications.services import drain_outbox, send_again
from sdgpartners.people.enums import AssociationRole
from sdgpartners.programme.enums import Side
from tests.applications.deciding import (
    Round,
    day_later,
    days_later,
    mails_on,
    released_round,
    scored_round,
    together,
)
from tests.applications.factories import Team
from tests.factories import in_english, make_editor, make_seat
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def released(world: World) -> Iterator[Round]:
    with released_round(world) as made:
        yield made


def state(team: Team) -> str:
    return Application.objects.get(pk=team.application.pk).status


def lapse(made: Round) -> list[Application]:
    return lapse_place(application=made.gent.application, actor=made.lead)


def change(
    made: Round, team: Team, outcome: DecisionOutcome, reason: str = "A vote was counted twice."
) -> Decision:
    return change_decision(decision=made.decision(team), outcome=outcome, reason=reason, actor=made.lead)


def test_a_place_lapses_after_its_day_and_the_first_of_the_list_moves_up(released: Round) -> None:
    with clock.at(days_later(released, 14)), pytest.raises(DomainError, match="can be confirmed until"):
        lapse(released)
    with clock.at(days_later(released, 15)):
        assert [row.pk for row in lapse(released)] == [released.leuven.application.pk]
        with pytest.raises(MoveNotAllowed):
            lapse(released)
    assert (state(released.gent), state(released.leuven)) == ("lapsed", "selected")
    first, second = released.decision(released.gent), released.decision(released.leuven)
    assert first.lapsed_at is not None
    assert (second.outcome, second.changed_from, second.promoted_for_id) == ("selected", "reserve", first.pk)
    assert second.confirm_by == day_later(released, 29)
    told = mails_on(released.gent.application, "decision_lapsed")
    assert {mail.recipient_id for mail in told} == {released.gent.editor.pk, released.gent.signatory.pk}
    assert told[0].subject.startswith("De plaats van Gent is vervallen: ze is niet bevestigd tegen ")
    offered = mails_on(released.leuven.application, "decision_promoted")
    assert offered[0].subject.startswith("Een plaats voor Leuven: bevestig uiterlijk op ")
    assert len(offered) == 2
    # What was written before and never left is not sent on top of it.
    earlier = mails_on(released.leuven.application, "decision_reserve")
    assert {mail.state for mail in earlier} == {MailState.SUPERSEDED}


def test_who_withdrew_is_passed_over_and_who_confirms_late_is_refused(released: Round) -> None:
    withdraw_application(application=released.leuven.application, actor=released.leuven.signatory)
    with clock.at(days_later(released, 15)):
        assert [row.pk for row in lapse(released)] == [released.mechelen.application.pk]
        with pytest.raises(DomainError):
            confirm_participation(application=released.gent.application, actor=released.gent.signatory)
        confirmed = confirm_participation(
            application=released.mechelen.application, actor=released.mechelen.signatory
        )
    assert confirmed.status == ApplicationStatus.CONFIRMED


def test_a_list_without_anybody_leaves_the_place_open(released: Round) -> None:
    for team in (released.leuven, released.mechelen):
        withdraw_application(application=team.application, actor=team.signatory)
    with clock.at(days_later(released, 15)):
        assert lapse(released) == []
        with pytest.raises(Incomplete, match="Nobody is on the reserve list"):
            promote_reserve(track=released.track, side=Side.NORTH, actor=released.lead)


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_let_a_place_lapse_and_it_is_given_once(world: World) -> None:
    with released_round(world) as made, clock.at(days_later(made, 15)):
        results = together(lambda: lapse(made), lambda: lapse(made))
        assert MoveNotAllowed in results
        assert (state(made.leuven), state(made.mechelen)) == ("selected", "reserve")
        assert len(mails_on(made.leuven.application, "decision_promoted")) == 2


@pytest.mark.django_db(transaction=True)
def test_a_free_place_is_given_once(world: World) -> None:
    with released_round(world) as made:
        decline_participation(
            application=made.gent.application, reason="No budget", actor=made.gent.signatory
        )

        def promote() -> Any:
            return promote_reserve(track=made.track, side=Side.NORTH, actor=made.lead)

        results = together(promote, promote)
        assert LimitExceeded in results
        assert [state(team) for team in (made.leuven, made.mechelen)] == ["selected", "reserve"]


@pytest.mark.django_db(transaction=True)
def test_who_withdraws_while_moving_up_either_has_the_place_or_is_passed_over(world: World) -> None:
    with released_round(world) as made:
        decline_participation(
            application=made.gent.application, reason="No budget", actor=made.gent.signatory
        )
        together(
            lambda: promote_reserve(track=made.track, side=Side.NORTH, actor=made.lead),
            lambda: withdraw_application(application=made.leuven.application, actor=made.leuven.signatory),
        )
        assert state(made.leuven) == "withdrawn"
        offered = len(mails_on(made.leuven.application, "decision_promoted"))
        assert (state(made.mechelen), offered) in [("selected", 0), ("reserve", 2)]


def test_a_place_given_back_is_told_and_offered_to_the_next(
    client: Client, released: Round, world: World
) -> None:
    torn = make_seat(world.vvsg, AssociationRole.COORDINATOR)
    make_editor(world.mechelen, user=torn)
    assert not calls_with_open_places(released.lead).exists()
    decline_participation(
        application=released.gent.application, reason="No budget", actor=released.gent.signatory
    )
    (told,) = OutgoingMail.objects.filter(kind="place_free")
    assert (told.recipient, "No budget" in told.body_text) == (released.lead, True)
    assert [row.open_places for row in calls_with_open_places(released.lead)] == [1]
    assert not calls_with_open_places(torn).exists()
    assert not calls_with_open_places(world.coordinator_ralga).exists()
    client.force_login(in_english(released.lead))
    places = reverse("admin:applications_call_places", args=(released.call.pk,))
    assert "Let Leuven move up" in client.get(places).content.decode()
    second = released.decision(released.leuven)
    page = reverse("admin:applications_call_promote", args=(released.call.pk, second.pk))
    assert "Een plaats voor Leuven" in client.get(page).content.decode()
    seen = client.get(page).context["seen"]
    assert client.post(page, {"reason": "", "seen": seen}).status_code == 302
    assert state(released.leuven) == "selected"
    assert client.get(page)["Location"] == places
    third = reverse(
        "admin:applications_call_promote", args=(released.call.pk, released.decision(released.mechelen).pk)
    )
    assert client.post(third, {"reason": "Because"}).status_code == 422
    assert not calls_with_open_places(released.lead).exists()


def test_another_than_the_first_moves_up_only_with_a_reason(released: Round) -> None:
    decline_participation(
        application=released.gent.application, reason="No budget", actor=released.gent.signatory
    )
    third = released.decision(released.mechelen)
    with pytest.raises(Incomplete, match="reason"):
        promote_reserve(track=released.track, side=Side.NORTH, decision=third, actor=released.lead)
    promote_reserve(
        track=released.track,
        side=Side.NORTH,
        decision=third,
        reason="Leuven asked to wait.",
        actor=released.lead,
    )
    assert released.decision(released.mechelen).reason == "Leuven asked to wait."


def test_equal_ones_on_the_list_wait_for_a_choice(world: World) -> None:
    with released_round(world, {"Gent": 4, "Leuven": 2, "Mechelen": 2}) as made:
        with clock.at(days_later(made, 15)):
            assert lapse(made) == []
            with pytest.raises(Incomplete, match="equal"):
                promote_reserve(track=made.track, side=Side.NORTH, actor=made.lead)
            with pytest.raises(Incomplete, match="reason"):
                promote_reserve(
                    track=made.track, side=Side.NORTH, decision=made.decision(made.leuven), actor=made.lead
                )
            promote_reserve(
                track=made.track, side=Side.NORTH, decision=made.decision(made.leuven), reason="Lot.",
                actor=made.lead,
            )  # fmt: skip
        assert made.decision(made.leuven).promoted_for_id == made.decision(made.gent).pk


def test_a_changed_decision_replaces_its_letter(released: Round) -> None:
    old = mails_on(released.gent.application, "decision_selected")
    change(released, released.gent, DecisionOutcome.RESERVE)
    assert state(released.gent) == "reserve"
    for mail in old:
        mail.refresh_from_db()
    assert {mail.state for mail in old} == {MailState.SUPERSEDED}
    new = mails_on(released.gent.application, "decision_reserve")
    assert {mail.recipient_id for mail in new} == {mail.recipient_id for mail in old}
    day = day_later(released, 0).day
    assert f"Een vorige brief, van {day} " in new[0].body_text
    assert "A vote was counted twice." in new[0].body_text
    drain_outbox()
    subjects = [
        mail.subject for mail in outbox.outbox if "Gent" in mail.subject and "Herinner" not in mail.subject
    ]
    assert [subject for subject in subjects if "geselecteerd" in subject] == []
    decision = released.decision(released.gent)
    assert (decision.changed_from, decision.confirm_by, decision.reason) == (
        "selected", None, "A vote was counted twice.",
    )  # fmt: skip
    rows = application_history(released.gent.application, personal=False)
    assert any(row.reason == "A vote was counted twice." and row.actor == released.lead for row in rows)


def test_a_letter_that_went_is_not_sent_again_after_another_replaced_it(released: Round) -> None:
    drain_outbox()
    (sent, _other) = mails_on(released.gent.application, "decision_selected")
    assert sent.state == MailState.SENT
    change(released, released.gent, DecisionOutcome.RESERVE)
    sent.refresh_from_db()
    assert sent.state == MailState.SENT
    with pytest.raises(MoveNotAllowed):
        send_again(mail=sent, actor=released.lead)


def test_a_letter_that_was_on_its_way_is_not_tried_again(released: Round) -> None:
    rows = OutgoingMail.objects.filter(kind="decision_selected")
    rows.update(state=MailState.SENDING, claimed_at=clock.now())
    change(released, released.gent, DecisionOutcome.RESERVE)
    rows.update(state=MailState.FAILED, tries=1, not_before=clock.now())
    drain_outbox()
    assert set(rows.values_list("state", flat=True)) == {MailState.SUPERSEDED}
    assert not any("geselecteerd" in message.subject for message in outbox.outbox)


def test_a_place_goes_to_another_only_once_it_is_free(released: Round) -> None:
    with pytest.raises(LimitExceeded):
        change(released, released.leuven, DecisionOutcome.SELECTED)
    change(released, released.gent, DecisionOutcome.RESERVE)
    change(released, released.mechelen, DecisionOutcome.SELECTED)
    assert released.decision(released.mechelen).confirm_by is not None
    places = places_on(released.track, Side.NORTH)
    assert [row.application.municipality.name for row in places.waiting] == ["Mechelen"]
    assert places.free == 0


@pytest.mark.django_db(transaction=True)
def test_two_changes_at_once_fill_one_place(world: World) -> None:
    with released_round(world) as made:
        change(made, made.gent, DecisionOutcome.REJECTED)
        results = together(
            lambda: change(made, made.leuven, DecisionOutcome.SELECTED),
            lambda: change(made, made.mechelen, DecisionOutcome.SELECTED),
        )
        assert LimitExceeded in results
        assert sorted((state(made.leuven), state(made.mechelen))) == ["reserve", "selected"]


def test_what_was_confirmed_or_ended_stands(released: Round) -> None:
    with pytest.raises(Incomplete):
        change(released, released.gent, DecisionOutcome.RESERVE, reason="  ")
    with pytest.raises(Incomplete):
        change(released, released.gent, DecisionOutcome.SELECTED)
    confirm_participation(application=released.gent.application, actor=released.gent.signatory)
    with pytest.raises(DecisionStands, match="Gent"):
        change(released, released.gent, DecisionOutcome.REJECTED)
    with clock.at(days_later(released, 30)), pytest.raises(MoveNotAllowed):
        lapse(released)
    with pytest.raises(DecisionStands):
        give_more_time(
            application=released.gent.application, day=day_later(released, 40), actor=released.lead
        )
    withdraw_application(application=released.leuven.application, actor=released.leuven.signatory)
    with pytest.raises(DecisionStands):
        change(released, released.leuven, DecisionOutcome.REJECTED)


def test_nothing_is_changed_before_the_release(world: World) -> None:
    made = scored_round(world)
    with clock.at(made.closed):
        made.prepare()
        with pytest.raises(DomainError, match="not been released"):
            change(made, made.gent, DecisionOutcome.RESERVE)
        made.release()
        with pytest.raises(DomainError, match="has been released"):
            decide_by_hand(
                decision=made.decision(made.gent),
                outcome=DecisionOutcome.RESERVE,
                reason="x",
                actor=made.lead,
            )


def test_a_change_shows_its_letter_first(client: Client, released: Round, world: World) -> None:
    page = reverse(
        "admin:applications_call_change_decision",
        args=(released.call.pk, released.decision(released.gent).pk),
    )
    data = {"outcome": "reserve", "reason": "A vote was counted twice."}
    client.force_login(world.coordinator_ralga)
    assert client.post(page, data | {"confirmed": "1"}).status_code == 403
    client.force_login(in_english(released.lead))
    assert client.post(page, {"outcome": "reserve", "reason": ""}).status_code == 422
    shown = client.post(page, data)
    assert shown.status_code == 200
    assert "Gent staat op de reservelijst" in shown.content.decode()
    assert state(released.gent) == "selected"
    seen = shown.context["seen"]
    other = client.post(page, {"outcome": "rejected", "reason": "Else.", "confirmed": "1", "seen": seen})
    assert "what would go out is not what you looked at" in other.content.decode()
    assert state(released.gent) == "selected"
    assert client.post(page, data | {"confirmed": "1", "seen": seen}).status_code == 302
    assert state(released.gent) == "reserve"
    client.force_login(released.gent.editor)
    decision = client.get(reverse("applications:decision-confirm", args=(released.gent.reference,)))
    assert "A vote was counted twice." in decision.content.decode()


def test_more_time_is_told_and_counts(client: Client, released: Round) -> None:
    decision = released.decision(released.gent)
    page = reverse("admin:applications_call_more_time", args=(released.call.pk, decision.pk))
    client.force_login(released.lead)
    with clock.at(days_later(released, 16)):
        assert client.post(page, {"day": day_later(released, 15).isoformat()}).status_code == 422
        later = day_later(released, 21)
        assert client.post(page, {"day": later.isoformat()}).status_code == 302
        mail = mails_on(released.gent.application, "decision_prolonged")[0]
        assert str(later.year) in mail.subject
        confirm_participation(application=released.gent.application, actor=released.gent.signatory)
    assert state(released.gent) == "confirmed"


def test_the_desk_lists_whose_day_has_passed(client: Client, released: Round) -> None:
    client.force_login(released.lead)
    places = reverse("admin:applications_call_places", args=(released.call.pk,))
    lapse_link = reverse(
        "admin:applications_call_lapse", args=(released.call.pk, released.decision(released.gent).pk)
    )
    assert lapse_link not in client.get(places).content.decode()
    with clock.at(days_later(released, 15)):
        assert [row.open_places for row in calls_with_open_places(released.lead)] == [1]
        assert places in client.get(reverse("portal:start")).content.decode()
        assert lapse_link in client.get(places).content.decode()
        asked = client.get(lapse_link).content.decode()
        assert "De plaats van Gent is vervallen" in asked
        assert "Een plaats voor Leuven" in asked
        assert state(released.gent) == "selected"
        assert client.post(lapse_link, {"seen": "another letter"}).status_code == 200
        assert state(released.gent) == "selected"
        seen = client.get(lapse_link).context["seen"]
        assert client.post(lapse_link, {"seen": seen}).status_code == 302
    assert (state(released.gent), state(released.leuven)) == ("lapsed", "selected")
