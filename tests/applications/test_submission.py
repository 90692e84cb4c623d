"""Asking for a signature, signing, declining, withdrawing."""

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from applications.enums import ApplicationStatus, Section, SignOffState
from applications.errors import CallNotOpen, NoSignatory, NotComplete, NotSignatory, ReasonNeeded
from applications.models import Application, Revision, SignOff
from applications.revision_content import read_content
from applications.services.submission import (
    ask_sign_off,
    decline_sign_off,
    sign_and_submit,
    take_back_sign_off,
    withdraw_application,
)
from applications.signals import application_submitted
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, MoveNotAllowed, SamePerson
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.models import Membership
from sdgpartners.programme.enums import SouthernEntry
from tests.applications.factories import Team, at_second, fill, open_call, rank, save, start, submitted
from tests.factories import make_editor, make_signatory
from tests.world import World


@pytest.fixture
def team(world: World) -> Team:
    """A Flemish application with everything filled in."""
    ready = start(open_call(world), world.gent)
    fill(ready)
    return ready


def asked(team: Team) -> Team:
    ask_sign_off(application=team.application, actor=team.editor)
    return team


def mails(kind: str) -> list[str]:
    return sorted(OutgoingMail.objects.filter(kind=kind).values_list("to", flat=True))


def test_asking_mails_every_signatory_but_the_one_who_asks(team: Team, world: World) -> None:
    second = make_signatory(world.gent)
    former = make_signatory(world.gent)
    Membership.objects.filter(user=former).update(ended_at=clock.now())
    elsewhere = make_signatory(world.leuven)
    ask_sign_off(application=team.application, actor=second)
    team.application.refresh_from_db()
    assert team.application.status == ApplicationStatus.AWAITING_SIGN_OFF
    assert mails("sign_off_asked") == [team.signatory.email]
    assert elsewhere.email not in mails("sign_off_asked")


def test_asking_twice_asks_once(team: Team) -> None:
    first = ask_sign_off(application=team.application, actor=team.editor)
    assert ask_sign_off(application=team.application, actor=team.editor) == first
    assert len(mails("sign_off_asked")) == 1


def test_asking_needs_everything_filled_in(team: Team) -> None:
    save(team, Section.MOTIVATION, **{"q-learning": ""})
    with pytest.raises(NotComplete) as caught:
        ask_sign_off(application=team.application, actor=team.editor)
    assert [(section, problem.name) for section, problem in caught.value.problems] == [
        (Section.MOTIVATION, "q-learning")
    ]
    assert not SignOff.objects.exists()


def test_asking_needs_a_second_person(world: World) -> None:
    ready = start(open_call(world), world.gent)
    fill(ready)
    Membership.objects.filter(user=ready.signatory).update(ended_at=clock.now())
    with pytest.raises(NoSignatory):
        ask_sign_off(application=ready.application, actor=ready.editor)


def test_signing_submits_with_a_revision_receipts_and_a_signal(team: Team) -> None:
    heard: list[Application] = []

    def listen(application: Application, **_rest: Any) -> None:
        heard.append(application)

    asked(team)
    application_submitted.connect(listen)
    try:
        sign_and_submit(application=team.application, actor=team.signatory)
    finally:
        application_submitted.disconnect(listen)
    team.application.refresh_from_db()
    assert team.application.status == ApplicationStatus.SUBMITTED
    assert team.application.submitted_by == team.signatory
    sign_off = SignOff.objects.get()
    assert (sign_off.state, sign_off.answered_by) == (SignOffState.SIGNED, team.signatory)
    assert heard == [team.application]
    assert mails("application_receipt") == sorted([team.editor.email, team.signatory.email])
    receipt = OutgoingMail.objects.filter(kind="application_receipt").first()
    assert receipt is not None
    assert team.reference in receipt.subject
    assert "Brussel" in receipt.body_text
    facts = receipt.body_text.split("\n\n")[1].splitlines()
    assert len(facts) >= 3
    assert all(fact.startswith("- ") for fact in facts)


def test_signing_twice_submits_once(team: Team) -> None:
    asked(team)
    first = sign_and_submit(application=team.application, actor=team.signatory)
    with clock.at(at_second(clock.now(), 60)):
        second = sign_and_submit(application=team.application, actor=team.signatory)
    assert second.submitted_at == first.submitted_at
    assert Revision.objects.count() == 1
    assert len(mails("application_receipt")) == 2


def test_who_asked_cannot_sign_even_as_a_signatory(team: Team, world: World) -> None:
    make_signatory(world.gent)
    ask_sign_off(application=team.application, actor=team.signatory)
    with pytest.raises(SamePerson):
        sign_and_submit(application=team.application, actor=team.signatory)
    with pytest.raises(SamePerson):
        decline_sign_off(application=team.application, actor=team.signatory, reason="No")
    sign_off = SignOff.objects.get()
    sign_off.answered_by, sign_off.state = team.signatory, SignOffState.SIGNED
    with pytest.raises(IntegrityError, match="second_person"), transaction.atomic():
        sign_off.save()


@pytest.mark.parametrize(("seconds", "accepted"), [(0, True), (1, False)])
def test_the_closing_moment_is_on_time_and_one_second_later_is_late(
    team: Team, seconds: int, accepted: bool
) -> None:
    asked(team)
    closes_at = team.application.call.closes_at
    with clock.at(at_second(closes_at, seconds)):
        if accepted:
            sign_and_submit(application=team.application, actor=team.signatory)
        else:
            with pytest.raises(CallNotOpen) as caught:
                sign_and_submit(application=team.application, actor=team.signatory)
            assert str(caught.value).count("(Brussels)") == 2
    team.application.refresh_from_db()
    expected = ApplicationStatus.SUBMITTED if accepted else ApplicationStatus.AWAITING_SIGN_OFF
    assert team.application.status == expected
    assert Revision.objects.count() == accepted


def test_asking_after_closing_is_late_too(team: Team) -> None:
    with clock.at(at_second(team.application.call.closes_at, 1)), pytest.raises(CallNotOpen):
        asked(team)


def test_nothing_to_sign_is_refused(team: Team) -> None:
    with pytest.raises(MoveNotAllowed, match="Draft"):
        sign_and_submit(application=team.application, actor=team.signatory)


def test_declining_needs_a_reason_and_brings_the_draft_back(team: Team) -> None:
    asked(team)
    with pytest.raises(ReasonNeeded):
        decline_sign_off(application=team.application, actor=team.signatory, reason="  ")
    decline_sign_off(application=team.application, actor=team.signatory, reason="Name the council")
    team.application.refresh_from_db()
    assert team.application.status == ApplicationStatus.DRAFT
    assert mails("sign_off_declined") == [team.editor.email]
    assert "Name the council" in OutgoingMail.objects.get(kind="sign_off_declined").body_text
    save(team, Section.MOTIVATION, **{"q-learning": "Better"})
    asked(team)
    sign_and_submit(application=team.application, actor=team.signatory)
    assert [each.state for each in SignOff.objects.order_by("pk")] == ["declined", "signed"]


def test_a_question_taken_back_can_no_longer_be_signed(team: Team) -> None:
    asked(team)
    take_back_sign_off(application=team.application, actor=team.editor)
    with pytest.raises(MoveNotAllowed):
        sign_and_submit(application=team.application, actor=team.signatory)
    assert SignOff.objects.get().state == SignOffState.CANCELLED


def test_the_revision_holds_labels_and_answers_in_three_languages(team: Team) -> None:
    save(team, Section.MUNICIPALITY, working_languages=["nl", "fr"], has_active_twinning="no")
    save(team, Section.MOTIVATION, **{"q-learning": "<b>مرحبا</b> 👋"})
    asked(team)
    sign_and_submit(application=team.application, actor=team.signatory)
    content = Revision.objects.get().content
    rows = {row["name"]: row for section in content["sections"] for row in section["rows"]}
    learning = rows["q-learning"]
    assert learning["text"] == dict.fromkeys(("en", "fr", "nl"), "<b>مرحبا</b> 👋")
    assert learning["label"]["nl"].startswith("Wat wilt u leren")
    assert learning["label"]["fr"].startswith("Que voulez-vous apprendre")
    assert (learning["question"], learning["criteria"]) == ("learning", ["openness"])
    assert rows["working_languages"]["text"]["en"] == "Nederlands, Français"
    assert content["values"]["municipality"]["has_active_twinning"] == "no"
    assert content["municipality"] == {"country": "BE", "code": "44021", "name": "Gent"}


def test_the_revision_stays_as_it_was_and_hides_contact_details_from_reviewers(team: Team) -> None:
    asked(team)
    sign_and_submit(application=team.application, actor=team.signatory)
    team.application.answers.update(value="edited later")
    revision = Revision.objects.get()
    everything = {row.name: row.text for section in read_content(revision.content) for row in section.rows}
    assert everything["q-learning"] == "About q-learning"
    assert everything["contact_email"] == "someone@example.org"
    reviewers = {
        row.name for section in read_content(revision.content, personal=False) for row in section.rows
    }
    personal = {"contact_name", "contact_function", "contact_email", "contact_phone"}
    assert set(everything) - reviewers == personal


def test_a_country_that_was_not_chosen_is_not_in_the_revision(world: World) -> None:
    application = submitted(open_call(world), world.gent, "RW").application
    sections = read_content(application.revisions.get().content)
    names = {row.name for section in sections for row in section.rows if section.section == Section.INTERESTS}
    assert {name for name in names if "benin" in name or "bj" in name} == set()
    assert "offer-rwanda-participation" in names


@pytest.mark.parametrize("entry", [SouthernEntry.DESIGNATED, SouthernEntry.PROFILE])
def test_a_southern_profile_is_signed_in_the_same_way(world: World, entry: str) -> None:
    world.benin.entry = entry
    world.benin.save()
    application = submitted(open_call(world), world.nikki).application
    assert (application.status, application.is_profile) == (ApplicationStatus.SUBMITTED, True)
    assert application.revisions.get().content["track"] == "BJ"


def test_withdrawing_a_draft_cancels_the_open_question(team: Team) -> None:
    asked(team)
    withdraw_application(application=team.application, actor=team.editor, reason="Elections")
    withdraw_application(application=team.application, actor=team.editor)
    team.application.refresh_from_db()
    assert team.application.status == ApplicationStatus.WITHDRAWN
    assert SignOff.objects.get().state == SignOffState.CANCELLED
    assert mails("application_withdrawn") == sorted([team.editor.email, team.signatory.email])
    with pytest.raises(DomainError):
        sign_and_submit(application=team.application, actor=team.signatory)


def test_an_editors_withdrawal_that_comes_after_the_signature_is_refused(team: Team) -> None:
    asked(team)
    sign_and_submit(application=team.application, actor=team.signatory)
    with pytest.raises(NotSignatory):
        withdraw_application(application=team.application, actor=team.editor)
    team.application.refresh_from_db()
    assert team.application.status == ApplicationStatus.SUBMITTED


def test_a_submitted_application_can_be_withdrawn_after_closing(world: World) -> None:
    team = submitted(open_call(world), world.gent)
    with clock.at(team.application.call.closes_at + timedelta(days=3)):
        withdraw_application(application=team.application, actor=team.signatory)
    team.application.refresh_from_db()
    assert (team.application.status, team.application.revisions.count()) == (ApplicationStatus.WITHDRAWN, 1)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_submit_once(transactional_db: None) -> None:
    from tests.world import build_world

    world = build_world()
    team = start(open_call(world), world.gent)
    fill(team)
    rank(team, "RW")
    make_editor(world.gent)
    asked(team)
    problems: list[Exception] = []

    def click() -> None:
        try:
            sign_and_submit(application=team.application, actor=team.signatory)
        except Exception as problem:  # pragma: no cover (only when the test fails)
            problems.append(problem)
        finally:
            connection.close()

    clicks = [Thread(target=click) for _number in range(3)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    assert problems == []
    assert Revision.objects.count() == 1
    assert len(mails("application_receipt")) == 3
