"""Who comes to the information sessions: a list, and the same as a file."""

import csv
import io
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from applications.models import InformationSignUp
from applications.services.exporting import csv_cell
from sdgpartners.people.admin_base import ScopedAdmin
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.people.selectors import people_scope

COLUMNS = ("call", "name", "job_title", "email", "municipality", "language", "created_at", "cancelled_at")


@admin.register(InformationSignUp)
class InformationSignUpAdmin(ScopedAdmin):
    """The lead sees everybody of its calls, an association the people of its country."""

    view_roles = (AssociationRole.COORDINATOR,)
    edit_roles = ()
    list_display = (
        "name",
        "job_title",
        "email",
        "municipality",
        "call",
        "language",
        "created_at",
        "cancelled_at",
    )
    list_filter = ("call", "language", ("cancelled_at", admin.EmptyFieldListFilter))
    list_select_related = ("call", "municipality")
    search_fields = ("name", "email", "municipality__name")
    fields = COLUMNS
    actions = ("download",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        assert isinstance(request.user, User)  # noqa: S101 (the admin lets nobody else in)
        scope = people_scope(request.user)
        rows = InformationSignUp.objects.select_related("call", "municipality").order_by("-created_at")
        return rows.filter(
            Q(call__programme__in=scope.programmes) | Q(municipality__country__in=scope.countries)
        )

    @admin.action(description=_("Download as CSV"), permissions=["view"])
    def download(self, request: HttpRequest, queryset: QuerySet[InformationSignUp]) -> HttpResponse:
        file = io.StringIO(newline="")
        lines = csv.writer(file, delimiter=";")
        names = [InformationSignUp._meta.get_field(name) for name in COLUMNS]
        lines.writerow([csv_cell(str(getattr(field, "verbose_name", ""))) for field in names])
        for row in queryset:
            lines.writerow([csv_cell(_cell(row, name)) for name in COLUMNS])
        return HttpResponse(
            file.getvalue().encode("utf-8-sig"),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="information-session.csv"'},
        )


def _cell(row: InformationSignUp, name: str) -> Any:
    value = getattr(row, name)
    return str(value) if name in ("call", "municipality") and value is not None else value
