"""Active partnerships and what they do together, made directly: the road there has tests of its own."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from exchanges.enums import Direction
from exchanges.models import Homework, HomeworkAnswer, Session, VisitWindow
from exchanges.services.homework import give_homework
from exchanges.services.sessions import confirm_session, plan_session
from exchanges.services.windows import fix_window, propose_window, set_conference
from exchanges.texts import Texts
from matching.enums import PartnershipStatus
from matching.models import Partnership, PartnershipSide
from sdgpartners.core.references import next_reference
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Side
from sdgpartners.programme.models import Municipality, PartnerCountry
from tests.factories import MunicipalityFactory, make_editor
from tests.world import World

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
"""Monday 23 November 2026, 12:00 in Brussels and Porto-Novo, 13:00 in Kigali."""


def texts(words: str) -> Texts:
    return Texts(words, f"{words} (fr)", f"{words} (nl)")


def make_partnership(
    country: PartnerCountry,
    north: Municipality,
    south: Municipality,
    *,
    starts_on: date = date(2026, 1, 1),
    ends_on: date = date(2027, 12, 31),
    status: PartnershipStatus = PartnershipStatus.ACTIVE,
) -> Partnership:
    """A pair with both its sides."""
    partnership = Partnership.objects.create(
        reference=next_reference("SDG"),
        partner_country=country,
        theme=country.theme,
        north=north,
        south=south,
        status=status,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    for side, municipality in ((Side.NORTH, north), (Side.SOUTH, south)):
        PartnershipSide.objects.create(partnership=partnership, side=side, municipality=municipality)
    return partnership


def make_pairs(country: PartnerCountry, number: int) -> list[Partnership]:
    """`number` pairs of new municipalities, one editor on each side."""
    found = []
    for _ in range(number):
        north = MunicipalityFactory()
        south = MunicipalityFactory(country=country.country)
        make_editor(north)
        make_editor(south)
        found.append(make_partnership(country, north, south))
    return found


def make_session(country: PartnerCountry, starts_at: datetime | None = None, **fields: object) -> Session:
    """A planned session in two weeks, called “Session”."""
    return plan_session(
        partner_country=country,
        titles=texts("Session"),
        starts_at=starts_at or NOON + timedelta(days=14),
        actor=None,
        **fields,  # type: ignore[arg-type]
    )


def make_confirmed(country: PartnerCountry, starts_at: datetime | None = None) -> Session:
    """A confirmed one; its invitations are in the outbox."""
    return confirm_session(session=make_session(country, starts_at), actor=None)


def make_homework(session: Session, days: int = 28) -> Homework:
    return give_homework(
        session=session,
        titles=texts("Three questions"),
        texts=texts("Whom do you reach?"),
        due_on=session.day + timedelta(days=days),
        actor=None,
    )


def make_window(
    country: PartnerCountry,
    direction: Direction = Direction.NORTH_TO_SOUTH,
    starts_on: date = date(2027, 5, 3),
    ends_on: date = date(2027, 5, 30),
) -> VisitWindow:
    """A fixed window with a conference on its eighth and ninth day."""
    window = propose_window(
        partner_country=country, direction=direction, starts_on=starts_on, ends_on=ends_on, actor=None
    )
    set_conference(
        window=window,
        titles=texts("Conference"),
        place="Kigali",
        starts_on=starts_on + timedelta(days=7),
        ends_on=starts_on + timedelta(days=8),
        actor=None,
    )
    return fix_window(window=window, actor=None)


@dataclass(frozen=True)
class Pairs:
    """Gent with Karongi and Leuven with Nyanza (Rwanda), Mechelen with Nikki (Benin); an editor in each."""

    world: World
    gent_karongi: Partnership
    leuven_nyanza: Partnership
    mechelen_nikki: Partnership
    gent: User
    karongi: User
    leuven: User
    nyanza: User
    mechelen: User
    nikki: User

    def answer(self, partnership: Partnership, homework: Homework) -> HomeworkAnswer:
        return HomeworkAnswer.objects.get(partnership=partnership, homework=homework)


def build_pairs(world: World) -> Pairs:
    places = ("gent", "karongi", "leuven", "nyanza", "mechelen", "nikki")
    people = {name: make_editor(getattr(world, name), email=f"{name}@example.org") for name in places}
    return Pairs(
        world=world,
        gent_karongi=make_partnership(world.rwanda, world.gent, world.karongi),
        leuven_nyanza=make_partnership(world.rwanda, world.leuven, world.nyanza),
        mechelen_nikki=make_partnership(world.benin, world.mechelen, world.nikki),
        **people,
    )
