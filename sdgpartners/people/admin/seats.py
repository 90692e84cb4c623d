"""Seats at municipalities, at associations and in the steering group."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import EmptyFieldListFilter, action, register
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from sdgpartners.core.access import allowed
from sdgpartners.core.errors import DomainError
from sdgpartners.people.admin.base import PeopleAdmin, acting, ask_first
from sdgpartners.people.models import AssociationSeat, Membership, SteeringSeat, User
from sdgpartners.people.permissions import Perm
from sdgpartners.people.selectors import (
    association_seats_visible_to,
    memberships_visible_to,
    steering_seats_visible_to,
)
from sdgpartners.people.services import end_seat, name_deputy, withdraw_deputy
from sdgpartners.people.services.seats import check_deputy, set_reviewing

HELD = ("ended_at", EmptyFieldListFilter)
DEPUTY_FIELDS = ("deputy", "deputy_from", "deputy_until")
PERSON = ("user__email__icontains", "user__last_name", "user__first_name")


class SeatAdmin(PeopleAdmin):
    """Seats come by invitation and end with a reason; the rows stay."""

    actions = ("end_seats",)

    @action(description=_("End the seats"), permissions=["view"])
    def end_seats(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return ask_first(
            self,
            request,
            queryset,
            action="end_seats",
            title=_("End these seats?"),
            button=_("End the seats"),
            run=lambda seat, reason: end_seat(seat=seat, actor=acting(request), reason=reason),
        )


@register(Membership)
class MembershipAdmin(SeatAdmin):
    list_display = ("user", "municipality", "role", "job_title", "created_at", "ended_at")
    list_filter = ("role", "municipality__country", HELD)
    search_fields = (*PERSON, "municipality__name")

    def visible(self, user: User) -> QuerySet[Any]:
        return memberships_visible_to(user)


class DeputyForm(forms.ModelForm):  # type: ignore[type-arg]
    """Who stands in, from when until when; all three, or none."""

    class Meta:
        model = AssociationSeat
        fields = DEPUTY_FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "deputy" in self.fields:
            held = AssociationSeat.objects.filter(association=self.instance.association, ended_at=None)
            colleagues = User.objects.filter(is_active=True, pk__in=held.values("user"))
            field = forms.ModelChoiceField(
                colleagues.exclude(pk=self.instance.user_id), label=_("deputy"), required=False
            )
            self.fields["deputy"] = field

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        given = [data.get(name) for name in DEPUTY_FIELDS]
        if any(given) and not all(given):
            raise forms.ValidationError(_("A deputy needs a first and a last day."))
        if all(given):
            try:
                check_deputy(self.instance, *given)  # type: ignore[arg-type]
            except DomainError as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return data


@register(AssociationSeat)
class AssociationSeatAdmin(SeatAdmin):
    form = DeputyForm
    fields = (
        "user",
        "association",
        "role",
        "deputy",
        "deputy_from",
        "deputy_until",
        "created_at",
        "ended_at",
    )
    readonly_fields = ("user", "association", "role", "created_at", "ended_at")
    list_display = ("user", "association", "role", "deputy", "deputy_from", "deputy_until", "ended_at")
    list_filter = ("role", "association", HELD)
    search_fields = PERSON

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if obj is None:
            return allowed(request.user, Perm.VIEW_PEOPLE)
        return allowed(request.user, Perm.NAME_DEPUTY, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        given = form.cleaned_data
        try:
            if given["deputy"] is None:
                withdraw_deputy(seat=obj, actor=acting(request))
            else:
                name_deputy(
                    seat=obj,
                    deputy=given["deputy"],
                    first_day=given["deputy_from"],
                    last_day=given["deputy_until"],
                    actor=acting(request),
                )
        except DomainError as refusal:
            messages.error(request, str(refusal))

    def visible(self, user: User) -> QuerySet[Any]:
        return association_seats_visible_to(user)


@register(SteeringSeat)
class SteeringSeatAdmin(SeatAdmin):
    """Whether a member also reviews is set here."""

    fields = ("user", "programme", "kind", "association", "reviews", "created_at", "ended_at")
    readonly_fields = ("user", "programme", "kind", "association", "created_at", "ended_at")
    list_display = ("user", "programme", "kind", "association", "reviews", "created_at", "ended_at")
    list_filter = ("kind", "reviews", HELD)
    search_fields = PERSON

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if obj is None:
            return allowed(request.user, Perm.VIEW_PEOPLE)
        return allowed(request.user, Perm.END_SEAT, obj) and getattr(obj, "ended_at", None) is None

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        try:
            set_reviewing(seat=obj, reviews=form.cleaned_data["reviews"], actor=acting(request))
        except DomainError as refusal:
            messages.error(request, str(refusal))

    def visible(self, user: User) -> QuerySet[Any]:
        return steering_seats_visible_to(user)
