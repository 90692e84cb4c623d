"""What the pages around a call at the desk share."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from applications.models import Call
from applications.permissions import Perm
from sdgpartners.core.access import one_or_404, require
from sdgpartners.people.admin_base import ScopedAdmin


class CallPages(ScopedAdmin):
    """Pages of one call, for those who manage it."""

    def _managed(self, request: HttpRequest, pk: int) -> Call:
        call: Any = one_or_404(self.get_queryset(request), pk=pk)
        require(request.user, Perm.MANAGE_CALL, call)
        return call  # type: ignore[no-any-return]

    def _page(self, request: HttpRequest, name: str, form: Any, **context: object) -> HttpResponse:
        everything = {"form": form, **context}
        status = 422 if form is not None and form.is_bound and form.errors else 200
        return TemplateResponse(request, f"admin/applications/call/{name}.html", everything, status=status)


def person(request: HttpRequest) -> Any:
    """The signed-in person; the admin has let nobody else through."""
    return request.user
