"""Admin pages in the scope of one's seats: the one base of every ModelAdmin of the portal."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.core.exceptions import BadRequest, FieldDoesNotExist
from django.db.models import ForeignKey, Model, QuerySet
from django.http import HttpRequest, HttpResponse

from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Model]
else:
    Base = admin.ModelAdmin


class NamedFilter(admin.RelatedFieldListFilter):
    """A filter on a relation that reads its choices in one statement: many names need the rows behind theirs. What is
    out of the person's scope on its own list (a call of another country that is still a draft) is no choice here."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        rows = field.remote_field.model._default_manager.complex_filter(field.get_limit_choices_to())
        page = model_admin.admin_site._registry.get(rows.model)
        if isinstance(page, ScopedAdmin):
            rows = rows.filter(pk__in=page.get_queryset(request).order_by().values("pk"))
        ordering = self.field_admin_ordering(field, request, model_admin)
        rows = rows.select_related()
        return [(row.pk, str(row)) for row in (rows.order_by(*ordering) if ordering else rows)]


# For every list of the desk, as Django registers its own.
admin.FieldListFilter.register(lambda field: isinstance(field, ForeignKey), NamedFilter, take_priority=True)


class ScopedAdmin(Base):
    """Rights follow seats, rows follow countries.

    `country_path` is the lookup from the model to PartnerCountry ("" on itself, None: no country in it, then
    everybody with a role in `view_roles` sees all rows). Rows are never deleted here unless `deletable`.
    """

    view_roles: ClassVar[tuple[AssociationRole, ...]] = (AssociationRole.COORDINATOR, AssociationRole.AUDITOR)
    edit_roles: ClassVar[tuple[AssociationRole, ...]] = (AssociationRole.COORDINATOR,)
    country_path: ClassVar[str | None] = None
    for_administrator: ClassVar[bool] = False
    addable: ClassVar[bool] = False
    deletable: ClassVar[bool] = False
    # "3 of 24": the second number costs a statement on every list.
    show_full_result_count = False

    def _may(self, request: HttpRequest, roles: tuple[AssociationRole, ...], obj: Model | None) -> bool:
        user = request.user
        if self.for_administrator and user.is_active and user.is_superuser:
            return True
        if not standing_of(user).has_role(*roles):
            return False
        if obj is None or self.country_path is None:
            return True
        scope = standing_of(user).scope(self.country_path, *roles)
        return type(obj)._default_manager.filter(scope, pk=obj.pk).exists()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, (*self.view_roles, *self.edit_roles), obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, self.edit_roles, obj)

    def has_add_permission(self, request: HttpRequest, *_args: Any) -> bool:
        return self.addable and self._may(request, self.edit_roles, None)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.deletable and self._may(request, self.edit_roles, obj)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list; 400 for an address with a null byte, which Django would hand to the database as it is."""
        if any("\x00" in value for _name, values in request.GET.lists() for value in values):
            raise BadRequest
        return super().changelist_view(request, extra_context)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Columns by which the list is filtered, and no other: Django takes every column of the row in the address, and
        the length of the answer would tell what the page does not show (a private note, a text that is a secret)."""
        allowed = bool(super().lookup_allowed(lookup, value, request))  # type: ignore[arg-type]
        try:
            self.model._meta.get_field(lookup.partition("__")[0])
        except FieldDoesNotExist:
            return allowed
        filters = self.list_filter if request is None else self.get_list_filter(request)
        names = {one[0] if isinstance(one, (list, tuple)) else one for one in filters} | {self.date_hierarchy}
        names |= {getattr(one, "parameter_name", None) for one in filters}
        return allowed and any(
            lookup == name or lookup.startswith(f"{name}__") for name in names if isinstance(name, str)
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        rows = super().get_queryset(request)
        user = request.user
        if self.country_path is None or (self.for_administrator and user.is_superuser):
            return rows
        scope = standing_of(user).scope(self.country_path, *self.view_roles, *self.edit_roles)
        return rows.filter(scope).distinct()
