"""The amendments of a call, to read, and who is told of a new one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from applications.enums import ApplicationStatus
from applications.models import Amendment, Answer, Call
from applications.selectors.amendable import ValueKind
from applications.words import count_words
from sdgpartners.core.display import format_date, format_moments
from sdgpartners.core.text import LANGUAGE_CODES
from sdgpartners.people.models import Membership

# Answers in these can still change.
CAN_CHANGE = (
    ApplicationStatus.DRAFT, ApplicationStatus.AWAITING_SIGN_OFF, ApplicationStatus.CHANGES_REQUESTED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ToldChange:
    """A corrected thing of a call, in the language that is active."""

    label: str
    before: str
    after: str
    # What the coordinator should know before it is announced.
    warning: str = ""


@dataclass(frozen=True, slots=True)
class ToldAmendment:
    """An amendment whose changes are read in the language that is active when they are shown; moments in
    `time_zone` and in `zones`, or where there are none in the reader's own."""

    amendment: Amendment
    time_zone: str
    zones: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        """Counted from 1 in its call."""
        return self.amendment.number

    @property
    def made_at(self) -> datetime:
        """When it was made."""
        return self.amendment.made_at

    @property
    def reason(self) -> str:
        """Why."""
        return self.amendment.reason

    @property
    def changes(self) -> list[ToldChange]:
        """What changed, before and after."""
        return told_changes(self.amendment.changes, self.time_zone, self.zones)


def amendments_of(call: Call) -> QuerySet[Amendment]:
    """The amendments of a call, the newest first."""
    return Amendment.objects.filter(call=call.pk).select_related("made_by").order_by("-number")


def told_amendments(call: Call, zones: Sequence[str] = ()) -> list[ToldAmendment]:
    """The same, to show; one statement."""
    return [ToldAmendment(row, call.time_zone, tuple(zones)) for row in amendments_of(call)]


def told_changes(
    changes: list[dict[str, Any]], time_zone: str, zones: Sequence[str] = ()
) -> list[ToldChange]:
    """The lines of an amendment in the language that is active, moments in `time_zone` and in `zones`, or where
    there are none in the reader's own."""
    shown_in = (time_zone, *(zones or (None,)))
    return [
        ToldChange(
            _text(row["label"]),
            _shown(row["kind"], row["before"], shown_in),
            _shown(row["kind"], row["after"], shown_in),
        )
        for row in changes
    ]


def _text(texts: Mapping[str, str]) -> str:
    order = ((get_language() or "en").split("-")[0], *LANGUAGE_CODES)
    return next((texts[code] for code in order if texts.get(code)), "")


def _shown(kind: str, value: Any, zones: Sequence[str | None]) -> str:
    if kind == ValueKind.PLACES:
        return ", ".join(place["name"] for place in value) or _("every municipality of the country")
    if kind == ValueKind.FLAG:
        return _("yes") if value else _("no")
    if value in (None, ""):
        return ""
    if kind == ValueKind.TEXT:
        return _text(value)
    if kind == ValueKind.MOMENT:
        return format_moments(datetime.fromisoformat(value), zones)
    return format_date(date.fromisoformat(value)) if kind == ValueKind.DATE else str(value)


def with_warnings(told: list[ToldChange], lines: list[dict[str, Any]], call: Call) -> list[ToldChange]:
    """The changes with how many drafts exceed a word limit that is cut; one statement a limit. `told` are `lines`
    in words."""
    return [replace(change, warning=_too_long(call, line)) for change, line in zip(told, lines, strict=True)]


def _too_long(call: Call, line: Mapping[str, Any]) -> str:
    kind, _dot, rest = str(line["path"]).partition(".")
    code, _dot, name = rest.rpartition(".")
    limit = line["after"]
    if kind != "question" or name != "word_limit" or limit is None:
        return ""
    texts = Answer.objects.filter(
        question__call=call, question__code=code, application__status__in=CAN_CHANGE
    ).values_list("value", flat=True)
    count = sum(count_words(text) > limit for text in texts)
    if not count:
        return ""
    return ngettext(
        "%(count)d draft holds more words than this: its municipality has to shorten the answer before it can "
        "be signed.",
        "%(count)d drafts hold more words than this: their municipalities have to shorten the answer before they "
        "can be signed.",
        count,
    ) % {"count": count}


def people_to_tell(call: Call) -> int:
    """How many mails an amendment of `call` sends: to each person of each municipality with an application that
    was not withdrawn."""
    working = call.applications.exclude(status=ApplicationStatus.WITHDRAWN).values("municipality")
    held = Membership.objects.filter(municipality__in=working, ended_at__isnull=True, user__is_active=True)
    return held.values("user", "municipality").distinct().count()
