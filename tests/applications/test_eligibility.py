"""Who may take part, and what the associations decide."""

import pytest
from django.test import Client
from django.urls import reverse

from applications.enums import ApplicationStatus, Section, TwinningRule
from applications.errors import NotEligible, ReasonNeeded
from applications.models import Application
from applications.selectors.eligibility import eligibility_of
from applications.selectors.ranking import ranking_of
from applications.services.calls import publish_call
from applications.services.eligibility import admit_unscored, decide_eligibility
from applications.services.submission import ask_sign_off, sign_and_submit
from applications.services.tallies import recompute_tallies
from sdgpartners.core.errors import DomainError, MoveNotAllowed
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.programme.enums import Side, TwinningStatus
from sdgpartners.programme.models import TownTwinning
from tests.applications.factories import fill, make_call, open_call, save, start, submitted
from tests.factories import CountryFactory, MunicipalityFactory
from tests.world import World


def codes(world_call: object, municipality: object) -> list[tuple[str, bool]]:
    found = eligibility_of(municipality, world_call)  # type: ignore[arg-type]
    return [(reason.code, reason.met) for reason in found.reasons]


def test_every_flemish_municipality_that_exists_may_take_part(world: World) -> None:
    call = open_call(world)
    plus = ("twinning_plus", True)
    assert codes(call, world.gent) == [("north", True), ("exists", True), plus]
    world.leuven.successor = world.gent
    world.leuven.save()
    assert codes(call, world.leuven) == [("north", True), ("merged", False), plus]
    merged = eligibility_of(world.leuven, call).unmet[0]
    assert "Gent" in str(merged.text)
    assert merged.contact == world.vvsg


def test_southern_municipalities_stand_on_the_list_of_their_track(world: World) -> None:
    world.benin.eligible.set([world.cove])
    call = open_call(world)
    found = eligibility_of(world.cove, call)
    assert (found.met, found.side, found.track) == (
        True,
        Side.SOUTH,
        call.tracks.get(partner_country=world.benin),
    )
    assert codes(call, world.nikki) == [("not_listed", False), ("exists", True)]
    assert [reason.contact for reason in eligibility_of(world.nikki, call).unmet] == [world.ancb]
    # An empty list is the whole country.
    assert codes(call, world.karongi) == [("country", True), ("exists", True)]


def test_another_country_has_no_place_in_the_call(world: World) -> None:
    elsewhere = MunicipalityFactory(country=CountryFactory(code="SN", name_en="Senegal"))
    found = eligibility_of(elsewhere, open_call(world))
    assert (found.met, found.side, found.track) == (False, None, None)
    assert [reason.contact for reason in found.unmet] == [world.vvsg]


@pytest.mark.parametrize(
    ("rule", "declared", "met", "expected"),
    [
        (TwinningRule.NONE, True, True, []),
        (TwinningRule.PLUS, True, True, ["twinning_plus"]),
        (TwinningRule.PLUS, False, True, ["twinning_plus"]),
        (TwinningRule.PLUS, None, True, ["twinning_plus"]),
        (TwinningRule.CONDITION, None, True, ["twinning_asked"]),
        (TwinningRule.CONDITION, False, True, ["twinning"]),
        (TwinningRule.CONDITION, True, False, ["twinning"]),
    ],
)
def test_a_declared_twinning_counts_as_the_call_says(
    world: World, rule: TwinningRule, declared: bool | None, met: bool, expected: list[str]
) -> None:
    call = open_call(world)
    call.northern_twinning = rule
    call.tracks.update(southern_twinning=rule)
    for place, association in ((world.gent, world.vvsg), (world.karongi, world.ralga)):
        found = eligibility_of(place, call, declared)
        assert [reason.code for reason in found.reasons if "twinning" in reason.code] == expected
        assert found.met is met
        assert [reason.contact for reason in found.unmet] == ([] if met else [association])


def test_a_known_twinning_is_a_hint_and_the_declaration_counts(world: World) -> None:
    call = open_call(world)
    call.northern_twinning = TwinningRule.CONDITION
    call.tracks.update(southern_twinning=TwinningRule.CONDITION)
    TownTwinning.objects.create(
        north=world.gent, south=world.karongi, partner_country_code="RW", partner_name="Karongi"
    )
    for place, partner in ((world.gent, "Karongi"), (world.karongi, "Gent")):
        for declared in (None, False):
            found = eligibility_of(place, call, declared)
            hint = found.reasons[-1]
            assert (hint.code, hint.met, hint.remark, found.met) == ("twinning_known", True, True, True)
            assert partner in str(hint.text)
        assert "twinning_known" not in [reason.code for reason in eligibility_of(place, call, True).reasons]
    TownTwinning.objects.update(status=TwinningStatus.ENDED)
    assert eligibility_of(world.gent, call).reasons[-1].code == "twinning_asked"


def test_a_declared_twinning_that_is_a_condition_refuses_the_signature(world: World) -> None:
    call = make_call(world)
    call.northern_twinning = TwinningRule.CONDITION
    call.save()
    call = publish_call(call=call, actor=None)
    team = start(call, world.gent)
    fill(team, has_active_twinning="yes")
    with pytest.raises(NotEligible, match="Having none is a condition"):
        ask_sign_off(application=team.application, actor=team.editor)
    save(team, Section.MUNICIPALITY, has_active_twinning="no")
    ask_sign_off(application=team.application, actor=team.editor)
    Application.objects.filter(pk=team.application.pk).update(has_active_twinning=True)
    with pytest.raises(NotEligible):
        sign_and_submit(application=team.application, actor=team.signatory)
    team.application.refresh_from_db()
    assert team.application.status == ApplicationStatus.AWAITING_SIGN_OFF


@pytest.mark.parametrize(
    ("rule", "declared", "bonus"),
    [
        (TwinningRule.PLUS, False, 5),
        (TwinningRule.PLUS, True, 0),
        (TwinningRule.PLUS, None, 0),
        (TwinningRule.CONDITION, False, 0),
        (TwinningRule.NONE, False, 0),
    ],
)
def test_the_bonus_counts_only_where_having_none_is_a_plus(
    world: World, rule: TwinningRule, declared: bool | None, bonus: int
) -> None:
    call = open_call(world)
    team = submitted(call, world.gent, "BJ")
    Application.objects.filter(pk=team.application.pk).update(
        has_active_twinning=declared, status=ApplicationStatus.IN_REVIEW
    )
    type(call).objects.filter(pk=call.pk).update(northern_twinning=rule, bonus=5, bonus_max=5)
    track = call.tracks.select_related("call").get(partner_country=world.benin)
    recompute_tallies(track=track)
    assert [row.line.bonus for row in ranking_of(track)] == [bonus]


def test_a_merger_of_a_listed_municipality_keeps_its_successor_in(world: World) -> None:
    world.benin.eligible.set([world.cove])
    call = open_call(world)
    middle = MunicipalityFactory(country=world.bj, name="Middle", successor=world.nikki)
    world.cove.successor = middle
    world.cove.save()
    assert ("listed", True) in codes(call, world.nikki)
    assert not eligibility_of(world.cove, call).met
    later = make_call(world, "later")
    assert list(later.tracks.get(partner_country=world.benin).eligible.all()) == [world.nikki]


def test_the_rules_stand_in_sentences_on_the_page_of_the_call(world: World, client: Client) -> None:
    world.benin.eligible.set([world.cove, world.nikki])
    world.benin.excludes_twinned = True
    world.benin.save()
    call = open_call(world)
    page = client.get(reverse("portal:call-detail", args=[call.code])).content.decode()
    assert "a plus, not a condition" in page
    assert "Benin: Covè, Nikki." in page
    assert "is a condition there" in page
    call.northern_twinning = TwinningRule.CONDITION
    call.save()
    page = client.get(reverse("portal:call-detail", args=[call.code])).content.decode()
    assert "municipality without an active town twinning" in page
    assert "a plus, not a condition" not in page


@pytest.fixture
def flemish(world: World) -> Application:
    return submitted(open_call(world), world.gent).application


def told(kind: str) -> int:
    return OutgoingMail.objects.filter(kind=kind).count()


def test_eligible_is_decided_without_a_mail(flemish: Application, world: World) -> None:
    decided = decide_eligibility(application=flemish, eligible=True, note="", actor=world.coordinator_vvsg)
    assert decided.status == ApplicationStatus.ELIGIBLE
    assert (told("application_eligible"), told("application_ineligible")) == (0, 0)


def test_not_eligible_needs_a_reason_and_is_mailed_and_can_be_undone(
    flemish: Application, world: World
) -> None:
    actor = world.coordinator_vvsg
    with pytest.raises(ReasonNeeded):
        decide_eligibility(application=flemish, eligible=False, note=" ", actor=actor)
    for _twice in range(2):
        decided = decide_eligibility(application=flemish, eligible=False, note="Merged", actor=actor)
    assert (decided.status, decided.eligibility_note) == (ApplicationStatus.INELIGIBLE, "Merged")
    assert told("application_ineligible") == 2
    with pytest.raises(ReasonNeeded):
        decide_eligibility(application=flemish, eligible=True, note="", actor=actor)
    again = decide_eligibility(application=flemish, eligible=True, note="Not merged after all", actor=actor)
    assert again.status == ApplicationStatus.ELIGIBLE
    assert told("application_eligible") == 2


def test_a_draft_is_not_decided(world: World) -> None:
    draft = start(open_call(world), world.gent).application
    with pytest.raises(MoveNotAllowed):
        decide_eligibility(application=draft, eligible=True, note="", actor=world.coordinator_vvsg)


def test_unscored_southern_applications_are_admitted_with_both_moves_in_the_history(world: World) -> None:
    application = submitted(open_call(world), world.nikki).application
    actor = world.coordinator_ancb
    with pytest.raises(MoveNotAllowed):
        admit_unscored(application=application, actor=actor)
    decide_eligibility(application=application, eligible=True, note="", actor=actor)
    for _twice in range(2):
        admitted = admit_unscored(application=application, actor=actor)
    assert admitted.status == ApplicationStatus.CONFIRMED
    assert told("application_admitted") == 2
    events = application.events.order_by("pgh_id")  # type: ignore[attr-defined]
    rows = [
        (event.status, event.pgh_context.metadata["reason"] if event.pgh_context else "") for event in events
    ]
    assert [status for status, _reason in rows][-2:] == ["selected", "confirmed"]
    assert all("concept note 3.3" in reason for _status, reason in rows[-2:])


def test_scored_and_flemish_applications_wait_for_the_ranking(flemish: Application, world: World) -> None:
    decide_eligibility(application=flemish, eligible=True, note="", actor=world.coordinator_vvsg)
    with pytest.raises(DomainError, match="not scored"):
        admit_unscored(application=flemish, actor=world.coordinator_vvsg)
    scored = submitted(flemish.call, world.nikki).application
    flemish.call.tracks.update(southern_scored=True)
    decide_eligibility(application=scored, eligible=True, note="", actor=world.coordinator_ancb)
    with pytest.raises(DomainError, match="not scored"):
        admit_unscored(application=scored, actor=world.coordinator_ancb)
    scored.refresh_from_db()
    assert scored.status == ApplicationStatus.ELIGIBLE
