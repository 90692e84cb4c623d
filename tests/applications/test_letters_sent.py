"""The letter that was shown is the letter that goes, and what goes never says two things."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail as outbox
from django.test import Client
from django.urls import reverse

from applications.enums import ApplicationStatus, CallTextKind, DecisionOutcome
from applications.letters import Words
from applications.models import Application, Decision, Track
from applications.services.call_texts import write_text
from applications.services.decisions import (
    confirm_participation,
    decide_by_hand,
    decline_participation,
    write_feedback,
)
from applications.services.mail_preview import MailPreview
from applications.services.places import change_decision, give_more_time, lapse_place
from applications.services.submission import withdraw_application
from sdgpartners.core import clock
from sdgpartners.core.errors import DeadlinePassed, EditConflict, LimitExceeded
from sdgpartners.core.text import LANGUAGE_CODES
from sdgpartners.notifications.enums import MailState
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.notifications.services import drain_outbox
from sdgpartners.people.services import record_merger
from tests.applications.deciding import Round, day_later, days_later, mails_on, released_round, scored_round
from tests.applications.factories import Team
from tests.factories import MunicipalityFactory, in_english, make_editor, make_signatory
from tests.world import World

pytestmark = pytest.mark.django_db
HTML = "<b>Bold</b> {{ 7|add:1 }} {% now %} {points}"


@pytest.fixture
def released(world: World) -> Iterator[Round]:
    with released_round(world) as made:
        yield made


def state(team: Team) -> str:
    return Application.objects.get(pk=team.application.pk).status


def page(made: Round, name: str, team: Team) -> str:
    return reverse(f"admin:applications_call_{name}", args=(made.call.pk, made.decision(team).pk))


def shown_mails(context: Any) -> list[tuple[str, str, str, int]]:
    """What a page shows: language, subject, text, how many."""
    previews: list[MailPreview] = [one for _name, mails in context["previews"] for one in mails]
    return sorted((one.language.value, one.mail.subject, one.mail.text, one.count) for one in previews)


def sent_mails(*kinds: str) -> list[tuple[str, str, str, int]]:
    """What was queued, put together in the same way."""
    rows = OutgoingMail.objects.filter(kind__in=kinds).exclude(state=MailState.SUPERSEDED)
    found = list(rows.values_list("language", "subject", "body_text"))
    return sorted((*one, found.count(one)) for one in set(found))


def test_every_letter_that_is_shown_is_the_one_that_goes(client: Client, world: World) -> None:
    made = scored_round(world)
    make_editor(world.gent, language="fr")
    make_editor(world.leuven, language="en")
    client.force_login(in_english(made.lead))
    with clock.at(made.closed):
        made.prepare()
        write_feedback(
            decision=made.decision(made.leuven), language="nl", general=HTML, criteria={}, actor=made.lead
        )
        shown = []
        for team in (made.gent, made.leuven, made.mechelen):
            letter = reverse("admin:applications_call_letter", args=(made.call.pk, team.reference))
            shown += shown_mails(client.get(letter).context)
        made.release()
        assert sorted(shown) == sent_mails("decision_selected", "decision_reserve")
    with clock.at(days_later(made, 15)):
        lapse = client.get(page(made, "lapse", made.gent))
        client.post(page(made, "lapse", made.gent), {"seen": lapse.context["seen"]})
        assert shown_mails(lapse.context) == sent_mails("decision_lapsed", "decision_promoted")
        decline_participation(application=made.leuven.application, reason="No", actor=made.leuven.signatory)
        OutgoingMail.objects.all().delete()
        change = page(made, "change_decision", made.mechelen)
        data = {"outcome": "rejected", "reason": "The sponsor left.\r\nNobody took over."}
        looked = client.post(change, data)
        client.post(change, data | {"confirmed": "1", "seen": looked.context["seen"]})
        assert state(made.mechelen) == ApplicationStatus.REJECTED
        assert shown_mails(looked.context) == sent_mails("decision_rejected")


def test_a_promotion_with_a_reason_shows_it_in_the_letter_first(client: Client, released: Round) -> None:
    decline_participation(application=released.gent.application, reason="No", actor=released.gent.signatory)
    client.force_login(in_english(released.lead))
    promote = page(released, "promote", released.mechelen)
    seen = client.get(promote).context["seen"]
    looked = client.post(promote, {"reason": "Leuven waits.", "seen": seen})
    assert "Look at the letter with your reason, then send it." in looked.content.decode()
    assert state(released.mechelen) == ApplicationStatus.RESERVE
    answer = client.post(promote, {"reason": "Leuven waits.", "seen": looked.context["seen"]})
    assert answer.status_code == 302
    assert shown_mails(looked.context) == sent_mails("decision_promoted")
    assert "Leuven waits." in mails_on(released.mechelen.application, "decision_promoted")[0].body_text


def test_nobody_moves_up_whom_the_person_did_not_see(client: Client, released: Round) -> None:
    client.force_login(in_english(released.lead))
    with clock.at(days_later(released, 15)):
        lapse = page(released, "lapse", released.gent)
        seen = client.get(lapse).context["seen"]
        withdraw_application(application=released.leuven.application, actor=released.leuven.signatory)
        again = client.post(lapse, {"seen": seen})
        assert "Nothing has been sent" in again.content.decode()
        assert "Een plaats voor Mechelen" in again.content.decode()
        assert [state(team) for team in (released.gent, released.mechelen)] == ["selected", "reserve"]
        leuven = released.decision(released.leuven).pk
        assert lapse_place(
            application=released.gent.application, actor=released.lead, next_ones=[leuven]
        ) == []  # fmt: skip
    assert [state(team) for team in (released.gent, released.mechelen)] == ["lapsed", "reserve"]


def test_who_comes_second_is_told_and_led_back(client: Client, released: Round) -> None:
    client.force_login(in_english(released.lead))
    places = reverse("admin:applications_call_places", args=(released.call.pk,))
    with clock.at(days_later(released, 15)):
        lapse = page(released, "lapse", released.gent)
        lapse_place(application=released.gent.application, actor=released.lead)
        for answer in (
            client.post(lapse, {"seen": "x"}, follow=True),
            client.post(page(released, "promote", released.leuven), {"reason": ""}, follow=True),
        ):
            assert answer.redirect_chain == [(places, 302)]
            assert "somebody was first" in answer.content.decode()


def test_a_place_that_lapsed_by_mistake_is_given_back_while_it_is_free(
    client: Client, released: Round
) -> None:
    client.force_login(in_english(released.lead))
    for team in (released.leuven, released.mechelen):
        withdraw_application(application=team.application, actor=team.signatory)
    with clock.at(days_later(released, 15)):
        lapse_place(application=released.gent.application, actor=released.lead)
        more = page(released, "more_time", released.gent)
        listing = client.get(reverse("admin:applications_call_places", args=(released.call.pk,)))
        assert more in listing.content.decode()
        day = day_later(released, 22)
        assert client.post(more, {"day": day.isoformat()}).status_code == 302
        assert state(released.gent) == ApplicationStatus.SELECTED
        decision = released.decision(released.gent)
        assert (decision.confirm_by, decision.lapsed_at) == (day, None)
        assert {mail.state for mail in mails_on(released.gent.application, "decision_lapsed")} == {
            MailState.SUPERSEDED
        }
        (mail, _other) = mails_on(released.gent.application, "decision_prolonged")
        assert str(day.year) in mail.subject
        confirm_participation(application=released.gent.application, actor=released.gent.signatory)


def test_a_place_that_lapsed_and_was_given_to_another_stays_there(released: Round) -> None:
    with clock.at(days_later(released, 15)):
        lapse_place(application=released.gent.application, actor=released.lead)
        with pytest.raises(LimitExceeded):
            give_more_time(
                application=released.gent.application, day=day_later(released, 22),
                actor=released.lead,
            )  # fmt: skip


def test_more_time_that_was_not_told_yet_is_not_told_after_another_decision(released: Round) -> None:
    give_more_time(application=released.gent.application, day=day_later(released, 20), actor=released.lead)
    change_decision(
        decision=released.decision(released.gent), outcome=DecisionOutcome.RESERVE, reason="A mistake.",
        actor=released.lead,
    )  # fmt: skip
    drain_outbox()
    subjects = [message.subject for message in outbox.outbox if message.subject.startswith("Gent")]
    assert len(subjects) == 2
    assert all("reservelijst" in subject for subject in subjects)


def test_a_letter_that_went_is_replaced_by_one_that_says_so_and_back_again(released: Round) -> None:
    drain_outbox()
    for outcome in (DecisionOutcome.RESERVE, DecisionOutcome.SELECTED):
        change_decision(
            decision=released.decision(released.gent), outcome=outcome, reason=f"To {outcome}.",
            actor=released.lead,
        )  # fmt: skip
        drain_outbox()
    told = [message.body for message in outbox.outbox if message.subject.startswith("Gent")]
    assert len(told) == 6
    assert ["To reserve." in body for body in told] == [False, False, True, True, False, False]
    assert all("Een vorige brief" in body for body in told[2:])
    assert state(released.gent) == ApplicationStatus.SELECTED


def test_a_second_late_is_late(released: Round) -> None:
    day = released.decision(released.gent).confirm_by
    assert day is not None
    zone = ZoneInfo(released.call.time_zone)
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), zone)
    with clock.at(midnight), pytest.raises(DeadlinePassed):
        confirm_participation(application=released.gent.application, actor=released.gent.signatory)
    with clock.at(midnight - timedelta(seconds=1)):
        confirm_participation(application=released.gent.application, actor=released.gent.signatory)
    assert state(released.gent) == ApplicationStatus.CONFIRMED


def test_who_gives_the_place_back_reads_that_a_person_decides(client: Client, released: Round) -> None:
    client.force_login(in_english(released.gent.signatory))
    address = reverse("applications:decision-confirm", args=(released.gent.reference,))
    answer = client.post(address, {"answer": "decline", "reason": "No budget"}, follow=True)
    text = answer.content.decode()
    assert "Your place is given back. The association decides who gets it now." in text
    assert "goes to another municipality" not in text
    assert state(released.leuven) == ApplicationStatus.RESERVE


def test_markup_in_what_people_write_stays_text(client: Client, world: World) -> None:
    made = scored_round(world)
    with clock.at(made.closed):
        made.prepare()
        write_feedback(
            decision=made.decision(made.gent), language="nl", general=HTML, criteria={}, actor=made.lead
        )
        own = Words("<i>{municipality}</i> {confirm_by}", "<u>Dear</u>\n{points}\n{confirm_by}")
        words = dict.fromkeys(LANGUAGE_CODES, own)
        write_text(call=made.call, kind=CallTextKind.LETTER_SELECTED, words=words, actor=made.lead)
        made.release()
        mail = mails_on(made.gent.application)[0]
        assert mail.subject.startswith("<i>Gent</i> ")
        assert HTML in mail.body_text
        assert "&lt;b&gt;Bold&lt;/b&gt; {{ 7|add:1 }} {% now %} {points}" in mail.body_html
        assert "<u>" not in mail.body_html
        client.force_login(made.gent.editor)
        text = client.get(reverse("applications:decision-confirm", args=(made.gent.reference,)))
        assert "&lt;b&gt;Bold&lt;/b&gt; {{ 7|add:1 }}" in text.content.decode()


def test_what_was_said_of_the_reserve_list_is_not_in_the_offer_of_a_place(world: World) -> None:
    made = scored_round(world)
    with clock.at(made.closed):
        made.prepare()
        decide_by_hand(
            decision=made.decision(made.leuven), outcome=DecisionOutcome.RESERVE,
            reason="The lot fell on Gent.", actor=made.lead,
        )  # fmt: skip
        made.release()
        assert "The lot fell on Gent." in mails_on(made.leuven.application, "decision_reserve")[0].body_text
    with clock.at(days_later(made, 15)):
        lapse_place(application=made.gent.application, actor=made.lead)
    offer = mails_on(made.leuven.application, "decision_promoted")[0].body_text
    assert "The lot fell on Gent." not in offer


def test_a_day_that_has_passed_is_asked_of_nobody(released: Round, world: World) -> None:
    """Selected on a second track while the day of the first has passed: the letter names the day that runs."""
    benin = Track.objects.get(call=released.call, partner_country=world.benin)
    other = Decision.objects.create(
        application=released.gent.application, track=benin, outcome=DecisionOutcome.RESERVE, rank=1,
        ranked_as="reserve", released_at=clock.now(), released_by=released.lead,
    )  # fmt: skip
    with clock.at(days_later(released, 15)):
        change_decision(
            decision=other, outcome=DecisionOutcome.SELECTED, reason="A place was added.", actor=released.lead
        )
        other.refresh_from_db()
        assert other.confirm_by is not None
        subject = mails_on(released.gent.application, "decision_selected")[-1].subject
        assert str(other.confirm_by.day) in subject
        confirm_participation(application=released.gent.application, actor=released.gent.signatory)


def test_the_successor_of_a_merged_municipality_gets_the_letter_and_answers(
    client: Client, released: Round, world: World
) -> None:
    """Mechelen and its place on the list go over to a new municipality."""
    successor = MunicipalityFactory(country=world.be, code="12999", name="Klein-Willebroek")
    signatory = make_signatory(successor)
    record_merger(
        municipality=world.mechelen, successor=successor, happened_on=clock.today(), note="Decree",
        actor=released.lead,
    )  # fmt: skip
    withdraw_application(application=released.leuven.application, actor=released.leuven.signatory)
    with clock.at(days_later(released, 15)):
        lapse_place(application=released.gent.application, actor=released.lead)
        offered = mails_on(released.mechelen.application, "decision_promoted")
        assert signatory.pk in {mail.recipient_id for mail in offered}
        assert "Klein-Willebroek" in offered[0].subject
        client.force_login(signatory)
        address = reverse("applications:decision-confirm", args=(released.mechelen.reference,))
        assert client.post(address, {"answer": "confirm"}).status_code == 302
    assert state(released.mechelen) == ApplicationStatus.CONFIRMED


def test_a_criterion_below_its_minimum_says_so_in_letter_and_page(client: Client, world: World) -> None:
    made = scored_round(world)
    criterion = made.track.criteria.order_by("order")[0]
    made.track.criteria.filter(pk=criterion.pk).update(floor="2.50")
    with clock.at(made.closed):
        made.prepare()
        made.release()
        mail = mails_on(made.mechelen.application, "decision_rejected")[0]
        assert made.decision(made.mechelen).figures["floors_missed"] == [criterion.code]
        client.force_login(in_english(made.mechelen.editor))
        text = client.get(reverse("applications:decision-confirm", args=(made.mechelen.reference,)))
        assert text.content.decode().count("below the minimum") == 1
        assert "motivation (nl)" in mail.body_text


def test_two_who_write_feedback_at_once_both_keep_their_words(client: Client, world: World) -> None:
    made = scored_round(world)
    with clock.at(made.closed):
        made.prepare()
        decision = made.decision(made.gent)
        criterion = made.track.criteria.order_by("order")[0]
        address = page(made, "feedback_one", made.gent)
        client.force_login(in_english(made.lead))
        seen = client.get(address).context["seen"]
        write_feedback(
            decision=decision, language="nl", general="Van Kigali.", criteria={criterion.pk: "Goed."},
            actor=world.coordinator_ralga,
        )  # fmt: skip
        data = {"language": "nl", "general": "Van Brussel.", f"criterion-{criterion.pk}": "", "seen": seen}
        refused = client.post(address, data)
        assert refused.status_code == 422
        text = refused.content.decode()
        for part in (
            "Somebody else wrote feedback here while you did.",
            "Van Kigali.",
            "Goed.",
            "Van Brussel.",
        ):
            assert part in text, part
        decision.refresh_from_db()
        assert decision.feedback == "Van Kigali."
        again = client.post(address, data | {"seen": refused.context["seen"]})
        assert again.status_code == 302
        decision.refresh_from_db()
        assert decision.feedback == "Van Brussel."
        with pytest.raises(EditConflict):
            write_feedback(
                decision=decision, language="nl", general="Anders.", criteria={}, actor=made.lead, seen=seen
            )


def test_two_who_write_one_text_at_once_both_keep_their_words(client: Client, released: Round) -> None:
    from tests.applications.factories import open_call

    call = open_call(released.world, "spring", closes_at=clock.now() + timedelta(days=9))
    address = reverse("admin:applications_call_text", args=(call.pk, "letter_reserve"))
    client.force_login(in_english(released.lead))
    seen = client.get(address).context["seen"]
    words = dict.fromkeys(LANGUAGE_CODES, Words("Of hers", "Hers {points}"))
    write_text(call=call, kind=CallTextKind.LETTER_RESERVE, words=words, actor=released.lead)
    data = {f"subject_{code}": "Of mine" for code in LANGUAGE_CODES}
    data |= {f"body_{code}": "Mine {points}" for code in LANGUAGE_CODES}
    refused = client.post(address, data | {"seen": seen})
    assert refused.status_code == 422
    assert "Hers {points}" in refused.content.decode()
    assert "Mine {points}" in refused.content.decode()
    assert client.post(address, data | {"seen": refused.context["seen"]}).status_code == 302
