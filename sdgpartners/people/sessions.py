"""How long somebody stays signed in, and whether others use the same computer."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from sdgpartners.core import clock

_ENDS, _SHARED = "ends", "shared_computer"
# Activity prolongs the session, at most this often: each time is a write.
_STEP_SECONDS = 60


def prolong(request: HttpRequest) -> None:
    """Count the length of the session from now on, unless that was done a moment ago."""
    if settings.SESSION_COOKIE_AGE - seconds_left(request) >= _STEP_SECONDS or _ENDS not in request.session:
        request.session[_ENDS] = clock.now().timestamp() + settings.SESSION_COOKIE_AGE


def seconds_left(request: HttpRequest) -> int:
    """Seconds until the session ends; never too many, as any other write to the session prolongs it too."""
    ends = request.session.get(_ENDS)
    if ends is None:
        return int(settings.SESSION_COOKIE_AGE)
    return max(0, int(ends - clock.now().timestamp()))


def mark_shared(request: HttpRequest, *, shared: bool) -> None:
    """Note whether others use this computer. Then nothing stays on it and the session ends with the browser."""
    if shared:
        request.session[_SHARED] = True
    else:
        request.session.pop(_SHARED, None)
    request.session.set_expiry(0 if shared else None)


def is_shared(request: HttpRequest) -> bool:
    """Whether this computer was marked as shared when somebody signed in, or on the profile page."""
    return bool(request.session.get(_SHARED))


def account_key(request: HttpRequest) -> str:
    """A name for the account in the browser's own store that tells nothing; empty when nobody is signed in."""
    if not request.user.is_authenticated:
        return ""
    return salted_hmac("people.account_key", str(request.user.pk)).hexdigest()[:16]
