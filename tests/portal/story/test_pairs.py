"""What the demo shows of the matching room and of what pairs go through: fictional, and dated as it happened."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from pghistory.models import Event

from applications.enums import ApplicationStatus
from applications.models import Application
from matching.enums import PartnershipStatus, ProposalStatus, RuleKind, ScenarioStatus
from matching.models import (
    Agreement,
    EndChange,
    FormalDecision,
    HandOver,
    PairRule,
    Partnership,
    PlanReview,
    Scenario,
    ScenarioComment,
    Suspension,
)
from matching.reports_rationale import rationale_context
from matching.selectors.candidates import matchable
from matching.selectors.comparing import compare
from matching.selectors.course import cap_of
from portal.selectors.health import Health, health_of
from sdgpartners.documents.enums import JobState
from sdgpartners.documents.models import Job
from sdgpartners.people.models import User

MARKS = ("fictief", "fictieve", "fictif", "fictive", "fictional")


def person(account: str) -> User:
    return User.objects.get(email=f"{account}@demo.example")


def pair(north: str, **more: object) -> Partnership:
    rows = Partnership.objects.select_related(
        "partner_country__programme", "partner_country__association", "north", "south"
    )
    return rows.exclude(status=PartnershipStatus.ENDED_EARLY).get(north__name=north, **more)


def ended() -> Partnership:
    return Partnership.objects.select_related("north", "south").get(status=PartnershipStatus.ENDED_EARLY)


def card(north: str) -> Health:
    return health_of([pair(north)])[0]


def waits(north: str) -> set[tuple[str, str]]:
    return {(task.who, task.kind) for task in card(north).waits}


def put_to_them() -> Scenario:
    return Scenario.objects.get(status=ScenarioStatus.SOLVED, put_forward_at__isnull=False)


def test_a_scenario_lies_with_the_steering_group_which_talks_about_it(story: date) -> None:
    scenario = put_to_them()
    assert (scenario.call.code, scenario.optimal) == ("demo-3", True)
    said = ScenarioComment.objects.filter(scenario=scenario).order_by("created_at")
    assert [(row.author.email.partition("@")[0], row.north is None) for row in said] == [
        ("steering", True), ("reviewer3", False), ("vvsg", True),
    ]  # fmt: skip


def test_a_copy_beside_it_tries_other_weights_and_a_fixed_pair(story: date) -> None:
    scenario = put_to_them()
    copied = Scenario.objects.get(copied_from=scenario)
    assert (copied.status, copied.put_forward_at) == (ScenarioStatus.SOLVED, None)
    assert set(copied.trial_weights) == {"BJ", "RW"}
    kinds = {
        row: sorted(PairRule.objects.filter(scenario=row).values_list("kind", flat=True))
        for row in (scenario, copied)
    }
    assert kinds == {
        scenario: [RuleKind.FORBID, RuleKind.PREFER],
        copied: [RuleKind.FORBID, RuleKind.LOCK, RuleKind.PREFER],
    }
    found = compare([scenario, copied], list(scenario.tracks.order_by("pk")))
    assert any(line.differs for line in found.partners)
    assert found.rules
    assert found.weights


def test_candidates_of_both_countries_wait_for_a_partner(story: date) -> None:
    waiting = matchable(put_to_them().call).values_list("municipality__country", "municipality__name")
    assert sorted(waiting) == [
        ("BE", "Brugge"), ("BE", "Diest"), ("BE", "Lokeren"),
        ("BJ", "Bembèrèkè"), ("BJ", "Lalo"), ("BJ", "Ouinhi"),
        ("RW", "Huye"), ("RW", "Musanze"), ("RW", "Rubavu"),
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "fr", "nl"])
def test_a_matching_of_an_earlier_call_is_kept_with_its_reasons(language: str, story: date) -> None:
    first = Scenario.objects.get(call__code="demo-1")
    assert first.status == ScenarioStatus.RELEASED
    found = rationale_context(first.reference, language)
    assert found["scenario"].minute
    assert PairRule.objects.filter(scenario=first).count() == 2
    assert ScenarioComment.objects.filter(scenario=first).count() == 2


def test_one_pair_came_apart_and_the_flemish_side_found_another(story: date) -> None:
    before = ended()
    after = pair(before.north.name)
    assert (after.replaces, after.status) == (before, PartnershipStatus.ACTIVE)
    assert before.south != after.south
    assert before.ended_on == story - timedelta(days=110)
    assert after.starts_on == story - timedelta(days=40)
    follow_up = Scenario.objects.get(follows=before.proposal)
    assert (follow_up.status, before.proposal.status if before.proposal else "") == (
        ScenarioStatus.RELEASED, ProposalStatus.ENDED,
    )  # fmt: skip
    assert not Job.objects.exclude(state=JobState.DONE).filter(scenarios__isnull=False).exists()


def test_the_pages_of_the_pair_that_ended_ask_nothing_any_more(story: date, client: Client) -> None:
    """The day it ended, no commitments that would be late, and what took its place."""
    before = ended()
    after = pair(before.north.name)
    client.force_login(person("vvsg"))
    hub = client.get(reverse("portal:partnership-hub", args=[before.reference]))
    assert hub.context["hub"].meter == []
    course = client.get(reverse("matching:partnership-course", args=[before.reference]))
    assert course.context["followed_by"] == after
    link = f'href="{reverse("portal:partnership-hub", args=[after.reference])}"'
    for page in (hub, course):
        assert "5 augustus 2026" in page.content.decode()
    assert link in course.content.decode()


def test_one_pair_stood_still_for_a_month(story: date) -> None:
    row = Suspension.objects.get()
    assert (row.partnership.north.name, row.partnership.status) == ("Kortrijk", PartnershipStatus.ACTIVE)
    assert (row.since, row.resumed_on) == (story - timedelta(days=182), story - timedelta(days=151))
    assert not row.partnership.hidden_publicly


def test_one_pair_was_to_stop_earlier_and_got_time_back_inside_the_cap(story: date) -> None:
    row = pair("Turnhout")
    shortened, extended = EndChange.objects.order_by("created_at")
    assert {shortened.partnership, extended.partnership} == {row}
    assert shortened.ends_on < shortened.ended_before
    assert extended.ended_before == shortened.ends_on < extended.ends_on == row.ends_on
    cap = cap_of(row)
    assert cap is not None
    assert extended.ends_on < cap
    assert (shortened.granted, extended.granted) == (True, True)


def test_every_agreement_that_runs_is_signed_by_both_on_the_same_words(story: date) -> None:
    rows = Agreement.objects.filter(partnership__starts_on__isnull=False)
    assert rows.count() == 7
    for row in rows.select_related("partnership__north", "partnership__south"):
        assert row.signed_north_by_id
        assert row.signed_south_by_id
        for body in (row.body_en, row.body_fr, row.body_nl):
            assert row.partnership.north.name in body
            assert row.partnership.south.name in body


def test_councils_have_decided_and_one_is_waited_for(story: date) -> None:
    rows = FormalDecision.objects.select_related("side__municipality")
    open_rows = {(row.side.municipality.name, row.subject) for row in rows.filter(decided_on__isnull=True)}
    assert open_rows == {("Nikki", "spending"), ("Mechelen", "agreement")}
    first = rows.filter(side__partnership__north__name="Leuven").order_by("pk")
    assert [(row.body, bool(row.file_id), row.approved) for row in first] == [
        ("executive", True, True), ("council", True, True), ("council", True, True),
    ]  # fmt: skip


def test_the_plans_of_the_older_pairs_were_reviewed_in_their_twelfth_month(story: date) -> None:
    rows = PlanReview.objects.select_related("plan__partnership__north")
    assert {
        row.plan.partnership.north.name: (bool(row.agreed_north_at), bool(row.agreed_south_at))
        for row in rows
    } == {"Leuven": (True, True), "Turnhout": (True, True), "Genk": (True, False), "Kortrijk": (False, False)}
    leuven = pair("Leuven")
    assert leuven.plan.activities.count() == 4
    assert leuven.plan.agreed_north_at
    assert leuven.plan.agreed_south_at


def test_contact_persons_hand_over(story: date) -> None:
    rows = HandOver.objects.select_related("side__municipality")
    assert {
        row.side.municipality.name: (bool(row.done_at), row.successor_id is not None) for row in rows
    } == {"Genk": (True, True), "Karongi": (False, True), "Kortrijk": (False, False)}


def test_the_cards_of_health_differ(story: date) -> None:
    assert waits("Leuven") == set()
    assert ("Nikki", "decision") in waits("Genk")
    assert ("Nikki", "review") in waits("Genk")
    assert ("Covè", "breadth") in waits("Turnhout")
    assert ("Kortrijk", "successor") in waits("Kortrijk")
    assert {kind for _who, kind in waits("Mechelen")} == {"plan", "signature", "confirmation"}


def test_what_people_say_is_marked_as_fictional(story: date) -> None:
    """Reasons, comments and minutes name real municipalities."""
    said = [
        *PairRule.objects.values_list("reason", flat=True),
        *ScenarioComment.objects.values_list("text", flat=True),
        *Scenario.objects.exclude(minute="").values_list("minute", flat=True),
        *Suspension.objects.values_list("reason", flat=True),
        *Suspension.objects.values_list("resume_reason", flat=True),
        *Partnership.objects.exclude(end_reason="").values_list("end_reason", flat=True),
        *EndChange.objects.values_list("reason", flat=True),
        *EndChange.objects.values_list("decision_reason", flat=True),
        *HandOver.objects.values_list("notes", flat=True),
        *FormalDecision.objects.exclude(number="").values_list("number", flat=True),
    ]
    assert len(said) > 20
    assert [text for text in said if not any(f"({mark}" in text for mark in MARKS)] == []


def test_nothing_of_it_is_dated_on_the_day_of_loading(story: date) -> None:
    """The history of what pairs went through has the days of the story."""
    late = {}
    for model in apps.get_app_config("matching").get_models():
        if issubclass(model, Event):
            rows = model._default_manager.filter(pgh_created_at__date__gte=story)
            if rows.exists():
                late[model._meta.label] = rows.count()
    assert late == {}


@pytest.mark.parametrize("account", ["vvsg", "ancb", "ralga", "steering", "auditor"])
def test_who_works_in_the_room_opens_it(account: str, story: date, client: Client) -> None:
    client.force_login(person(account))
    name = "matching:scenario-detail" if account == "steering" else "admin:matching_scenario_room"
    assert client.get(reverse(name, args=[put_to_them().reference])).status_code == 200


def test_the_candidates_of_the_third_call_are_untouched(story: date) -> None:
    rows = Application.objects.filter(call__code="demo-3", status=ApplicationStatus.MATCHED)
    assert not rows.exists()
