"""Who may take part, and what the associations decide."""

import pytest

from applications.enums import ApplicationStatus
from applications.errors import ReasonNeeded
from applications.models import Application
from applications.selectors.eligibility import eligibility_of
from applications.services.eligibility import admit_unscored, decide_eligibility
from sdgpartners.core.errors import DomainError, MoveNotAllowed
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.programme.enums import Side
from tests.applications.factories import open_call, start, submitted
from tests.factories import CountryFactory, MunicipalityFactory
from tests.world import World


def codes(world_call: object, municipality: object) -> list[tuple[str, bool]]:
    found = eligibility_of(municipality, world_call)  # type: ignore[arg-type]
    return [(reason.code, reason.met) for reason in found.reasons]


def test_every_flemish_municipality_that_exists_may_take_part(world: World) -> None:
    call = open_call(world)
    assert codes(call, world.gent) == [("north", True), ("exists", True)]
    world.leuven.successor = world.gent
    world.leuven.save()
    assert codes(call, world.leuven) == [("north", True), ("merged", False)]
    assert "Gent" in str(eligibility_of(world.leuven, call).reasons[1].text)


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
    # An empty list is the whole country.
    assert codes(call, world.karongi) == [("country", True), ("exists", True)]


def test_another_country_has_no_place_in_the_call(world: World) -> None:
    elsewhere = MunicipalityFactory(country=CountryFactory(code="SN", name_en="Senegal"))
    found = eligibility_of(elsewhere, open_call(world))
    assert (found.met, found.side, found.track) == (False, None, None)


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
