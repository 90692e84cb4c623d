"""Who walks a journey through the demo without a mouse: each in the language of their own."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from sdgpartners.people.enums import MunicipalRole
from sdgpartners.people.models import Membership, User
from sdgpartners.programme.models import Municipality
from tests.journeys.actors import Stage
from tests.journeys.demo import Demo
from tests.journeys.keys import Keys


@dataclass
class Company:
    """The demo's people, each at a browser of their own in the language of their own."""

    demo: Demo
    stages: Mapping[str, Stage]

    @contextmanager
    def keys(self, who: str | User) -> Iterator[Keys]:
        """Somebody without a mouse, for as long as the block lasts."""
        user = self.demo.person(who) if isinstance(who, str) else who
        with self.stages[user.language].as_(user) as hand:
            assert isinstance(hand, Keys)
            yield hand
            assert hand.touched == []
            assert hand.stops > 0

    def of(self, place: Municipality, role: MunicipalRole) -> User:
        """The editor or the signatory of a municipality."""
        return Membership.objects.select_related("user").get(municipality=place, role=role).user
