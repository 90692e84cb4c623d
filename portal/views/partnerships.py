"""The partnership's own page."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from exchanges.permissions import Perm as ExchangePerm
from matching.permissions import sides_of
from matching.selectors.partnerships import partnership_for
from portal.selectors.hub import RUNNING, hub_of
from sdgpartners.core.access import allowed
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.enums import Language


@login_required
def partnership_hub(request: HttpRequest, reference: str) -> HttpResponse:
    """Next date, tasks, money left, commitments; for both municipalities and who follows them."""
    partnership = partnership_for(request.user, reference)
    running = partnership.status in RUNNING
    hub = hub_of(partnership)
    context = {
        "partnership": partnership,
        "hub": hub,
        "mine": sides_of(request.user, partnership),
        "running": running,
        "may_log": allowed(request.user, ExchangePerm.LOG_CONTACT, partnership),
        "may_plan_visit": running
        and hub.plans_a_visit
        and allowed(request.user, ExchangePerm.PLAN_VISIT, partnership),
        "sees_money": bool(standing_of(request.user).associations or sides_of(request.user, partnership)),
        "languages": Language.choices,
        "language": get_language(),
    }
    return render(request, "portal/partnership_hub.html", context)
