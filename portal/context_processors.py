"""What every page knows."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.admin_site import DESK_ROLES
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.sessions import account_key, is_shared, seconds_left
from sdgpartners.people.standing import standing_of


@dataclass(frozen=True)
class NavItem:
    """One entry of the navigation."""

    url: str
    label: str | Promise
    current: bool


def _items(request: HttpRequest) -> list[tuple[str, str | Promise]]:
    user = request.user
    if not user.is_authenticated:
        return [
            (reverse("portal:programme"), _("Programme")),
            (reverse("portal:call-list"), _("Calls")),
            (reverse("portal:partnership-list"), _("Partnerships")),
        ]
    standing = standing_of(user)
    items: list[tuple[str, str | Promise]] = [(reverse("portal:start"), _("Start"))]
    if standing.is_reviewer:
        items.append((reverse("applications:review-list"), _("Reviews")))
    if (
        standing.is_reviewer
        or standing.is_steering_member
        or standing.has_role(AssociationRole.COORDINATOR, AssociationRole.AUDITOR)
    ):
        items.append((reverse("applications:track-list"), _("Rankings")))
    if standing.municipal or standing.has_role(AssociationRole.FACILITATOR):
        items.append((reverse("exchanges:session-list"), _("Sessions")))
    if standing.is_steering_member or standing.has_role(AssociationRole.COORDINATOR, AssociationRole.AUDITOR):
        items.append((reverse("portal:dashboard"), _("Dashboard")))
    items.append((reverse("portal:partnership-list"), _("Partnerships")))
    if user.is_superuser or standing.has_role(*DESK_ROLES):
        items.append((reverse("admin:index"), _("Desk")))
    return items


def portal(request: HttpRequest) -> dict[str, object]:
    """Navigation and the mark of the fictional round."""
    items = [
        NavItem(url=url, label=label, current=request.path == url or request.path.startswith(url))
        for url, label in (_items(request) if hasattr(request, "user") else [])
    ]
    account = [NavItem(url=reverse("people:profile"), label=_("My profile"), current=False)]
    return {
        "nav_items": items,
        "account_items": account,
        "is_demo": settings.DEMO,
        "signed_in": _signed_in(request),
    }


def _signed_in(request: HttpRequest) -> dict[str, object]:
    """What scripts know of the session: whose it is, how long it lasts, whether the computer is shared."""
    if not hasattr(request, "user") or not request.user.is_authenticated:
        return {}
    return {
        "account": account_key(request),
        "left": seconds_left(request),
        "shared": is_shared(request),
    }
