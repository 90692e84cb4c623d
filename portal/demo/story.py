"""The story: five calls over two years, one open today; of eight pairs six run, one prepares, and one ended early."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from applications.enums import Section
from applications.models import Call
from exchanges.enums import Direction
from matching.enums import FormalSubject
from matching.models import Partnership
from matching.services.handovers import complete_hand_overs
from portal.demo.accounts import Staff, make_contributor, make_seats, make_staff
from portal.demo.course import LONGER, SHORTER, move_end, replace_partner, stand_still
from portal.demo.entry import make_guests, make_join_requests
from portal.demo.history import date_history
from portal.demo.judging import judge
from portal.demo.life import BEHIND, Life, demo_rates, spend
from portal.demo.partnerships import (
    ask_council,
    begin,
    decide_formally,
    hand_over,
    lose_politician,
    move_start,
    partnerships_of,
    prepare,
    review_plan,
)
from portal.demo.programme import CODE, load_demo_programme
from portal.demo.room import FIRST_COMMENTS, FIRST_WORDS, discuss_third
from portal.demo.rounds import PairWord, Round, noon, refresh_statistics
from portal.demo.scored_calls import judge_third, review_fourth
from sdgpartners.core import clock
from sdgpartners.notifications.enums import MailState
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side
from sdgpartners.programme.models import Municipality, PartnerCountry, Programme

BOTH = ["RW", "BJ"]
FIRST = (["Leuven", "Kortrijk", "Genk", "Turnhout"], ["Nikki", "Covè", "Karongi", "Bugesera"])
SECOND = (["Mechelen", "Hasselt", "Aalst", "Oostende", "Lier"], ["Matéri", "Porto-Novo", "Gatsibo", "Nyanza"])
THIRD = (
    ["Brugge", "Lokeren", "Geel", "Diest", "Ieper", "Tienen"],
    ["Lalo", "Ouinhi", "Bembèrèkè", "Huye", "Musanze", "Rubavu"],
)
FOURTH = (["Vilvoorde", "Halle", "Deinze"], ["Toviklin"])
FIFTH = (["Dendermonde", "Gent", "Aarschot"], ["Agbangnizoun"])
# Who applies for one country alone; the others for both.
ONE_COUNTRY = {"Geel": ["BJ"], "Diest": ["BJ"], "Ieper": ["RW"], "Tienen": ["RW"]}
MORE_DISTRICTS: dict[str, Sequence[str]] = {"RW": ("Huye", "Musanze", "Rubavu")}


# The pairs of the story by their Flemish side: which one stood still, which one got another last day, whose partner
# dropped out.
PAUSED, EXTENDED, REPLACED = "Kortrijk", "Turnhout", "Oostende"


@dataclass(frozen=True)
class Matched:
    """A call that led to partnerships: those that run, and those that still prepare."""

    made: Round
    running: list[Partnership]
    preparing: list[Partnership]


def titles(number: int) -> dict[str, str]:
    return {
        "en": f"Call {number} (fictional)",
        "fr": f"Appel {number} (fictif)",
        "nl": f"Oproep {number} (fictief)",
    }


class Story:
    """Everything that `load_demo` makes, in the order in which it happened."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.programme: Programme = load_demo_programme(today)
        self.people: dict[str, User] = make_seats(self.programme)
        names = [name for north, south in (FIRST, SECOND, THIRD, FOURTH, FIFTH) for name in (*north, *south)]
        places = Municipality.objects.filter(name__in=names).select_related("country")
        self.staff: dict[str, Staff] = {place.name: make_staff(place) for place in places}
        self.life = Life(today, self.people, self.staff)
        demo_rates(today)

    def ago(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def round(
        self,
        number: int,
        who: tuple[list[str], list[str]],
        opens: date,
        closes: date,
        *,
        session_after: int = 7,
        places: int | None = None,
        minimums: Mapping[str, Decimal] | None = None,
        solved_after: int = 30,
    ) -> Round:
        north = [
            (name, ONE_COUNTRY.get(name, BOTH if index % 2 == 0 else BOTH[::-1]))
            for index, name in enumerate(who[0])
        ]
        made = Round(
            programme=self.programme, people=self.people, staff=self.staff, code=f"demo-{number}",
            titles=titles(number), opens_on=opens, closes_on=closes, north=north, south=who[1],
            also_eligible=MORE_DISTRICTS if number > 2 else {}, session_after=session_after,
            places=places, minimums=minimums or {}, solved_after=solved_after,
        )  # fmt: skip
        made.announce()
        return made

    def tell(self) -> None:
        first = self._matched(
            1, FIRST, starts_on=self.ago(480), papers=True, words=FIRST_WORDS, comments=FIRST_COMMENTS
        ).running
        stand_still(_of(first, PAUSED), self.people["vvsg"], self.ago(182), self.ago(151))
        for asked_on, move in ((self.ago(330), SHORTER), (self.ago(72), LONGER)):
            move_end(_of(first, EXTENDED), self.staff, self.people["vvsg"], asked_on, move)
        second = self._matched(2, SECOND, starts_on=self.ago(150), in_preparation=1)
        ended = _of(second.running, REPLACED)
        found = replace_partner(second.made, ended, self.ago(110), self.ago(40))
        self._run(first, [*(pair for pair in second.running if pair != ended), found])
        self._papers(first, second.preparing[0])
        self._calls_on_their_way()
        self._open_call()
        # All of this lies in the past: nothing of it is mailed again.
        OutgoingMail.objects.filter(state=MailState.QUEUED).update(
            state=MailState.SENT, sent_at=noon(self.ago(1))
        )

    def _matched(
        self,
        number: int,
        who: tuple[list[str], list[str]],
        *,
        starts_on: date,
        in_preparation: int = 0,
        papers: bool = False,
        words: Sequence[PairWord] = (),
        comments: Sequence[PairWord] = (),
    ) -> Matched:
        """A call that led to partnerships from `starts_on` on; the last `in_preparation` have not started."""
        made = self.round(number, who, starts_on - timedelta(days=200), starts_on - timedelta(days=110))
        made.receive()
        made.admit()
        judge(made)
        pairs = partnerships_of(made.match(words, comments))
        running = pairs[: len(pairs) - in_preparation]
        for pair in running:
            prepare(pair, self.staff, starts_on - timedelta(days=40))
            decide_formally(pair, self.staff, starts_on - timedelta(days=35), papers=papers)
            begin(pair, self.staff, starts_on, self.people["vvsg"])
            pair.refresh_from_db()
        preparing = pairs[len(running) :]
        for pair in preparing:
            prepare(pair, self.staff, starts_on - timedelta(days=20), whole=False)
        return Matched(made, running, preparing)

    def _papers(self, first: list[Partnership], preparing: Partnership) -> None:
        """A year later: reviews of plans, councils that are asked, contact persons who leave; and the pair that has not
        started."""
        leuven, genk, kortrijk, turnhout = (
            _of(first, name) for name in ("Leuven", "Genk", "Kortrijk", "Turnhout")
        )
        review_plan(leuven, self.staff)
        review_plan(turnhout, self.staff)
        review_plan(genk, self.staff, agreed=(Side.NORTH,))
        review_plan(kortrijk, self.staff, agreed=())
        ask_council(
            genk, Side.SOUTH, self.staff, subject=FormalSubject.SPENDING, asked_on=self.ago(40), expected_on=self.ago(6)
        )  # fmt: skip
        hand_over(genk, Side.NORTH, self.staff, self.ago(50), self.ago(30), named=True)
        with clock.at(noon(self.ago(30))):
            complete_hand_overs()
        hand_over(leuven, Side.SOUTH, self.staff, self.ago(8), self.today + timedelta(days=12), named=True)
        hand_over(kortrijk, Side.NORTH, self.staff, self.ago(16), self.ago(2), named=False)
        lose_politician(turnhout, Side.SOUTH, self.staff, self.ago(100))
        starts_on = self.today + timedelta(days=38)
        move_start(preparing, self.staff, self.ago(12), starts_on)
        ask_council(
            preparing, Side.NORTH, self.staff, subject=FormalSubject.AGREEMENT, asked_on=self.ago(12),
            expected_on=self.today + timedelta(days=16),
        )  # fmt: skip

    def _run(self, first: list[Partnership], second: list[Partnership]) -> None:
        countries = PartnerCountry.objects.filter(programme=self.programme).select_related(
            "country", "programme"
        )
        for number, country in enumerate(countries):
            older = [pair for pair in first if pair.partner_country_id == country.pk]
            newer = [pair for pair in second if pair.partner_country_id == country.pk]
            days = [self.ago(n) for n in (430, 320, 210, 120, 45)] + [
                self.today + timedelta(days=12 + number)
            ]
            self.life.sessions(country, older + newer, days)
            done = self.life.window(country, older, Direction.SOUTH_TO_NORTH, self.ago(300 + number))
            begun = [pair for pair in newer if pair.starts_on and pair.starts_on < self.ago(100)]
            late = (
                self.life.window(country, begun, Direction.NORTH_TO_SOUTH, self.ago(75 + number))
                if begun
                else []
            )
            self.life.window(
                country, older + newer, Direction.NORTH_TO_SOUTH, self.today + timedelta(days=95 + number)
            )
            for index, visit in enumerate(done):
                spend(self.life, visit, bills=6 if index == 0 else 2)
            for visit in late:
                spend(self.life, visit, bills=4)
            for pair in older:
                self.life.contacts(pair, [self.ago(n) for n in (400, 260, 140, 60, 20, 5)])
            for pair in (pair for pair in newer if pair.north.name != BEHIND):
                days = [self.ago(n) for n in (90, 30)]
                self.life.contacts(pair, [day for day in days if pair.starts_on and pair.starts_on < day])

    def _calls_on_their_way(self) -> None:
        """One call whose matching waits for the steering group, one that is being reviewed."""
        third = self.round(3, THIRD, self.ago(130), self.ago(40), places=3, solved_after=36)
        third.receive()
        third.admit()
        judge_third(third)
        discuss_third(third)
        fourth = self.round(
            4, FOURTH, self.ago(70), self.ago(16), places=2, minimums={"support": Decimal("1.5")}
        )
        fourth.receive()
        fourth.admit()
        review_fourth(fourth)

    def _open_call(self) -> Call:
        """The call of today: one application is in, three are under way; people ask to join and to come and listen."""
        made = self.round(5, FIFTH, self.ago(14), self.today + timedelta(days=24), session_after=19)
        make_contributor(self.staff["Gent"].municipality)
        make_guests(made.call, noon(self.ago(8)))
        make_join_requests(noon(self.ago(1)))
        made.submit("Dendermonde", BOTH, noon(self.ago(3)))
        gent = made.start("Gent", noon(self.ago(6)))
        made.write(gent, BOTH, noon(self.ago(5)), [Section.MUNICIPALITY, Section.INTERESTS])
        aarschot = made.start("Aarschot", noon(self.ago(4)))
        made.write(aarschot, BOTH[::-1], noon(self.ago(2)), [Section.MUNICIPALITY])
        south = made.start("Agbangnizoun", noon(self.ago(5)))
        made.write(south, [], noon(self.ago(2)), [Section.MUNICIPALITY])
        return made.call


def _of(pairs: Sequence[Partnership], north: str) -> Partnership:
    """The pair of a Flemish municipality."""
    return next(pair for pair in pairs if pair.north.name == north)


@transaction.atomic
def load_story(today: date) -> bool:
    """Make the demo dated from `today`, all or nothing; False when it is there already (nothing changes)."""
    if Programme.objects.filter(code=CODE).exists():
        return False
    Story(today).tell()
    date_history()
    refresh_statistics()
    return True
