"""One call of the fictional round, from its announcement as far as the story takes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import connection

from applications.call_dates import CallDates
from applications.enums import ApplicationStatus, Section
from applications.models import Application, Call, Track
from applications.selectors.sections import read_section, read_sections
from applications.services.calls import change_call_part, create_call, publish_call
from applications.services.eligibility import admit_unscored, decide_eligibility
from applications.services.forms import save_section, start_application
from applications.services.submission import ask_sign_off, sign_and_submit
from matching.enums import Objective, RuleKind
from matching.models import Proposal, Scenario
from matching.services.comments import comment_scenario
from matching.services.decisions import approve_track, endorse_scenario
from matching.services.pair_rules import set_pair_rule
from matching.services.proposals import accept_proposal
from matching.services.release import release_scenario
from matching.services.scenarios import create_scenario, put_forward
from matching.services.solving import solve_scenario
from portal.demo.accounts import Staff
from portal.demo.programme import in_years_from
from portal.demo.texts import answers_for
from sdgpartners.core import clock
from sdgpartners.core.text import LANGUAGE_CODES
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side
from sdgpartners.programme.models import Municipality, Programme

FRIDAY = 4
NAME = "A · gewichten van de oproep"
MINUTE = "De stuurgroep volgt het voorstel (fictief verslag)."


def noon(day: date) -> datetime:
    """Midday of `day`, so that every zone of the programme has the same date."""
    return datetime.combine(day, time(11), tzinfo=UTC)


def working_day(day: date) -> date:
    """`day`, or the Monday after a weekend: people do not meet on a Saturday or Sunday."""
    return next_monday(day) if day.weekday() > FRIDAY else day


def next_monday(day: date) -> date:
    """`day` when it is a Monday, else the next one."""
    return day + timedelta(days=-day.weekday() % 7)


def last_minute(day: date) -> datetime:
    """23:59 in Brussels, as calls announce it."""
    return datetime.combine(day, time(23, 59), tzinfo=ZoneInfo("Europe/Brussels"))


def refresh_statistics() -> None:
    """Let PostgreSQL look at the tables anew: thousands of rows come in one transaction, and without statistics the
    planner guesses badly, by minutes. These tables alone: a plain ANALYZE waits until nobody else in the cluster holds
    the catalogues that all databases share."""
    with connection.cursor() as cursor:
        tables = sorted(connection.introspection.table_names(cursor))
        cursor.execute(f"ANALYZE {', '.join(map(connection.ops.quote_name, tables))}")


@dataclass(frozen=True)
class PairWord:
    """What somebody says on a pair, by the names of the two: `account` fixes, forbids or prefers it, or comments."""

    account: str
    north: str
    south: str
    text: str
    kind: RuleKind | None = None


@dataclass
class Round:
    """A call with who applies. `north` holds (municipality, countries best liked first)."""

    programme: Programme
    people: dict[str, User]
    staff: dict[str, Staff]
    code: str
    titles: dict[str, str]
    opens_on: date
    closes_on: date
    north: Sequence[tuple[str, list[str]]]
    south: Sequence[str]
    also_eligible: dict[str, Sequence[str]] = field(default_factory=dict)
    session_after: int = 7
    # What the call asks otherwise than the programme's rules: places of each track, minimum scores by criterion.
    places: int | None = None
    minimums: Mapping[str, Decimal] = field(default_factory=dict)
    solved_after: int = 30
    call: Call = field(init=False)

    def day(self, after_closing: int) -> datetime:
        return noon(self.closes_on + timedelta(days=after_closing))

    def announce(self) -> None:
        """Make the call from the programme's rules and publish it."""
        summary = {
            "en": "A fictional call, to try the portal with. Two years of exchange between two municipalities.",
            "fr": "Un appel fictif, pour essayer le portail. Deux ans d’échange entre deux communes.",
            "nl": "Een fictieve oproep, om het portaal uit te proberen. Twee jaar uitwisseling tussen twee gemeenten.",
        }
        with clock.at(noon(self.opens_on - timedelta(days=4))):
            self.call = create_call(
                programme=self.programme,
                code=self.code,
                title=self.titles,
                summary=summary,
                dates=CallDates(
                    opens_at=noon(self.opens_on),
                    closes_at=last_minute(self.closes_on),
                    info_session_at=noon(working_day(self.opens_on + timedelta(days=self.session_after))),
                    decisions_planned_on=self.closes_on + timedelta(days=30),
                    start_planned_on=self.closes_on + timedelta(days=75),
                    reviews_due_on=working_day(self.closes_on + timedelta(days=18)),
                ),
                actor=self.people["vvsg"],
            )
            self._date_commitments()
            for track in self.tracks:
                self._set_apart(track)
                names = self.also_eligible.get(track.partner_country.country_id, ())
                track.eligible.add(
                    *Municipality.objects.filter(country=track.partner_country.country_id, name__in=names)
                )
            self.call = publish_call(call=self.call, actor=self.people["vvsg"])

    def _set_apart(self, track: Track) -> None:
        """Places and minimums of a track, where the story has its own."""
        if self.places is not None:
            change_call_part(part=track, values={"places": self.places}, actor=self.people["vvsg"])
        for criterion in track.criteria.filter(code__in=self.minimums):
            change_call_part(
                part=criterion, values={"floor": self.minimums[criterion.code]}, actor=self.people["vvsg"]
            )

    def _date_commitments(self) -> None:
        """What is promised names the years of this call's partnerships."""
        start = self.call.start_planned_on or self.closes_on
        for commitment in self.call.commitments.all():
            names = [f"text_{code}" for code in LANGUAGE_CODES]
            texts = {name: in_years_from(getattr(commitment, name), start.year) for name in names}
            change_call_part(part=commitment, values=texts, actor=self.people["vvsg"])

    @property
    def tracks(self) -> list[Track]:
        return list(
            Track.objects.filter(call=self.call)
            .select_related("partner_country__country", "partner_country__association", "call__programme")
            .order_by("partner_country__country")
        )

    def start(self, name: str, moment: datetime) -> Application:
        """A new draft."""
        with clock.at(moment):
            row = self.staff[name]
            return start_application(call=self.call, municipality=row.municipality, actor=row.editor)

    def write(
        self, application: Application, countries: list[str], moment: datetime, sections: Sequence[Section]
    ) -> None:
        """Fill in some sections."""
        row = self.staff[application.municipality.name]
        seed = len(row.municipality.name) + sum(map(ord, row.municipality.name))
        with clock.at(moment):
            for section in sections:
                content = read_section(application, section)
                state = application.section_states.filter(section=section).first()
                values = answers_for(
                    content,
                    language=row.municipality.country.default_language,
                    contact=row.editor.email,
                    seed=seed,
                    tracks=countries,
                )
                save_section(
                    application=application,
                    section=section,
                    version=state.version if state else 0,
                    data=values,
                    actor=row.editor,
                )

    def submit(self, name: str, countries: list[str], moment: datetime) -> Application:
        """From nothing to submitted, signed by the second person."""
        application = self.start(name, moment)
        self.write(application, countries, moment, [each.section for each in read_sections(application)])
        row = self.staff[name]
        with clock.at(moment + timedelta(hours=2)):
            ask_sign_off(application=application, actor=row.editor)
        with clock.at(moment + timedelta(hours=26)):
            sign_and_submit(application=application, actor=row.signatory)
        application.refresh_from_db()
        return application

    def receive(self) -> None:
        """Everybody applies in the last days of the call."""
        for number, (name, countries) in enumerate(self.north):
            self.submit(name, countries, self.day(-3) + timedelta(minutes=37 * number))
        for number, name in enumerate(self.south):
            self.submit(name, [], self.day(-4) + timedelta(minutes=23 * number))

    def admit(self) -> None:
        """Coordinators decide on eligibility; unscored southern municipalities go on to the matching."""
        with clock.at(self.day(3)):
            for application in Application.objects.filter(call=self.call, status=ApplicationStatus.SUBMITTED):
                decide_eligibility(application=application, eligible=True, note="", actor=self.people["vvsg"])
                if application.side == Side.SOUTH:
                    application.refresh_from_db()
                    admit_unscored(application=application, actor=self.people["vvsg"])

    def application(self, name: str) -> Application:
        """The application of a municipality."""
        return Application.objects.select_related("call", "municipality").get(
            call=self.call, municipality__name=name
        )

    def solve(self, words: Sequence[PairWord] = ()) -> Scenario:
        """The matching scenario with what is said on its pairs, solved and put to the steering group."""
        with clock.at(self.day(self.solved_after)):
            scenario = create_scenario(
                call=self.call,
                tracks=self.tracks,
                name=NAME,
                objective=Objective.TOTAL,
                actor=self.people["vvsg"],
            )
            self.rule(scenario, words)
            refresh_statistics()
            solved = solve_scenario(scenario=scenario, actor=self.people["vvsg"])
            refresh_statistics()
            return put_forward(scenario=solved, actor=self.people["vvsg"])

    def rule(self, scenario: Scenario, words: Sequence[PairWord]) -> None:
        """Fix, forbid or prefer pairs."""
        for word in words:
            if word.kind is not None:
                set_pair_rule(
                    scenario=scenario, north=self.application(word.north), south=self.application(word.south),
                    kind=word.kind, reason=word.text, actor=self.people[word.account],
                )  # fmt: skip

    def comment(self, scenario: Scenario, words: Sequence[PairWord]) -> None:
        """Say something of the whole, or of a pair that is named; a few hours after each other."""
        for number, word in enumerate(words):
            with clock.at(clock.now() + timedelta(hours=3 * number)):
                comment_scenario(
                    scenario=scenario, text=word.text, actor=self.people[word.account],
                    north=self.application(word.north) if word.north else None,
                    south=self.application(word.south) if word.south else None,
                )  # fmt: skip

    def match(self, words: Sequence[PairWord] = (), comments: Sequence[PairWord] = ()) -> list[Proposal]:
        """From the scenario to proposals that both accept."""
        scenario = self.solve(words)
        with clock.at(self.day(32)):
            self.comment(scenario, comments)
        with clock.at(self.day(33)):
            self.endorse(scenario)
        with clock.at(self.day(35)):
            proposals = self.release(scenario)
        with clock.at(self.day(42)):
            self.accept(proposals)
        return proposals

    def endorse(self, scenario: Scenario, minute: str = MINUTE) -> None:
        """The steering group follows what was put to it."""
        endorse_scenario(scenario=scenario, minute=minute, actor=self.people["steering"])

    def release(self, scenario: Scenario) -> list[Proposal]:
        """Approved by both associations of each track, and sent to the municipalities."""
        lead = self.programme.lead_association
        tracks = scenario.tracks.select_related("partner_country__association")
        for track in tracks.order_by("partner_country__country"):
            own = track.partner_country.association
            for association, account in ((lead, "vvsg"), (own, own.code)):
                approve_track(
                    scenario=scenario, track=track, association=association, minute="", actor=self.people[account]
                )  # fmt: skip
        return release_scenario(scenario=scenario, actor=self.people["vvsg"])

    def accept(self, proposals: Sequence[Proposal]) -> None:
        """Both signatories say yes."""
        for proposal in proposals:
            for side, application in ((Side.NORTH, proposal.north), (Side.SOUTH, proposal.south)):
                signatory = self.staff[application.municipality.name].signatory
                accept_proposal(proposal=proposal, side=side, actor=signatory)
