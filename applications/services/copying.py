"""A new call from one that was made before: everything but its name and its dates."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import models, transaction

from applications.call_dates import CallDates
from applications.enums import CallStatus
from applications.models import Call, Criterion, Question, Track
from sdgpartners.core.history import because
from sdgpartners.core.text import LANGUAGE_CODES
from sdgpartners.people.models import User

RowT = TypeVar("RowT", bound=models.Model)
# What belongs to one call and its dates alone.
_OF_THE_CALL_ITSELF = (
    "published_at",
    "decided_at",
    "rehearsal_since",
    "info_session_sequence",
    "created_at",
    "updated_at",
)


@transaction.atomic
def copy_call(
    *, call: Call, code: str, title: Mapping[str, str], dates: CallDates, actor: User | None
) -> Call:
    """A draft with the texts, rules, tracks (with their lists, weights, criteria and anchors), questions (with
    choices, conditions and the criteria that judge them), commitments and own texts of `call`, whatever became of
    that.

    Tracks of countries that are suspended now are left out; on the lists, merged municipalities give way to
    their successor. Nothing is locked: a call that is changed at this moment is copied as it was before. Raises
    IntegrityError for a code that exists.
    """
    with because(actor):
        copied = _copy(
            call,
            skip=_OF_THE_CALL_ITSELF,
            code=code,
            **{f"title_{language}": title[language] for language in LANGUAGE_CODES},
            opens_at=dates.opens_at,
            closes_at=dates.closes_at,
            time_zone=dates.time_zone,
            info_session_at=dates.info_session_at,
            info_session_url=dates.info_session_url,
            decisions_planned_on=dates.decisions_planned_on,
            start_planned_on=dates.start_planned_on,
            reviews_due_on=dates.reviews_due_on,
            status=CallStatus.DRAFT,
            copied_from=call,
        )
        criteria = _copy_tracks(call, copied)
        _copy_questions(call, copied, criteria)
        for commitment in call.commitments.all():
            _copy(commitment, call=copied)
        for text in call.texts.all():
            _copy(text, call=copied)
    return copied


def _copy(row: RowT, *, skip: tuple[str, ...] = (), **values: Any) -> RowT:
    """A new row with the columns of `row`, but for `skip` and for what `values` says."""
    kept = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key and field.name not in skip and field.name not in values
    }
    made = type(row)(**kept, **values)
    made.save()
    return made


def _copy_tracks(call: Call, copied: Call) -> dict[int, Criterion]:
    """The new criteria by the key of the old one."""
    criteria: dict[int, Criterion] = {}
    for track in call.tracks.filter(partner_country__suspended_since__isnull=True):
        # The copy is a draft: its grid begins anew.
        new = _copy(track, skip=("grid_version",), call=copied)
        new.eligible.set(_list_of_today(track))
        for criterion in track.criteria.prefetch_related("anchors"):
            criteria[criterion.pk] = _copy(criterion, track=new)
            for anchor in criterion.anchors.all():
                _copy(anchor, criterion=criteria[criterion.pk])
    return criteria


def _list_of_today(track: Track) -> set[int]:
    found = set()
    for listed in track.eligible.select_related("successor"):
        place, seen = listed, {listed.pk}
        while place.successor is not None and place.successor.pk not in seen:
            place = place.successor
            seen.add(place.pk)
        found.add(place.pk)
    return found


def _copy_questions(call: Call, copied: Call, criteria: Mapping[int, Criterion]) -> None:
    old = list(call.questions.prefetch_related("choices", "criteria"))
    new: dict[int, Question] = {}
    for question in old:
        # The question that it depends on may come later in this list: see below.
        made = new[question.pk] = _copy(question, call=copied, shown_if=None)
        made.criteria.set([criteria[row.pk] for row in question.criteria.all() if row.pk in criteria])
        for choice in question.choices.all():
            _copy(choice, question=made)
    for question in old:
        if question.shown_if_id in new:
            new[question.pk].shown_if = new[question.shown_if_id]
            new[question.pk].save(update_fields=["shown_if"])
