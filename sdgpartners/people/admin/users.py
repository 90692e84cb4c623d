"""People: their names and seats for coordinators, their accounts for administrators."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin import display, register
from django.db.models import Field, Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from sdgpartners.core.access import allowed
from sdgpartners.core.errors import DomainError
from sdgpartners.people.admin.base import PeopleAdmin, acting
from sdgpartners.people.models import User
from sdgpartners.people.permissions import Perm
from sdgpartners.people.selectors import people_visible_to, seats_of, zone_choices
from sdgpartners.people.services import (
    close_account,
    make_administrator,
    reopen_account,
    unmake_administrator,
    update_profile,
)

PROFILE_FIELDS = ("first_name", "last_name", "phone", "language", "time_zone")


@register(User)
class UserAdmin(PeopleAdmin):
    """Nobody is added here (they are invited) and nobody deleted (accounts are closed)."""

    list_display = ("__str__", "email", "language", "is_active", "last_login")
    list_filter = ("is_active", "language")
    search_fields = ("email__icontains", "last_name", "first_name")
    fields: ClassVar[tuple[str, ...]] = (
        "email",
        *PROFILE_FIELDS,
        "is_active",
        "is_superuser",
        "seats",
        "last_login",
        "created_at",
    )
    readonly_fields = ("email", "seats", "last_login", "created_at")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return allowed(request.user, Perm.MANAGE_ACCOUNTS)

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: Any, **kwargs: Any) -> Any:
        if db_field.name == "time_zone":
            return forms.ChoiceField(label=_("Time zone"), choices=zone_choices)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @display(description=_("Seats"))
    def seats(self, person: User) -> SafeString | str:
        lines = ((f"{seat.place} · {seat.role_name}",) for seat in seats_of(person))
        return format_html_join("", "<div>{}</div>", lines) or "-"

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Each changed part goes through its service."""
        actor = acting(request)
        if set(form.changed_data) & set(PROFILE_FIELDS):
            update_profile(user=obj, **{name: form.cleaned_data[name] for name in PROFILE_FIELDS})
        steps = {
            "is_active": (close_account, reopen_account),
            "is_superuser": (unmake_administrator, make_administrator),
        }
        for name in set(form.changed_data) & set(steps):
            try:
                steps[name][bool(form.cleaned_data[name])](user=obj, actor=actor)
            except DomainError as refusal:
                messages.error(request, str(refusal))

    def visible(self, user: User) -> QuerySet[Any]:
        return people_visible_to(user)
