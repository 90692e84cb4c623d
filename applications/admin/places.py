"""After the release, at the desk: who confirmed, whose place lapses, who moves up, and decisions that change."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from applications.admin.call_pages import person
from applications.admin.release import ReleasePages
from applications.enums import ApplicationStatus, CallStatus, DecisionOutcome
from applications.forms.decisions import ChangeDecisionForm, MoreTimeForm, PromoteForm
from applications.models import Decision
from applications.selectors.places import Places, places_of, places_on
from applications.selectors.release import released_decisions
from applications.services.place_previews import preview_change, preview_lapse, preview_promotion
from applications.services.places import (
    CHANGEABLE,
    change_decision,
    give_more_time,
    lapse_place,
    promote_reserve,
)
from sdgpartners.core.access import one_or_404
from sdgpartners.core.errors import DomainError
from sdgpartners.programme.enums import Side


class PlacePages(ReleasePages):
    """Adds the pages to the admin of calls."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        one = "<int:pk>/places/<int:decision>/"
        own = [
            path("<int:pk>/places/", wrap(self.places_page), name="applications_call_places"),
            path(f"{one}lapse/", wrap(self.lapse_page), name="applications_call_lapse"),
            path(f"{one}promote/", wrap(self.promote_page), name="applications_call_promote"),
            path(f"{one}time/", wrap(self.more_time_page), name="applications_call_more_time"),
            path(f"{one}change/", wrap(self.change_page), name="applications_call_change_decision"),
        ]
        return own + super().get_urls()

    def places_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The places of each track: confirmed, waiting, overdue, free; the reserve list; who was not selected."""
        call = self._released_by(request, pk)
        if call.status != CallStatus.DECIDED:
            return redirect("admin:applications_call_release", call.pk)
        tracks = call.tracks.select_related("partner_country__country", "theme").order_by("pk")
        context = {
            "title": _("Places and reserve list"),
            "call": call,
            "sides": places_of(call, tracks),
            "changeable": [str(status) for status in CHANGEABLE],
        }
        return self._page(request, "places", None, **context)

    def _decided(self, request: HttpRequest, pk: int, decision: int) -> Decision:
        """A released decision of the call, for who may release."""
        call = self._released_by(request, pk)
        rows = released_decisions(call).select_related(
            "application__municipality__country", "application__call__programme",
            "track__partner_country__country", "track__call__programme", "promoted_for",
        )  # fmt: skip
        return one_or_404(rows, pk=decision)

    def lapse_page(self, request: HttpRequest, pk: int, decision: int) -> HttpResponse:
        """Shows whose place lapses, who moves up and both letters; POST does it."""
        row = self._decided(request, pk, decision)
        if request.method == "POST":
            try:
                promoted = lapse_place(application=row.application, actor=person(request))
            except DomainError as error:
                messages.error(request, str(error))
            else:
                self._tell_lapsed(request, row, [one.municipality.name for one in promoted])
            return redirect("admin:applications_call_places", pk)
        if row.application.status != ApplicationStatus.SELECTED:
            raise Http404
        places = places_on(row.track, Side(row.application.side))
        previews = [
            (_("To %(name)s") % {"name": row.application.municipality}, preview_lapse(row.application))
        ]
        if len(places.next) == 1:
            previews += [self._promotion(places.next[0])]
        context = {
            "title": _("Let the place of %(name)s lapse?") % {"name": row.application.municipality},
            "call": row.track.call,
            "row": row,
            "next": places.next,
            "previews": previews,
        }
        return self._page(request, "lapse", None, **context)

    def _tell_lapsed(self, request: HttpRequest, row: Decision, names: list[str]) -> None:
        messages.success(
            request, _("The place of %(name)s has lapsed.") % {"name": row.application.municipality}
        )
        if names:
            messages.success(request, _("A letter offers it to %(names)s.") % {"names": ", ".join(names)})
        else:
            messages.warning(request, _("Nobody moved up: look at the reserve list."))

    def _promotion(self, decision: Decision) -> tuple[str, Any]:
        rows = released_decisions(decision.track.call).select_related("application__call__programme")
        full = rows.get(pk=decision.pk)
        return _("To %(name)s") % {"name": full.application.municipality}, preview_promotion(full)

    def promote_page(self, request: HttpRequest, pk: int, decision: int) -> HttpResponse:
        """Who moves up from the reserve list and the letter; POST does it."""
        row = self._decided(request, pk, decision)
        form = PromoteForm(request.POST if request.method == "POST" else None)
        places = places_on(row.track, Side(row.application.side))
        if row.pk not in [one.pk for one in places.reserve]:
            raise Http404
        if form.is_valid():
            try:
                promote_reserve(
                    track=row.track, side=places.side, decision=row, reason=form.cleaned_data["reason"],
                    actor=person(request),
                )  # fmt: skip
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                messages.success(
                    request,
                    _("A letter offers the place to %(names)s.") % {"names": row.application.municipality},
                )
                return redirect("admin:applications_call_places", pk)
        context = {
            "title": _("Let %(name)s move up?") % {"name": row.application.municipality},
            "call": row.track.call,
            "row": row,
            "places": places,
            "is_first": _is_first(places, row),
            "previews": [self._promotion(row)],
        }
        return self._page(request, "promote", form, **context)

    def more_time_page(self, request: HttpRequest, pk: int, decision: int) -> HttpResponse:
        """Another last day to confirm; POST mails it."""
        row = self._decided(request, pk, decision)
        form = MoreTimeForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            day: date = form.cleaned_data["day"]
            try:
                give_more_time(application=row.application, day=day, actor=person(request))
            except DomainError as error:
                form.add_error("day", str(error))
            else:
                messages.success(request, _("The municipality gets a mail with the new day."))
                return redirect("admin:applications_call_places", pk)
        title = _("More time for %(name)s") % {"name": row.application.municipality}
        return self._page(request, "more_time", form, title=title, call=row.track.call, row=row)

    def change_page(self, request: HttpRequest, pk: int, decision: int) -> HttpResponse:
        """Another outcome with a reason; the new letter is shown first, then POST with `confirmed` sends it."""
        row = self._decided(request, pk, decision)
        form = ChangeDecisionForm(request.POST if request.method == "POST" else None)
        previews: list[tuple[str, Any]] = []
        if form.is_valid():
            outcome, reason = DecisionOutcome(form.cleaned_data["outcome"]), form.cleaned_data["reason"]
            if request.POST.get("confirmed"):
                try:
                    change_decision(decision=row, outcome=outcome, reason=reason, actor=person(request))
                except DomainError as error:
                    form.add_error(None, str(error))
                else:
                    messages.success(
                        request, _("The decision is changed. A new letter replaces the earlier one.")
                    )
                    return redirect("admin:applications_call_places", pk)
            else:
                name = _("To %(name)s") % {"name": row.application.municipality}
                previews = [(name, preview_change(row, outcome, reason))]
        context = {
            "title": _("Change the decision on %(name)s") % {"name": row.application.municipality},
            "call": row.track.call,
            "row": row,
            "previews": previews,
            "may_change": row.application.status in CHANGEABLE,
        }
        return self._page(request, "change_decision", form, **context)


def _is_first(places: Places, row: Decision) -> bool:
    return [one.pk for one in places.next] == [row.pk]
