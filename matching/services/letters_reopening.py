"""What coordinators read when somebody needs another partner."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import override

from applications.models import Application
from matching.models import Partnership, Proposal, Scenario
from matching.selectors.recipients import coordinators_free_of, coordinators_reading
from sdgpartners.notifications.services import queue_mail
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.people.standing import read_standing


def room_of(scenario: Scenario | None) -> str:
    """The address of the matching room of a scenario; empty without one."""
    return reverse("admin:matching_scenario_room", args=[scenario.reference]) if scenario else ""


def who_puts_forward(scenario: Scenario | None, people: Iterable[User]) -> frozenset[int]:
    """Those of `people` (primary keys) who coordinate all countries of the scenario, and so put it to the steering
    group; one statement for each."""
    if scenario is None:
        return frozenset()
    countries = [row.partner_country for row in scenario.tracks.select_related("partner_country")]
    return frozenset(
        person.pk
        for person in people
        if all(read_standing(person).covers(one, AssociationRole.COORDINATOR) for one in countries)
    )


def send_reopened(
    partnership: Partnership, left: Application, scenario: Scenario | None, reason: str, actor: User | None
) -> None:
    """`match_reopened`: to the coordinators of the country and of the lead, without those who step out of its
    track."""
    proposal = partnership.proposal
    if proposal is None:
        return
    people = coordinators_reading(proposal)
    makers = who_puts_forward(scenario, people)
    for person in people:
        queue_mail(
            kind="match_reopened",
            recipient=person,
            link=room_of(scenario) or reverse("matching:proposal-detail", args=[proposal.reference]),
            target=scenario.reference if scenario else proposal.reference,
            context={
                "municipality": left.municipality.name,
                "partnership": str(partnership),
                "reference": partnership.reference,
                "reason": reason,
                "scenario": scenario.reference if scenario else "",
                "puts_forward": person.pk in makers,
                "lead": proposal.track.partner_country.programme.lead_association.acronym,
                "is_demo": proposal.track.partner_country.programme.is_fictional,
            },
            actor=actor,
        )


def send_follow_up(scenario: Scenario, proposal: Proposal, actor: User | None) -> None:
    """`match_follow_up`: to the coordinators of the other countries in which the scenario looks. They do not read which
    pair came apart: it is of another country."""
    own = {person.pk for person in coordinators_free_of([proposal.track.partner_country], [])}
    tracks = scenario.tracks.exclude(pk=proposal.track_id).select_related("partner_country__programme")
    found = coordinators_free_of([row.partner_country for row in tracks], [proposal.north])
    for person in found:
        if person.pk in own:
            continue
        with override(person.language):
            call = scenario.call.title
        queue_mail(
            kind="match_follow_up",
            recipient=person,
            link=room_of(scenario),
            target=scenario.reference,
            context={
                "call": call,
                "scenario": scenario.reference,
                "is_demo": proposal.track.partner_country.programme.is_fictional,
            },
            actor=actor,
        )
