"""The parts of a call at the desk: editable until it opens, to read afterwards."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from applications.forms.parts import QuestionForm, TrackForm
from applications.models import (
    Commitment,
    Criterion,
    CriterionAnchor,
    Question,
    QuestionChoice,
    Track,
)
from applications.permissions import Perm
from applications.selectors.calls import is_frozen
from applications.services.calls import CallPart, call_of, lock_for_editing
from sdgpartners.core.access import allowed
from sdgpartners.core.history import because
from sdgpartners.people.admin_base import ScopedAdmin

if TYPE_CHECKING:
    StackedBase = admin.StackedInline[Model, Model]
    TabularBase = admin.TabularInline[Model, Model]
else:
    StackedBase, TabularBase = admin.StackedInline, admin.TabularInline


def may_edit(request: HttpRequest, part: Any) -> bool:
    """Whether the person may change a call or a part of it now."""
    call = call_of(part)
    return allowed(request.user, Perm.MANAGE_CALL, call) and not is_frozen(call)


class PartInline:
    """Rows of a call or of one of its parts: whoever sees the page sees them, editing follows the call."""

    extra = 0
    show_change_link = True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and may_edit(request, obj)

    has_add_permission = has_change_permission
    has_delete_permission = has_change_permission


class TrackInline(PartInline, StackedBase):
    model = Track
    form = TrackForm
    filter_horizontal = ("eligible",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # A track comes from the programme, with its criteria.
        return False


class QuestionInline(PartInline, StackedBase):
    model = Question
    form = QuestionForm
    # A condition is set on the question's own page, once the question that it looks at is there.
    exclude = ("shown_if", "shown_if_choices")
    filter_horizontal = ("criteria",)


class CommitmentInline(PartInline, StackedBase):
    model = Commitment


class QuestionChoiceInline(PartInline, TabularBase):
    model = QuestionChoice


class CriterionAnchorInline(PartInline, TabularBase):
    model = CriterionAnchor


class PartAdmin(ScopedAdmin):
    """A part of a call on a page of its own; reached from the call, not from the desk."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or may_edit(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        part: CallPart = obj
        lock_for_editing(call_of(part))
        with because(request.user):
            super().save_model(request, obj, form, change)


@admin.register(Criterion)
class CriterionAdmin(PartAdmin):
    country_path = "track__partner_country"
    list_display = ("title", "track", "weight")
    list_select_related = ("track__call", "track__partner_country__country")
    readonly_fields = ("track",)
    inlines = (CriterionAnchorInline,)


@admin.register(Question)
class QuestionAdmin(PartAdmin):
    country_path = "call__tracks__partner_country"
    list_display = ("label", "section", "call")
    list_select_related = ("call",)
    readonly_fields = ("call",)
    form = QuestionForm
    filter_horizontal = ("criteria",)
    inlines = (QuestionChoiceInline,)
