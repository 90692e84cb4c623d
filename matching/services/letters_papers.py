"""The letters about the papers and people of a partnership, each in its receiver's language."""

from django.urls import reverse
from django.utils.translation import override

from matching.models import HandOver, Partnership, PlanReview
from matching.selectors.recipients import coordinators_of, editors_among
from sdgpartners.core.display import format_date
from sdgpartners.notifications.services import queue_mail
from sdgpartners.people.models import User


def send_review_opened(partnership: Partnership, review: PlanReview) -> None:
    """`plan_review_opened`: to the editors and signatories of both sides, with the last day."""
    pair = (partnership.north, partnership.south)
    staff = editors_among(pair)
    for mine, partner in (pair, (pair[1], pair[0])):
        for person in staff.get(mine.pk, []):
            with override(person.language):
                due_on = format_date(review.due_on)
            queue_mail(
                kind="plan_review_opened",
                recipient=person,
                link=reverse("matching:partnership-plan-review", args=[partnership.reference]),
                target=partnership.reference,
                context={"municipality": mine.name, "partner": partner.name, "review_by": due_on},
            )


def send_contact_leaves(hand_over: HandOver, actor: User | None) -> None:
    """`contact_leaves`: to both sides and the coordinators, who leaves when and who takes over."""
    _send_hand_over("contact_leaves", hand_over, actor)


def send_contact_handed_over(hand_over: HandOver, actor: User | None) -> None:
    """`contact_handed_over`: to both sides and the coordinators, whom they turn to from now on."""
    _send_hand_over("contact_handed_over", hand_over, actor)


def send_contact_stays(hand_over: HandOver, actor: User | None) -> None:
    """`contact_stays`: to both sides and the coordinators, that the contact person does not leave after all."""
    _send_hand_over("contact_stays", hand_over, actor)


def _send_hand_over(kind: str, hand_over: HandOver, actor: User | None) -> None:
    partnership = hand_over.side.partnership
    staff, coordinators = _everybody(partnership)
    for person in (staff | coordinators).values():
        with override(person.language):
            leaves_on = format_date(hand_over.leaves_on)
        queue_mail(
            kind=kind,
            recipient=person,
            link=reverse("matching:partnership-hand-over", args=[partnership.reference]),
            target=partnership.reference,
            context={
                "municipality": hand_over.side.municipality.name,
                "north": partnership.north.name,
                "south": partnership.south.name,
                "leaving": hand_over.leaving.name,
                "successor": hand_over.successor.name if hand_over.successor else "",
                "leaves_on": leaves_on,
                "coordinates": person.pk in coordinators,
            },
            actor=actor,
            supersede=True,
        )


def _everybody(partnership: Partnership) -> tuple[dict[int, User], dict[int, User]]:
    """Editors and signatories of both sides, and the coordinators, by key."""
    staff = editors_among((partnership.north, partnership.south))
    people = {person.pk: person for held in staff.values() for person in held}
    return people, {person.pk: person for person in coordinators_of(partnership.partner_country)}
