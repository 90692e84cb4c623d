"""People who review, and who is asked to: for tests of what comes of it."""

from applications.models import Application, Review, Track
from applications.services.assignment import assign_reviewer
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.programme.models import Municipality
from tests.factories import MunicipalityFactory, make_seat
from tests.world import World


def reviewers(world: World, lead: int = 0, country: int = 0) -> list[User]:
    """People with a reviewer's seat: so many of VVSG, then so many of RALGA."""
    places = [world.vvsg] * lead + [world.ralga] * country
    return [make_seat(place, AssociationRole.REVIEWER) for place in places]


def places(number: int) -> list[Municipality]:
    found: list[Municipality] = MunicipalityFactory.create_batch(number)
    return found


def ask(application: Application, track: Track, person: User) -> Review:
    return assign_reviewer(application=application, track=track, reviewer=person, actor=None)
