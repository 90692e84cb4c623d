"""Who walks the road, and on which days. Invented people at real municipalities, all marked as fictional."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.management import call_command

from portal.demo.accounts import Staff, make_seats, make_staff
from portal.demo.programme import load_demo_programme
from portal.demo.rounds import noon
from sdgpartners.people.models import User
from sdgpartners.programme.models import Municipality, Programme

# The demo's programme runs from two years before this year to two years after it.
FIRST_DAY = date(2026, 3, 2)
OPENS, CLOSES = FIRST_DAY + timedelta(days=7), FIRST_DAY + timedelta(days=37)
STARTS = date(2026, 7, 1)
# The rules of the demo's programme end all partnerships here, before their two years are over.
LAST_DAY = date(2027, 12, 31)
SESSION, WINDOW = date(2026, 9, 15), date(2026, 11, 9)
CALL = "journey"
PLACES = ("Gent", "Leuven", "Nikki", "Covè", "Karongi", "Brugge")


def after_closing(days: int) -> datetime:
    """Midday, so many days after the call has closed."""
    return noon(CLOSES + timedelta(days=days))


@dataclass(frozen=True)
class Cast:
    """Everybody, by account and by municipality; all read in the journey's language."""

    programme: Programme
    seats: dict[str, User]
    staff: dict[str, Staff]


def make_cast(language: str) -> Cast:
    """Reference data and programme from their files, and the people."""
    call_command("load_reference", verbosity=0)
    call_command("load_rates", verbosity=0)
    programme = load_demo_programme(FIRST_DAY)
    seats = make_seats(programme)
    staff = {place.name: make_staff(place) for place in Municipality.objects.filter(name__in=PLACES)}
    User.objects.update(language=language)
    for user in (*seats.values(), *(one for row in staff.values() for one in (row.editor, row.signatory))):
        user.language = language
    return Cast(programme, seats, staff)
