"""Copying a call, and walking through a draft with test municipalities."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.admin.call_pages import CallPages, person
from applications.forms.calls import CopyForm
from applications.models import Call
from applications.selectors.readiness import call_problems
from applications.selectors.rehearsal import places_of, rehearsing
from applications.services.copying import copy_call
from applications.services.rehearsal import end_rehearsal, join_rehearsal, start_rehearsal
from sdgpartners.core.errors import DomainError
from sdgpartners.people.enums import MunicipalRole


class RehearsalPages(CallPages):
    """Adds both pages to the admin of calls."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("<int:pk>/copy/", wrap(self.copy_page), name="applications_call_copy"),
            path("<int:pk>/rehearsal/", wrap(self.rehearsal_page), name="applications_call_rehearsal"),
        ]
        return own + super().get_urls()

    def copy_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A new draft from this call: its name and its dates are asked, the rest is copied."""
        call = self._managed(request, pk)
        form = CopyForm(call, request.POST if request.method == "POST" else None)
        if form.is_valid():
            copied = copy_call(
                call=call,
                code=form.cleaned_data["code"],
                title=form.texts("title"),
                dates=form.dates(),
                actor=person(request),
            )
            messages.success(request, _("The call is copied. Read it through before you publish it."))
            return redirect("admin:applications_call_change", copied.pk)
        return self._page(request, "copy", form, title=_("Copy “%(call)s”") % {"call": call}, call=call)

    def rehearsal_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET shows who walks through the call; POST starts, takes part or ends, as its `step` says."""
        call = self._managed(request, pk)
        if request.method == "POST":
            try:
                self._step(request, call)
            except DomainError as error:
                messages.error(request, str(error))
            return redirect("admin:applications_call_rehearsal", pk)
        context = {
            "call": call,
            "rows": rehearsing(call) if call.rehearsal_since else [],
            "problems": call_problems(call),
            "roles": [MunicipalRole.EDITOR, MunicipalRole.SIGNATORY],
        }
        return self._page(
            request, "rehearsal", None, title=_("Rehearsal of “%(call)s”") % {"call": call}, **context
        )

    def _step(self, request: HttpRequest, call: Call) -> None:
        step = request.POST.get("step")
        if step == "start":
            start_rehearsal(call=call, actor=person(request))
            messages.success(
                request, _("The rehearsal runs. Nobody but those who act for a test municipality sees it.")
            )
        elif step == "join":
            place = get_object_or_404(places_of(call), pk=_number(request.POST.get("municipality", "")))
            role = request.POST.get("role", "")
            if role not in MunicipalRole.values:
                raise DomainError
            join_rehearsal(call=call, municipality=place, role=role, actor=person(request))
            messages.success(request, _("You act for %(place)s now.") % {"place": place})
        elif step == "end":
            count = end_rehearsal(call=call, actor=person(request))
            said = ngettext(
                "The rehearsal has ended; %(count)s application was deleted.",
                "The rehearsal has ended; %(count)s applications were deleted.",
                count,
            )
            messages.success(request, said % {"count": count})


def _number(raw: str) -> int:
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else 0
