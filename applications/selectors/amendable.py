"""What of an open call may be corrected by an amendment, with how it stands now."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, assert_never

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from applications.enums import QuestionKind
from applications.fields import Text
from applications.models import Call, Commitment, Question, Track
from applications.selectors.questions import told
from sdgpartners.core.text import LANGUAGE_CODES
from sdgpartners.programme.models import Municipality


class ValueKind(StrEnum):
    """How a value is stored in an amendment and shown."""

    TEXT = "text"  # {en, fr, nl}
    LINE = "line"
    MOMENT = "moment"  # ISO, in UTC
    DATE = "date"
    NUMBER = "number"
    FLAG = "flag"
    PLACES = "places"  # [{code, name}], empty: all of the country


@dataclass(frozen=True, slots=True)
class Amendable:
    """One thing of a call: where it stands (`row`, `name`), how it is called, and its value as it is stored."""

    path: str
    kind: ValueKind
    label: Text
    row: Any
    name: str
    value: object

    def change_to(self, value: object) -> dict[str, object] | None:
        """The line of an amendment that brings it to `value` (in Python's types); None when it stays as it is."""
        after = as_stored(self.kind, value)
        if after == self.value:
            return None
        labels = {}
        for language in LANGUAGE_CODES:
            with override(language):
                labels[language] = str(self.label)
        return {
            "path": self.path,
            "kind": self.kind.value,
            "label": labels,
            "before": self.value,
            "after": after,
        }


def as_stored(kind: ValueKind, value: Any) -> object:
    """A value of the columns (for PLACES: municipalities) as an amendment holds it."""
    match kind:
        case ValueKind.TEXT:
            return {language: str(value[language]).strip() for language in LANGUAGE_CODES}
        case ValueKind.MOMENT:
            # One notation for one moment, whatever zone it came in.
            return None if value is None else datetime.fromtimestamp(value.timestamp(), UTC).isoformat()
        case ValueKind.DATE:
            return value.isoformat() if isinstance(value, date) else None
        case ValueKind.PLACES:
            places: list[Municipality] = sorted(value, key=lambda place: (place.name, place.code))
            return [{"code": place.code, "name": place.name} for place in places]
        case ValueKind.LINE | ValueKind.NUMBER | ValueKind.FLAG:
            return value
        case _ as unknown:
            assert_never(unknown)


def amendable_fields(call: Call) -> dict[str, Amendable]:
    """Everything that an amendment of `call` may change, by its path, in the order of the form; four
    statements."""
    found = [*_of_call(call)]
    for track in call.tracks.select_related("partner_country__country").prefetch_related("eligible"):
        found += _of_track(track)
    for question in call.questions.order_by("section", "order"):
        found += _of_question(question)
    found += [_of_commitment(commitment) for commitment in call.commitments.all()]
    return {each.path: each for each in found}


def _texts(row: Any, name: str) -> Mapping[str, str]:
    return {language: getattr(row, f"{name}_{language}") for language in LANGUAGE_CODES}


def _of_call(call: Call) -> Iterator[Amendable]:
    for name, kind, label in (
        ("closes_at", ValueKind.MOMENT, _("Closes")),
        ("info_session_at", ValueKind.MOMENT, _("Information session")),
        ("info_session_url", ValueKind.LINE, _("Address of the information session")),
        ("decisions_planned_on", ValueKind.DATE, _("Decisions planned on")),
        ("start_planned_on", ValueKind.DATE, _("Start of the partnerships planned on")),
    ):
        yield Amendable(f"call.{name}", kind, label, call, name, as_stored(kind, getattr(call, name)))
    for name, label in (("title", _("Title")), ("summary", _("Summary"))):
        yield _text(f"call.{name}", label, call, name)


def _text(path: str, label: Text, row: Any, name: str) -> Amendable:
    return Amendable(path, ValueKind.TEXT, label, row, name, as_stored(ValueKind.TEXT, _texts(row, name)))


def _of_track(track: Track) -> Iterator[Amendable]:
    country = told(track.partner_country.country, "name")
    path = f"track.{track.partner_country.country_id}"
    places = format_lazy(_("{country}: places"), country=country)
    yield Amendable(f"{path}.places", ValueKind.NUMBER, places, track, "places", track.places)
    listed = format_lazy(_("{country}: who may take part"), country=country)
    stored = as_stored(ValueKind.PLACES, track.eligible.all())
    yield Amendable(f"{path}.eligible", ValueKind.PLACES, listed, track, "eligible", stored)


def _of_question(question: Question) -> Iterator[Amendable]:
    path, label = f"question.{question.code}", told(question, "label")
    yield _text(f"{path}.label", format_lazy(_("Question “{label}”"), label=label), question, "label")
    help_label = format_lazy(_("Explanation below “{label}”"), label=label)
    yield _text(f"{path}.help", help_label, question, "help")
    if question.kind == QuestionKind.TEXT:
        limit = format_lazy(_("Most words for “{label}”"), label=label)
        kind = ValueKind.NUMBER
        yield Amendable(f"{path}.word_limit", kind, limit, question, "word_limit", question.word_limit)
    required = format_lazy(_("“{label}” has to be answered"), label=label)
    yield Amendable(f"{path}.required", ValueKind.FLAG, required, question, "required", question.required)


def _of_commitment(commitment: Commitment) -> Amendable:
    label = format_lazy(_("Commitment {number}"), number=commitment.order)
    return _text(f"commitment.{commitment.code}.text", label, commitment, "text")
