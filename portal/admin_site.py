"""The coordinators' admin: their desk, in the scope of their seats."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of

DESK_ROLES = (
    AssociationRole.COORDINATOR,
    AssociationRole.CHECKER,
    AssociationRole.APPROVER,
    AssociationRole.PAYER,
    AssociationRole.AUDITOR,
)


class CoordinatorAdminSite(AdminSite):
    """Open to association seats with desk work and to the administrator."""

    site_header = _("SDG Partners")
    site_title = _("SDG Partners")
    index_title = _("Desk")
    index_template = "admin/desk.html"

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The desk begins with what waits on the person."""
        # The models behind the list are not there yet when the site itself is imported.
        from portal.selectors.tasks import waiting_on

        return super().index(request, {**(extra_context or {}), "tasks": waiting_on(request.user)})  # type: ignore[arg-type]

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return bool(user.is_active and (user.is_superuser or standing_of(user).has_role(*DESK_ROLES)))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The portal's own sign-in, with its codes and second step; signed in without a desk is a plain 403.

        allauth's guard asks `is_staff`, which coordinators do not have: it only serves who is not signed in.
        """
        if not request.user.is_authenticated:
            answer: HttpResponse = secure_admin_login(super().login)(request, extra_context)
            return answer
        if not self.has_permission(request):
            raise PermissionDenied
        # Never Django's own form: it would take a password without the limits and the second step.
        return redirect("admin:index")
