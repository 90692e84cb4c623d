"""The letters about the course of a partnership, each in its receiver's language, in the caller's transaction."""

from collections.abc import Mapping

from django.urls import reverse

from matching.models import EndChange, Partnership, SideConfirmation, Suspension
from matching.selectors.course import municipality_on, other_side, people_told
from matching.selectors.recipients import coordinators_of, editors_among, staff_of
from sdgpartners.notifications.services import queue_mail
from sdgpartners.people.models import Succession, User
from sdgpartners.programme.enums import Side
from sdgpartners.programme.models import PartnerCountry

PAGE = "matching:partnership-course"
# An earlier letter that has not gone out yet must not contradict the later one.
CONTRADICTS = {
    "partnership_suspended": ("partnership_resumed",),
    "partnership_resumed": ("partnership_suspended",),
    "country_suspended": ("country_resumed",),
    "country_resumed": ("country_suspended",),
    "end_change_decided": ("end_change_asked", "end_change_agreed"),
}


def send_suspended(suspension: Suspension, actor: User | None, *, coordinators: bool = True) -> None:
    """`partnership_suspended`: to the staff of both sides, and the coordinators of their associations."""
    told = {"since": suspension.since, "reason": suspension.reason, "country_wide": suspension.country_wide}
    _tell("partnership_suspended", suspension.partnership, told, actor, coordinators=coordinators)


def send_resumed(suspension: Suspension, actor: User | None, *, coordinators: bool = True) -> None:
    """`partnership_resumed`: to the same people, with how long it stood still and its last day."""
    partnership = suspension.partnership
    days = (suspension.resumed_on - suspension.since).days if suspension.resumed_on else 0
    told = {"days": days, "reason": suspension.resume_reason, "ends_on": partnership.ends_on}
    _tell("partnership_resumed", partnership, told, actor, coordinators=coordinators)


def send_country(kind: str, country: PartnerCountry, actor: User | None, *, reason: str, count: int) -> None:
    """`country_suspended` or `country_resumed`: to the coordinators of the country and of the lead."""
    for person in coordinators_of(country):
        queue_mail(
            kind=kind,
            recipient=person,
            link=reverse("admin:matching_partnership_changelist"),
            target=f"{country.programme.code}/{country.country_id}",
            context={"country": country, "reason": reason, "count": count} | _demo(country),
            actor=actor,
            replaces=CONTRADICTS[kind],
        )


def send_north_free(partnership: Partnership, reason: str, actor: User | None) -> None:
    """`partnership_north_free`: both sides and the coordinators hear that the Flemish side may be matched again."""
    _tell("partnership_north_free", partnership, {"reason": reason}, actor)


def send_ended(partnership: Partnership, actor: User | None) -> None:
    """`partnership_ended`: to both sides and the coordinators, with the reason."""
    told = {"ended_on": partnership.ended_on, "reason": partnership.end_reason}
    _tell("partnership_ended", partnership, told, actor)


def send_closing(partnership: Partnership, actor: User | None) -> None:
    """`partnership_closing`: to both sides and the coordinators: what is finished by the last day."""
    _tell("partnership_closing", partnership, {"ends_on": partnership.ends_on}, actor)


def send_closed(partnership: Partnership, actor: User | None) -> None:
    """`partnership_closed`: to both sides and the coordinators."""
    _tell("partnership_closed", partnership, {"ends_on": partnership.ends_on}, actor)


def send_end_asked(change: EndChange, side: Side, actor: User) -> None:
    """`end_change_asked`: who speaks for the other side is asked to agree."""
    partnership = change.partnership
    asked = municipality_on(partnership, other_side(side))
    told = _of_change(change) | {"by": municipality_on(partnership, side).name}
    for person in editors_among([asked]).get(asked.pk, []):
        _send("end_change_asked", partnership, person, told, actor)


def send_end_agreed(change: EndChange, actor: User) -> None:
    """`end_change_agreed`: both sides agree, so the coordinators decide."""
    for person in coordinators_of(change.partnership.partner_country):
        _send("end_change_agreed", change.partnership, person, _of_change(change), actor)


def send_end_decided(change: EndChange, actor: User) -> None:
    """`end_change_decided`: granted or not, with the reason, to both sides and the coordinators."""
    told = _of_change(change) | {"granted": change.granted, "decision": change.decision_reason}
    _tell("end_change_decided", change.partnership, told, actor)


def send_sponsor_confirmed(row: SideConfirmation, actor: User) -> None:
    """`partnership_sponsor_confirmed`: to the coordinators."""
    partnership = row.partnership
    told = {"municipality": municipality_on(partnership, Side(row.side)).name, "sponsor": actor}
    for person in coordinators_of(partnership.partner_country):
        _send("partnership_sponsor_confirmed", partnership, person, told, actor)


def send_merger_stuck(partnership: Partnership, succession: Succession, other: Partnership) -> None:
    """`partnership_merger`: the coordinators decide, because the successor has a partnership already."""
    told = {"former": succession.municipality, "successor": succession.successor, "other": other.reference}
    for person in coordinators_of(partnership.partner_country):
        _send("partnership_merger", partnership, person, told, None)


def _tell(
    kind: str,
    partnership: Partnership,
    told: Mapping[str, object],
    actor: User | None,
    *,
    coordinators: bool = True,
) -> None:
    if coordinators:
        people = people_told([partnership])
    else:
        staff = staff_of([partnership.north, partnership.south])
        people = {person.pk: person for held in staff.values() for person in held}
    for person in people.values():
        _send(kind, partnership, person, told, actor)


def _send(
    kind: str, partnership: Partnership, person: User, told: Mapping[str, object], actor: User | None
) -> None:
    queue_mail(
        kind=kind,
        recipient=person,
        link=reverse(PAGE, args=[partnership.reference]),
        target=partnership.reference,
        context={
            "north": partnership.north.name,
            "south": partnership.south.name,
            "reference": partnership.reference,
            **_demo(partnership.partner_country),
            **told,
        },
        actor=actor,
        replaces=CONTRADICTS.get(kind, ()),
    )


def _of_change(change: EndChange) -> dict[str, object]:
    return {"ends_on": change.ends_on, "before": change.ended_before, "reason": change.reason}


def _demo(country: PartnerCountry) -> dict[str, object]:
    return {"is_demo": country.programme.is_fictional}
