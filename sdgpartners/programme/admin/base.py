"""What the admin pages of the programme share."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from sdgpartners.core.admin import ThreeLanguagesMixin


class ProgrammeAdmin(ThreeLanguagesMixin, admin.ModelAdmin):  # type: ignore[type-arg]
    """A code names a row in files and addresses: it is given once and never changes."""

    fixed: tuple[str, ...] = ("code",)
    show_full_result_count = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        readonly = super().get_readonly_fields(request, obj)
        return readonly if obj is None else (*readonly, *self.fixed)


class LinkedRows(admin.TabularInline):  # type: ignore[type-arg]
    """Rows that are only named here, each with a link to its own page."""

    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields or ()
