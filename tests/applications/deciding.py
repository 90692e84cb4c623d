"""Three Flemish applications on the track of Rwanda, scored by two reviewers, for tests of what comes after."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from applications.models import Application, Call, Decision, Review, Track
from applications.review_input import ScoreInput
from applications.services import reviews
from applications.services.assignment import assign_reviewers
from applications.services.decisions import prepare_decisions, release_decisions
from applications.services.eligibility import decide_eligibility
from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from tests.applications.factories import Team, cleared, open_call, submitted
from tests.factories import make_seat
from tests.world import World

SCORES = {"Gent": 4, "Leuven": 3, "Mechelen": 2}


@dataclass(frozen=True)
class Round:
    """A call with one place, its three teams in the order of their scores, and its reviewers."""

    call: Call
    track: Track
    gent: Team
    leuven: Team
    mechelen: Team
    reviewers: tuple[User, User]
    world: World

    @property
    def lead(self) -> User:
        return self.world.coordinator_vvsg

    @property
    def closed(self) -> datetime:
        """An hour after the call has closed."""
        return self.call.closes_at + timedelta(hours=1)

    def prepare(self) -> list[Decision]:
        return prepare_decisions(track=self.track, actor=self.lead)

    def release(self) -> int:
        return release_decisions(call=self.call, actor=self.lead)

    def decision(self, team: Team) -> Decision:
        return Decision.objects.select_related("application__call", "track__call").get(
            application=team.application, track=self.track
        )


def scored_round(world: World, scores: dict[str, int] | None = None) -> Round:
    """Everything handed in; nothing prepared."""
    call = open_call(world)
    track = Track.objects.get(call=call, partner_country=world.rwanda)
    track.places = 1
    track.save()
    people = (
        make_seat(world.vvsg, AssociationRole.REVIEWER, email="one@example.org", last_name="Reviewerson"),
        make_seat(world.ralga, AssociationRole.REVIEWER, email="two@example.org", last_name="Secondreader"),
    )
    teams = []
    for place in (world.gent, world.leuven, world.mechelen):
        team = submitted(call, place, "RW")
        decide_eligibility(application=team.application, eligible=True, note="", actor=world.coordinator_vvsg)
        teams.append(team)
    made = Round(call, track, *teams, people, world)
    with clock.at(made.closed):
        assign_reviewers(track=track, actor=world.coordinator_ralga)
        for review in Review.objects.select_related("application__municipality", "track", "reviewer"):
            hand_in(review, (scores or SCORES)[review.application.municipality.name])
    return made


def hand_in(review: Review, value: int) -> None:
    """The same score on every criterion."""
    cleared(review.reviewer, review.application)
    given = {row.pk: ScoreInput(value=value, comment="because") for row in review.track.criteria.all()}
    kept = reviews.save_scores(
        review=review, scores=given, comment="", version=review.version, actor=review.reviewer
    )
    reviews.submit_review(review=kept, actor=review.reviewer)


@contextmanager
def released_round(world: World, scores: dict[str, int] | None = None) -> Iterator[Round]:
    """Released an hour after the call has closed; the clock stands there."""
    made = scored_round(world, scores)
    with clock.at(made.closed):
        made.prepare()
        made.release()
        yield made


def days_later(made: Round, days: int) -> datetime:
    """So many days after the release."""
    return made.closed + timedelta(days=days)


def day_later(made: Round, days: int) -> date:
    """The same as a day on the calendar of the call."""
    return days_later(made, days).astimezone(ZoneInfo(made.call.time_zone)).date()


def mails_on(application: Application, kind: str = "") -> list[OutgoingMail]:
    """Mails about an application, the oldest first."""
    rows = OutgoingMail.objects.filter(target=application.reference, kind__startswith=kind or "decision_")
    return list(rows.order_by("pk"))


def together(*calls: Callable[[], Any]) -> list[Any]:
    """What the calls give when they start at the same moment; an error's class where they raise."""
    start = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            start.wait(timeout=10)
            return call()
        except DomainError as error:
            return type(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
