"""Money at the desk: rates and categories are edited here, halves and expenses are read."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from budget.models import Category, Expense, LedgerEntry, Rate, Share
from budget.selectors import READING_ROLES, expenses_visible_to, shares_held
from sdgpartners.people.admin_base import ScopedAdmin
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.models import Programme


class LeadEdited(ScopedAdmin):
    """What all countries spend by: every desk reads it, coordinators of an association that runs a programme write
    it. Otherwise the holder of one half would set the rate of the other."""

    addable = True

    def led(self, request: HttpRequest) -> list[int]:
        """The programmes that the person's association runs."""
        standing = standing_of(request.user)
        return [pk for pk in standing.led_programmes if standing.leads(pk, *self.edit_roles)]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        administrates = self.for_administrator and request.user.is_active and request.user.is_superuser
        return administrates or bool(self.led(request))

    def has_add_permission(self, request: HttpRequest, *_args: Any) -> bool:
        return self.has_change_permission(request)


@admin.register(Rate)
class RateAdmin(LeadEdited):
    """Monthly rates, with their source."""

    list_display = ("currency", "rate", "valid_from", "valid_to", "rate_type", "source")
    list_filter = ("currency",)
    for_administrator = True


@admin.register(Category)
class CategoryAdmin(LeadEdited):
    """Kinds of expenses of a programme, with the use that they belong to."""

    list_display = ("programme", "order", "name", "use")
    list_filter = ("programme", "use")
    list_select_related = ("programme",)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        led = self.led(request)
        return obj.programme_id in led if isinstance(obj, Category) else bool(led)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        # Expenses hang on it: it stays where it is.
        return () if obj is None else ("programme", "code")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "programme":
            kwargs["queryset"] = Programme.objects.filter(pk__in=self.led(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Expense)
class ExpenseAdmin(ScopedAdmin):
    """The queue of expenses. Checking and approving happen on the page of the expense."""

    view_roles = READING_ROLES
    edit_roles: ClassVar[tuple[AssociationRole, ...]] = ()
    list_display = (
        "open_page",
        "municipality",
        "payee",
        "spent_on",
        "amount",
        "currency",
        "claimed",
        "status",
    )
    list_filter = ("status", "share__association", "category")
    search_fields = ("reference", "payee", "share__municipality__name")
    list_display_links = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Expense]:
        return expenses_visible_to(request.user)  # type: ignore[arg-type]

    @admin.display(description=_("expense"), ordering="reference")
    def open_page(self, expense: Expense) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>',
            reverse("budget:expense-detail", args=(expense.reference,)),
            expense.reference,
        )

    @admin.display(description=_("municipality"))
    def municipality(self, expense: Expense) -> str:
        return expense.share.municipality.name


class LedgerInline(admin.TabularInline):  # type: ignore[type-arg]
    model = LedgerEntry
    extra = 0
    can_delete = False
    fields = ("created_at", "kind", "amount", "expense", "made_by")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[LedgerEntry]:
        return super().get_queryset(request).select_related("expense", "made_by")

    def has_view_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False


@admin.register(Share)
class ShareAdmin(ScopedAdmin):
    """Halves with their movements. Movements name payees, so they follow who holds the half, as expenses do."""

    view_roles = READING_ROLES
    edit_roles: ClassVar[tuple[AssociationRole, ...]] = ()
    list_display = ("municipality", "side", "amount", "association")
    list_filter = ("association", "side")
    list_select_related = ("municipality", "association")
    inlines = (LedgerInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Share]:
        held: Q = shares_held(request.user, *READING_ROLES)  # type: ignore[arg-type]
        return Share.objects.filter(held).select_related(
            "budget__partnership__north", "budget__partnership__south", "municipality", "association"
        )
