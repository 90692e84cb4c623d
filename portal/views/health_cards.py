"""The health of all partnerships that a person follows, those that wait longest first."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from matching.selectors.partnerships import partnerships_visible_to
from portal.permissions import Perm
from portal.selectors.health import Task, followed, health_of
from sdgpartners.core import clock
from sdgpartners.core.access import allowed
from sdgpartners.programme.selectors import current_programme

A_PAGE = 50


@login_required
@require_GET
def partnership_health(request: HttpRequest) -> HttpResponse:
    """Last contact, next date, open tasks and who is waited for, partnership by partnership."""
    programme = current_programme()
    if not allowed(request.user, Perm.VIEW_DASHBOARD, programme):
        raise PermissionDenied
    rows = followed(partnerships_visible_to(request.user)).order_by("partner_country", "reference")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    cards = sorted(
        health_of(page.object_list), key=lambda card: min(map(_since, card.waits), default=date.max)
    )
    context = {
        "page_obj": page,
        "cards": cards,
        "waiting": sum(bool(card.waits) for card in cards),
        "as_of": clock.now(),
    }
    return render(request, "portal/partnership_health.html", context)


def _since(task: Task) -> date:
    return task.day or date.max
