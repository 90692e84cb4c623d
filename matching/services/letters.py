"""The letters of the matching, each in its receiver's language, written in the caller's transaction."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.translation import override

from matching.models import Partnership, Proposal, Scenario
from matching.selectors.recipients import coordinators_of, coordinators_reading, staff_of
from matching.services.letters_reopening import room_of, who_puts_forward
from sdgpartners.core.display import format_date
from sdgpartners.notifications.services import queue_mail
from sdgpartners.people.models import User
from sdgpartners.programme.models import Municipality


def send_half_accepted(
    proposal: Proposal, accepted: Municipality, waiting: Municipality, actor: User
) -> None:
    """`proposal_partner_accepted`: to the staff of the municipality that has not answered yet."""
    for person in staff_of([waiting]).get(waiting.pk, []):
        with override(person.language):
            accept_by = format_date(proposal.accept_by) if proposal.accept_by else ""
        context = {"municipality": waiting.name, "partner": accepted.name, "accept_by": accept_by}
        _send("proposal_partner_accepted", person, proposal, context, actor)


def send_not_accepted(
    proposal: Proposal,
    *,
    declined_by: Municipality | None,
    scenario: Scenario | None,
    actor: User | None,
    withdrawn: bool = False,
) -> None:
    """`proposal_declined` with the reason and the scenario that follows to the coordinators, without those who step
    out of its track; `proposal_reopened` to the other side.

    Without `declined_by` the proposal lapsed: then both municipalities hear that it did. `withdrawn`: it took its
    application back, so that it is no candidate any more.
    """
    context = {
        "north": proposal.north.municipality.name,
        "south": proposal.south.municipality.name,
        "declined_by": declined_by.name if declined_by else "",
        "reason": proposal.decline_reason,
        "scenario": scenario.reference if scenario else "",
        "withdrawn": withdrawn,
        "lead": proposal.track.partner_country.programme.lead_association.acronym,
    }
    people = coordinators_reading(proposal)
    makers = who_puts_forward(scenario, people)
    for person in people:
        given = {**context, "puts_forward": person.pk in makers}
        _send("proposal_declined", person, proposal, given, actor, link=room_of(scenario))
    sides = [proposal.north.municipality, proposal.south.municipality]
    others = [side for side in sides if declined_by is None or side.pk != declined_by.pk]
    staff = staff_of(others)
    for side in others:
        partner = sides[1] if side.pk == sides[0].pk else sides[0]
        told = {"municipality": side.name, "partner": partner.name, "lapsed": declined_by is None}
        told["searching"] = scenario is not None
        for person in staff.get(side.pk, []):
            _send("proposal_reopened", person, proposal, told, actor)


def send_partnership_created(partnership: Partnership, actor: User | None) -> None:
    """`partnership_created`: to the staff of both sides and the coordinators of their associations."""
    staff = staff_of([partnership.north, partnership.south])
    people = {person.pk: person for held in staff.values() for person in held}
    people |= {person.pk: person for person in coordinators_of(partnership.partner_country)}
    for person in people.values():
        _tell(partnership, "partnership_created", person, "matching:partnership-plan", actor)


def send_partnership_active(partnership: Partnership, actor: User | None) -> None:
    """`partnership_active`: to the staff of both sides."""
    staff = staff_of([partnership.north, partnership.south])
    people = {person.pk: person for held in staff.values() for person in held}
    for person in people.values():
        _tell(partnership, "partnership_active", person, "matching:partnership-agreement", actor)


def _tell(partnership: Partnership, kind: str, person: User, page: str, actor: User | None) -> None:
    with override(person.language):
        dates = {
            "starts_on": format_date(partnership.starts_on) if partnership.starts_on else "",
            "ends_on": format_date(partnership.ends_on) if partnership.ends_on else "",
        }
    queue_mail(
        kind=kind,
        recipient=person,
        link=reverse(page, args=[partnership.reference]),
        target=partnership.reference,
        context={
            "north": partnership.north.name,
            "south": partnership.south.name,
            "reference": partnership.reference,
            **dates,
        },
        actor=actor,
    )


def _send(
    kind: str,
    person: User,
    proposal: Proposal,
    context: Mapping[str, object],
    actor: User | None,
    *,
    link: str = "",
) -> None:
    queue_mail(
        kind=kind,
        recipient=person,
        link=link or reverse("matching:proposal-detail", args=[proposal.reference]),
        target=proposal.reference,
        context={"reference": proposal.reference, **context},
        actor=actor,
    )
