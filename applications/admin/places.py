"""After the release, at the desk: who confirmed, whose place lapses, who moves up, and decisions that change."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.admin.call_pages import person
from applications.admin.release import ReleasePages
from applications.enums import ApplicationStatus, CallStatus, DecisionOutcome
from applications.forms.decisions import ChangeDecisionForm, MoreTimeForm, PromoteForm
from applications.models import Decision
from applications.selectors.places import Places, lists_behind, places_of, places_on
from applications.selectors.release import released_decisions
from applications.services.place_previews import (
    mark_of,
    preview_change,
    preview_lapse,
    preview_promotion,
)
from applications.services.places import (
    CHANGEABLE,
    change_decision,
    check_change,
    give_more_time,
    lapse_place,
    promote_reserve,
)
from sdgpartners.core.access import one_or_404
from sdgpartners.core.errors import DomainError
from sdgpartners.programme.enums import Side

LOOK_AGAIN = gettext_lazy("Nothing has been sent: what would go out is not what you looked at. Look again.")


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
        """Shows whose place lapses, who moves up and all letters; POST does what was shown."""
        row = self._decided(request, pk, decision)
        if row.application.status != ApplicationStatus.SELECTED:
            return self._too_late(request, row)
        lists = lists_behind(row.application)
        # Who heads two lists takes one place: that of the first.
        heirs: dict[int, Decision] = {}
        for one in lists:
            if one.heir is not None:
                heirs.setdefault(one.heir.application_id, one.heir)
        moving = list(heirs.values())
        previews = [
            (_("To %(name)s") % {"name": one.municipality}, mails)
            for one, mails in preview_lapse(row.application, moving)
        ]
        seen = mark_of(one for _name, mails in previews for one in mails)
        if request.method == "POST":
            if request.POST.get("seen") == seen:
                return self._lapse(request, row, [one.pk for one in moving])
            messages.warning(request, LOOK_AGAIN)
        context = {
            "title": _("Let the place of %(name)s lapse?") % {"name": row.application.municipality},
            "call": row.track.call,
            "row": row,
            "lists": lists,
            "previews": previews,
            "seen": seen,
        }
        return self._page(request, "lapse", None, **context)

    def _lapse(self, request: HttpRequest, row: Decision, moving: list[int]) -> HttpResponse:
        try:
            promoted = lapse_place(application=row.application, actor=person(request), next_ones=moving)
        except DomainError as error:
            messages.error(request, str(error))
        else:
            self._tell_lapsed(request, row, [one.municipality.name for one in promoted])
        return redirect("admin:applications_call_places", row.track.call_id)

    def _too_late(self, request: HttpRequest, row: Decision) -> HttpResponse:
        """Somebody took a step meanwhile: back to the list, which says how it stands now."""
        about = {"name": row.application.municipality, "state": row.application.get_status_display()}
        messages.warning(request, _("%(name)s: somebody was first. The state is “%(state)s” now.") % about)
        return redirect("admin:applications_call_places", row.track.call_id)

    def _tell_lapsed(self, request: HttpRequest, row: Decision, names: list[str]) -> None:
        messages.success(
            request, _("The place of %(name)s has lapsed.") % {"name": row.application.municipality}
        )
        if names:
            messages.success(request, _("A letter offers it to %(names)s.") % {"names": ", ".join(names)})
        else:
            messages.warning(request, _("Nobody moved up: look at the reserve list."))

    def promote_page(self, request: HttpRequest, pk: int, decision: int) -> HttpResponse:
        """Who moves up from the reserve list and the letter; POST sends the letter that was shown."""
        row = self._decided(request, pk, decision)
        form = PromoteForm(request.POST if request.method == "POST" else None)
        places = places_on(row.track, Side(row.application.side))
        if row.pk not in [one.pk for one in places.reserve]:
            return self._too_late(request, row)
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        mails = preview_promotion(row, reason)
        seen = mark_of(mails)
        if form.is_valid() and self._promote(request, row, places, form, shown=seen):
            return redirect("admin:applications_call_places", pk)
        context = {
            "title": _("Let %(name)s move up?") % {"name": row.application.municipality},
            "call": row.track.call,
            "row": row,
            "places": places,
            "is_first": _is_first(places, row),
            "previews": [(_("To %(name)s") % {"name": row.application.municipality}, mails)],
            "seen": seen,
        }
        return self._page(request, "promote", form, **context)

    def _promote(
        self, request: HttpRequest, row: Decision, places: Places, form: PromoteForm, *, shown: str
    ) -> bool:
        """Whether the place was offered: never with another letter than the one that was looked at."""
        reason = form.cleaned_data["reason"]
        if places.free and request.POST.get("seen") != shown:
            messages.warning(
                request, _("Look at the letter with your reason, then send it.") if reason else LOOK_AGAIN
            )
            return False
        try:
            promote_reserve(
                track=row.track, side=places.side, decision=row, reason=reason, actor=person(request)
            )
        except DomainError as error:
            form.add_error(None, str(error))
            return False
        messages.success(
            request, _("A letter offers the place to %(names)s.") % {"names": row.application.municipality}
        )
        return True

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
        seen = ""
        if form.is_valid():
            outcome, reason = DecisionOutcome(form.cleaned_data["outcome"]), form.cleaned_data["reason"]
            name = _("To %(name)s") % {"name": row.application.municipality}
            try:
                check_change(row, outcome)
                previews = [(name, preview_change(row, outcome, reason))]
                seen = mark_of(previews[0][1])
                if request.POST.get("confirmed") and request.POST.get("seen") == seen:
                    change_decision(decision=row, outcome=outcome, reason=reason, actor=person(request))
                    messages.success(
                        request, _("The decision is changed. A new letter replaces the earlier one.")
                    )
                    return redirect("admin:applications_call_places", pk)
            except DomainError as error:
                form.add_error(None, str(error))
            if request.POST.get("confirmed") and not form.errors:
                messages.warning(request, LOOK_AGAIN)
        context = {
            "title": _("Change the decision on %(name)s") % {"name": row.application.municipality},
            "call": row.track.call,
            "row": row,
            "previews": previews,
            "seen": seen,
            "may_change": row.application.status in CHANGEABLE,
        }
        return self._page(request, "change_decision", form, **context)


def _is_first(places: Places, row: Decision) -> bool:
    return [one.pk for one in places.next] == [row.pk]
