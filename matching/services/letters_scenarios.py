"""What is mailed while a scenario is decided upon: to the steering group, the coordinators and the lead. Whoever has to
do with a municipality in it gets none of it."""

from collections.abc import Iterable, Mapping

from django.urls import reverse
from django.utils.translation import override

from applications.models import Track
from matching.models import Scenario, ScenarioComment
from matching.selectors.interests import free_of, steering_readers
from matching.selectors.recipients import coordinators_free_of
from matching.selectors.scenarios import approvals_of
from sdgpartners.notifications.services import queue_mail
from sdgpartners.people.models import SteeringSeat, User
from sdgpartners.people.selectors import coordinators_of


def send_put_forward(scenario: Scenario, actor: User | None) -> None:
    """`scenario_put_forward`: the steering group is asked to read, comment and decide, its observers to read along. One
    that waits unsent from an earlier round is replaced."""
    people = steering_readers(scenario)
    seats = SteeringSeat.objects.filter(
        programme=scenario.call.programme_id, association__isnull=False, ended_at__isnull=True
    )
    observing = set(seats.values_list("user", flat=True))
    for observes in (False, True):
        group = [person for person in people if (person.pk in observing) is observes]
        _send("scenario_put_forward", group, scenario, {"observes": observes}, actor, supersede=True)


def send_sent_back(scenario: Scenario, *, endorsed: bool, actor: User) -> None:
    """`scenario_sent_back`: to the coordinators of its countries and the lead, with the reason."""
    context = {"person": str(actor), "reason": scenario.sent_back_reason, "endorsed": endorsed}
    _send("scenario_sent_back", _coordinators(scenario, but=actor), scenario, context, actor)


def send_endorsed(scenario: Scenario, actor: User) -> None:
    """`scenario_endorsed`: to the coordinators who now approve their countries, with the minute."""
    asked: dict[User, list[Track]] = {}
    for row in approvals_of(scenario):
        for person in coordinators_of(row.association):
            asked.setdefault(person, []).append(row.track)
    for person in free_of(scenario, asked):
        with override(person.language):
            names = dict.fromkeys(str(track.partner_country.country) for track in asked[person])
        context = {"countries": ", ".join(names), "minute": scenario.minute}
        _send("scenario_endorsed", [person], scenario, context, actor)


def send_approved(scenario: Scenario, actor: User) -> None:
    """`scenario_approved`: to the coordinators of the lead, who release it."""
    people = coordinators_of(scenario.call.programme.lead_association)
    _send("scenario_approved", free_of(scenario, people), scenario, {}, actor)


def send_comment(comment: ScenarioComment, actor: User) -> None:
    """`scenario_comment`: to the coordinators, of a pair to those of its country, and to the members who commented
    before; not to its author. Of several that wait unsent the newest goes."""
    scenario, south = comment.scenario, comment.south
    track = south.track_id if south else None
    people = {person.pk: person for person in _coordinators(scenario, but=actor, track=track)}
    said = scenario.comments.exclude(author=actor).values("author")
    # Who commented as a member and observes one country by now reads its pairs alone.
    seat = SteeringSeat.objects.filter(
        programme=scenario.call.programme_id, association__isnull=True, ended_at__isnull=True
    )
    members = User.objects.filter(pk__in=said, is_active=True).filter(pk__in=seat.values("user"))
    people |= {person.pk: person for person in free_of(scenario, members)}
    pair = ""
    if comment.north is not None and south is not None:
        pair = f"{comment.north.municipality} – {south.municipality}"
    context = {"person": str(actor), "text": comment.text, "pair": pair}
    _send("scenario_comment", people.values(), scenario, context, actor, supersede=True)


def _coordinators(scenario: Scenario, *, but: User, track: int | None = None) -> list[User]:
    """Of the countries of the scenario, or of one track of it, and of the lead; without `but` and who steps out."""
    tracks = scenario.tracks.select_related("partner_country__programme")
    countries = [row.partner_country for row in tracks if track in (None, row.pk)]
    found = coordinators_free_of(countries, [])
    return free_of(scenario, [person for person in found if person.pk != but.pk])


def _send(
    kind: str,
    people: Iterable[User],
    scenario: Scenario,
    context: Mapping[str, object],
    actor: User | None,
    *,
    supersede: bool = False,
) -> None:
    for person in people:
        with override(person.language):
            call = scenario.call.title
        queue_mail(
            kind=kind,
            recipient=person,
            link=reverse("matching:scenario-detail", args=[scenario.reference]),
            target=scenario.reference,
            context={
                "scenario": scenario.name,
                "reference": scenario.reference,
                "call": call,
                "is_demo": scenario.call.programme.is_fictional,
                **context,
            },
            actor=actor,
            supersede=supersede,
        )
