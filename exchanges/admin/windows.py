"""Visit windows at the desk, with the conference on the same page. Every change goes through its service."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Model, Q, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchanges.admin.steps import step_each
from exchanges.enums import Direction, WindowStatus
from exchanges.forms.texts import ReasonForm
from exchanges.models import Conference, VisitWindow
from exchanges.selectors.visits import LIVING_VISIT, countries_of_windows, period_of
from exchanges.sentences import problem_in_words
from exchanges.services.windows import (
    cancel_window,
    change_window,
    fix_window,
    propose_window,
    set_conference,
)
from exchanges.texts import Texts
from exchanges.windows import Period, Problem, conference_problem
from sdgpartners.core.admin import ThreeLanguagesMixin
from sdgpartners.core.forms import DateInput
from sdgpartners.people.admin_base import ScopedAdmin
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.models import User
from sdgpartners.programme.models import PartnerCountry
from sdgpartners.programme.selectors import rules_on


class WindowForm(forms.ModelForm):  # type: ignore[type-arg]
    """The days, checked by the rules that `propose_window` keeps to."""

    class Meta:
        model = VisitWindow
        fields = ("partner_country", "direction", "starts_on", "ends_on", "note")
        widgets = {"starts_on": DateInput(), "ends_on": DateInput()}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        country = cleaned.get("partner_country")
        if country is None and self.instance.partner_country_id:
            country = self.instance.partner_country
        if not starts_on or not ends_on or not isinstance(country, PartnerCountry):
            return cleaned
        programme = country.programme
        if ends_on < starts_on:
            self.add_error("ends_on", problem_in_words(Problem.OUT_OF_ORDER))
        elif not Period(programme.starts_on, programme.ends_on).holds(Period(starts_on, ends_on)):
            self.add_error("starts_on", _("These days lie outside the programme."))
        elif country.suspended_since is not None:
            self.add_error("partner_country", _("Cooperation with this country is suspended."))
        return cleaned


class ConferenceForm(forms.ModelForm):  # type: ignore[type-arg]
    """The words and days of the conference."""

    class Meta:
        model = Conference
        fields = ("title_en", "title_fr", "title_nl", "place", "starts_on", "ends_on")
        widgets = {"starts_on": DateInput(), "ends_on": DateInput()}


class ConferenceFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """The conference, checked against the window that stands on the same page."""

    def clean(self) -> None:
        super().clean()
        window = self.instance
        if not (window.starts_on and window.ends_on and window.partner_country_id):
            return
        for form in self.forms:
            given = getattr(form, "cleaned_data", {})
            if given.get("starts_on") and given.get("ends_on"):
                self._check(form, window, Period(given["starts_on"], given["ends_on"]))

    def _check(self, form: Any, window: VisitWindow, days: Period) -> None:
        least = rules_on(window.partner_country.programme, days.starts_on).conference_days_min
        problem = conference_problem(period_of(window), days, days_min=least)
        if problem is not None:
            form.add_error("ends_on", problem_in_words(problem, days=least))


class ConferenceInline(ThreeLanguagesMixin, admin.StackedInline):  # type: ignore[type-arg]
    model = Conference
    form = ConferenceForm
    formset = ConferenceFormSet
    extra = 1
    max_num = 1
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return True  # whoever may open the window sees its conference

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return self._open(args[0] if args else None)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._open(obj)

    def _open(self, obj: Model | None) -> bool:
        return not isinstance(obj, VisitWindow) or obj.status != WindowStatus.CANCELLED


@admin.register(VisitWindow)
class VisitWindowAdmin(ScopedAdmin):
    """Propose a window, add its conference, fix it; or give it up."""

    form = WindowForm
    inlines = (ConferenceInline,)
    country_path = "partner_country"
    view_roles = (AssociationRole.COORDINATOR, AssociationRole.AUDITOR)
    addable = True
    list_display = ("reference", "partner_country", "direction", "starts_on", "ends_on", "status", "visits")
    list_filter = ("status", "direction", "partner_country")
    list_select_related = ("partner_country__country",)
    actions = ("fix", "cancel")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        number = Count("visits", filter=Q(visits__status__in=LIVING_VISIT), distinct=True)
        rows: QuerySet[Model] = super().get_queryset(request).annotate(number_of_visits=number)
        return rows

    @admin.display(description=gettext_lazy("visits"))
    def visits(self, window: Any) -> int:
        return int(window.number_of_visits)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Once proposed the country stays; once fixed the days stay as well."""
        if obj is None:
            return ()
        if obj.status == WindowStatus.PROPOSED:
            return ("partner_country",)
        return ("partner_country", "direction", "starts_on", "ends_on", "note")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "partner_country":
            kwargs["queryset"] = countries_of_windows(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        values = {name: getattr(obj, name) for name in ("starts_on", "ends_on", "note")}
        values["direction"] = Direction(obj.direction)
        if not change:
            made = propose_window(partner_country=obj.partner_country, actor=_actor(request), **values)
            obj.pk, obj.reference, obj._state.adding = made.pk, made.reference, False
        elif form.has_changed():
            change_window(window=obj, actor=_actor(request), **values)

    def save_formset(
        self, request: HttpRequest, form: Any, formset: "BaseInlineFormSet[Any, Any, Any]", change: bool
    ) -> None:
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        for each in formset.forms:
            if each.has_changed():
                given = each.cleaned_data
                set_conference(
                    window=form.instance,
                    titles=Texts(given["title_en"], given["title_fr"], given["title_nl"]),
                    place=given["place"],
                    starts_on=given["starts_on"],
                    ends_on=given["ends_on"],
                    actor=_actor(request),
                )

    @admin.action(description=gettext_lazy("Fix, and tell the partnerships"), permissions=["change"])
    def fix(self, request: HttpRequest, queryset: QuerySet[VisitWindow]) -> None:
        step_each(
            request,
            queryset,
            lambda row: fix_window(window=row, actor=_actor(request)),
            _("Windows fixed: %(number)s."),
        )

    @admin.action(description=gettext_lazy("Cancel, with a reason"), permissions=["change"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[VisitWindow]) -> HttpResponse:
        form = ReasonForm(request.POST if "sure" in request.POST else None)
        if form.is_bound and form.is_valid():
            reason = form.cleaned_data["reason"]
            step_each(
                request,
                queryset,
                lambda row: cancel_window(window=row, reason=reason, actor=_actor(request)),
                _("Windows cancelled: %(number)s."),
            )
            back: HttpResponseRedirect = redirect("admin:exchanges_visitwindow_changelist")
            return back
        context = {
            **self.admin_site.each_context(request),
            "title": _("Cancel windows"),
            "rows": queryset,
            "form": form,
            "action": "cancel",
        }
        return render(
            request, "admin/exchanges/cancel_rows.html", context, status=422 if form.is_bound else 200
        )


def _actor(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  # admin_view lets nobody else in
    return request.user
