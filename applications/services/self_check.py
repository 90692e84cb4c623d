"""The self-check: kept without anything about a person, and what a draft takes over from it."""

from django.db import transaction

from applications.models import Application, Call, InformationSignUp, SelfCheck, TrackPreference
from applications.names import rank_field
from applications.selectors.eligibility import eligibility_of
from applications.selectors.self_check import twinning_of
from sdgpartners.core import clock
from sdgpartners.people.models import User
from sdgpartners.programme.enums import Language, Side
from sdgpartners.programme.models import Municipality


@transaction.atomic
def keep_self_check(*, call: Call, municipality: Municipality, answers: dict[str, object]) -> SelfCheck:
    """Keep the answers with what follows from them now. `answers` holds raw values by the name of the field."""
    eligibility = eligibility_of(municipality, call, has_active_twinning=twinning_of(answers))
    return SelfCheck.objects.create(
        call=call,
        municipality=municipality,
        answers=answers,
        eligible=eligibility.met,
        created_at=clock.now(),
    )


def prefill(*, application: Application, self_check: SelfCheck | None, actor: User) -> None:
    """Fill a new draft with what is known: the sign-up for the information session under the person's address,
    and the self-check, where it is about this municipality and call. Part of `start_application`, which has
    locked the municipality and writes the history."""
    _from_sign_up(application, actor)
    if self_check is not None:
        _from_self_check(application, self_check)
    application.save()


def _from_sign_up(application: Application, actor: User) -> None:
    if application.contact_name and application.contact_function:
        return
    row = InformationSignUp.objects.filter(call=application.call_id, email__iexact=actor.email).first()
    if row is not None:
        application.contact_name = application.contact_name or row.name
        application.contact_function = application.contact_function or row.job_title


def _from_self_check(application: Application, check: SelfCheck) -> None:
    if (check.call_id, check.municipality_id) != (application.call_id, application.municipality_id):
        return
    application.self_check = check
    application.has_active_twinning = twinning_of(check.answers)
    spoken = check.answers.get("languages")
    if isinstance(spoken, list):
        languages = [language for language in Language.values if language in spoken]
        application.working_languages = languages or application.working_languages
    if application.side == Side.NORTH:
        TrackPreference.objects.bulk_create(_ranked(application, check))


def _ranked(application: Application, check: SelfCheck) -> list[TrackPreference]:
    """The countries in the order of the places that were given, numbered from 1 without gaps."""
    chosen = []
    for track in application.call.tracks.select_related("partner_country"):
        place = str(check.answers.get(rank_field(track.partner_country.country_id), ""))
        if place.isdigit():
            chosen.append((int(place), track))
    chosen.sort(key=lambda pair: (pair[0], pair[1].pk))
    return [
        TrackPreference(application=application, track=track, rank=rank)
        for rank, (_place, track) in enumerate(chosen, start=1)
    ]
