"""The story: five calls over two years, one open today; seven pairs that run, one that prepares."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from applications.enums import Section
from applications.models import Call
from exchanges.enums import Direction
from matching.models import Partnership
from portal.demo.accounts import Staff, make_contributor, make_seats, make_staff
from portal.demo.entry import make_guests, make_join_requests
from portal.demo.history import date_history
from portal.demo.judging import judge
from portal.demo.life import BEHIND, Life, demo_rates, spend
from portal.demo.partnerships import begin, partnerships_of, prepare
from portal.demo.programme import CODE, load_demo_programme
from portal.demo.rounds import Round, noon, refresh_statistics
from portal.demo.scored_calls import judge_third, review_fourth
from sdgpartners.notifications.enums import MailState
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.people.models import User
from sdgpartners.programme.models import Municipality, PartnerCountry, Programme

BOTH = ["RW", "BJ"]
FIRST = (["Leuven", "Kortrijk", "Genk", "Turnhout"], ["Nikki", "Covè", "Karongi", "Bugesera"])
SECOND = (["Mechelen", "Hasselt", "Aalst", "Oostende", "Lier"], ["Matéri", "Porto-Novo", "Gatsibo", "Nyanza"])
THIRD = (["Brugge", "Lokeren", "Geel", "Diest", "Ieper", "Tienen"], ["Lalo", "Ouinhi", "Huye", "Musanze"])
FOURTH = (["Vilvoorde", "Halle", "Deinze"], ["Toviklin"])
FIFTH = (["Dendermonde", "Gent", "Aarschot"], ["Agbangnizoun"])
# Who applies for one country alone; the others for both.
ONE_COUNTRY = {"Geel": ["BJ"], "Diest": ["BJ"], "Ieper": ["RW"], "Tienen": ["RW"]}
MORE_DISTRICTS: dict[str, Sequence[str]] = {"RW": ("Huye", "Musanze", "Rubavu")}


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
        first = self._matched(1, FIRST, starts_on=self.ago(480))
        second = self._matched(2, SECOND, starts_on=self.ago(150), in_preparation=1)
        self._run(first, second)
        self._calls_on_their_way()
        self._open_call()
        # All of this lies in the past: nothing of it is mailed again.
        OutgoingMail.objects.filter(state=MailState.QUEUED).update(
            state=MailState.SENT, sent_at=noon(self.ago(1))
        )

    def _matched(
        self, number: int, who: tuple[list[str], list[str]], *, starts_on: date, in_preparation: int = 0
    ) -> list[Partnership]:
        """A call that led to partnerships from `starts_on` on; the last `in_preparation` have not started."""
        made = self.round(number, who, starts_on - timedelta(days=200), starts_on - timedelta(days=110))
        made.receive()
        made.admit()
        judge(made)
        pairs = partnerships_of(made.match())
        running = pairs[: len(pairs) - in_preparation]
        for pair in running:
            prepare(pair, self.staff, starts_on - timedelta(days=40))
            begin(pair, self.staff, starts_on, self.people["vvsg"])
            pair.refresh_from_db()
        for pair in pairs[len(running) :]:
            prepare(pair, self.staff, starts_on - timedelta(days=20), whole=False)
        return running

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
            late = (
                self.life.window(country, newer, Direction.NORTH_TO_SOUTH, self.ago(75 + number))
                if newer
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
                self.life.contacts(pair, [self.ago(n) for n in (90, 30)])

    def _calls_on_their_way(self) -> None:
        """One call whose matching waits for the steering group, one that is being reviewed."""
        third = self.round(3, THIRD, self.ago(130), self.ago(40), places=3, solved_after=36)
        third.receive()
        third.admit()
        judge_third(third)
        third.solve()
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


@transaction.atomic
def load_story(today: date) -> bool:
    """Make the demo dated from `today`, all or nothing; False when it is there already (nothing changes)."""
    if Programme.objects.filter(code=CODE).exists():
        return False
    Story(today).tell()
    date_history()
    refresh_statistics()
    return True
