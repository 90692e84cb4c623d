"""States of sessions, homework, windows and visits."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from sdgpartners.programme.enums import Side


class MeetingStatus(models.TextChoices):
    """For sessions and visits."""

    PLANNED = "planned", _("Planned")
    CONFIRMED = "confirmed", _("Confirmed")
    HELD = "held", _("Held")
    REPORTED = "reported", _("Reported")
    CANCELLED = "cancelled", _("Cancelled")


_M = MeetingStatus
MEETING_MOVES = {
    _M.PLANNED: frozenset({_M.CONFIRMED, _M.CANCELLED}),
    _M.CONFIRMED: frozenset({_M.HELD, _M.CANCELLED}),
    _M.HELD: frozenset({_M.REPORTED}),
    _M.REPORTED: frozenset[_M](),
    _M.CANCELLED: frozenset[_M](),
}


class AttendanceKind(models.TextChoices):
    PRESENT = "present", _("Present")
    BY_PHONE = "by_phone", _("Joined by phone")
    FAILED = "failed", _("Connection failed")
    RECORDING = "recording", _("Watched the recording")
    EXCUSED = "excused", _("Excused")
    ABSENT = "absent", _("Absent")


ATTENDED = frozenset({AttendanceKind.PRESENT, AttendanceKind.BY_PHONE, AttendanceKind.RECORDING})


class HomeworkStatus(models.TextChoices):
    OPEN = "open", _("Open")
    HANDED_IN = "handed_in", _("Handed in")
    DISCUSSED = "discussed", _("Discussed")


HOMEWORK_MOVES = {
    HomeworkStatus.OPEN: frozenset({HomeworkStatus.HANDED_IN}),
    HomeworkStatus.HANDED_IN: frozenset({HomeworkStatus.HANDED_IN, HomeworkStatus.DISCUSSED}),
    HomeworkStatus.DISCUSSED: frozenset[HomeworkStatus](),
}


class Direction(models.TextChoices):
    """Who travels: north to south means that the Flemish delegations go."""

    NORTH_TO_SOUTH = "north_to_south", _("Flemish delegations travel")
    SOUTH_TO_NORTH = "south_to_north", _("Delegations travel to Flanders")


class WindowStatus(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    FIXED = "fixed", _("Fixed")
    CANCELLED = "cancelled", _("Cancelled")


WINDOW_MOVES = {
    WindowStatus.PROPOSED: frozenset({WindowStatus.FIXED, WindowStatus.CANCELLED}),
    WindowStatus.FIXED: frozenset({WindowStatus.CANCELLED}),
    WindowStatus.CANCELLED: frozenset[WindowStatus](),
}


class DelegateRole(models.TextChoices):
    OFFICIAL = "official", _("Civil servant")
    POLITICIAN = "politician", _("Politician")
    ACTOR = "actor", _("Outside actor")


class ContactKind(models.TextChoices):
    CALL = "call", _("Phone or video call")
    MESSAGE = "message", _("Message or mail")
    DOCUMENT = "document", _("Shared a document")
    MEETING = "meeting", _("Meeting")


class ObligationState(models.TextChoices):
    """The words for `obligations.State`."""

    MET = "met", _("Met")
    ON_WAY = "on_way", _("On its way")
    LATE = "late", _("Late")


# Who travels in each direction; the other side receives.
TRAVELLER = {Direction.NORTH_TO_SOUTH: Side.NORTH, Direction.SOUTH_TO_NORTH: Side.SOUTH}
