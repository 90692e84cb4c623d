"""A row of history in plain words: which field, and what it said before and after."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Field
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from applications.answers import goal_words
from applications.enums import ApplicationStatus, QuestionKind, Section, SignOffState
from applications.models import Application
from applications.selectors.history_events import PLAIN, Event
from sdgpartners.core.display import format_date, format_moment
from sdgpartners.core.text import LANGUAGE_CODES
from sdgpartners.programme.enums import Character, Language

PERSONAL = frozenset({"contact_name", "contact_function", "contact_email", "contact_phone"})
Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One field that changed, in words of the active language. `whole`: a step of its own, never put together
    with its neighbours; `personal`: it serves to reach people."""

    field: str
    what: str
    before: str
    after: str
    whole: bool = False
    personal: bool = False
    reason: str = ""


def steps_of(event: Event, before: Data) -> Iterator[Step]:
    """What `event` changed, given the row as it was (`before`, empty for a new one)."""
    yield from (step for step in _TELL[event.kind](event, before) if step.before != step.after)


def _told(data: Data) -> str:
    code = (get_language() or "en").split("-")[0]
    return next((str(data[name]) for name in (code, *LANGUAGE_CODES) if data.get(name)), "")


def _application(event: Event, before: Data) -> Iterator[Step]:
    after = event.data
    labels = {str(state): str(state.label) for state in ApplicationStatus}
    # A ranking leaves no trace until the decisions are released.
    labels[ApplicationStatus.RANKED] = labels[ApplicationStatus.IN_REVIEW]
    old, new = before.get("status"), after["status"]
    what = _("State") if before else _("Application started")
    yield Step("status", what, labels.get(str(old), ""), labels.get(new, new), whole=True)
    yield Step("filled_by", _("Filled in on behalf by"), *_pair(before, after, "filled_by", _plain))
    yield Step("merged_into", _("Merged into"), *_pair(before, after, "merged_into", _plain), whole=True)
    if not before:
        return
    yield Step("municipality", _("Municipality"), *_pair(before, after, "municipality", _plain), whole=True)
    for name in PLAIN:
        field = Application._meta.get_field(name)
        label = str(field.verbose_name) if isinstance(field, Field) else name
        if name == "has_active_twinning":
            # Each side is asked about other countries: this says what both are asked.
            label = _("Active town twinning today")
        yield Step(
            name,
            label[:1].upper() + label[1:],
            *_pair(before, after, name, _READ.get(name, _plain)),
            personal=name in PERSONAL,
        )


def _pair(before: Data, after: Data, name: str, read: Callable[[Any], str]) -> tuple[str, str]:
    return read(before.get(name)), read(after.get(name))


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def _yes_no(value: Any) -> str:
    return "" if value is None else _("Yes") if value else _("No")


def _languages(codes: Any) -> str:
    names = dict(Language.choices)
    return ", ".join(str(names.get(code, code)) for code in codes or ())


def _character(code: Any) -> str:
    return str(dict(Character.choices).get(code, code or ""))


def _moment(text: Any) -> str:
    moment = parse_datetime(text) if text else None
    return format_moment(moment) if moment else ""


_READ: dict[str, Callable[[Any], str]] = {
    "has_active_twinning": _yes_no,
    "working_languages": _languages,
    "character": _character,
    "late_until": _moment,
}


def _answer(event: Event, before: Data) -> Iterator[Step]:
    yield Step("value", _told(event.data), _answer_text(before), _answer_text(event.data))


def _answer_text(data: Data) -> str:
    value = str(data.get("value") or "")
    if data.get("kind") == QuestionKind.CHOICE:
        labels = {choice["code"]: _told(choice) for choice in data.get("choices") or ()}
        return labels.get(value, value)
    if data.get("kind") == QuestionKind.GOALS:
        words = {str(each["code"]): _told(each) for each in data.get("goals") or ()}
        return "\n".join(goal_words(code, words.get(code, "")) for code in value.split())
    if data.get("kind") == QuestionKind.DATE:
        try:
            day = parse_date(value)
        except ValueError:
            day = None
        return format_date(day) if day else value
    return value


def _interest(event: Event, before: Data) -> Iterator[Step]:
    title = _told(event.data)
    for name, label in (("offer", _("%(subject)s: offers")), ("ask", _("%(subject)s: wants to learn"))):
        old, new = before.get(name) or 0, event.data[name]
        yield Step(name, label % {"subject": title}, _of_three(old), _of_three(new))


def _of_three(number: int) -> str:
    return _("%(number)s of 3") % {"number": number}


def _track(event: Event, before: Data) -> Iterator[Step]:
    label = _("Place of %(country)s among the choices") % {"country": _told(event.data)}
    yield Step("rank", label, _place(event, before, late=False), _place(event, before, late=True))


def _partner(event: Event, before: Data) -> Iterator[Step]:
    label = _("Partner wished in %(country)s: %(partner)s") % {
        "country": _told(event.data),
        "partner": event.data["partner"],
    }
    yield Step("rank", label, _place(event, before, late=False), _place(event, before, late=True))


def _place(event: Event, before: Data, *, late: bool) -> str:
    if not late:
        return _plain((before or (event.data if event.label == "delete" else {})).get("rank"))
    return "" if event.label == "delete" else _plain(event.data["rank"])


def _file(event: Event, before: Data) -> Iterator[Step]:
    name = str(event.data["name"])
    there = bool(before) and not before.get("removed")
    label = _("File: %(question)s") % {"question": _told(event.data)}
    yield Step("file", label, name if there else "", "" if event.data["removed"] else name, whole=True)


def _commitment(event: Event, before: Data) -> Iterator[Step]:
    accepted = _("Accepted")
    gone = event.label == "delete"
    yield Step(
        "accepted",
        _told(event.data),
        accepted if before or gone else "",
        "" if gone else accepted,
        whole=True,
    )


def _sign_off(event: Event, before: Data) -> Iterator[Step]:
    labels = {str(state): str(state.label) for state in SignOffState}
    yield Step(
        "state",
        _("Signature"),
        labels.get(str(before.get("state")), ""),
        labels[event.data["state"]],
        whole=True,
        reason=str(event.data["reason"] or ""),
    )


def _sponsor(event: Event, before: Data) -> Iterator[Step]:
    confirmed = bool(event.data["confirmed_at"])
    said = _("Confirmed") if confirmed else _("Asked")
    yield Step(
        "sponsor", _("Confirmation by the new sponsor"), _("Asked") if before else "", said, whole=True
    )


def _request(event: Event, before: Data) -> Iterator[Step]:
    after = event.data
    if not before:
        parts = ", ".join(str(Section(each).label) for each in after["sections"])
        yield Step(
            "note", _("Changes asked for: %(parts)s") % {"parts": parts}, "", str(after["note"]), whole=True
        )
    yield Step("due_at", _("Changes due by"), *_pair(before, after, "due_at", _moment), whole=True)
    if after["answered_at"] and not before.get("answered_at"):
        yield Step("end", _("Changes asked for"), "", _("Submitted again"), whole=True)
    if after["cancelled_at"] and not before.get("cancelled_at"):
        yield Step("end", _("Changes asked for"), "", _("Taken back"), whole=True)


def _merged(event: Event, before: Data) -> Iterator[Step]:
    yield Step(
        "merged",
        _("Put together with another application"),
        *_pair(before, event.data, "reference", _plain),
        whole=True,
    )


def _kept(event: Event, before: Data) -> Iterator[Step]:
    part = str(Section(event.data["section"]).label)
    yield Step(
        "kept", _("Two texts of “%(part)s”") % {"part": part}, _("Both kept"), _("One chosen"), whole=True
    )


_TELL: dict[str, Callable[[Event, Data], Iterator[Step]]] = {
    "Application": _application,
    "Answer": _answer,
    "Interest": _interest,
    "TrackPreference": _track,
    "PartnerPreference": _partner,
    "AnswerFile": _file,
    "CommitmentAcceptance": _commitment,
    "SignOff": _sign_off,
    "SponsorConfirmation": _sponsor,
    "ChangeRequest": _request,
    "KeptText": _kept,
    "Merged": _merged,
}
