"""From the demo's candidates to active partnerships, by keyboard alone: everybody reads the own language, nobody
touches a mouse. One pair is forbidden, one is chosen against the solver, one proposal is declined."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker

from applications.enums import ApplicationStatus
from applications.models import Call
from budget.models import Share
from matching.enums import (
    PartnershipStatus,
    ProposalStatus,
    RuleKind,
    ScenarioStatus,
)
from matching.models import PairRule, PairScore, Partnership, Proposal, Scenario
from matching.selectors.concealment import RATIONALE
from portal.demo.rounds import noon
from sdgpartners.core import clock
from sdgpartners.core.text import LANGUAGE_CODES
from sdgpartners.documents.models import GeneratedReport
from sdgpartners.documents.services.jobs import run_job
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.enums import MunicipalRole
from sdgpartners.programme.enums import Side
from tests.documents.pdf_reading import read_back
from tests.journeys.actors import Stage
from tests.journeys.company import Company
from tests.journeys.demo import TODAY, Demo, demo_standing
from tests.journeys.keys import Keys
from tests.journeys.steps_answer import (
    a_college_will_decide,
    declines,
    downloads,
    reads_why,
    the_college_decided,
)
from tests.journeys.steps_match import association_approves, steering_group_endorses
from tests.journeys.steps_partner import (
    coordinator_starts,
    editor_agrees_and_confirms,
    editor_names_the_team,
    editor_writes_the_plan,
    signatory_signs_the_agreement,
)
from tests.journeys.steps_room import (
    Fixed,
    Pair,
    copies,
    lays_aside,
    lays_side_by_side,
    makes_a_scenario,
    pairs_of,
    price_in,
    proposed_in,
    puts_forward,
    reads_the_price,
    says,
    sees_it_kept,
    solves,
    tries_weights,
    work,
)
from tests.journeys.steps_steering import (
    chooses_the_language,
    everybody_approved,
    lead_looks_at_the_letters,
    lead_releases,
    member_comments_and_endorses,
    member_steps_out,
)
from tests.journeys.words import Words

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
CALL = "demo-3"
FORBIDDEN_BECAUSE = "Their mayors sit on the board of the same company."
FIXED_BECAUSE = "Les deux préparent déjà un atelier sur les marchés."
KIN = "Mijn zus werkt er op het districtskantoor."
COMMENT = "Attention au temps de trajet entre les deux."
MINUTE = "Séance du 25 novembre (fictive), tout le monde est d’accord."
DECLINED_BECAUSE = {
    "en": "Our new council chose water first.",
    "fr": "Le nouveau conseil veut d’abord travailler sur la gestion des eaux.",
}
SISTERS = {"BJ": "ancb", "RW": "ralga"}
# What the associations read already; this member of the steering group chooses another language on the way.
LANGUAGES = {"ralga": "en", "ancb": "fr", "vvsg": "nl", "reviewer3": "nl", "steering": "fr"}
WEIGHTS = {"RW-theme": "0", "BJ-theme": "0", "RW-size": "60", "BJ-size": "60"}


@pytest.fixture(scope="module")
def demo(
    browser: Browser,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Demo]:
    """The demo as visitors get it. The browser comes first: it decides which database connection is used here."""
    with demo_standing(django_db_blocker, tmp_path_factory.mktemp("files")) as standing:
        yield standing


@pytest.fixture
def _django_db_helper(demo: Demo) -> None:
    """The demo stands until the last test, as for the tests that only look."""


def after(days: int) -> datetime:
    """Midday, so many days after the demo was loaded."""
    return noon(TODAY + timedelta(days=days))


def test_candidates_become_active_partnerships_without_a_mouse(browser: Browser, demo: Demo) -> None:
    with ExitStack() as stack:
        stages = [Stage(browser, demo.url, Words(code), Keys) for code in LANGUAGE_CODES]
        company = Company(demo, {one.words.language: stack.enter_context(one) for one in stages})
        with clock.at(after(0)):
            scenario, fixed = _the_room(company)
        with clock.at(after(2)):
            _steering_group(company, scenario, fixed)
        with clock.at(after(3)):
            proposals = _approved_and_released(company, scenario)
        with clock.at(after(5)):
            follow_up, best_left = _answers(company, proposals)
        with clock.at(after(7)):
            _next_best(company, follow_up, best_left)
        with clock.at(after(8)):
            (late,) = _approved_and_released(company, follow_up)
        with clock.at(after(9)):
            _both_accept(company, late)
        pairs = _partnerships(proposals, late)
        for pair in pairs:
            with clock.at(after(14)):
                _prepare(company, pair, decides=pair == pairs[0])
        with clock.at(after(40)):
            for pair in pairs:
                _start(company, pair)
            _the_rationale(company, scenario, proposals, fixed)


def _the_room(company: Company) -> tuple[Scenario, Fixed]:
    """RALGA for itself first, then both on the scenario of the lead, which is put forward in place of the demo's."""
    call = Call.objects.get(code=CALL)
    first = Scenario.objects.get(call=call, put_forward_at__isnull=False)
    forbidden = next(pair for pair in pairs_of(first, "RW") if pair.key in proposed_in(first))
    with company.keys("ralga") as ralga:
        own = makes_a_scenario(ralga, call, "RW", "Rwanda alone")
        solves(ralga, own)
        unwanted = next(pair for pair in pairs_of(own, "RW") if pair.key in proposed_in(own))
        says(ralga, own, unwanted, RuleKind.FORBID, FORBIDDEN_BECAUSE)
        solves(ralga, own)
        sees_it_kept(ralga, own, unwanted, RuleKind.FORBID, FORBIDDEN_BECAUSE)
    with company.keys("vvsg") as lead:
        shared = copies(lead, first, "Samen")
        solves(lead, shared)
    with company.keys("ralga") as ralga:
        says(ralga, shared, forbidden, RuleKind.FORBID, FORBIDDEN_BECAUSE)
        solves(ralga, shared)
        sees_it_kept(ralga, shared, forbidden, RuleKind.FORBID, FORBIDDEN_BECAUSE)
    with company.keys("ancb") as ancb:
        dearer = _dearer(shared, "BJ")
        price = reads_the_price(ancb, shared, dearer)
        before = shared.total or Decimal(0)
        says(ancb, shared, dearer, RuleKind.LOCK, FIXED_BECAUSE)
        solves(ancb, shared)
        sees_it_kept(ancb, shared, dearer, RuleKind.LOCK, FIXED_BECAUSE)
        # The whole lost exactly what was announced.
        assert before - (shared.total or Decimal(0)) == Decimal(str(price))
    with company.keys("vvsg") as lead:
        lays_side_by_side(lead, shared, first, [FORBIDDEN_BECAUSE, FIXED_BECAUSE])
        tries_weights(lead, shared, WEIGHTS)
        lays_aside(lead, first, "Vervangen door een scenario met de woorden van ANCB en RALGA.")
        puts_forward(lead, shared)
    return shared, Fixed(dearer, FIXED_BECAUSE, price)


def _dearer(scenario: Scenario, country: str) -> Pair:
    """The best of the pairs with a country that are not proposed and possible at a price, without leaving a place empty
    or taking apart what somebody prefers."""
    price = {(row[0], row[1]): row[2] or 0 for row in scenario.result["cost_of"]}
    rules = scenario.rules.filter(kind=RuleKind.PREFER)
    kept = {one for pair in rules.values_list("north__reference", "south__reference") for one in pair}
    return next(
        pair
        for pair in pairs_of(scenario, country)
        if price.get(pair.key, 0) > 0 and kept.isdisjoint(pair.key)
    )


def _steering_group(company: Company, scenario: Scenario, fixed: Fixed) -> None:
    """One member steps out; another, who reads another language than the first, endorses."""
    with company.keys("reviewer3") as member:
        member_steps_out(member, scenario, _first_pair(scenario).south, KIN)
    with company.keys("steering") as member:
        chooses_the_language(member, LANGUAGES["steering"])
    with company.keys("steering") as member:
        member_comments_and_endorses(member, scenario, fixed, COMMENT, MINUTE)
    read = {account: company.demo.person(account).language for account in LANGUAGES}
    assert read == LANGUAGES


def _approved_and_released(company: Company, scenario: Scenario) -> list[Proposal]:
    """Each country by its own association and by the lead, who looks at the letters and sends them."""
    countries = sorted(scenario.tracks.values_list("partner_country__country", flat=True))
    for country in countries:
        with company.keys(SISTERS[country]) as sister:
            association_approves(sister, scenario, 1)
    with company.keys("vvsg") as lead:
        association_approves(lead, scenario, len(countries))
        everybody_approved(scenario)
        lead_looks_at_the_letters(lead, scenario, _first_pair(scenario))
        return lead_releases(lead, scenario)


def _first_pair(scenario: Scenario) -> Pair:
    scenario.refresh_from_db()
    return next(
        pair
        for country in ("RW", "BJ")
        for pair in pairs_of(scenario, country)
        if pair.key in proposed_in(scenario)
    )


def _answers(company: Company, proposals: list[Proposal]) -> tuple[Scenario, PairScore]:
    """One pair accepts, one is declined, the others accept while the search for the next best goes on: the scenario
    that searches, and what it should find."""
    letters = OutgoingMail.objects.filter(kind="proposal_released")
    assert {mail.language for mail in letters} == set(LANGUAGE_CODES)
    alone = {row["id"] for row in proposals[0].scenario.result["unmatched"]}
    told = OutgoingMail.objects.filter(kind="match_unmatched").values_list("target", flat=True)
    assert alone
    assert alone.issubset(told)
    declined, best_left = _to_be_declined(proposals)
    first, *others = [one for one in proposals if one != declined]
    _both_accept(company, first)
    with company.keys(company.of(declined.south.municipality, MunicipalRole.SIGNATORY)) as signatory:
        reads_why(signatory, declined, declined.north.municipality)
        reason = DECLINED_BECAUSE[signatory.words.language]
        declines(signatory, reason)
    for proposal in others:
        _both_accept(company, proposal)
    with company.keys(company.of(declined.north.municipality, MunicipalRole.SIGNATORY)) as signatory:
        signatory.open("portal:start")
        pair = f"{declined.north.municipality} – {declined.south.municipality}"
        signatory.hit(signatory.page.get_by_role("link", name=pair, exact=True))
        signatory.sees(signatory.words("The portal looks for the next best partners."))
        # Why is for the coordinators.
        assert reason not in signatory.page.content()
        assert signatory.user is not None
        received = OutgoingMail.objects.filter(to=signatory.user.email)
        assert not received.filter(body_text__contains=reason).exists()
    return Scenario.objects.get(follows=declined), best_left


def _to_be_declined(proposals: list[Proposal]) -> tuple[Proposal, PairScore]:
    """A pair that nobody fixed, whose Flemish side finds the best of who is left in the same country."""
    rules = PairRule.objects.filter(scenario=proposals[0].scenario)
    words = {(rule.north_id, rule.south_id): rule.kind for rule in rules}
    taken = {one.south_id for one in proposals}
    for one in proposals:
        if words.get((one.north_id, one.south_id)) == RuleKind.LOCK:
            continue
        rows = PairScore.objects.filter(scenario=one.scenario, north=one.north, score__isnull=False)
        left = [
            row
            for row in rows.exclude(south__in=taken).order_by("-score", "pk")
            if words.get((row.north_id, row.south_id)) != RuleKind.FORBID
        ]
        if left and left[0].track_id == one.track_id:
            return one, left[0]
    raise AssertionError("whoever loses a partner finds none in the same country")


def _both_accept(company: Company, proposal: Proposal) -> None:
    """A signatory of each, in the language of their own; the second yes makes the partnership."""
    for mine, other in ((proposal.north, proposal.south), (proposal.south, proposal.north)):
        with company.keys(company.of(mine.municipality, MunicipalRole.SIGNATORY)) as signatory:
            reads_why(signatory, proposal, other.municipality)
            signatory.press("Accept for %(own)s", own=mine.municipality)
            signatory.no_errors()
    proposal.refresh_from_db()
    assert proposal.status == ProposalStatus.ACCEPTED


def _next_best(company: Company, scenario: Scenario, best_left: PairScore) -> None:
    """Made by the portal; who has accepted is not in it, nor the pair that came apart."""
    work(scenario)
    declined = scenario.follows
    assert declined is not None
    living = Proposal.objects.filter(status=ProposalStatus.ACCEPTED, scenario=declined.scenario)
    held = {side for pair in living for side in (pair.north.reference, pair.south.reference)}
    assert held.isdisjoint(scenario.inputs["names"])
    assert proposed_in(scenario) == {(best_left.north.reference, best_left.south.reference)}
    with company.keys(SISTERS[declined.track.partner_country.country_id]) as sister:
        sister.open("matching:proposal-detail", declined.reference)
        sister.sees(declined.decline_reason)
        sister.hit(sister.page.get_by_role("main").get_by_role("link", name=scenario.reference))
        sister.heads(sister.words.many("%(count)s pair is proposed", "%(count)s pairs are proposed", 1))
        sister.sees(f"{best_left.north.municipality} – {best_left.south.municipality}")
    with company.keys("vvsg") as lead:
        lead.open("portal:start")
        lead.follow("Look at the next best partners")
        lead.sees(best_left.south.municipality.name)
        puts_forward(lead, scenario)
    with company.keys("steering") as member:
        steering_group_endorses(member)


def _partnerships(proposals: list[Proposal], late: Proposal) -> list[Partnership]:
    """Of every pair that both accepted; nothing that stood was touched by the one that came apart."""
    rows = Partnership.objects.filter(proposal__in=[*proposals, late]).select_related(
        "north__country", "south__country", "partner_country__association", "plan", "theme"
    )
    pairs = list(rows.order_by("pk"))
    assert len(pairs) == len(proposals)
    assert {pair.status for pair in pairs} == {PartnershipStatus.PREPARING}
    return pairs


def _prepare(company: Company, pair: Partnership, *, decides: bool) -> None:
    """Plan, teams, calendar, budget and agreement; one college says that it decides on the agreement first."""
    north, south = (company.of(place, MunicipalRole.EDITOR) for place in (pair.north, pair.south))
    with company.keys(north) as editor:
        editor_names_the_team(editor, pair)
        editor_writes_the_plan(editor, pair)
        editor_agrees_and_confirms(editor, pair)
        if decides:
            a_college_will_decide(editor, pair)
    with company.keys(south) as editor:
        editor_names_the_team(editor, pair)
        editor_agrees_and_confirms(editor, pair)
    for place in (pair.north, pair.south):
        with company.keys(company.of(place, MunicipalRole.SIGNATORY)) as signatory:
            signatory_signs_the_agreement(signatory, pair)
    if decides:
        with company.keys(north) as editor:
            the_college_decided(editor, pair)


def _start(company: Company, pair: Partnership) -> None:
    """By the association of the country, once every line of the list is done."""
    with company.keys(pair.partner_country.association.code) as coordinator:
        coordinator_starts(coordinator, pair)
    halves = Share.objects.filter(budget__partnership=pair).values_list("side", flat=True)
    assert set(halves) == {Side.NORTH, Side.SOUTH}
    assert pair.proposal is not None
    states = {pair.proposal.north.status, pair.proposal.south.status}
    assert states == {ApplicationStatus.MATCHED}


def _the_rationale(company: Company, scenario: Scenario, proposals: list[Proposal], fixed: Fixed) -> None:
    """Asked for on the page, made by the worker, downloaded, and read back: who said, decided and answered what."""
    scenario.refresh_from_db()
    assert scenario.status == ScenarioStatus.RELEASED
    with company.keys("vvsg") as lead:
        lead.open("matching:scenario-detail", scenario.reference)
        lead.press("Rationale as PDF")
        report = GeneratedReport.objects.get(kind=RATIONALE, subject=scenario.reference)
        assert report.job_id is not None
        assert run_job(report.job_id)
        lead.open("documents:report-detail", report.uid)
        content = downloads(lead)
    found = read_back(content)
    assert (found.language, found.tagged) == ("nl", True)
    text = " ".join(found.text.split())
    people = [str(company.demo.person(account)) for account in LANGUAGES]
    pairs = [f"{one.north.municipality} – {one.south.municipality}" for one in proposals]
    follow_up = Scenario.objects.select_related("follows").get(follows__scenario=scenario)
    assert follow_up.follows is not None
    expected = [
        *people, *pairs, FORBIDDEN_BECAUSE, FIXED_BECAUSE, price_in(Words("nl"), fixed.price), COMMENT, MINUTE,
        follow_up.follows.decline_reason, follow_up.reference,
    ]  # fmt: skip
    assert [part for part in expected if part not in text] == [], text
    assert KIN not in text
