"""Hard rules: what bars a pair, on which side, and the words for it."""

import math
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils.translation import override

from applications.enums import QuestionKind, Section, TwinningRule
from applications.models import Answer, Application, PartnerPreference, Question, Track
from matching.enums import PartnershipStatus
from matching.models import PairScore, Partnership
from matching.selectors.candidates import living_partnerships, read_tracks
from matching.selectors.scenarios import lost_candidates, proposed_scores
from matching.sentences import BARS, bar_in_words, parts_in_words
from matching.services import solve_scenario
from sdgpartners.core import clock
from sdgpartners.programme.enums import SouthernEntry
from sdgpartners.programme.models import Goal, Municipality, Pillar, Subtheme, Target, TownTwinning
from tests.factories import MunicipalityFactory
from tests.matching.factories import Round, make_partnership, make_round, make_scenario
from tests.world import World


@pytest.fixture
def made(world: World) -> Round:
    return make_round(world)


def bars(made: Round) -> dict[tuple[str, str], str]:
    """The bar of every pair by names, as a scenario over both tracks would store it."""
    return {
        (north.name, south.name): one.table.barred(i, j)
        for one in read_tracks(made.call, [made.benin, made.rwanda])
        for i, north in enumerate(one.table.north)
        for j, south in enumerate(one.table.south)
    }


def test_the_list_of_the_country_and_a_municipality_that_it_merged_into(made: Round, world: World) -> None:
    old = MunicipalityFactory(country=world.bj, successor=world.nikki)
    made.benin.eligible.set([old])
    found = bars(made)
    assert found["Gent", "Covè"] == "not_eligible"
    assert found["Gent", "Nikki"] == ""


@pytest.mark.parametrize(
    "case",
    [
        (TwinningRule.CONDITION, True, False, "twinned"),
        (TwinningRule.CONDITION, None, True, "twinned"),
        (TwinningRule.CONDITION, False, True, ""),
        (TwinningRule.CONDITION, None, False, ""),
        (TwinningRule.PLUS, True, True, ""),
        (TwinningRule.NONE, True, True, ""),
    ],
)
def test_a_southern_twinning_bars_where_the_call_makes_having_none_a_condition(
    made: Round, case: tuple[TwinningRule, bool | None, bool, str]
) -> None:
    """The declaration counts; the known list only where nothing was declared."""
    (rule, declared, known, bar), world = case, made.world
    made.benin.southern_twinning = rule
    made.benin.save()
    Application.objects.filter(pk=made.nikki.pk).update(has_active_twinning=declared)
    if known:
        TownTwinning.objects.create(
            north=world.mechelen, partner_country_code="BJ", south=world.nikki, partner_name="Nikki"
        )
    assert bars(made)["Gent", "Nikki"] == bar


@pytest.mark.parametrize(
    ("rule", "declared", "bar"),
    [
        (TwinningRule.CONDITION, True, "twinned_north"),
        (TwinningRule.CONDITION, False, ""),
        (TwinningRule.CONDITION, None, ""),
        (TwinningRule.PLUS, True, ""),
    ],
)
def test_a_northern_twinning_bars_only_where_the_call_says_so(
    made: Round, rule: TwinningRule, declared: bool | None, bar: str
) -> None:
    made.call.northern_twinning = rule
    made.call.save()
    Application.objects.filter(pk=made.gent.pk).update(has_active_twinning=declared)
    found = bars(made)
    assert found["Gent", "Nikki"] == found["Gent", "Karongi"] == bar
    assert found["Leuven", "Karongi"] == ""


def test_a_suspended_country_bars_its_pairs_alone(made: Round, world: World) -> None:
    world.rwanda.suspended_since, world.rwanda.suspension_reason = clock.today(), "Broken off"
    world.rwanda.save()
    found = bars(made)
    assert found["Gent", "Karongi"] == "country_suspended"
    assert found["Gent", "Nikki"] == ""


def test_the_least_score_is_asked_of_scored_applications_only(made: Round) -> None:
    made.rwanda.match_score_min = Decimal("85.00")
    made.rwanda.save()
    found = bars(made)
    assert found["Gent", "Karongi"] == "below_minimum"
    assert found["Leuven", "Karongi"] == ""
    assert found["Gent", "Nikki"] == ""
    made.gent.decisions.filter(track=made.rwanda).update(total=Decimal("85.00"))
    made.karongi.decisions.update(total=Decimal("10.00"))
    assert bars(made)["Gent", "Karongi"] == ""
    made.rwanda.southern_scored = True
    made.rwanda.save()
    assert bars(made)["Gent", "Karongi"] == "below_minimum"


def test_a_flemish_municipality_set_free_while_suspended_may_be_matched_again(
    made: Round, world: World
) -> None:
    Partnership.objects.create(
        reference="SDG-1", partner_country=world.rwanda, theme=world.theme_rwanda, north=world.gent,
        south=world.karongi, status=PartnershipStatus.SUSPENDED,
    )  # fmt: skip
    assert bars(made)["Gent", "Nikki"] == "in_partnership"
    Partnership.objects.update(north_free_since=clock.today())
    found = bars(made)
    assert found["Gent", "Nikki"] == ""
    assert found["Leuven", "Karongi"] == "in_partnership"
    assert not living_partnerships(world.gent.pk).exists()
    assert living_partnerships(world.karongi.pk).exists()


def test_a_partnership_also_keeps_the_successor_of_its_municipality(made: Round, world: World) -> None:
    old: Municipality = MunicipalityFactory(country=world.be, successor=world.gent)
    Partnership.objects.create(
        reference="SDG-1", partner_country=world.rwanda, theme=world.theme_rwanda, north=old,
        south=MunicipalityFactory(country=world.rw),
    )  # fmt: skip
    assert bars(made)["Gent", "Nikki"] == "in_partnership"


@pytest.mark.parametrize("case", ["north", "south", "merged", "both merged", "free"])
def test_a_pair_of_which_one_has_a_partnership_by_now_is_not_proposed(
    made: Round, world: World, case: str
) -> None:
    """The rule holds on the day of the release, not only on that of the solving."""
    scenario = make_scenario(made)
    pairs = proposed_scores(scenario)
    assert lost_candidates(scenario, pairs) == []
    pair = pairs[0]
    north: Municipality = MunicipalityFactory(country=world.be)
    south: Municipality = MunicipalityFactory(country=world.rw)
    if case == "south":
        south = pair.south.municipality
    elif case == "merged":
        north = MunicipalityFactory(country=world.be, successor=pair.north.municipality)
    elif case == "both merged":
        north = MunicipalityFactory(country=world.be, successor=MunicipalityFactory(country=world.be))
        pair.north.municipality.successor = north.successor
        pair.north.municipality.save()
    else:
        north = pair.north.municipality
    Partnership.objects.create(
        reference="SDG-1", partner_country=world.rwanda, theme=world.theme_rwanda, north=north, south=south,
        status=PartnershipStatus.SUSPENDED, north_free_since=clock.today() if case == "free" else None,
    )  # fmt: skip
    gone = {"south": pair.south, "free": None}.get(case, pair.north)
    assert lost_candidates(scenario, pairs) == ([gone.municipality.name] if gone else [])
    # The same rule as when it is solved anew.
    bar = bars(made)[pair.north.municipality.name, pair.south.municipality.name]
    assert bar == ("in_partnership" if gone else "")


def test_what_a_candidate_has_merged_into_may_be_in_a_partnership(made: Round, world: World) -> None:
    merged = MunicipalityFactory(country=world.be)
    Partnership.objects.create(
        reference="SDG-1", partner_country=world.rwanda, theme=world.theme_rwanda, north=merged,
        south=MunicipalityFactory(country=world.rw),
    )  # fmt: skip
    assert bars(made)["Gent", "Nikki"] == ""
    world.gent.successor = merged
    world.gent.save()
    assert bars(made)["Gent", "Nikki"] == "in_partnership"


def test_a_new_partnership_bars_both_of_its_municipalities_everywhere(made: Round) -> None:
    partnership, _north, _south = make_partnership(made)
    made.leuven.refresh_from_db()
    assert partnership.north.name == "Leuven"
    Application.objects.filter(pk=made.leuven.pk).update(status="confirmed")
    made.leuven.proposals_as_north.update(status="declined", declined_side="north")
    assert {code for (north, _south), code in bars(made).items() if north == "Leuven"} == {"in_partnership"}


@pytest.mark.parametrize("language", ["en", "fr", "nl"])
def test_every_bar_has_its_words(language: str) -> None:
    with override(language):
        assert all(bar_in_words(code).endswith(".") for code in BARS)


def _goals(world: World, made: Round) -> None:
    """Participation belongs to target 16.7; Gent and Nyanza name that target, Mechelen the goal."""
    peace = Pillar.objects.create(code="peace", order=1, name_en="Peace", name_fr="Paix", name_nl="Vrede")
    texts = {f"{field}_{code}": "Justice" for field in ("title", "text") for code in ("en", "fr", "nl")}
    goal = Goal.objects.create(number=16, pillar=peace, colour="#00689d", **texts)
    target = Target.objects.create(
        code="16.7", goal=goal, order=7, **{key: text for key, text in texts.items() if "text" in key}
    )
    Subtheme.objects.get(code="participation").targets.add(target)
    question = Question.objects.create(
        call=made.call, section=Section.INTERESTS, code="goals", order=1, kind=QuestionKind.GOALS,
        label_en="Goals", label_fr="Objectifs", label_nl="Doelen",
    )  # fmt: skip
    for application, value in ((made.gent, "16.7"), (made.nyanza, "16.7 16"), (made.mechelen, "16")):
        Answer.objects.create(application=application, question=question, value=value)


def test_goals_and_targets_that_candidates_named_count_for_the_theme(made: Round, world: World) -> None:
    before = read_tracks(made.call, [made.rwanda])[0].table
    _goals(world, made)
    after = read_tracks(made.call, [made.rwanda])[0].table
    row = {one.name: place for place, one in enumerate(after.north)}
    column = {one.name: place for place, one in enumerate(after.south)}
    at = (row["Gent"], column["Nyanza"])
    assert before.parts["theme"][at] == 0
    assert after.parts["theme"][at] > 0.4
    with override("en"):
        words = parts_in_words(after.explain(*at))[0].sentence
    assert words == "Both work on Justice (SDG 16.7)."
    # Karongi's subtheme belongs to the target that Gent named.
    assert (
        after.parts["theme"][row["Gent"], column["Karongi"]]
        > before.parts["theme"][row["Gent"], column["Karongi"]]
    )


def test_what_was_marked_for_another_country_counts_nothing_here(made: Round, world: World) -> None:
    """Gent works on youth for Rwanda and on energy for Benin: each country looks at its own theme alone."""

    def parts(track: Track, south: str) -> tuple[float, float]:
        table = read_tracks(made.call, [track])[0].table
        row = [one.name for one in table.north].index("Gent")
        column = [one.name for one in table.south].index(south)
        return float(table.parts["theme"][row, column]), float(table.parts["exchange"][row, column])

    before = parts(made.rwanda, "Karongi")
    made.gent.interests.exclude(subtheme__theme=made.rwanda.theme).update(offer=3, ask=3)
    assert parts(made.rwanda, "Karongi") == before
    made.gent.interests.exclude(subtheme__theme=made.rwanda.theme).delete()
    assert parts(made.rwanda, "Karongi") == before
    assert all(math.isnan(part) for part in parts(made.benin, "Nikki"))
    with override("en"):
        table = read_tracks(made.call, [made.benin])[0].table
        told = parts_in_words(table.explain([one.name for one in table.north].index("Gent"), 0))
    assert [part.sentence for part in told[:2]] == [
        "Not known, so left out: the other parts count for more."
    ] * 2


def test_named_partners_count_where_the_call_lets_partners_be_named(made: Round, world: World) -> None:
    PartnerPreference.objects.create(
        application=made.gent, track=made.rwanda, municipality=world.nyanza, rank=1
    )
    PartnerPreference.objects.create(
        application=made.nyanza, track=made.rwanda, municipality=world.leuven, rank=1
    )

    def preferences() -> dict[tuple[str, str], float]:
        table = read_tracks(made.call, [made.rwanda])[0].table
        return {
            (north.name, south.name): float(table.parts["preference"][i, j])
            for i, north in enumerate(table.north)
            for j, south in enumerate(table.south)
        }

    assert set(preferences().values()) == {1.0}
    made.rwanda.partner_choices = 2
    made.rwanda.save()
    found = preferences()
    assert found["Gent", "Nyanza"] == pytest.approx((1 + 1 + 0) / 3)
    assert found["Gent", "Karongi"] == pytest.approx(0.5)
    assert found["Leuven", "Nyanza"] == 1.0
    assert found["Mechelen", "Nyanza"] == pytest.approx(0.5)


def test_a_wish_holds_for_the_municipality_that_the_partner_has_merged_into(
    made: Round, world: World
) -> None:
    old = MunicipalityFactory(country=world.rw, successor=world.karongi)
    made.rwanda.partner_choices = 1
    made.rwanda.save()
    PartnerPreference.objects.create(application=made.gent, track=made.rwanda, municipality=old, rank=1)
    table = read_tracks(made.call, [made.rwanda])[0].table
    names = [one.name for one in table.north], [one.name for one in table.south]
    assert table.parts["preference"][names[0].index("Gent"), names[1].index("Karongi")] == 1.0


def test_a_barred_pair_is_stored_with_its_rule_and_never_proposed(made: Round) -> None:
    made.rwanda.match_score_min = Decimal(85)
    made.rwanda.save()
    scenario = make_scenario(made)
    row = PairScore.objects.get(scenario=scenario, north=made.gent, south=made.karongi)
    assert (row.score, row.barred_by) == (None, "below_minimum")
    assert all(
        (made.gent.reference, south.reference) not in {(a, b) for a, b, _s in scenario.result["pairs"]}
        for south in (made.karongi, made.nyanza)
    )
    assert solve_scenario(scenario=scenario).result["pairs"] == scenario.result["pairs"]


def test_a_call_carries_the_least_score_of_the_rules(world: World) -> None:
    from applications.call_dates import CallDates
    from applications.services.calls import create_call
    from applications.services.copying import copy_call

    world.rules.match_score_min = Decimal("60.00")
    world.rules.save()
    for country in (world.benin, world.rwanda):
        country.entry = SouthernEntry.PROFILE
        country.save()
    opens = clock.now() + timedelta(days=1)
    dates = CallDates(opens_at=opens, closes_at=opens + timedelta(days=30), time_zone="Europe/Brussels")
    words = dict.fromkeys(("en", "fr", "nl"), "Call")
    call = create_call(
        programme=world.programme, code="new", title=words, summary=words, dates=dates, actor=None
    )
    assert {track.match_score_min for track in call.tracks.all()} == {Decimal("60.00")}
    call.tracks.update(match_score_min=None)
    copied = copy_call(call=call, code="copy", title=words, dates=dates, actor=None)
    assert {track.match_score_min for track in copied.tracks.all()} == {None}
