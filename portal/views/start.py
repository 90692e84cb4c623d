"""Where a person lands after signing in."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from matching.models import Scenario
from matching.permissions import partnerships_visible_to, scenarios_visible_to
from matching.selectors.reopening import latest_proposals
from portal.selectors.tasks import waiting_on
from sdgpartners.people.models import User
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.models import Municipality

MOST_SCENARIOS = 5


@login_required
def start(request: HttpRequest) -> HttpResponse:
    """What to do, by when, what is proposed, and the partnerships that one works in."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  # login_required
    standing = standing_of(user)
    context = {
        "tasks": waiting_on(user),
        "municipalities": list(Municipality.objects.filter(pk__in=standing.municipality_ids)),
        "proposals": latest_proposals(standing.municipality_ids),
        "scenarios": _scenarios(user) if standing.steering else [],
        "partnerships": list(partnerships_visible_to(user)),
        "standing": standing,
    }
    return render(request, "portal/start.html", context)


def _scenarios(user: User) -> list[Scenario]:
    """The newest that were put to the steering group, for who sits in it: also what is decided already."""
    return list(scenarios_visible_to(user).defer("inputs", "result", "weights")[:MOST_SCENARIOS])
