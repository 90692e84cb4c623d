"""Where the fields of a section are stored. The reverse of `selectors.sections`."""

from applications.enums import Section
from applications.fields import NO, YES, SectionContent, Value, Values
from applications.models import (
    Answer,
    Application,
    CommitmentAcceptance,
    Interest,
    TrackPreference,
)
from applications.names import ask_field, commitment_field, offer_field, question_field, rank_field
from applications.selectors.interests import tracks_for
from applications.selectors.sections import commitments_for, questions_for
from sdgpartners.core import clock
from sdgpartners.people.models import User
from sdgpartners.programme.models import Subtheme

PLAIN = ("contact_name", "contact_function", "contact_email", "contact_phone", "character", "twinning_note")


def write_section(*, application: Application, content: SectionContent, values: Values, actor: User) -> None:
    """Store `values` (normalised, under the names of the fields); names that are missing stay as they are.

    The caller holds the lock on the application.
    """
    if content.section == Section.MUNICIPALITY:
        _write_municipality(application, values)
    elif content.section == Section.INTERESTS:
        _write_places(application, values)
        _write_interests(application, values)
    elif content.section == Section.COMMITMENTS:
        _write_commitments(application, values, actor)
    _write_answers(application, content.section, values)


def _write_municipality(application: Application, values: Values) -> None:
    changed = [name for name in PLAIN if name in values]
    for name in changed:
        setattr(application, name, values[name])
    if "working_languages" in values:
        application.working_languages = list(values["working_languages"])
        changed.append("working_languages")
    if "has_active_twinning" in values:
        told: dict[Value, bool] = {YES: True, NO: False}
        application.has_active_twinning = told.get(str(values["has_active_twinning"]))
        changed.append("has_active_twinning")
    if changed:
        application.save(update_fields=changed)


def _write_answers(application: Application, section: Section, values: Values) -> None:
    for question in questions_for(application).filter(section=section):
        name = question_field(question.code)
        if name in values:
            _put_answer(application, question.pk, str(values[name]))


def _put_answer(application: Application, question: int, value: str) -> None:
    answer = Answer.objects.filter(application=application, question=question).first()
    if answer is None:
        if value:
            Answer.objects.create(application=application, question_id=question, value=value)
    elif answer.value != value:
        answer.value = value
        answer.save(update_fields=["value"])


def _write_places(application: Application, values: Values) -> None:
    """A place given twice is stored once, for the first country; the form says so and asks again."""
    tracks = tracks_for(application)
    names = {track.pk: rank_field(track.partner_country.country.code) for track in tracks}
    if not any(name in values for name in names.values()):
        return
    places: dict[int, int] = {}
    for track in tracks:
        typed = values.get(names[track.pk])
        place = track.place if typed is None else int(str(typed) or 0)  # type: ignore[attr-defined]
        if place and place not in places.values():
            places[track.pk] = place
    present = {row.track_id: row for row in application.preferences.all()}
    for track_id, row in present.items():
        if track_id not in places:
            row.delete()
    for track_id, place in places.items():
        row_or_none = present.get(track_id)
        if row_or_none is None:
            TrackPreference.objects.create(application=application, track_id=track_id, rank=place)
        elif row_or_none.rank != place:
            row_or_none.rank = place
            row_or_none.save(update_fields=["rank"])


def _write_interests(application: Application, values: Values) -> None:
    themes = {track.theme_id for track in tracks_for(application)}
    present = {row.subtheme_id: row for row in application.interests.all()}
    for subtheme in Subtheme.objects.filter(theme__in=themes).select_related("theme"):
        names = offer_field(subtheme.theme.code, subtheme.code), ask_field(subtheme.theme.code, subtheme.code)
        row = present.get(subtheme.pk) or Interest(application=application, subtheme=subtheme)
        before = (row.offer, row.ask)
        row.offer, row.ask = (
            int(str(values.get(name, number))) for name, number in zip(names, before, strict=True)
        )
        if (row.offer, row.ask) != before:
            row.save()


def _write_commitments(application: Application, values: Values, actor: User) -> None:
    present = {row.commitment_id: row for row in application.acceptances.all()}
    for commitment in commitments_for(application):
        accepted = values.get(commitment_field(commitment.code))
        row = present.get(commitment.pk)
        if accepted and row is None:
            CommitmentAcceptance.objects.create(
                application=application, commitment=commitment, accepted_by=actor, accepted_at=clock.now()
            )
        elif accepted == "" and row is not None:
            row.delete()
