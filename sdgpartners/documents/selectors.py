"""Reads of the documents room: what waits for the virus scanner."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min

from sdgpartners.core import clock
from sdgpartners.documents.enums import FileState
from sdgpartners.documents.models import StoredFile

# Ten rounds of the beat: whatever waits longer was not just sent.
LONG = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Quarantine:
    """How many files wait for the virus scanner, and since when the oldest does (None: nothing waits)."""

    waiting: int
    since: datetime | None

    @property
    def is_stuck(self) -> bool:
        """Whether a file waits for more than five minutes."""
        return self.since is not None and self.since < clock.now() - LONG


def quarantine() -> Quarantine:
    """What waits now, in one statement."""
    rows = StoredFile.objects.filter(state=FileState.QUARANTINE)
    return Quarantine(**rows.aggregate(waiting=Count("pk"), since=Min("created_at")))
