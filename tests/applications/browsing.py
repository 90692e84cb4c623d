"""Who is signed in, and the addresses of the pages of one application."""

from django.test import Client
from django.urls import reverse

from applications.enums import Section
from sdgpartners.people.models import User
from tests.applications.factories import Team, open_call, start
from tests.world import World

SCRIPT = "<script>alert('x')</script>"


def english_draft(world: World) -> Team:
    """A Flemish draft; both people read English, so that refusals can be compared."""
    made = start(open_call(world), world.gent)
    for person in (made.editor, made.signatory):
        person.language = "en"
        person.save(update_fields=["language"])
    return made


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(name: str, team: Team, *more: object) -> str:
    return reverse(f"applications:{name}", args=[team.reference, *more])


def section_page(team: Team, section: Section) -> str:
    return page("application-section", team, section.value)
