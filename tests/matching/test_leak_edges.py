"""What could be worked out, guessed or come across: by arithmetic, by filters and orders of the desk, by what a refusal
says, by papers of others, by two seats of one person, by history."""

import pytest
from django.test import Client
from django.urls import reverse

from applications.enums import ConflictGround
from applications.models import Decision, Track
from applications.services.conflicts import declare_interest
from matching.enums import Objective, RuleKind
from matching.models import Partnership, Proposal, Scenario, ScenarioComment
from matching.permissions import left_tracks, visible_tracks
from matching.reports_rationale import may_read, rationale_context
from matching.selectors.concealment import conceal_matches
from matching.services import (
    accept_proposal,
    comment_scenario,
    create_scenario,
    end_early,
    put_forward,
    set_aim,
    set_pair_rule,
    solve_scenario,
)
from matching.services.reopening import _name
from sdgpartners.documents.models import Job
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.enums import SteeringKind
from sdgpartners.people.models import SteeringSeat, User
from sdgpartners.programme.enums import Side
from tests.factories import (
    MunicipalityFactory,
    in_english,
    make_editor,
    make_seat,
    make_signatory,
    make_steering,
)
from tests.matching.factories import (
    Round,
    make_endorsed,
    make_northern,
    make_proposals,
    make_round,
    make_scenario,
    proposal_of,
)
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(world: World) -> Round:
    for person in (world.coordinator_vvsg, world.coordinator_ralga, world.coordinator_ancb):
        in_english(person)
    return make_round(world)


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def main_of(user: User, address: str) -> str:
    answer = browser_of(user).get(address)
    assert answer.status_code == 200, address
    return str(answer.content.decode().split("<main")[-1])


def room(scenario: Scenario, page: str = "room") -> str:
    return reverse(f"admin:matching_scenario_{page}", args=[scenario.reference])


def again(user: User) -> User:
    """The person as the next request reads them."""
    return User.objects.get(pk=user.pk)


def test_the_total_of_the_whole_tells_nobody_what_the_other_country_scores(made: Round, world: World) -> None:
    """Total of all less the own total is the sister's; with one pair there it is that pair's score."""
    scenario = make_scenario(made)
    set_aim(scenario=scenario, objective=Objective.FAIR, prefer_points=5, actor=world.coordinator_vvsg)
    scenario = solve_scenario(scenario=scenario)
    own = sum(
        row.score or 0 for row in scenario.pair_scores.filter(track=made.benin) if _is_chosen(scenario, row)
    )
    whole = {
        f"{scenario.total:.1f}",
        f"{scenario.total:.4f}",
        f"{scenario.worst:.1f}",
        f"{scenario.worst:.4f}",
    }
    pages = {
        "list": reverse("admin:matching_scenario_changelist"),
        "alternatives": room(scenario, "alternatives"),
        "room": room(scenario),
        "compare": room(scenario, "compare"),
    }
    for name, address in pages.items():
        text = main_of(world.coordinator_ancb, address)
        assert {figure for figure in whole if figure in text} == set(), name
    assert "; weakest pair" in main_of(world.coordinator_vvsg, pages["alternatives"])
    assert "; weakest pair" not in main_of(world.coordinator_ancb, pages["alternatives"])
    part = rationale_context(f"{scenario.reference}-BJ", "en")
    assert part["partial"]
    assert float(part["total"]) == pytest.approx(float(own), abs=0.06)
    assert part["price_of_all"] == ""


def _is_chosen(scenario: Scenario, row: object) -> bool:
    pair = (row.north.reference, row.south.reference)  # type: ignore[attr-defined]
    return pair in {(north, south) for north, south, _score in scenario.result["pairs"]}


def test_a_guessed_reference_gives_no_name(made: Round, world: World) -> None:
    """Aalst chose Rwanda alone: for ANCB it does not exist."""
    hidden = make_northern(made.call, MunicipalityFactory(country=world.be, name="Aalst"), [made.rwanda])
    scenario = make_scenario(made)
    data = {"kind": "forbid", "reason": "Who is it?"}
    for person, expected in ((world.coordinator_ancb, 404), (world.coordinator_vvsg, 302)):
        pair = f"{hidden.reference}.{made.nikki.reference}"
        answer = browser_of(person).post(room(scenario, "rule"), data | {"pair": pair})
        assert answer.status_code == expected, person
        scenario.rules.all().delete()
        solve_scenario(scenario=scenario)
    for step in ("rule", "clear"):
        given = [
            browser_of(world.coordinator_ancb).post(room(scenario, step), data | {"pair": pair}).status_code
            for pair in (
                f"APP-1999-0001.{made.nikki.reference}",
                f"{made.leuven.reference}.{made.karongi.reference}",
            )
        ]
        assert given == [404, 404]
    draft = make_scenario(made, solved=False)
    known = f"{made.gent.reference}.{made.nikki.reference}"
    answer = browser_of(world.coordinator_ancb).post(room(draft, "rule"), data | {"pair": known})
    assert answer.status_code == 302


def test_a_part_of_the_rationale_names_nobody_of_the_other_country(made: Round, world: World) -> None:
    place = MunicipalityFactory(country=world.be, name="Aalst")
    make_northern(made.call, place, [made.rwanda])
    make_steering(world.programme, user=make_editor(place, last_name="Opzij"))
    scenario = make_scenario(made)
    set_pair_rule(
        scenario=scenario, north=made.leuven, south=made.karongi, kind=RuleKind.LOCK, reason="They met in Kigali",
        actor=world.coordinator_ralga,
    )  # fmt: skip
    solve_scenario(scenario=scenario)
    put_forward(scenario=scenario, actor=world.coordinator_vvsg)
    scenario = make_endorsed_now(made, scenario)
    for subject, known in ((scenario.reference, True), (f"{scenario.reference}-BJ", False)):
        context = rationale_context(subject, "en")
        told = repr([context["north"], context["barred"], context["stepped_out"]])
        assert ("Aalst" in told, "Opzij" in told) == (known, known)
        reasons = {row.reason for row in context["steps"]}
        assert ("They met in Kigali" in reasons) == known
        assert "Meeting" in reasons


def make_endorsed_now(made: Round, scenario: Scenario) -> Scenario:
    from matching.services import endorse_scenario

    return endorse_scenario(scenario=scenario, minute="Meeting", actor=make_steering(made.world.programme))


def test_a_seat_in_the_steering_group_opens_no_other_country_before_its_time(
    made: Round, world: World
) -> None:
    make_steering(world.programme, user=world.coordinator_ralga)
    scenario = make_scenario(made, forward=False)
    both = again(world.coordinator_ralga)
    assert [row.pk for row in visible_tracks(both, scenario)] == [made.rwanda.pk]
    assert left_tracks(both, scenario) == []
    for page in ("room", "pairs", "weights"):
        assert "Nikki" not in main_of(both, room(scenario, page))
    assert not may_read(both, scenario.reference)
    scenario = put_forward(scenario=scenario, actor=world.coordinator_vvsg)
    assert [row.pk for row in visible_tracks(again(both), scenario)] == [made.benin.pk, made.rwanda.pk]


def test_names_of_other_scenarios_and_failed_runs_stay_in_their_country(made: Round, world: World) -> None:
    first = create_scenario(
        call=made.call, tracks=[made.rwanda], name="Leuven – Karongi", objective=Objective.TOTAL,
        actor=world.coordinator_vvsg,
    )  # fmt: skip
    scenario = make_scenario(made, forward=False)
    job = Job.objects.create(
        kind="solve_scenario",
        state="failed",
        arguments={"scenario": scenario.pk},
        error="Karongi is in a fixed pair",
    )
    Scenario.objects.filter(pk=scenario.pk).update(copied_from=first, job=job)
    for page in ("settings", "room", "job"):
        lead = browser_of(world.coordinator_vvsg).get(room(scenario, page)).content.decode()
        sister = browser_of(world.coordinator_ancb).get(room(scenario, page)).content.decode()
        assert "Karongi" in lead, page
        assert "Karongi" not in sister, page
    assert first.reference in main_of(world.coordinator_ancb, room(scenario, "settings"))


def test_the_name_of_a_search_holds_whom_its_readers_know(made: Round) -> None:
    proposal = Proposal(reference="PRO-1", track=made.rwanda, north=made.leuven, south=made.karongi)
    assert _name(proposal, [made.rwanda]) == "PRO-1 · Leuven – Karongi"
    assert _name(proposal, [made.benin, made.rwanda]) == "PRO-1 · Leuven"
    made.leuven.preferences.filter(track=made.benin).delete()
    assert _name(proposal, [made.benin, made.rwanda]) == "PRO-1"


def test_the_history_of_an_application_tells_the_other_country_nothing(made: Round, world: World) -> None:
    """ANCB reads Leuven's application, because it chose Benin too."""
    proposal = proposal_of(made, made.leuven)
    south = make_signatory(world.karongi, last_name="Uwase")
    accept_proposal(proposal=proposal, side=Side.NORTH, actor=make_signatory(world.leuven))
    accept_proposal(proposal=proposal, side=Side.SOUTH, actor=south)
    pair = Partnership.objects.get(proposal=proposal)
    end_early(
        partnership=pair, reason="A quarrel in Karongi", rematch=[Side.NORTH], actor=world.coordinator_ralga
    )
    for page in ("detail", "history"):
        text = main_of(
            world.coordinator_ancb, reverse(f"applications:application-{page}", args=[made.leuven.reference])
        )
        assert "Leuven" in text
        assert [word for word in ("quarrel", "Karongi", "Uwase") if word in text] == []
    # A later partner in Benin does not read whose place it takes, RALGA and Leuven do.
    later = Partnership.objects.create(
        reference="SDG-2026-0900", partner_country=world.benin, theme=world.theme_benin, north=world.leuven,
        south=world.nikki, replaces=pair,
    )  # fmt: skip
    course = reverse("matching:partnership-course", args=[later.reference])
    desk = reverse("admin:matching_partnership_change", args=[later.pk])
    for person, known in (
        (make_editor(world.nikki), False), (world.coordinator_ancb, False), (make_editor(world.leuven), True),
        (world.coordinator_vvsg, True),
    ):  # fmt: skip
        assert ("Karongi" in main_of(in_english(person), course)) == known
    assert "Karongi" not in main_of(world.coordinator_ancb, desk)
    assert "Karongi" in main_of(world.coordinator_vvsg, desk)


def test_a_refusal_tells_nothing(made: Round, world: World) -> None:
    """What is there and closed answers like what is not there."""
    scenario, proposal = make_endorsed(made), None
    approve = [
        browser_of(world.coordinator_ancb).post(
            reverse("matching:scenario-approve", args=[scenario.reference, code])
        )
        for code in ("RW", "XX", "BJ")
    ]
    assert [row.status_code for row in approve] == [404, 404, 302]
    proposal = Proposal.objects.create(
        reference="PRO-2026-0900", scenario=scenario, track=made.rwanda, north=made.leuven, south=made.karongi,
        score=1,
    )  # fmt: skip
    pair = Partnership.objects.create(
        reference="SDG-2026-0901", proposal=proposal, partner_country=world.rwanda, theme=world.theme_rwanda,
        north=world.leuven, south=world.karongi,
    )  # fmt: skip
    strangers = (make_signatory(world.gent), make_signatory(world.nyanza), world.coordinator_ancb)
    steps: dict[str, tuple[str, ...]] = {
        "scenario": ("detail", "comment", "step-out", "endorse", "send-back", "letters", "release"),
        "proposal": ("detail", "accept", "decline"),
        "partnership": (
            "plan", "plan-agree", "team", "team-add", "agreement", "sign", "course", "suspend", "end-ask", "follow",
            "decisions", "decision-add", "hand-over", "hand-over-start", "plan-review", "sponsor",
        ),
    }  # fmt: skip
    rows = {"scenario": scenario.reference, "proposal": proposal.reference, "partnership": pair.reference}
    for person in strangers:
        browser = browser_of(person)
        for kind, names in steps.items():
            if kind == "scenario" and person == world.coordinator_ancb:
                continue
            for name in names:
                answers = [
                    (browser.get(address).status_code, browser.post(address).status_code)
                    for reference in (rows[kind], "XXX-1999-0001")
                    if (address := reverse(f"matching:{kind}-{name}", args=[reference]))
                ]
                assert answers[0] == answers[1], (name, person)
                assert set(answers[0]) <= {404, 405}


LOOKUPS = {
    "scenario": (
        "sent_back_reason__startswith=A", "total__gt=1", "pair_scores__score__gt=1", "rules__reason__startswith=L",
        "comments__text__startswith=L", "call__title_en__startswith=A", "inputs__names__icontains=A",
    ),
    "proposal": (
        "north__municipality__name__startswith=A", "decline_reason__startswith=A", "score__gt=50",
        "scenario__minute__startswith=A", "track__partner_country__suspension_reason__startswith=A",
    ),
    "partnership": (
        "north__name__startswith=A", "end_reason__startswith=A", "sides__team__name__startswith=A",
        "suspensions__reason__startswith=A", "partner_country__suspension_reason__startswith=A",
        "replaces__north__name__startswith=A", "sides__hand_overs__notes__startswith=A",
    ),
    "agreementtext": ("agreements__partnership__north__name__startswith=A",),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore::django.core.paginator.UnorderedObjectListWarning")
def test_the_lists_of_the_desk_answer_no_other_question(made: Round, world: World) -> None:
    make_proposals(made)
    browser = browser_of(world.coordinator_ancb)
    for model, given in LOOKUPS.items():
        address = reverse(f"admin:matching_{model}_changelist")
        assert {one: browser.get(f"{address}?{one}").status_code for one in given} == dict.fromkeys(
            given, 400
        )
    for model in ("scenario", "proposal", "partnership"):
        address = reverse(f"admin:matching_{model}_changelist")
        # No column of the list sorts by a figure of the whole, and no word finds a row of the other country.
        orders = {
            browser.get(f"{address}?o={number}").content.decode().count("<tr") for number in range(1, 9)
        }
        assert len(orders) == 1
        assert "Karongi" not in main_of(world.coordinator_ancb, f"{address}?q=Leuven").split("<table", 1)[-1]
    names = [
        ("matching", "scenario", "call"),
        ("matching", "proposal", "north"),
        ("matching", "partnership", "south"),
    ]
    for app, model, field in names:
        asked = {"app_label": app, "model_name": model, "field_name": field, "term": "Kar"}
        answer = browser.get(reverse("admin:autocomplete"), asked)
        # What is found is what stands on the person's own list.
        assert answer.status_code == 403 or answer.json()["results"] == [], model


def test_who_steps_out_does_not_come_across_letters_and_runs(made: Round, world: World) -> None:
    Track.objects.filter(pk=made.rwanda.pk).update(places=1)
    for place in (world.nyanza, world.gent, world.mechelen):
        make_editor(place)
    make_proposals(made)
    Job.objects.create(kind="solve_scenario", arguments={"scenario": Scenario.objects.get().pk})
    other = Job.objects.create(kind="render_report", arguments={"kind": "x", "subject": "y"})
    lead = make_seat(world.vvsg)
    mails = OutgoingMail.objects.filter(kind="match_unmatched")
    assert mails.exists()
    assert conceal_matches(lead, Job.objects.all()).count() == 2
    assert conceal_matches(lead, mails).count() == mails.count()
    declare_interest(application=made.karongi, actor=lead, ground=ConflictGround.FAMILY)
    assert list(conceal_matches(again(lead), Job.objects.all())) == [other]
    assert not conceal_matches(again(lead), mails).exists()


def test_a_member_who_observes_by_now_gets_no_mail_on_other_pairs(made: Round, world: World) -> None:
    scenario = make_scenario(made)
    former, member = make_steering(world.programme), make_steering(world.programme)
    comment_scenario(scenario=scenario, text="Good", actor=former)
    SteeringSeat.objects.filter(user=former).update(kind=SteeringKind.OBSERVER, association=world.ancb)
    comment_scenario(
        scenario=scenario, text="On Rwanda", actor=member, north=made.leuven, south=_partner(scenario, made)
    )
    told = OutgoingMail.objects.filter(kind="scenario_comment", body_text__contains="On Rwanda")
    assert former.email not in set(told.values_list("to", flat=True))
    assert ScenarioComment.objects.count() == 2


def _partner(scenario: Scenario, made: Round) -> object:
    found = {north: south for north, south, _score in scenario.result["pairs"]}
    return next(row for row in made.south if row.reference == found[made.leuven.reference])


def test_nobody_works_out_what_the_partner_scored(made: Round, world: World) -> None:
    """Whatever Leuven's application scored, Karongi reads the same page."""
    proposal = proposal_of(made, made.leuven)
    address = reverse("matching:proposal-detail", args=[proposal.reference])
    editor = in_english(make_editor(world.karongi))
    before = main_of(editor, address)
    for part in proposal.parts:
        if part["part"] == "application":
            part["score"], part["params"]["scored"][0]["score"] = 0.31, 31.0
    Proposal.objects.filter(pk=proposal.pk).update(score=proposal.score - 3, parts=proposal.parts)
    Decision.objects.filter(application=made.leuven).update(total="31.00")
    assert main_of(editor, address) == before
