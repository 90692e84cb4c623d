"""The programme, its partner countries and its milestones."""

from typing import Any

from django.contrib import admin
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sdgpartners.programme.admin.base import LinkedRows, ProgrammeAdmin
from sdgpartners.programme.models import (
    EligibleMunicipality,
    Milestone,
    Municipality,
    PartnerCountry,
    Programme,
    ProgrammeRules,
)


class RulesInline(LinkedRows):
    model = ProgrammeRules
    fields = ("valid_from", "partnerships_end_on", "budget_total", "reason")


class PartnerCountryInline(LinkedRows):
    model = PartnerCountry
    fields = ("country", "association", "theme", "places", "suspended_since")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("country", "association", "theme")


@admin.register(Programme)
class ProgrammeModelAdmin(ProgrammeAdmin):
    list_display = ("name", "lead_association", "donor", "starts_on", "ends_on", "is_fictional")
    list_select_related = ("lead_association",)
    search_fields = ("code", "name_en", "name_fr", "name_nl")
    inlines = (RulesInline, PartnerCountryInline)


class EligibleInline(admin.TabularInline):  # type: ignore[type-arg]
    model = EligibleMunicipality
    extra = 1

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("partner_country__country", "municipality")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        municipality = formset.form.base_fields.get("municipality")
        if obj is not None and isinstance(municipality, ModelChoiceField):
            # Read once for all lines: a choice list of its own for each would be a statement a line.
            choices = Municipality.objects.filter(country=obj.country_id).order_by("name")
            municipality.queryset = choices
            municipality.choices = [("", "---------"), *((row.pk, row.name) for row in choices)]
        return formset


@admin.register(PartnerCountry)
class PartnerCountryAdmin(ProgrammeAdmin):
    list_display = ("country", "programme", "association", "theme", "places", "entry", "suspended_since")
    list_filter = ("programme", "country")
    list_select_related = ("country", "programme", "association", "theme")
    fixed = ("programme", "country")
    inlines = (EligibleInline,)
    # One step with its partnerships, mails and reason; never a date that somebody types here.
    readonly_fields = ("suspended_since", "suspension_reason", "suspend_or_resume")

    @admin.display(description=gettext_lazy("suspend or resume"))
    def suspend_or_resume(self, obj: Any) -> str:
        if obj is None or obj.pk is None:
            return "–"
        address = reverse("admin:matching_partnership_country", args=[obj.pk])
        return format_html('<a href="{}">{}</a>', address, _("With all partnerships, in one step"))

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """The eligible list follows once the country is known."""
        return self.inlines if obj is not None else ()


@admin.register(Milestone)
class MilestoneAdmin(ProgrammeAdmin):
    list_display = ("title", "partner_country", "planned_on", "actual_on")
    list_filter = ("programme", "partner_country__country")
    list_select_related = ("partner_country__country",)
    search_fields = ("code", "title_en", "title_fr", "title_nl")
