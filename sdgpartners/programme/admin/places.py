"""Countries, associations, municipalities and town twinnings."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.forms import ModelChoiceField
from django.http import HttpRequest

from sdgpartners.programme.admin.base import ProgrammeAdmin
from sdgpartners.programme.models import Association, Country, Municipality, TownTwinning
from sdgpartners.programme.signals import twinnings_changed


@admin.register(Country)
class CountryAdmin(ProgrammeAdmin):
    list_display = ("code", "name", "default_language", "time_zone", "currency", "marker")
    search_fields = ("code", "name_en", "name_fr", "name_nl")


@admin.register(Association)
class AssociationAdmin(ProgrammeAdmin):
    list_display = ("acronym", "name", "country", "email")
    list_filter = ("country",)
    list_select_related = ("country",)
    search_fields = ("acronym", "name_en", "name_fr", "name_nl")
    contact = ("email", "website")
    fields = ("code", "acronym", "country", "name_en", "name_fr", "name_nl", *contact)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Of the programme's data this is what each association keeps itself."""
        if super().has_change_permission(request, obj):
            return True
        return obj is not None and request.user.has_perm("programme.change_association", obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None or super().has_change_permission(request):
            return super().get_readonly_fields(request, obj)
        # How people reach it; its name and country stay with the lead.
        return tuple(name for name in self.fields if name not in self.contact)


class TwinningInline(admin.TabularInline):  # type: ignore[type-arg]
    model = TownTwinning
    fk_name = "north"
    fields = ("partner_name", "partner_country_code", "since_year", "status", "note")
    extra = 0
    show_change_link = True


@admin.register(Municipality)
class MunicipalityAdmin(ProgrammeAdmin):
    list_display = ("name", "country", "region", "population", "character", "successor", "is_test")
    list_filter = ("country", "character", "is_test", "region")
    list_select_related = ("country", "successor")
    search_fields = ("name", "alt_name", "code", "merged_from")
    readonly_fields = ("source", "coordinate_basis", "merged_from")
    fixed = ("code", "country")
    inlines = (TwinningInline,)
    fieldsets = (
        (None, {"fields": ("country", "code", "name", "alt_name", "region", "character", "is_test")}),
        (None, {"fields": ("successor", "merged_from")}),
        (None, {"fields": ("population", "population_year", "postcodes", "kbo_number")}),
        (None, {"fields": ("website", "email", "mail_domains")}),
        (None, {"fields": ("latitude", "longitude", "coordinate_basis", "source")}),
    )

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        successor = form.base_fields.get("successor")
        if obj is not None and isinstance(successor, ModelChoiceField):
            # A merger stays inside a country.
            successor.queryset = Municipality.objects.filter(country=obj.country_id).exclude(pk=obj.pk)
        return form

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        twinnings_changed.send(sender=TownTwinning)


@admin.register(TownTwinning)
class TownTwinningAdmin(ProgrammeAdmin):
    list_display = ("north", "partner_name", "partner_country_code", "since_year", "status")
    list_filter = ("status", "partner_country_code")
    list_select_related = ("north",)
    search_fields = ("north__name", "partner_name", "note")
    fixed = ()

    def get_queryset(self, request: HttpRequest) -> "models.QuerySet[Any]":
        return super().get_queryset(request).select_related("north", "south")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        twinnings_changed.send(sender=TownTwinning)
