"""Filters of the list of applications; each stands in the address."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from applications.enums import ApplicationStatus
from applications.models import AnswerFile, Application, Track
from applications.selectors.applications import awaiting_eligibility, with_sections_asked
from sdgpartners.programme.models import Country, Municipality

YES, NO = "yes", "no"


class PartnerCountryFilter(admin.SimpleListFilter):
    """The partner country that an application is about: its own track, or one that it ranks."""

    title = _("partner country")
    parameter_name = "country"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        countries = Country.objects.filter(pk__in=_countries_with_tracks()).order_by("code")
        return [(country.code, country.name) for country in countries]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        code = self.value()
        if not code:
            return queryset
        ranking = Application.objects.filter(preferences__track__partner_country__country=code)
        return queryset.filter(Q(track__partner_country__country=code) | Q(pk__in=ranking.values("pk")))


def _countries_with_tracks() -> QuerySet[Any, Any]:
    return Track.objects.values("partner_country__country")


class RegionFilter(admin.SimpleListFilter):
    """The region of the municipality."""

    title = _("region")
    parameter_name = "region"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        applied = Municipality.objects.filter(pk__in=model_admin.get_queryset(request).values("municipality"))
        regions = applied.order_by("region").values_list("region", flat=True).distinct()
        return [(region, region) for region in regions if region]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(municipality__region=self.value()) if self.value() else queryset


class _YesNoFilter(admin.SimpleListFilter):
    """Yes or no; `yes` says what yes is."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(YES, _("Yes")), (NO, _("No"))]

    def yes(self, request: HttpRequest) -> Any:
        """The condition."""
        raise NotImplementedError

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in (YES, NO):
            return queryset
        condition = self.yes(request)
        return queryset.filter(condition) if self.value() == YES else queryset.exclude(condition)


class CompleteFilter(_YesNoFilter):
    """Whether all parts are complete."""

    title = _("all parts complete")
    parameter_name = "complete"

    def yes(self, request: HttpRequest) -> Any:
        return Q(
            pk__in=with_sections_asked(Application.objects.all()).filter(done__gte=F("asked")).values("pk")
        )


class FilesFilter(_YesNoFilter):
    """Whether files were added."""

    title = _("has files")
    parameter_name = "files"

    def yes(self, request: HttpRequest) -> Any:
        return Exists(AnswerFile.objects.filter(application=OuterRef("pk"), removed_at__isnull=True))


class AwaitsDecisionFilter(_YesNoFilter):
    """Whether the person decides on its eligibility now."""

    title = _("waits for your decision on eligibility")
    parameter_name = "awaits"

    def yes(self, request: HttpRequest) -> Any:
        return Q(pk__in=awaiting_eligibility(request.user).values("pk"))


class ChangesFilter(_YesNoFilter):
    """Whether changes were asked for and are not in yet."""

    title = _("changes requested")
    parameter_name = "changes"

    def yes(self, request: HttpRequest) -> Any:
        return Q(status=ApplicationStatus.CHANGES_REQUESTED)
