"""Money at the desk: rates and categories are edited here, halves and expenses are read."""

from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from budget.models import Category, Expense, LedgerEntry, Rate, Share
from budget.selectors import READING_ROLES, expenses_visible_to
from sdgpartners.people.admin_base import ScopedAdmin
from sdgpartners.people.enums import AssociationRole


@admin.register(Rate)
class RateAdmin(ScopedAdmin):
    """Monthly rates, with their source."""

    list_display = ("currency", "rate", "valid_from", "valid_to", "rate_type", "source")
    list_filter = ("currency",)
    addable = True
    for_administrator = True


@admin.register(Category)
class CategoryAdmin(ScopedAdmin):
    """Kinds of expenses, with the use that they belong to."""

    list_display = ("programme", "order", "name", "use")
    list_filter = ("programme", "use")
    addable = True


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

    def has_view_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False


@admin.register(Share)
class ShareAdmin(ScopedAdmin):
    """Halves with their movements."""

    view_roles = READING_ROLES
    edit_roles: ClassVar[tuple[AssociationRole, ...]] = ()
    country_path = "budget__partnership__partner_country"
    list_display = ("municipality", "side", "amount", "association")
    list_filter = ("association", "side")
    list_select_related = ("municipality", "association")
    inlines = (LedgerInline,)
