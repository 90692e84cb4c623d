"""Clients and addresses for the tests of the pages."""

from datetime import date

from django.test import Client
from django.urls import reverse

from exchanges.models import Homework, Session, Visit
from exchanges.services.visits import plan_visit
from matching.models import Partnership
from sdgpartners.people.models import User
from tests.exchanges.factories import Pairs, make_window


def as_user(user: User) -> Client:
    """A client that is signed in."""
    client = Client()
    client.force_login(user)
    return client


def session_url(session: Session, step: str = "detail") -> str:
    return reverse(f"exchanges:session-{step}", args=(session.reference,))


def homework_url(homework: Homework, partnership: Partnership, name: str = "homework-answer") -> str:
    return reverse(f"exchanges:{name}", args=(homework.reference, partnership.reference))


def visit_url(visit: Visit, name: str = "visit-detail") -> str:
    return reverse(f"exchanges:{name}", args=(visit.reference,))


def planned_visit(pairs: Pairs) -> Visit:
    """Gent goes to Karongi, 9 to 15 May 2027."""
    return plan_visit(
        window=make_window(pairs.world.rwanda),
        partnership=pairs.gent_karongi,
        starts_on=date(2027, 5, 9),
        ends_on=date(2027, 5, 15),
        actor=None,
    )
