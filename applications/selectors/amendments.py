"""The amendments of a call, to read, and who is told of a new one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from applications.enums import ApplicationStatus
from applications.models import Amendment, Call
from applications.selectors.amendable import ValueKind
from sdgpartners.core.display import format_date, format_moment
from sdgpartners.core.text import LANGUAGE_CODES
from sdgpartners.people.models import Membership


@dataclass(frozen=True, slots=True)
class ToldChange:
    """A corrected thing of a call, in the language that is active."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ToldAmendment:
    """An amendment whose changes are read in the language that is active when they are shown."""

    amendment: Amendment
    time_zone: str

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
        return told_changes(self.amendment.changes, self.time_zone)


def amendments_of(call: Call) -> QuerySet[Amendment]:
    """The amendments of a call, the newest first."""
    return Amendment.objects.filter(call=call.pk).select_related("made_by").order_by("-number")


def told_amendments(call: Call) -> list[ToldAmendment]:
    """The same, to show; one statement."""
    return [ToldAmendment(row, call.time_zone) for row in amendments_of(call)]


def told_changes(changes: list[dict[str, Any]], time_zone: str) -> list[ToldChange]:
    """The lines of an amendment in the language that is active, moments in `time_zone`."""
    return [
        ToldChange(
            _text(row["label"]),
            _shown(row["kind"], row["before"], time_zone),
            _shown(row["kind"], row["after"], time_zone),
        )
        for row in changes
    ]


def _text(texts: Mapping[str, str]) -> str:
    order = ((get_language() or "en").split("-")[0], *LANGUAGE_CODES)
    return next((texts[code] for code in order if texts.get(code)), "")


def _shown(kind: str, value: Any, time_zone: str) -> str:
    if kind == ValueKind.PLACES:
        return ", ".join(place["name"] for place in value) or _("every municipality of the country")
    if kind == ValueKind.FLAG:
        return _("yes") if value else _("no")
    if value in (None, ""):
        return ""
    if kind == ValueKind.TEXT:
        return _text(value)
    if kind == ValueKind.MOMENT:
        return format_moment(datetime.fromisoformat(value), time_zone)
    return format_date(date.fromisoformat(value)) if kind == ValueKind.DATE else str(value)


def people_to_tell(call: Call) -> int:
    """How many mails an amendment of `call` sends: to each person of each municipality with an application that
    was not withdrawn."""
    working = call.applications.exclude(status=ApplicationStatus.WITHDRAWN).values("municipality")
    held = Membership.objects.filter(municipality__in=working, ended_at__isnull=True, user__is_active=True)
    return held.values("user", "municipality").distinct().count()
