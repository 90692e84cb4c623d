"""Exception codes of a call at the desk: made, listed with who used them, withdrawn."""

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from applications.admin.call_pages import CallPages, person
from applications.forms.exceptions import ExceptionForm
from applications.models import Call, ExceptionUse
from applications.selectors.applications import applications_at_desk
from applications.services.exceptions import make_exception_code, revoke_exception_code
from sdgpartners.core.errors import DomainError


class ExceptionPages(CallPages):
    """Adds the page to the admin of calls."""

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                "<int:pk>/exceptions/",
                self.admin_site.admin_view(self.exceptions_page),
                name="applications_call_exceptions",
            ),
        ]
        return own + super().get_urls()

    def exceptions_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET lists the codes beside the form for a new one; POST makes one, or withdraws the one that it names."""
        call = self._managed(request, pk)
        if request.method == "POST" and request.POST.get("revoke"):
            raw = request.POST["revoke"]
            code = get_object_or_404(call.exception_codes, pk=raw if raw.isascii() and raw.isdigit() else 0)
            revoke_exception_code(code=code, actor=person(request))
            messages.success(request, _("The code “%(name)s” admits nobody any more.") % {"name": code})
            return redirect("admin:applications_call_exceptions", pk)
        form = ExceptionForm(call, request.POST if request.method == "POST" else None)
        if form.is_valid() and self._make(request, call, form):
            return redirect("admin:applications_call_exceptions", pk)
        free = applications_at_desk(request.user).order_by().values("pk")
        uses = ExceptionUse.objects.filter(application__in=free).select_related(
            "application__municipality", "used_by"
        )
        codes = call.exception_codes.select_related("municipality", "made_by").prefetch_related(
            Prefetch("uses", uses)
        )
        title = _("Exception codes of “%(call)s”") % {"call": call}
        return self._page(request, "exceptions", form, title=title, call=call, codes=codes)

    def _make(self, request: HttpRequest, call: Call, form: ExceptionForm) -> bool:
        try:
            code = make_exception_code(call=call, actor=person(request), **form.values())
        except DomainError as error:
            form.add_error(None, str(error))
            return False
        messages.success(
            request,
            _("The code is %(code)s. Hand it over to the municipality yourself.") % {"code": code.code},
        )
        return True
