"""Filters of the coordinators' lists; they stand in the address, so that a view can be sent to a colleague."""

from collections.abc import Iterable
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from applications.selectors.progress import AT, REACHED, STUCK, Stage, Step, idle_for
from sdgpartners.people.models import Membership
from sdgpartners.programme.models import Country, Municipality, TownTwinning

YES_NO = (("yes", _("Yes")), ("no", _("No")))


class ProgressFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Who stands still in a call. Without `reached` those who have not submitted; with it everybody who came as far
    as that step."""

    country = django_filters.ChoiceFilter(label=_("Country"), field_name="country", empty_label=_("All"))
    association = django_filters.ChoiceFilter(
        label=_("Association"), method="of_association", empty_label=_("All")
    )
    stage = django_filters.ChoiceFilter(
        label=_("Stands at"), choices=Stage.choices, method="at_stage", empty_label=_("All")
    )
    idle = django_filters.NumberFilter(
        label=_("Silent for at least (days)"), method="silent", min_value=0, max_value=3650
    )
    reached = django_filters.ChoiceFilter(
        label=_("Reached at least"),
        choices=Step.choices,
        method="has_reached",
        empty_label=_("Not submitted yet"),
    )

    def __init__(
        self, *args: Any, countries: Iterable[Country] = (), associations: dict[str, set[str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.associations = associations
        self.filters["country"].extra["choices"] = [(row.code, row.name) for row in countries]
        self.filters["association"].extra["choices"] = [(name, name) for name in sorted(associations)]

    def of_association(
        self, rows: QuerySet[Municipality], _name: str, acronym: str
    ) -> QuerySet[Municipality]:
        return rows.filter(country__in=self.associations[acronym])

    def at_stage(self, rows: QuerySet[Municipality], _name: str, stage: str) -> QuerySet[Municipality]:
        return rows.filter(AT[Stage(stage)])

    def silent(self, rows: QuerySet[Municipality], _name: str, days: Any) -> QuerySet[Municipality]:
        return idle_for(rows, int(days))

    def has_reached(self, rows: QuerySet[Municipality], _name: str, step: str) -> QuerySet[Municipality]:
        return rows.filter(REACHED[Step(step)])

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("reached") else rows.filter(STUCK)


class InvitationFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Whom to invite to a call."""

    country = django_filters.ChoiceFilter(label=_("Country"), field_name="country", empty_label=_("All"))
    region = django_filters.CharFilter(label=_("Region"), field_name="region", lookup_expr="icontains")
    name = django_filters.CharFilter(label=_("Name"), field_name="name", lookup_expr="icontains")
    people = django_filters.ChoiceFilter(
        label=_("Has people in the portal"), choices=YES_NO, method="has_people", empty_label=_("All")
    )
    twinning = django_filters.ChoiceFilter(
        label=_("Town twinning known"), choices=YES_NO, method="has_twinning", empty_label=_("All")
    )

    def __init__(self, *args: Any, countries: Iterable[Country] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["country"].extra["choices"] = [(row.code, row.name) for row in countries]

    def has_people(self, rows: QuerySet[Municipality], _name: str, value: str) -> QuerySet[Municipality]:
        held = Membership.objects.filter(
            municipality=OuterRef("pk"), ended_at__isnull=True, user__is_active=True
        )
        return rows.filter(Exists(held) if value == "yes" else ~Exists(held))

    def has_twinning(self, rows: QuerySet[Municipality], _name: str, value: str) -> QuerySet[Municipality]:
        known = TownTwinning.objects.filter(Q(north=OuterRef("pk")) | Q(south=OuterRef("pk")))
        return rows.filter(Exists(known) if value == "yes" else ~Exists(known))
