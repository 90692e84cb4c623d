"""Until when an application may be changed and sent off, and whether that is still so now."""

from datetime import datetime

from applications.enums import APPLICATION_EDITABLE, ApplicationStatus, CallPhase, CallStatus
from applications.models import Application, Call
from applications.selectors.applications import open_change_request
from sdgpartners.core import clock
from sdgpartners.programme.models import Municipality

# While one of these holds and the application has been submitted before, changes are asked for.
_ASKED = (ApplicationStatus.CHANGES_REQUESTED, ApplicationStatus.AWAITING_SIGN_OFF)


def deadline_of(application: Application) -> datetime:
    """The last moment at which `application` may be sent off; that moment itself is still in time.

    The closing of its call, or later by an exception code. While changes are asked for it is what was set
    for those, whatever the call says.
    """
    request = None if application.submitted_at is None else open_change_request(application)
    if request is not None:
        return request.due_at
    closes_at, late_until = application.call.closes_at, application.late_until
    return closes_at if late_until is None else max(closes_at, late_until)


def takes_starts(call: Call, municipality: Municipality | None = None) -> bool:
    """Whether `municipality` may start an application now, as far as dates and state go. Test municipalities
    walk along in a rehearsal, whatever its dates, and nowhere else; None is any real one."""
    if municipality is not None and municipality.is_test:
        return call.phase == CallPhase.REHEARSAL
    return call.phase == CallPhase.OPEN


def is_in_time(application: Application, now: datetime | None = None) -> bool:
    """Whether its call takes this application now, whatever state it is in itself: published and opened, and
    before its deadline; a test municipality's for as long as its call is rehearsed."""
    call = application.call
    if application.municipality.is_test:
        return call.phase == CallPhase.REHEARSAL
    if call.status != CallStatus.PUBLISHED:
        return False
    now = now or clock.now()
    return call.opens_at <= now <= deadline_of(application)


def takes_changes(application: Application, now: datetime | None = None) -> bool:
    """Whether sections may be saved: a draft in time, or changes that were asked for, in their time."""
    return application.status in APPLICATION_EDITABLE and is_in_time(application, now)


def changes_overdue(application: Application) -> bool:
    """Whether requested changes were not signed in time. What was signed last stays; nothing can be changed or signed
    until the association gives more time or takes its request back. A rehearsal keeps no dates."""
    asked = application.submitted_at is not None and application.status in _ASKED
    return asked and not application.municipality.is_test and clock.now() > deadline_of(application)
