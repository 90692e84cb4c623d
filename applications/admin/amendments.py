"""Correcting a public call at the desk: written, compared and counted, then announced."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from applications.admin.call_pages import CallPages, person
from applications.enums import CallStatus
from applications.forms.amendments import AmendForm
from applications.models import Amendment, Call
from applications.selectors.amendable import amendable_fields
from applications.selectors.amendments import people_to_tell, told_amendments, told_changes, with_warnings
from applications.services.amendments import NotAmendable, amend_call, lines_of
from sdgpartners.core.errors import DomainError


class AmendmentPages(CallPages):
    """Adds the page to the admin of calls."""

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                "<int:pk>/amend/", self.admin_site.admin_view(self.amend_page), name="applications_call_amend"
            ),
        ]
        return own + super().get_urls()

    def amend_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET is the form; POST compares before and after, and announces once that is confirmed."""
        call = self._managed(request, pk)
        if call.status != CallStatus.PUBLISHED:
            messages.error(request, str(NotAmendable()))
            return redirect("admin:applications_call_change", pk)
        fields = amendable_fields(call)
        given = told_amendments(call)
        read = given[0].number if given else 0
        form = AmendForm(
            call, fields, request.POST if request.method == "POST" else None, initial={"read": read}
        )
        context: dict[str, object] = {
            "call": call,
            "amendments": given,
            "title": _("Correct “%(call)s”") % {"call": call},
        }
        if not form.is_valid() or request.POST.get("step") == "back":
            return self._page(request, "amend", form, **context)
        lines = lines_of(fields, form.changes())
        if not lines:
            form.add_error(None, _("Nothing has changed: there is nothing to announce."))
            return self._page(request, "amend", form, **context)
        if request.POST.get("step") == "announce" and (made := self._announce(request, call, form)):
            messages.success(
                request, _("Change %(number)s is announced and mailed.") % {"number": made.number}
            )
            return redirect("admin:applications_call_amend", pk)
        if form.errors:
            return self._page(request, "amend", form, **context)
        changes = with_warnings(told_changes(lines, call.time_zone), lines, call)
        compared = {"changes": changes, "count": people_to_tell(call)}
        return self._page(request, "amend_preview", form, **context, **compared)

    def _announce(self, request: HttpRequest, call: Call, form: Any) -> Amendment | None:
        try:
            return amend_call(
                call=call,
                changes=form.changes(),
                reasons=form.reasons(),
                actor=person(request),
                read=form.cleaned_data["read"],
            )
        except DomainError as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            form.add_error(None, error.messages)
        return None
