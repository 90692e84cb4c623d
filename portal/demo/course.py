"""What changes the course of a pair: one stood still for a while, one was to stop earlier and got most of the time
back, one ended early and its Flemish side found another partner."""

from dataclasses import dataclass
from datetime import date, timedelta

from matching.models import Partnership, Scenario
from matching.services.another_end import agree_to_end, ask_for_end, decide_end
from matching.services.ending import end_early
from matching.services.scenarios import put_forward
from matching.services.suspension import resume_partnership, suspend_partnership
from portal.demo.accounts import Staff
from portal.demo.partnerships import begin, decide_formally, partnerships_of, prepare
from portal.demo.rounds import Round, noon, refresh_statistics
from sdgpartners.core import clock
from sdgpartners.documents.services.jobs import run_job
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side

STOOD_STILL = "Bij een van beide werkt een nieuwe ploeg zich in. Ze wachten samen een maand. (fictief)"
GOES_ON = "De nieuwe ploeg staat er, met dezelfde contactpersonen. (fictief)"
ENDED = "Na een reorganisatie heeft een van beide tijdelijk niemand voor dit werk. (fictief)"
FOLLOWED = (
    "De stuurgroep vindt het nieuwe paar goed: de vraag van de gemeente bleef dezelfde. (fictief verslag)"
)


@dataclass(frozen=True)
class EndMove:
    """Another last day, `days` later or, below 0, earlier: why it was asked, and why it was granted."""

    days: int
    asked: str
    granted: str


SHORTER = EndMove(
    -120,
    "De trekker gaat met pensioen en een opvolger is nog niet zeker. (fictief)",
    "Beide kanten zijn het eens, en het plan past in de kortere tijd. (fictief)",
)
# Not all of it back: no pair passes the months that the rules give.
LONGER = EndMove(
    90,
    "De opvolger is er. Met drie maanden meer ronden we het plan samen af. (fictief)",
    "Beide kanten hebben er tijd voor, en het past in de duur van de regels. (fictief)",
)


def stand_still(partnership: Partnership, coordinator: User, since: date, until: date) -> None:
    """Suspended on `since` and off the public pages, resumed on `until`; what was due meanwhile moves by those days."""
    with clock.at(noon(since)):
        suspend_partnership(
            partnership=partnership, reason=STOOD_STILL, hide_publicly=True, actor=coordinator
        )
    with clock.at(noon(until)):
        resume_partnership(partnership=partnership, reason=GOES_ON, show_publicly=True, actor=coordinator)


def move_end(
    partnership: Partnership, staff: dict[str, Staff], coordinator: User, asked_on: date, move: EndMove
) -> None:
    """Another last day: asked by the north on `asked_on`, agreed to by the south four days later, granted after ten."""
    partnership.refresh_from_db()
    if partnership.ends_on is None:
        raise ValueError("only a partnership that has begun has a last day")
    ends_on = partnership.ends_on + timedelta(days=move.days)
    with clock.at(noon(asked_on)):
        ask_for_end(
            partnership=partnership, side=Side.NORTH, ends_on=ends_on, reason=move.asked,
            actor=staff[partnership.north.name].editor,
        )  # fmt: skip
    with clock.at(noon(asked_on + timedelta(days=4))):
        agree_to_end(partnership=partnership, side=Side.SOUTH, actor=staff[partnership.south.name].editor)
    with clock.at(noon(asked_on + timedelta(days=10))):
        decide_end(partnership=partnership, granted=True, reason=move.granted, actor=coordinator)


def replace_partner(made: Round, partnership: Partnership, ended_on: date, starts_on: date) -> Partnership:
    """The partner drops out on `ended_on`; the room looks for the next best among those who wait, the new pair goes the
    same road and works together from `starts_on`, seventy days later at the earliest."""
    coordinator = made.people["vvsg"]
    with clock.at(noon(ended_on)):
        end_early(partnership=partnership, reason=ENDED, actor=coordinator, rematch=(Side.NORTH,))
    scenario = Scenario.objects.get(follows=partnership.proposal_id)
    with clock.at(noon(ended_on + timedelta(days=1))):
        refresh_statistics()
        run_job(scenario.job_id or 0)
    with clock.at(noon(ended_on + timedelta(days=3))):
        put_forward(scenario=scenario, actor=coordinator)
    with clock.at(noon(ended_on + timedelta(days=9))):
        made.endorse(scenario, FOLLOWED)
    with clock.at(noon(ended_on + timedelta(days=12))):
        proposals = made.release(scenario)
    with clock.at(noon(ended_on + timedelta(days=19))):
        made.accept(proposals)
    found = partnerships_of(proposals)[0]
    day = starts_on - timedelta(days=25)
    prepare(found, made.staff, day)
    decide_formally(found, made.staff, day, papers=False)
    begin(found, made.staff, starts_on, coordinator)
    found.refresh_from_db()
    return found
