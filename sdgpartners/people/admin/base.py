"""What the people pages of the admin share: scope by seats, no deleting, steps that ask first."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from sdgpartners.core.access import allowed
from sdgpartners.core.errors import DomainError
from sdgpartners.people.admin_base import ScopedAdmin
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.people.permissions import Perm


def acting(request: HttpRequest) -> User:
    """The signed-in person; the admin lets nobody else in."""
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


class PeopleAdmin(ScopedAdmin):
    """Rows are those of `visible`; coordinators and administrators only, also for reading."""

    view_roles: ClassVar[tuple[AssociationRole, ...]] = (AssociationRole.COORDINATOR,)
    for_administrator = True

    def visible(self, user: User) -> QuerySet[Any]:
        """The rows that `user` may know of."""
        raise NotImplementedError

    def _may(self, request: HttpRequest, roles: tuple[AssociationRole, ...], obj: Model | None) -> bool:
        if not isinstance(request.user, User) or not allowed(request.user, Perm.VIEW_PEOPLE):
            return False
        return obj is None or self.visible(request.user).filter(pk=obj.pk).exists()

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        rows = self.visible(acting(request))
        ordering = self.get_ordering(request)
        return rows.order_by(*ordering) if ordering else rows


def ask_first(
    model_admin: ScopedAdmin,
    request: HttpRequest,
    rows: QuerySet[Any],
    *,
    action: str,
    title: str | Promise,
    button: str | Promise,
    run: Callable[[Any, str], object],
) -> HttpResponse | None:
    """The page between an action and its doing: what it is about, how many, and a reason for the record."""
    chosen = list(rows)
    reason = request.POST.get("reason", "").strip()
    if request.POST.get("confirmed") and reason:
        _run_all(request, chosen, reason, run)
        return None
    context = {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "button": button,
        "rows": chosen,
        "action": action,
        "checkbox_name": ACTION_CHECKBOX_NAME,
        "reason_missing": bool(request.POST.get("confirmed")),
        "opts": model_admin.model._meta,
    }
    status = 422 if context["reason_missing"] else 200
    return TemplateResponse(request, "admin/people/ask_first.html", context, status=status)


def _run_all(
    request: HttpRequest, chosen: Iterable[Any], reason: str, run: Callable[[Any, str], object]
) -> None:
    done = 0
    for row in chosen:
        try:
            run(row, reason)
        except DomainError as refusal:
            messages.error(request, f"{row}: {refusal}")
        else:
            done += 1
    if done:
        messages.success(request, _("Done: %(number)s.") % {"number": done})
