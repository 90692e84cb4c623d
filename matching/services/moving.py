"""The only places that change a state in this room."""

from django.db.models import TextChoices

from applications.enums import APPLICATION_MOVES, ApplicationStatus
from applications.models import Application
from matching.enums import (
    PARTNERSHIP_MOVES,
    PROPOSAL_MOVES,
    SCENARIO_MOVES,
    PartnershipStatus,
    ProposalStatus,
    ScenarioStatus,
)
from matching.errors import StandsStill
from matching.models import Partnership, Proposal, Scenario
from sdgpartners.core.errors import MoveNotAllowed
from sdgpartners.core.history import because
from sdgpartners.core.moves import check_move


def lock_scenario(scenario: Scenario) -> Scenario:
    """The row as it is now, locked until the transaction ends."""
    rows = Scenario.objects.select_for_update(of=("self",)).select_related("call__programme")
    return rows.get(pk=scenario.pk)


def lock_proposal(proposal: Proposal) -> Proposal:
    """The row as it is now, locked until the transaction ends."""
    return (
        Proposal.objects.select_for_update(of=("self",))
        .select_related(
            "scenario__call",
            "track__theme",
            "track__call",
            "track__partner_country__programme",
            "track__partner_country__country",
            "north__municipality__country",
            "south__municipality__country",
        )
        .get(pk=proposal.pk)
    )


def lock_partnership(partnership: Partnership) -> Partnership:
    """The row as it is now, locked until the transaction ends."""
    return (
        Partnership.objects.select_for_update(of=("self",))
        .select_related("partner_country__programme", "north", "south")
        .get(pk=partnership.pk)
    )


def require_state(current: str, states: type[TextChoices], *expected: str) -> None:
    """Raise MoveNotAllowed unless `current` is one of `expected`; StandsStill for a suspended partnership."""
    if current not in expected:
        if states is PartnershipStatus and current == PartnershipStatus.SUSPENDED:
            raise StandsStill
        raise MoveNotAllowed(state=states(current).label)


def move_scenario(scenario: Scenario, target: ScenarioStatus) -> None:
    """Move and leave saving to the caller; raises MoveNotAllowed."""
    check_move(SCENARIO_MOVES, current=scenario.status, target=target, states=ScenarioStatus)
    scenario.status = target


def move_proposal(proposal: Proposal, target: ProposalStatus) -> None:
    """Move and leave saving to the caller; raises MoveNotAllowed."""
    check_move(PROPOSAL_MOVES, current=proposal.status, target=target, states=ProposalStatus)
    proposal.status = target


def move_partnership(partnership: Partnership, target: PartnershipStatus) -> None:
    """Move and leave saving to the caller; raises MoveNotAllowed."""
    check_move(PARTNERSHIP_MOVES, current=partnership.status, target=target, states=PartnershipStatus)
    partnership.status = target


def match_application(application: Application) -> None:
    """From confirmed to matched, under a lock of the row; raises MoveNotAllowed."""
    row = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    target = ApplicationStatus.MATCHED
    check_move(APPLICATION_MOVES, current=row.status, target=target, states=ApplicationStatus)
    _save_quietly(row, target)


def free_application(application: Application) -> bool:
    """From matched back to confirmed, under a lock of the row; whether it moved. One that is free already, or that left
    the call, stays as it is."""
    row = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if row.status != ApplicationStatus.MATCHED:
        return False
    target = ApplicationStatus.CONFIRMED
    check_move(APPLICATION_MOVES, current=row.status, target=target, states=ApplicationStatus)
    _save_quietly(row, target)
    return True


def _save_quietly(application: Application, target: ApplicationStatus) -> None:
    """A Flemish application is also read by the association of another country that it chose: its history does not say
    who of the partner answered, nor why a partnership came apart. Proposal and partnership keep that."""
    with because(None):
        application.status = target
        application.save(update_fields=["status"])
