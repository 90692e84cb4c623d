"""Where a person lands after signing in."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from matching.permissions import partnerships_visible_to
from portal.selectors.tasks import waiting_on
from sdgpartners.people.models import User
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.models import Municipality


@login_required
def start(request: HttpRequest) -> HttpResponse:
    """What to do, by when, and the partnerships that one works in."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  # login_required
    standing = standing_of(user)
    context = {
        "tasks": waiting_on(user),
        "municipalities": list(Municipality.objects.filter(pk__in=standing.municipality_ids)),
        "partnerships": list(partnerships_visible_to(user)),
        "standing": standing,
    }
    return render(request, "portal/start.html", context)
