"""The decision record: who, when, on which basis; with the same figures as the page, in three languages."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from applications.enums import DecisionOutcome
from applications.models import Advice, PanelScore
from applications.reports_decisions import KIND, may_read, subject_of
from applications.selectors.ranking import ranking_of
from applications.services.decisions import decide_by_hand
from applications.services.places import change_decision, lapse_place
from sdgpartners.core import clock
from sdgpartners.documents.enums import ReportState
from sdgpartners.documents.services import request_report, run_job
from sdgpartners.people.enums import AssociationRole
from tests.applications.deciding import Round, days_later, scored_round
from tests.documents.pdf_reading import ReadBack, read_back
from tests.factories import make_editor, make_seat, make_steering
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def decided(world: World) -> Iterator[Round]:
    """With an advice, an agreed score, a hand and a lapse."""
    made = scored_round(world, {"Gent": 4, "Leuven": 3, "Mechelen": 1})
    make_editor(world.mechelen, user=make_seat(world.ralga, AssociationRole.REVIEWER, last_name="Tornapart"))
    criterion = made.track.criteria.order_by("order")[0]
    with clock.at(made.closed):
        PanelScore.objects.create(
            application=made.leuven.application, criterion=criterion, value=3, minute="Read again together.",
            agreed_by=made.lead,
        )  # fmt: skip
        Advice.objects.create(track=made.track, author=made.lead, text="Look at the smaller ones.")
        made.prepare()
        decide_by_hand(
            decision=made.decision(made.mechelen), outcome=DecisionOutcome.REJECTED,
            reason="No sponsor any more.", actor=made.lead,
        )  # fmt: skip
        made.release()
    with clock.at(days_later(made, 15)):
        lapse_place(application=made.gent.application, actor=made.lead)
        yield made


def record(made: Round, language: str) -> ReadBack:
    """The record as the worker makes it."""
    report = request_report(kind=KIND, subject=subject_of(made.track), language=language, actor=made.lead)
    assert run_job(report.job_id)
    report.refresh_from_db()
    assert report.state == ReportState.READY
    assert report.file is not None
    with report.file.file.open() as file:
        return read_back(file.read())


def flat(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())


@pytest.mark.parametrize(
    ("language", "criterion", "total"),
    [("nl", "motivation (nl)", "75,00"), ("fr", "motivation (fr)", "75,00"), ("en", "motivation", "75.00")],
)
def test_the_record_holds_everything_that_was_decided(
    decided: Round, language: str, criterion: str, total: str
) -> None:
    made = record(decided, language)
    text = flat(made.text)
    assert (made.language, made.tagged) == (language, True)
    for part in (
        total, criterion,
        "Reviewerson", "Secondreader", "Tornapart", "Read again together.", "Look at the smaller ones.",
        "No sponsor any more.", "Gent", "Leuven", "Mechelen", str(decided.lead),
    ):  # fmt: skip
        assert part in text, part


def test_its_figures_are_those_of_the_page(client: Client, decided: Round) -> None:
    text = flat(record(decided, "en").text)
    client.force_login(decided.lead)
    page = client.get(reverse("admin:applications_track_ranking", args=(decided.track.pk,)))
    shown = flat(page.content.decode())
    for row in ranking_of(decided.track):
        line = row.line
        assert str(line.total) in shown
        name = row.application.municipality.name
        assert f"{line.rank} {name} {line.total} {line.mean} {line.median} {line.bonus} {line.n}" in text


def test_a_change_after_the_release_is_in_it_with_its_reason(decided: Round) -> None:
    change_decision(
        decision=decided.decision(decided.mechelen), outcome=DecisionOutcome.RESERVE,
        reason="The sponsor is back.", actor=decided.lead,
    )  # fmt: skip
    text = flat(record(decided, "en").text)
    assert "Gent: Selected → Lapsed" in text
    assert "Leuven: On the reserve list → Selected" in text
    assert "Mechelen: Not selected → On the reserve list" in text
    assert "The sponsor is back." in text
    assert "Takes the place of Gent" in text


def test_who_reads_the_ranking_reads_the_record_and_nobody_else(decided: Round, world: World) -> None:
    subject = subject_of(decided.track)
    torn = make_seat(world.vvsg, AssociationRole.COORDINATOR)
    make_editor(world.leuven, user=torn)
    readers = {
        decided.lead: True,
        world.coordinator_ralga: True,
        make_seat(world.vvsg, AssociationRole.AUDITOR): True,
        make_steering(world.programme): True,
        world.coordinator_ancb: False,
        torn: False,
        decided.gent.signatory: False,
        decided.reviewers[0]: False,
    }
    assert {person: may_read(person, subject) for person in readers} == readers
    assert not may_read(decided.lead, "autumn-XX")
    assert not may_read(decided.lead, "")


def test_who_steps_out_comes_across_neither_record_nor_decision(
    client: Client, decided: Round, world: World
) -> None:
    record(decided, "en")
    torn = make_seat(world.vvsg, AssociationRole.COORDINATOR)
    make_editor(world.leuven, user=torn)
    listing = reverse("admin:documents_generatedreport_changelist")
    page = reverse("applications:decision-confirm", args=(decided.gent.reference,))
    seen = {}
    for person in (decided.lead, torn):
        client.force_login(person)
        listed = subject_of(decided.track) in client.get(listing).content.decode()
        seen[person] = (listed, client.get(page).status_code)
    assert seen == {decided.lead: (True, 200), torn: (False, 404)}
