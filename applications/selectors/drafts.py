"""What surrounds a section while somebody writes in it: its state, who else is there, the call's amendments."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject

from applications.enums import Section
from applications.models import Application, EditorPresence, SectionState
from applications.selectors.amendments import ToldAmendment, told_amendments
from applications.selectors.before_signing import (
    WaitingText,
    newest_amendment,
    waiting_rows,
    waiting_texts,
)
from sdgpartners.core import clock
from sdgpartners.people.models import User

# A browser tells of itself every 30 seconds; after this long its person has gone.
PRESENT_FOR = timedelta(minutes=2)


def state_of(application: Application, section: Section) -> SectionState | None:
    """Where the section stands, with who saved it; None before the first save."""
    return (
        SectionState.objects.filter(application=application.pk, section=section)
        .select_related("saved_by")
        .first()
    )


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody else who has the section open, and when their browser last said so."""

    name: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Around:
    """What goes on around a section: the call's newest amendment (0: none), others who write in it, who was seen
    last first, and texts of it that wait for a choice."""

    amendment: int
    others: tuple[Colleague, ...]
    texts: tuple[WaitingText, ...]


def around(application: Application, section: Section, user: User) -> Around:
    """What `user` has to know while writing in the section, in one statement."""
    there = EditorPresence.objects.filter(
        application=OuterRef("pk"), section=section, seen_at__gte=clock.now() - PRESENT_FOR
    ).exclude(user=user)
    columns = {name: F(f"user__{name}") for name in ("first_name", "last_name", "email")}
    row = JSONObject(seen_at=F("seen_at"), **columns)
    found = (
        Application.objects.filter(pk=application.pk)
        .values_list(
            newest_amendment(), ArraySubquery(there.order_by("-seen_at").values(row=row)), waiting_rows()
        )
        .get()
    )
    texts = tuple(text for text in waiting_texts(found[2]) if text.section == section)
    return Around(found[0], tuple(_colleague(each) for each in found[1]), texts)


def _colleague(row: dict[str, str]) -> Colleague:
    name = f"{row['first_name']} {row['last_name']}".strip() or row["email"]
    return Colleague(name, datetime.fromisoformat(row["seen_at"]))


def amendments_after(application: Application, number: int) -> tuple[ToldAmendment, ...]:
    """Amendments of its call that came after the one with this number, the newest first, to show."""
    return tuple(each for each in told_amendments(application.call) if each.number > number)
