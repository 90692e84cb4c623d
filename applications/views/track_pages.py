"""The door to the pages of one track on the site: its ranking and its panel."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from applications.models import Track
from applications.review_permissions import ReviewPerm, track_for
from applications.selectors.ranking import ranking_closed_to
from sdgpartners.core.access import allowed

Filters = dict[str, str]


def opens_track(name: ReviewPerm) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """404 for who has no seat there; 403 without the permission `name`, and with the reason for who steps out of the
    track or has reviews of their own to hand in."""

    def opening(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def opened(request: HttpRequest, code: str, country: str, **more: Any) -> HttpResponse:
            track = track_for(request.user, code, country)
            reason = ranking_closed_to(request.user, track)
            if reason is not None:
                context = {"track": track, "reason": reason}
                return render(request, "applications/track_closed.html", context, status=403)
            if not allowed(request.user, name, track):
                raise PermissionDenied
            return view(request, track, **more)

        return opened

    return opening


def place_of(track: Track) -> tuple[str, str]:
    """What stands in the address of a track."""
    return track.call.code, track.partner_country.country_id.lower()
