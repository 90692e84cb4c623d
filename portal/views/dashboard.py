"""The steering group's dashboard."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.permissions import Perm
from portal.selectors.dashboard import board_for
from sdgpartners.core import clock
from sdgpartners.core.access import allowed
from sdgpartners.people.models import User
from sdgpartners.programme.selectors import current_programme


@login_required
def dashboard(request: HttpRequest) -> HttpResponse:
    """The finding first, then who is behind, money and the road of the newest call."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  # login_required
    programme = current_programme()
    if not allowed(user, Perm.VIEW_DASHBOARD, programme):
        raise PermissionDenied
    context: dict[str, object] = {"as_of": clock.now()}
    if programme is not None:
        context["board"] = board_for(user, programme)
    return render(request, "portal/dashboard.html", context)
