"""The parts of a call at the desk: editable until it opens, to read afterwards."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models
from django.db.models import Case, Model, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from applications.admin.call_form import in_languages
from applications.enums import CallStatus, Section
from applications.forms.parts import AnchorFormSet, CommitmentForm, CriterionForm, QuestionForm, TrackForm
from applications.models import (
    Call,
    Commitment,
    Criterion,
    CriterionAnchor,
    Question,
    QuestionChoice,
    Track,
)
from applications.permissions import Perm
from applications.selectors.calls import is_frozen
from applications.selectors.readiness import CallTopic
from applications.services.calls import CallPart, call_of, lock_for_editing
from sdgpartners.core.access import allowed
from sdgpartners.core.errors import MoveNotAllowed
from sdgpartners.core.history import because
from sdgpartners.people.admin_base import ScopedAdmin

if TYPE_CHECKING:
    StackedBase = admin.StackedInline[Model, Model]
else:
    StackedBase = admin.StackedInline


def may_edit(request: HttpRequest, part: Any) -> bool:
    """Whether the person may change a call or a part of it now."""
    call = call_of(part)
    return allowed(request.user, Perm.MANAGE_CALL, call) and not is_frozen(call)


def drafted_tracks(request: HttpRequest) -> QuerySet[Track]:
    """The tracks of the draft calls that the person manages."""
    drafts = Call.objects.filter(status=CallStatus.DRAFT).select_related("programme")
    mine = [call.pk for call in drafts if allowed(request.user, Perm.MANAGE_CALL, call)]
    return Track.objects.filter(call__in=mine)


def require_draft(call: Call) -> None:
    """Raises MoveNotAllowed unless the call is a draft: its grid then has no versions yet."""
    if call.status != CallStatus.DRAFT:
        raise MoveNotAllowed(state=call.get_status_display())


FEW_LINES: "dict[type[models.Field[Any, Any]], dict[str, Any]]" = {
    models.TextField: {"widget": forms.Textarea(attrs={"rows": 3})}
}
# Where the choice is a list of names one ticks them: a box works with a keyboard and on a phone.
TICKS: "dict[type[models.Field[Any, Any]], dict[str, Any]]" = {
    models.ManyToManyField: {"widget": forms.CheckboxSelectMultiple}
}


SENTENCES: "dict[type[models.Field[Any, Any]], dict[str, Any]]" = {
    models.CharField: {"widget": forms.Textarea(attrs={"rows": 2})}
}


def _choice_alone(field: Any) -> Any:
    """The field without the buttons that make or change what is chosen: that is not done from here."""
    if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
        field.widget = field.widget.widget
    return field


def read_again(form: Any) -> None:
    """What the form does not hold, as it stands under the lock: a colleague may have changed it since the page was
    opened."""
    row = form.instance
    kept = [field.attname for field in row._meta.concrete_fields if field.name not in form.fields]
    row.refresh_from_db(fields=kept)


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
    formfield_overrides = TICKS
    # Its own page is that of the ranking.
    show_change_link = False
    template = "admin/applications/call/_rows.html"
    line_template = "admin/applications/call/_track_line.html"
    # A track stays the one of its country; its name is the line that folds it.
    fields = (
        ("theme", "places", "entry"),
        ("southern_twinning", "partner_choices"),
        ("southern_scored", "match_score_min"),
        ("match_weight_theme", "match_weight_exchange", "match_weight_language"),
        ("match_weight_preference", "match_weight_size", "match_weight_application"),
        "eligible",
    )

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # A track comes from the programme, with its criteria.
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        rows = super().get_queryset(request).select_related("partner_country__country", "theme")
        return rows.prefetch_related("eligible")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return _choice_alone(super().formfield_for_dbfield(db_field, request, **kwargs))


class QuestionInline(PartInline, StackedBase):
    model = Question
    form = QuestionForm
    formfield_overrides = FEW_LINES
    template = "admin/applications/call/_rows.html"
    line_template = "admin/applications/call/_question_line.html"
    # A condition is set on the question's own page, once the question that it looks at is there; so are the
    # answers to choose from and the criteria that it is judged by.
    fields = (
        *in_languages("label", "help"),
        ("section", "order", "code"),
        ("kind", "side"),
        ("word_limit", "choices_max", "number_min", "number_max"),
        ("required", "in_profile"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        rows = super().get_queryset(request).select_related("shown_if").prefetch_related("choices")
        places = (When(section=section, then=Value(place)) for place, section in enumerate(Section))
        return rows.order_by(Case(*places, default=Value(len(Section))), "order")


class CommitmentInline(PartInline, StackedBase):
    model = Commitment
    form = CommitmentForm
    formfield_overrides = FEW_LINES
    template = "admin/applications/call/_rows.html"
    line_template = "admin/applications/call/_commitment_line.html"
    fields = (*in_languages("text"), ("order", "code"), ("required", "in_profile"))


class QuestionChoiceInline(PartInline, StackedBase):
    model = QuestionChoice
    fields = (*in_languages("label"), ("order", "code"))


class CriterionAnchorInline(PartInline, StackedBase):
    model = CriterionAnchor
    formset = AnchorFormSet
    formfield_overrides = SENTENCES
    fields = (("score",), *in_languages("text"))


class PartAdmin(ScopedAdmin):
    """A part of a call on a page of its own; reached from the call, not from the desk, and led back to it."""

    change_form_template = "admin/applications/call/part_form.html"
    formfield_overrides = FEW_LINES | TICKS
    topic: ClassVar[CallTopic]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return _choice_alone(super().formfield_for_dbfield(db_field, request, **kwargs))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or may_edit(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        part: CallPart = obj
        lock_for_editing(call_of(part))
        if change:
            read_again(form)
        with because(request.user):
            super().save_model(request, obj, form, change)

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        part: CallPart | None = context["original"]
        context |= {
            "call": call_of(part) if part is not None else self.call_to_fill(request),
            "topic": self.topic,
            "show_save_and_continue": False,
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return self._back_to(call_of(obj))

    def call_to_fill(self, request: HttpRequest) -> Call | None:
        """The call that a new part goes to; None where parts are not added on a page of their own."""
        return None

    def _back_to(self, call: Call) -> HttpResponseRedirect:
        page = reverse("admin:applications_call_change", args=(call.pk,))
        return HttpResponseRedirect(f"{page}#{self.topic.value}")


@admin.register(Criterion)
class CriterionAdmin(PartAdmin):
    country_path = "track__partner_country"
    list_display = ("title", "track", "weight")
    list_select_related = ("track__call", "track__partner_country__country")
    topic = CallTopic.CRITERIA
    form = CriterionForm
    fields = (
        "track",
        *in_languages("title", "help"),
        ("weight", "scale_min", "scale_max"),
        ("floor", "tie_break"),
        ("order", "code"),
    )
    inlines = (CriterionAnchorInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What the ranking rests on is changed on the track's page of weights once the call is public: with its
        effect, a reason and a version. A criterion stays with its track."""
        if obj is None:
            return ()
        public = obj.track.call.status != CallStatus.DRAFT
        return ("track", "weight", "floor", "tie_break") if public else ("track",)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """What each score means is typed once the criterion is there."""
        return self.inlines if obj is not None else ()

    def has_add_permission(self, request: HttpRequest, *_args: Any) -> bool:
        """Criteria come and go while the call is a draft: afterwards the grid has versions."""
        return drafted_tracks(request).exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and drafted_tracks(request).filter(pk=obj.track_id).exists()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "track":
            rows = drafted_tracks(request).select_related("call", "partner_country__country")
            # The link on the page of a call says which track is meant; the others of that call can be chosen.
            call = self.call_to_fill(request)
            kwargs["queryset"] = rows.filter(call=call) if "track" in request.GET else rows
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        criterion = Criterion.objects.select_related("track__call").get(pk=obj.pk)
        require_draft(lock_for_editing(criterion.track.call))
        with because(request.user):
            super().delete_model(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            require_draft(lock_for_editing(call_of(obj)))
        super().save_model(request, obj, form, change)

    def call_to_fill(self, request: HttpRequest) -> Call | None:
        rows = drafted_tracks(request).select_related("call")
        named = request.GET.get("track", "")
        found = next((row for row in rows if str(row.pk) == named), None) or next(iter(rows), None)
        return found.call if found is not None else None

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:applications_criterion_change", args=(obj.pk,)))

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        found: Any = self.get_object(request, object_id)
        call = call_of(found) if found is not None else None
        answer = super().delete_view(request, object_id, extra_context)
        return self._back_to(call) if call and isinstance(answer, HttpResponseRedirect) else answer

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row: Criterion | None = context["original"]
        if row is not None and row.track.call.status == CallStatus.PUBLISHED:
            context["grid_url"] = reverse("admin:applications_track_grid", args=(row.track_id,))
        return super().render_change_form(request, context, *args, **kwargs)


@admin.register(Question)
class QuestionAdmin(PartAdmin):
    country_path = "call__tracks__partner_country"
    list_display = ("label", "section", "call")
    list_select_related = ("call",)
    topic = CallTopic.QUESTIONS
    form = QuestionForm
    fields = (
        *QuestionInline.fields,
        ("shown_if", "shown_if_choices"),
        "criteria",
    )
    inlines = (QuestionChoiceInline,)
