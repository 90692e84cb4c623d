"""The decision record: who, when, on which basis; with the same figures as the page, in three languages."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from applications.enums import ConflictGround, DecisionOutcome
from applications.models import PanelScore
from applications.reports_decisions import KIND, may_read, subject_of
from applications.selectors.grid import grid_input
from applications.selectors.ranking import ranking_of
from applications.services.advice import give_advice
from applications.services.conflicts import declare_interest
from applications.services.decisions import decide_by_hand, decline_participation
from applications.services.grid import change_grid
from applications.services.panel import agree_on_score, seen_of, take_back_score
from applications.services.places import change_decision, lapse_place
from sdgpartners.core import clock
from sdgpartners.documents.enums import ReportState
from sdgpartners.documents.services import request_report, run_job
from sdgpartners.people.enums import AssociationRole
from tests.applications.deciding import Round, days_later, scored_round
from tests.applications.factories import Team
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
    member = make_steering(world.programme, last_name="Steersman")
    with clock.at(made.closed):
        agree(made, made.leuven, value=3, minute="Read again together.")
        agree(made, made.leuven, value=2, minute="Read a third time.")
        agree(made, made.gent, value=1, minute="Too fast.")
        take_back_score(
            application=made.gent.application, criterion=criterion, reason="The wrong municipality.",
            seen=seen_of(PanelScore.objects.get(application=made.gent.application)), actor=made.lead,
        )  # fmt: skip
        agree(made, made.leuven, value=3, minute="Read again together.")
        give_advice(track=made.track, actor=member, text="Look at the smaller ones.")
        give_advice(
            track=made.track, actor=member, application=made.gent.application, text="Gent <i>again</i>?"
        )
        _weigh_otherwise(made)
        made.prepare()
        decide_by_hand(
            decision=made.decision(made.mechelen), outcome=DecisionOutcome.REJECTED,
            reason="No sponsor any more.", actor=made.lead,
        )  # fmt: skip
        made.release()
    with clock.at(days_later(made, 15)):
        lapse_place(application=made.gent.application, actor=made.lead)
        yield made


def agree(made: Round, team: Team, *, value: int, minute: str) -> None:
    """On the first criterion."""
    criterion = made.track.criteria.order_by("order")[0]
    now = PanelScore.objects.filter(application=team.application, criterion=criterion).first()
    agree_on_score(
        application=team.application, criterion=criterion, value=value, minute=minute, seen=seen_of(now),
        actor=made.lead,
    )  # fmt: skip


def _weigh_otherwise(made: Round) -> None:
    """One more for the first criterion and one less for the last."""
    criteria = list(made.track.criteria.order_by("order"))
    now = grid_input(criteria, made.call)
    first, last = (now.criteria[row.code] for row in (criteria[0], criteria[-1]))
    other = {
        criteria[0].code: replace(first, weight=first.weight + 1),
        criteria[-1].code: replace(last, weight=last.weight - 1),
    }
    change_grid(
        track=made.track, wanted=replace(now, criteria={**now.criteria, **other}),
        reason="The council of 3 March.", actor=made.lead, seen=1,
    )  # fmt: skip


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
        "No sponsor any more.", "Gent", "Leuven", "Mechelen", str(decided.lead), "Steersman",
        "Gent <i>again</i>?", "Too fast.", "The wrong municipality.", "Read a third time.",
        "The council of 3 March.", "5 → 6", "25 → 24",
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
    # What was decided at the release stays beside it.
    assert "No sponsor any more." in text


def test_a_place_that_was_given_back_is_in_it(decided: Round) -> None:
    decline_participation(
        application=decided.leuven.application, reason="Our own reasons.", actor=decided.leuven.signatory
    )
    text = flat(record(decided, "en").text)
    assert "Leuven: Selected → Declined by the municipality" in text
    assert "Our own reasons." not in text


def test_private_words_of_a_conflict_are_not_in_it(client: Client, world: World) -> None:
    made = scored_round(world)
    member = make_steering(world.programme, last_name="Steppingout")
    with clock.at(made.closed):
        declare_interest(
            application=made.leuven.application,
            actor=member,
            ground=ConflictGround.FAMILY,
            words="My sister.",
        )
        made.prepare()
        client.force_login(made.lead)
        asked = {"kind": KIND, "subject": subject_of(made.track), "language": "en"}
        # Prepared in silence: no file of it before the release.
        assert client.post(reverse("documents:report-create"), asked).status_code in (403, 404)
        assert not may_read(made.lead, subject_of(made.track))
        made.release()
        assert may_read(made.lead, subject_of(made.track))
    with clock.at(days_later(made, 2)):
        declare_interest(
            application=made.gent.application,
            actor=world.coordinator_ralga,
            ground=ConflictGround.WORK,
            words="",
        )
        text = flat(record(made, "en").text)
    assert "Steppingout Leuven Family or friendship (Declared by the person)" in text
    assert "My sister." not in text
    # What came up after the release touched nothing.
    assert "Worked with or for it lately" not in text


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
