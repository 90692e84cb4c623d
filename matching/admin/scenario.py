"""Scenarios in the admin: the list, making one, and the addresses of the room."""

from decimal import Decimal
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from matching.admin import pairs, room, settings, side_by_side
from matching.admin.doors import person
from matching.enums import Objective
from matching.forms.decisions import ScenarioForm
from matching.models import Scenario
from matching.permissions import Perm, scenarios_visible_to, seen_in_part
from matching.selectors.comparing import LARGE
from matching.sentences import points_in_words
from matching.services import create_scenario
from sdgpartners.core.access import require
from sdgpartners.core.errors import DomainError
from sdgpartners.people.admin_base import ScopedAdmin


@admin.register(Scenario)
class ScenarioAdmin(ScopedAdmin):
    """ANCB works on Benin, RALGA on Rwanda, VVSG on both. A scenario changes in its room only."""

    country_path = "tracks__partner_country"
    addable: ClassVar[bool] = True
    list_display = ("reference", "name", "call", "status", "total_in_view", "worst_in_view", "room_link")
    list_filter = ("status", "call")
    search_fields = ("reference", "name")
    list_select_related = ("call",)
    list_display_links = None

    @admin.display(description=_("matching room"))
    def room_link(self, obj: Scenario) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:matching_scenario_room", args=[obj.reference]), _("Open")
        )

    @admin.display(description=_("total"))
    def total_in_view(self, obj: Any) -> str:
        return self._in_view(obj, obj.total)

    @admin.display(description=_("weakest pair"))
    def worst_in_view(self, obj: Any) -> str:
        return self._in_view(obj, obj.worst)

    def _in_view(self, obj: Any, points: Decimal | None) -> str:
        """A figure of the whole, for who sees all of it; of a part the room tells."""
        return "–" if points is None or obj.partly else points_in_words(float(points))

    def get_urls(self) -> list[URLPattern]:
        """The room stands before the stock pages, which would take its address for a primary key."""
        view = self.admin_site.admin_view
        own = [
            path("<slug:reference>/room/", view(room.scenario_room), name="matching_scenario_room"),
            path("<slug:reference>/rule/", view(room.scenario_rule), name="matching_scenario_rule"),
            path("<slug:reference>/clear/", view(room.scenario_clear), name="matching_scenario_clear"),
            path("<slug:reference>/solve/", view(room.scenario_solve), name="matching_scenario_solve"),
            path("<slug:reference>/job/", view(room.scenario_job), name="matching_scenario_job"),
            path("<slug:reference>/pairs/", view(pairs.scenario_pairs), name="matching_scenario_pairs"),
            path(
                "<slug:reference>/pairs/file/",
                view(pairs.scenario_pairs_file),
                name="matching_scenario_pairs_file",
            ),
            path(
                "<slug:reference>/alternatives/",
                view(side_by_side.scenario_alternatives),
                name="matching_scenario_alternatives",
            ),
            path(
                "<slug:reference>/compare/",
                view(side_by_side.scenario_compare),
                name="matching_scenario_compare",
            ),
            path(
                "<slug:reference>/weights/", view(settings.scenario_weights), name="matching_scenario_weights"
            ),
            path(
                "<slug:reference>/settings/",
                view(settings.scenario_settings),
                name="matching_scenario_settings",
            ),
            path(
                "<slug:reference>/settings/<slug:what>/",
                view(settings.scenario_change),
                name="matching_scenario_alter",
            ),
        ]
        return [*own, *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Name, call, countries and objective; then on to the room."""
        form = ScenarioForm(request.POST or None, user=request.user)
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            require(request.user, Perm.CREATE_SCENARIO, data["call"])
            try:
                scenario = create_scenario(
                    call=data["call"],
                    tracks=list(data["tracks"]),
                    name=data["name"],
                    objective=Objective(data["objective"]),
                    actor=person(request),
                )
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                return redirect("admin:matching_scenario_room", scenario.reference)
        status = 422 if request.method == "POST" else 200
        return render(request, "admin/matching/scenario/add.html", {"form": form}, status=status)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A scenario has no stock form; its room is its page."""
        scenario = self.get_object(request, object_id)
        if scenario is None:
            return redirect("admin:matching_scenario_changelist")
        return redirect("admin:matching_scenario_room", scenario.reference)  # type: ignore[attr-defined]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        """Without those whose countries a person steps out of, and without what was given in and came out, which is
        large. `partly`: a country of it is not in view."""
        seen = scenarios_visible_to(request.user).order_by().values("pk")
        rows: QuerySet[Model] = super().get_queryset(request).annotate(partly=seen_in_part(request.user))
        return rows.filter(pk__in=seen).defer(*LARGE)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is edited in the list."""
        return False
