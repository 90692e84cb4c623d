"""The rationale for ever: everything that a scenario rests on, from what is kept with it, in three languages."""

from unicodedata import name

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import override

from applications.models import Decision
from matching.enums import RuleKind
from matching.models import Proposal, Scenario
from matching.permissions import visible_tracks
from matching.reports_rationale import KIND, may_read, rationale_context, subjects_for
from matching.selectors.concealment import conceal_matches
from matching.sentences import points_in_words
from matching.services import (
    accept_proposal,
    approve_track,
    comment_scenario,
    decline_proposal,
    endorse_scenario,
    put_forward,
    release_scenario,
    send_back_scenario,
    set_pair_rule,
    set_trial_weights,
    solve_scenario,
)
from sdgpartners.core import clock
from sdgpartners.documents.enums import ReportState
from sdgpartners.documents.models import GeneratedReport
from sdgpartners.documents.services import request_report, run_job
from sdgpartners.people.enums import AssociationRole, SteeringKind
from sdgpartners.people.models import SteeringSeat
from sdgpartners.programme.enums import Side
from tests.documents.pdf_reading import ReadBack, read_back
from tests.factories import UserFactory, make_editor, make_seat, make_signatory, make_steering
from tests.matching.factories import NOON, Round, make_approved, make_round, make_scenario
from tests.world import World

WEIGHTS = {"theme": 10, "exchange": 60, "language": 10, "preference": 10, "size": 5, "application": 5}


@pytest.fixture
def made(world: World) -> Round:
    return make_round(world)


@pytest.fixture
def told(made: Round, world: World) -> Scenario:
    """A scenario with rules, other weights, comments, somebody who stepped out, a round that was sent back, and
    answers: one pair accepted, one declined."""
    lead, member = world.coordinator_vvsg, make_steering(world.programme, last_name="Wijs")
    make_steering(world.programme, user=make_editor(world.gent, last_name="Vanuit"))
    scenario = make_scenario(made)
    comment_scenario(scenario=scenario, text="Is Leuven not too large?", actor=member)
    send_back_scenario(scenario=scenario, reason="Look at offers first", actor=member)
    set_trial_weights(scenario=scenario, weights={"RW": WEIGHTS}, actor=lead, reason="Offers first")
    for north, south, kind, reason in (
        (made.gent, made.nikki, RuleKind.FORBID, "An old quarrel"),
        (made.leuven, made.karongi, RuleKind.LOCK, "They met in Kigali"),
    ):
        set_pair_rule(scenario=scenario, north=north, south=south, kind=kind, reason=reason, actor=lead)
    solve_scenario(scenario=scenario)
    put_forward(scenario=scenario, actor=lead)
    comment_scenario(
        scenario=scenario, text="Good that they met", actor=member, north=made.leuven, south=made.karongi
    )
    endorse_scenario(scenario=scenario, minute="Meeting of 20 November, all agreed", actor=member)
    for track, association, coordinator in (
        (made.benin, world.vvsg, lead), (made.benin, world.ancb, world.coordinator_ancb),
        (made.rwanda, world.vvsg, lead), (made.rwanda, world.ralga, world.coordinator_ralga),
    ):  # fmt: skip
        approve_track(
            scenario=scenario,
            track=track,
            association=association,
            minute="Read and agreed",
            actor=coordinator,
        )
    proposals = release_scenario(scenario=scenario, actor=lead)
    leuven = next(row for row in proposals if row.north_id == made.leuven.pk)
    for side, application in ((Side.NORTH, leuven.north), (Side.SOUTH, leuven.south)):
        accept_proposal(proposal=leuven, side=side, actor=make_signatory(application.municipality))
    other = next(row for row in proposals if row.pk != leuven.pk)
    decline_proposal(
        proposal=other,
        side=Side.SOUTH,
        reason="No time this year",
        actor=make_signatory(other.south.municipality),
    )
    scenario.refresh_from_db()
    return scenario


def printed(scenario: Scenario, language: str, subject: str = "") -> ReadBack:
    report = request_report(
        kind=KIND, subject=subject or scenario.reference, language=language, actor=scenario.endorsed_by
    )
    if report.job_id is not None:
        run_job(report.job_id)
    report.refresh_from_db()
    assert report.state == ReportState.READY
    assert report.file is not None
    with report.file.file.open("rb") as content:
        return read_back(content.read())


def flat(text: str) -> str:
    return " ".join(text.split())


def test_everything_stands_in_it_in_three_languages(told: Scenario, world: World) -> None:
    kept = (
        "Is Leuven not too large?", "Look at offers first", "Offers first", "An old quarrel", "They met in Kigali",
        "Good that they met", "Meeting of 20 November, all agreed", "Read and agreed", "No time this year",
        "Vanuit", "Wijs", "Leuven – Karongi", "60", told.reference,
        *Proposal.objects.values_list("reference", flat=True),
    )  # fmt: skip
    sentences = {
        "en": "Karongi asks for what Leuven lists as a strength",
        "fr": "Karongi",
        "nl": "Karongi",
    }
    for language, sentence in sentences.items():
        made = printed(told, language)
        text = flat(made.text)
        assert (made.language, made.tagged) == (language, True)
        assert sentence in text
        assert [word for word in kept if word not in text] == [], language


def test_it_says_the_same_after_weights_and_names_have_changed(
    told: Scenario, made: Round, world: World
) -> None:
    before = rationale_context(told.reference, "en")
    world.karongi.name = "Elsewhere"
    world.karongi.save()
    made.rwanda.match_weight_theme = 99
    made.rwanda.save()
    made.leuven.working_languages = ["fr"]
    made.leuven.save()
    make_editor(world.nyanza, user=world.coordinator_ralga)
    after = rationale_context(told.reference, "en")
    for pair in (*before["pairs"], *after["pairs"]):
        # The rows behind them know today's names; what is printed does not.
        del pair["rule"], pair["row"]
    for key in (
        "north",
        "south",
        "pairs",
        "alternatives",
        "prices",
        "unmatched",
        "total",
        "worst",
        "mark",
        "barred",
    ):
        assert repr(after[key]) == repr(before[key]), key
    assert [(row.used, row.standard) for row in after["weights"]] == [
        (row.used, row.standard) for row in before["weights"]
    ]
    assert [name for _row, name, _more in after["answers"]] == [
        name for _row, name, _more in before["answers"]
    ]
    assert [row["name"] for row, *_more in after["stepped_out"]] == [
        row["name"] for row, *_more in before["stepped_out"]
    ]


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_not_a_word_of_it_changes_with_the_world(
    told: Scenario, made: Round, world: World, language: str
) -> None:
    """Profiles, weights, places, names, seats and twinnings of later; printed at the same moment."""

    def words() -> str:
        with override(language), clock.at(NOON):
            context = rationale_context(told.reference, language)
            return flat(strip_tags(render_to_string("pdf/matching_rationale.html", context)))

    before = words()
    assert "No time this year" in before
    for place in (world.leuven, world.karongi, world.nikki):
        place.name, place.population = f"New {place.name}", 1
        place.save()
    for track in (made.benin, made.rwanda):
        track.match_weight_theme, track.match_weight_language, track.places = 1, 99, 1
        track.save()
    for application in (*made.north, *made.south):
        application.working_languages, application.character = ["fr"], "coastal"
        application.save()
        application.interests.update(offer=3, ask=3)
    Decision.objects.update(total="12.00")
    SteeringSeat.objects.update(ended_at=clock.now())
    make_editor(world.nyanza, user=world.coordinator_ralga)
    assert words() == before


def test_names_in_other_scripts_are_printed(made: Round, world: World) -> None:
    place = made.leuven.municipality
    place.name = "Leuven 🌍 لوفان"
    place.save()
    member = make_steering(world.programme, last_name="بن علي")
    scenario = make_scenario(made)
    endorse_scenario(scenario=scenario, minute="محضر الاجتماع ✅", actor=member)
    for language in ("nl", "fr", "en"):
        read = printed(scenario, language)
        assert all(read.fonts.values())
        assert "🌍" in read.text
        assert any("ARABIC" in name(one, "") for one in read.text)
        assert "\N{REPLACEMENT CHARACTER}" not in read.text


def test_who_may_print_which_part(told: Scenario, world: World, made: Round) -> None:
    whole, rwanda, benin = told.reference, f"{told.reference}-RW", f"{told.reference}-BJ"
    observer = make_steering(world.programme, SteeringKind.OBSERVER, world.ralga)
    cases = (
        (world.coordinator_vvsg, {whole, rwanda, benin}),
        (make_seat(world.vvsg, AssociationRole.AUDITOR), {whole, rwanda, benin}),
        (make_steering(world.programme), {whole, rwanda, benin}),
        (world.coordinator_ralga, {rwanda}),
        (observer, {rwanda}),
        (world.coordinator_ancb, {benin}),
        (make_signatory(world.karongi), set()),
        (make_steering(world.programme, user=make_editor(world.gent)), set()),
        (UserFactory(is_superuser=True), set()),
    )
    for person, subjects in cases:
        assert {one for one in (whole, rwanda, benin) if may_read(person, one)} == subjects, person
        offered = {one for one, _track in subjects_for(told, visible_tracks(person, told))}
        assert offered <= subjects
    assert not may_read(world.coordinator_vvsg, "SCN-1999-0001")
    assert not may_read(world.coordinator_vvsg, f"{told.reference}-XX")


def test_the_part_of_a_country_tells_nothing_of_the_other(told: Scenario) -> None:
    text = flat(printed(told, "en", f"{told.reference}-RW").text)
    assert "Karongi" in text
    assert "Nikki" not in text
    assert "Cov" not in text


def test_a_draft_that_was_never_solved_is_not_printed(made: Round, world: World) -> None:
    draft = make_scenario(made, solved=False)
    assert not may_read(world.coordinator_vvsg, draft.reference)


def test_the_button_stands_on_the_page(told: Scenario, world: World) -> None:
    client = Client()
    client.force_login(world.coordinator_ralga)
    page = client.get(reverse("matching:scenario-detail", args=[told.reference]))
    assert f'value="{told.reference}-RW"' in page.content.decode()
    asked = {"kind": KIND, "subject": f"{told.reference}-RW", "language": "en"}
    assert client.post(reverse("documents:report-create"), asked).status_code == 302
    assert (
        client.post(reverse("documents:report-create"), asked | {"subject": told.reference}).status_code
        == 404
    )


def test_who_steps_out_later_does_not_come_across_it(told: Scenario, world: World) -> None:
    printed(told, "en")
    reports = GeneratedReport.objects.filter(kind=KIND)
    assert conceal_matches(world.coordinator_vvsg, reports).exists()
    person = make_seat(world.vvsg, AssociationRole.AUDITOR, user=make_editor(world.mechelen))
    assert not conceal_matches(person, reports).exists()


def test_an_override_stands_in_it_with_its_reason_and_what_it_costs(made: Round, world: World) -> None:
    lead = world.coordinator_vvsg
    scenario = make_scenario(made, forward=False)
    best = float(scenario.total or 0)
    set_pair_rule(
        scenario=scenario,
        north=made.gent,
        south=made.karongi,
        kind=RuleKind.LOCK,
        reason="A promise of 2019",
        actor=lead,
    )
    solve_scenario(scenario=scenario)
    scenario.refresh_from_db()
    cost = points_in_words(best - float(scenario.total or 0))
    scenario.endorsed_by = lead
    text = flat(printed(scenario, "en").text)
    assert "Gent – Karongi" in text
    assert "A promise of 2019" in text
    price = f"Without this the pairs would score {cost} points more together."
    # With the words on pairs, with the pair itself, and for everything that was said.
    assert text.count(price) == 3
    assert "The pairs would have been:" in text
    assert "Leuven – Karongi" in text.split("The pairs would have been:")[1].split(".")[0]


def test_the_total_of_a_countrys_part_is_that_of_its_pairs(told: Scenario) -> None:
    whole, part = (rationale_context(f"{told.reference}{end}", "en") for end in ("", "-RW"))
    assert whole["total"] == points_in_words(float(told.total or 0))
    pairs = [pair["row"].score for pair in part["pairs"]]
    assert part["total"] == points_in_words(float(sum(pairs)))
    assert part["total"] != whole["total"]
    assert (whole["partial"], part["partial"]) == (False, True)


def test_who_says_yes_and_then_no_has_declined(made: Round, world: World) -> None:
    scenario = make_approved(made)
    proposal = release_scenario(scenario=scenario, actor=world.coordinator_vvsg)[0]
    signer = make_signatory(proposal.north.municipality, last_name="Twijfel")
    accept_proposal(proposal=proposal, side=Side.NORTH, actor=signer)
    decline_proposal(proposal=proposal, side=Side.NORTH, reason="After all not", actor=signer)
    text = flat(printed(scenario, "en").text)
    answers = text.split("What the municipalities answered")[1].split("All steps")[0]
    assert "After all not" in answers
    assert "Accepted, Ada Twijfel" not in answers


def test_approvals_that_were_taken_back_stay_among_the_steps(made: Round, world: World) -> None:
    scenario = make_approved(made)
    send_back_scenario(scenario=scenario, reason="A country stands still", actor=world.coordinator_ancb)
    scenario.refresh_from_db()
    steps = [
        (row.text, str(row.actor), row.reason) for row in rationale_context(scenario.reference, "en")["steps"]
    ]
    assert (f"{world.ancb.acronym} approves Benin", str(world.coordinator_ancb), "Agreed") in steps
    assert ("Sent back", str(world.coordinator_ancb), "A country stands still") in steps
    part = [row.text for row in rationale_context(f"{scenario.reference}-RW", "en")["steps"]]
    assert not [text for text in part if "Benin" in text]
