"""How broad a side's people are (concept note 3.5: never one person or one service). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Lack(StrEnum):
    """What a side still lacks."""

    CONTACTS = "contacts"
    SPONSOR = "sponsor"
    STEERING = "steering"
    PEOPLE = "people"
    POLITICIANS = "politicians"
    SERVICES = "services"
    ACTORS = "actors"


@dataclass(frozen=True, slots=True)
class Person:
    """One line of a team, by the words of `TeamRole` and `MemberKind`."""

    name: str
    service: str
    role: str
    kind: str


@dataclass(frozen=True, slots=True)
class Least:
    """The least of everything, from the programme's rules."""

    contacts: int
    people: int
    politicians: int
    services: int
    actors: int


@dataclass(frozen=True, slots=True)
class Breadth:
    """What one side has; `named` is asked before activation, `broad` by a month of the rules."""

    contacts: int
    sponsors: int
    steering: int
    politicians: int
    services: int
    actors: int
    least: Least

    def figure(self, lack: Lack) -> tuple[int, int]:
        """How many a side has of what may lack, and the least of it."""
        return {
            Lack.CONTACTS: (self.contacts, self.least.contacts),
            Lack.SPONSOR: (self.sponsors, 1),
            Lack.STEERING: (self.steering, 1),
            Lack.PEOPLE: (self.steering, self.least.people),
            Lack.POLITICIANS: (self.politicians, self.least.politicians),
            Lack.SERVICES: (self.services, self.least.services),
            Lack.ACTORS: (self.actors, self.least.actors),
        }[lack]

    @property
    def lacks_to_start(self) -> list[Lack]:
        """Contacts, a political sponsor, and somebody in the internal steering group."""
        held = (
            (Lack.CONTACTS, self.contacts >= self.least.contacts),
            (Lack.SPONSOR, self.sponsors >= 1),
            (Lack.STEERING, self.steering >= 1),
        )
        return [lack for lack, enough in held if not enough]

    @property
    def lacks_to_be_broad(self) -> list[Lack]:
        """People, politicians and services in the internal steering group, and actors from outside."""
        held = (
            (Lack.PEOPLE, self.steering >= self.least.people),
            (Lack.POLITICIANS, self.politicians >= self.least.politicians),
            (Lack.SERVICES, self.services >= self.least.services),
            (Lack.ACTORS, self.actors >= self.least.actors),
        )
        return [lack for lack, enough in held if not enough]


def breadth_of(team: Iterable[Person], actors: int, least: Least) -> Breadth:
    """Counts a side's people: a name counts once a role, services are told apart by their name."""
    people = list(team)
    steering = {one.name: one for one in people if one.role == "steering"}
    return Breadth(
        contacts=len({one.name for one in people if one.role == "contact"}),
        sponsors=len({one.name for one in people if one.role == "sponsor"}),
        steering=len(steering),
        politicians=sum(one.kind == "politician" for one in steering.values()),
        services=len({one.service.strip().casefold() for one in steering.values() if one.service.strip()}),
        actors=actors,
        least=least,
    )
