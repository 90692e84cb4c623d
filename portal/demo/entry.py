"""Who is on the way in: a request to join that waits, and people who come to the information session."""

from datetime import datetime, timedelta

from applications.models import Call
from applications.services.information_sessions import Guest, sign_up
from sdgpartners.core import clock
from sdgpartners.people.enums import MunicipalRole
from sdgpartners.people.models import JoinRequest
from sdgpartners.people.services import Asking, ask_to_join, prove_address
from sdgpartners.people.signals import join_asked
from sdgpartners.programme.models import Municipality

GUESTS = (
    ("Lotte Fictief", "schepen", "lotte@demo.example", "nl", "Roeselare"),
    ("Bram Fictief", "expert mondiaal beleid", "bram@demo.example", "nl", "Aarschot"),
    ("Yves Fictif", "secrétaire exécutif", "yves@demo.example", "fr", "Agbangnizoun"),
    ("Marie Fictieve", "", "marie@demo.example", "nl", ""),
)


def make_guests(call: Call, moment: datetime) -> None:
    """Sign some people up for the information session of `call`, at `moment`, before it is held."""
    places = {row.name: row for row in Municipality.objects.filter(name__in=[guest[-1] for guest in GUESTS])}
    for number, (name, title, email, language, place) in enumerate(GUESTS):
        with clock.at(moment + timedelta(hours=3 * number)):
            sign_up(
                call=call,
                guest=Guest(
                    name=name, job_title=title, email=email, language=language, municipality=places.get(place)
                ),
            )


def make_join_requests(moment: datetime) -> None:
    """A request that waits for VVSG, and one for ANCB; neither place has a mail domain that is known."""
    nikki = Municipality.objects.get(country="BJ", name="Nikki")
    bilzen = Municipality.objects.get(country="BE", name="Bilzen-Hoeselt")
    with clock.at(moment):
        _proved(
            Asking(
                bilzen,
                "Nele",
                "Fictief",
                "diensthoofd welzijn",
                "nele.fictief@demo.example",
                MunicipalRole.EDITOR,
                "nl",
            )
        )
        _proved(
            Asking(
                nikki,
                "Codjo",
                "Fictif",
                "chef de service",
                "codjo.fictif@demo.example",
                MunicipalRole.CONTRIBUTOR,
                "fr",
            )
        )


def _proved(asking: Asking) -> JoinRequest:
    tokens: list[str] = []

    def catch(*, token: str, **_kwargs: object) -> None:
        tokens.append(token)

    join_asked.connect(catch, weak=False)
    try:
        ask_to_join(asking=asking)
    finally:
        join_asked.disconnect(catch)
    return prove_address(token=tokens[-1])
