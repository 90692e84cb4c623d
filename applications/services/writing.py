"""Where the fields of a section are stored. The reverse of `selectors.sections`."""

from applications.enums import QuestionKind, Section
from applications.fields import NO, YES, SectionContent, Value, Values
from applications.models import (
    Answer,
    Application,
    CommitmentAcceptance,
    Interest,
    PartnerPreference,
    Track,
    TrackPreference,
)
from applications.names import (
    ask_field,
    commitment_field,
    offer_field,
    question_field,
    rank_field,
)
from applications.selectors.interests import tracks_for
from applications.selectors.partner_wishes import partner_code, partner_name
from applications.selectors.questions import questions_for
from applications.selectors.sections import commitments_for
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
        _write_partners(application, values)
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
    """Files are not written here: they come and go one by one."""
    questions = questions_for(application).filter(section=section).exclude(kind=QuestionKind.FILE)
    for question in questions:
        name = question_field(question.code)
        if name in values:
            value = values[name]
            _put_answer(application, question.pk, " ".join(value) if isinstance(value, list) else value)


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


def _write_partners(application: Application, values: Values) -> None:
    """A partner named twice is stored once, at the first place; the form says so and asks again."""
    tracks = [track for track in tracks_for(application) if track.partner_choices]
    if not any(partner_name(track, 1) in values for track in tracks):
        return
    present = {(row.track_id, row.rank): row for row in application.partner_preferences.all()}
    for track in tracks:
        codes = {partner_code(row): row["pk"] for row in track.partners}  # type: ignore[attr-defined]
        wanted: dict[int, int] = {}
        for place in range(1, track.partner_choices + 1):
            row = present.get((track.pk, place))
            typed = values.get(partner_name(track, place))
            partner = (row and row.municipality_id) if typed is None else codes.get(str(typed))
            if partner and partner not in wanted.values():
                wanted[place] = partner
        mine = {place: row for (of, place), row in present.items() if of == track.pk}
        _put_partners(application, track, mine, wanted)


def _put_partners(
    application: Application, track: Track, present: dict[int, PartnerPreference], wanted: dict[int, int]
) -> None:
    """What changes is written anew: two partners that change places would stand in each other's way."""
    for place, row in present.items():
        if wanted.get(place) != row.municipality_id:
            row.delete()
    for place, partner in wanted.items():
        if place not in present or present[place].municipality_id != partner:
            PartnerPreference.objects.create(
                application=application, track=track, municipality_id=partner, rank=place
            )


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
