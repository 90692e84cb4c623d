"""Decisions are prepared without a trace, looked at as letters, and released once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from applications.enums import ApplicationStatus, CallStatus, DecisionOutcome
from applications.models import Application, Decision, Review
from applications.selectors.history import application_history
from applications.selectors.letters import count_letters
from applications.selectors.release import fingerprint, release_cases, release_problems
from applications.services.decisions import (
    LettersChanged,
    decide_by_hand,
    release_decisions,
    write_feedback,
)
from applications.services.reviews import reopen_review
from applications.services.submission import withdraw_application
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, Incomplete, MoveNotAllowed
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.enums import AssociationRole
from sdgpartners.programme.models import TownTwinning
from tests.applications.deciding import Round, days_later, hand_in, mails_on, released_round, scored_round
from tests.factories import in_english, make_editor, make_seat
from tests.world import World

pytestmark = pytest.mark.django_db
FEEDBACK = "Sterk op inspraak {points}; denk aan de buurgemeenten."


@pytest.fixture
def scored(world: World) -> Iterator[Round]:
    made = scored_round(world)
    with clock.at(made.closed):
        yield made


def feedback(made: Round) -> None:
    """General feedback and one on the first criterion, for Gent."""
    criterion = made.track.criteria.order_by("order")[0]
    write_feedback(
        decision=made.decision(made.gent), language="nl", general=FEEDBACK,
        criteria={criterion.pk: "Concreet en eerlijk."}, actor=made.lead,
    )  # fmt: skip


def test_what_is_prepared_leaves_no_trace_outside(client: Client, scored: Round) -> None:
    before = OutgoingMail.objects.count()
    scored.prepare()
    feedback(scored)
    assert Application.objects.get(pk=scored.gent.application.pk).status == ApplicationStatus.RANKED
    assert OutgoingMail.objects.count() == before
    client.force_login(scored.gent.editor)
    reference = scored.gent.reference
    assert client.get(reverse("applications:decision-confirm", args=(reference,))).status_code == 404
    for page in (
        reverse("applications:application-list"),
        reverse("applications:application-detail", args=(reference,)),
        reverse("applications:application-history", args=(reference,)),
        reverse("portal:start"),
    ):
        text = client.get(page).content.decode()
        for trace in ("Gerangschikt", "Geselecteerd", "100,00", "Concreet en eerlijk"):
            assert trace not in text, (page, trace)


def test_letters_tell_points_and_feedback_in_the_language_of_each_reader(scored: Round, world: World) -> None:
    french = make_editor(world.gent, language="fr")
    english = make_editor(world.gent, language="en")
    scored.prepare()
    feedback(scored)
    scored.release()
    mails = {mail.recipient_id: mail for mail in mails_on(scored.gent.application, "decision_selected")}
    assert set(mails) == {scored.gent.editor.pk, scored.gent.signatory.pk, french.pk, english.pk}
    day = scored.decision(scored.gent).confirm_by
    assert day is not None
    dutch, second, third = (mails[one.pk] for one in (scored.gent.editor, french, english))
    assert dutch.subject.startswith("Gent is geselecteerd: bevestig uiterlijk op ")
    assert second.subject.startswith("Gent est sélectionnée\N{NO-BREAK SPACE}: confirmez avant le ")
    assert third.subject.startswith("Gent is selected: please confirm by ")
    for mail, figure in ((dutch, "100,00"), (second, "100,00"), (third, "100.00")):
        assert str(day.year) in mail.subject
        assert figure in mail.body_text
        assert FEEDBACK in mail.body_text
        assert "Concreet en eerlijk." in mail.body_text
        assert f"/applications/{scored.gent.reference}/decision/" in mail.body_text
        for name in ("Reviewerson", "Secondreader", "{municipality}", "{countries}"):
            assert name not in mail.body_text
    assert "motivation (nl)" in dutch.body_text
    assert "motivation (fr)" in second.body_text
    assert "<li>motivation" in third.body_html


def test_a_criterion_that_did_not_apply_is_no_zero(scored: Round) -> None:
    criterion = scored.track.criteria.order_by("order")[0]
    for review in Review.objects.filter(application=scored.gent.application):
        review.scores.filter(criterion=criterion).update(value=None, not_applicable=True)
    scored.prepare()
    figures = scored.decision(scored.gent).figures
    assert figures["not_scored"] == [criterion.code]
    assert scored.decision(scored.leuven).figures["not_scored"] == []
    scored.release()
    text = mails_on(scored.gent.application)[0].body_text
    assert "motivation (nl): " in text
    assert "0,00 " not in text.replace("100,00", "")


def test_the_letters_are_counted_and_shown_before_they_go(
    client: Client, scored: Round, world: World
) -> None:
    make_editor(world.gent, language="fr")
    scored.prepare()
    client.force_login(in_english(scored.lead))
    page = reverse("admin:applications_call_release", args=(scored.call.pk,))
    text = client.get(page).content.decode()
    assert [
        (row.kind.value, row.municipalities, row.mails) for row in count_letters(release_cases(scored.call))
    ] == [("letter_selected", 1, 3), ("letter_reserve", 2, 4)]
    assert "7 mails" in text
    letter = reverse("admin:applications_call_letter", args=(scored.call.pk, scored.gent.reference))
    shown = client.get(letter).content.decode()
    assert "Gent est sélectionnée" in shown
    assert "Gent is geselecteerd" in shown
    seen = fingerprint(release_cases(scored.call))
    assert client.post(page).status_code == 302
    feedback(scored)
    assert client.post(page, {"seen": seen}).status_code == 302
    scored.call.refresh_from_db()
    assert scored.call.status == CallStatus.PUBLISHED
    seen = fingerprint(release_cases(scored.call))
    answer = client.post(page, {"seen": seen})
    assert answer["Location"] == reverse("admin:applications_call_places", args=(scored.call.pk,))
    assert len(OutgoingMail.objects.filter(kind__startswith="decision_")) == 7


def test_only_the_lead_without_a_conflict_sees_letters_and_releases(
    client: Client, scored: Round, world: World
) -> None:
    scored.prepare()
    auditor = make_seat(world.vvsg, AssociationRole.AUDITOR)
    torn = make_seat(world.vvsg, AssociationRole.COORDINATOR)
    make_editor(world.leuven, user=torn)
    pages = [
        reverse("admin:applications_call_release", args=(scored.call.pk,)),
        reverse("admin:applications_call_letter", args=(scored.call.pk, scored.gent.reference)),
        reverse("admin:applications_call_places", args=(scored.call.pk,)),
    ]
    for person in (world.coordinator_ralga, auditor, torn):
        client.force_login(person)
        assert [client.get(page).status_code for page in pages] == [403, 403, 403], person
    client.force_login(scored.gent.editor)
    assert all(client.get(page).status_code in (302, 403) for page in pages)


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_release_at_once_and_one_set_of_letters_goes_out(world: World) -> None:
    scored = scored_round(world)
    other = make_seat(world.vvsg, AssociationRole.COORDINATOR)
    start = Barrier(2)
    with clock.at(scored.closed):
        scored.prepare()

        def release(actor: Any) -> object:
            try:
                start.wait(timeout=10)
                return release_decisions(call=scored.call, actor=actor)
            except MoveNotAllowed as error:
                return type(error)
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            results = list(pool.map(release, (scored.lead, other)))
    assert sorted(results, key=str) == [3, MoveNotAllowed]
    mails = OutgoingMail.objects.filter(kind__startswith="decision_").values_list("target", "recipient")
    assert len(mails) == len(set(mails)) == 6
    assert Decision.objects.values("released_by").distinct().count() == 1


def test_figures_that_changed_since_block_the_release(scored: Round) -> None:
    scored.prepare()
    withdraw_application(application=scored.gent.application, actor=scored.gent.signatory)
    tracks = list(scored.call.tracks.select_related("partner_country__country", "call"))
    (problem,) = release_problems(scored.call, tracks)
    assert "figures have changed" in str(problem)
    with pytest.raises(Incomplete, match="figures have changed"):
        scored.release()
    scored.prepare()
    assert scored.release() == 2
    assert scored.decision(scored.leuven).outcome == DecisionOutcome.SELECTED


@pytest.mark.parametrize("steps_in", ["signatory", "twin"])
def test_a_conflict_that_came_up_is_looked_for_at_the_release(
    scored: Round, world: World, steps_in: str
) -> None:
    scored.prepare()
    reviewer = scored.reviewers[0]
    if steps_in == "signatory":
        make_editor(world.leuven, user=reviewer)
    else:
        TownTwinning.objects.create(
            north=world.leuven, partner_country_code="RW", south=world.karongi, partner_name="Karongi"
        )
        make_editor(world.karongi, user=reviewer)
    with pytest.raises(Incomplete):
        scored.release()
    with pytest.raises(Incomplete, match="1 of 2"):
        scored.prepare()
    assert not OutgoingMail.objects.filter(kind__startswith="decision_").exists()


def test_a_review_reopened_after_the_ranking_was_fixed_takes_the_application_back_to_review(
    scored: Round,
) -> None:
    scored.prepare()
    review = Review.objects.filter(application=scored.gent.application).order_by("pk")[0]
    reopen_review(review=review, reason="Question 2 was not read.", actor=scored.lead)
    application = Application.objects.get(pk=scored.gent.application.pk)
    assert application.status == ApplicationStatus.IN_REVIEW
    with pytest.raises(Incomplete):
        scored.release()
    rows = application_history(application, personal=False)
    assert not any("Question 2" in row.reason for row in rows)
    review.refresh_from_db()
    hand_in(review, 1)
    scored.prepare()
    assert Application.objects.get(pk=application.pk).status == ApplicationStatus.RANKED
    assert scored.decision(scored.gent).total < scored.decision(scored.leuven).total
    scored.release()
    with pytest.raises(DomainError, match="not in review"):
        reopen_review(review=review, reason="Once more.", actor=scored.lead)


def test_the_page_says_what_stands_in_the_way(client: Client, scored: Round) -> None:
    client.force_login(in_english(scored.lead))
    page = reverse("admin:applications_call_release", args=(scored.call.pk,))
    text = client.get(page).content.decode()
    assert "is not ranked yet" in text
    assert 'name="seen"' not in text
    with clock.at(scored.call.closes_at.replace(microsecond=0)):
        assert "The call is still open." in client.get(page).content.decode()


def test_feedback_is_written_beside_the_points_until_the_release(
    client: Client, scored: Round, world: World
) -> None:
    scored.prepare()
    decision = scored.decision(scored.gent)
    criterion = scored.track.criteria.order_by("order")[0]
    page = reverse("admin:applications_call_feedback_one", args=(scored.call.pk, decision.pk))
    client.force_login(make_seat(world.ancb, AssociationRole.COORDINATOR))
    assert client.get(page).status_code == 403
    client.force_login(world.coordinator_ralga)
    text = client.get(page).content.decode()
    assert "100.00 of 100" in text
    assert "because" in text
    assert "Reviewerson" not in text.split("<main")[1]
    listing = reverse("admin:applications_call_feedback", args=(scored.call.pk,))
    assert "nothing yet" in client.get(listing).content.decode()
    given = {"language": "xx", "general": FEEDBACK, f"criterion-{criterion.pk}": "Goed."}
    refused = client.post(page, given)
    assert refused.status_code == 422
    assert "Goed." in refused.content.decode()
    assert client.post(page, given | {"language": "nl"}).status_code == 302
    decision.refresh_from_db()
    assert (decision.feedback, decision.feedback_language) == (FEEDBACK, "nl")
    assert [row.text for row in decision.criterion_feedback.all()] == ["Goed."]
    client.post(page, {"language": "nl", "general": "", f"criterion-{criterion.pk}": " "})
    assert not decision.criterion_feedback.exists()
    scored.release()
    assert client.post(page, given | {"language": "nl"}).status_code == 422
    decision.refresh_from_db()
    assert decision.feedback == ""


def test_feedback_on_a_criterion_of_another_track_is_refused(scored: Round, world: World) -> None:
    scored.prepare()
    other = scored.call.tracks.get(partner_country=world.benin).criteria.order_by("order")[0]
    with pytest.raises(DomainError, match="another track"):
        write_feedback(
            decision=scored.decision(scored.gent), language="nl", general="", criteria={other.pk: "x"},
            actor=scored.lead,
        )  # fmt: skip


def test_the_municipality_reads_its_outcome_points_and_feedback(client: Client, scored: Round) -> None:
    scored.prepare()
    feedback(scored)
    scored.release()
    page = reverse("applications:decision-confirm", args=(scored.gent.reference,))
    client.force_login(scored.gent.editor)
    text = client.get(page).content.decode()
    for part in (
        "100,00",
        "Concreet en eerlijk.",
        "denk aan de buurgemeenten",
        'lang="nl"',
        "motivation (nl)",
    ):
        assert part in text, part
    for name in ("Reviewerson", "Secondreader", "because", "Leuven", "Mechelen"):
        assert name not in text, name
    client.force_login(scored.leuven.editor)
    assert client.get(page).status_code == 404


def test_letters_go_with_the_hand_that_was_decided(scored: Round) -> None:
    scored.prepare()
    decide_by_hand(
        decision=scored.decision(scored.mechelen),
        outcome=DecisionOutcome.REJECTED,
        reason="De burgemeester trok de steun in.",
        actor=scored.lead,
    )
    with pytest.raises(LettersChanged):
        release_decisions(call=scored.call, actor=scored.lead, seen="0" * 20)
    scored.release()
    mail = mails_on(scored.mechelen.application, "decision_rejected")[0]
    assert mail.subject == "Mechelen is niet geselecteerd in de oproep “Najaarsoproep”"
    assert "De burgemeester trok de steun in." in mail.body_text


def test_who_must_confirm_is_reminded_before_the_day_and_never_after(world: World) -> None:
    from applications.reminders import decision_unconfirmed

    with released_round(world) as made:
        assert list(decision_unconfirmed(days_later(made, 6))) == []
        due = list(decision_unconfirmed(days_later(made, 7)))
        assert {(row.recipient, row.due_on) for row in due} == {
            (person, made.decision(made.gent).confirm_by)
            for person in (made.gent.editor, made.gent.signatory)
        }
        assert {row.target for row in due} == {made.gent.reference}
        assert list(decision_unconfirmed(days_later(made, 15))) == []
