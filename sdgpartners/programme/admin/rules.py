"""The numbers of the programme, its commitments and its default grid."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from sdgpartners.core.admin import ThreeLanguagesMixin
from sdgpartners.programme.admin.base import ProgrammeAdmin
from sdgpartners.programme.models import (
    MATCH_WEIGHTS,
    ProgrammeRules,
    RuleCommitment,
    RuleCriterion,
    RuleCriterionAnchor,
)


class RulesForm(forms.ModelForm):  # type: ignore[type-arg]
    """Rules with the reason why they hold, inside the dates of their programme."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("Why these numbers hold from then on.")
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        programme = cleaned.get("programme") or getattr(self.instance, "programme", None)
        for name in ("valid_from", "partnerships_end_on"):
            day = cleaned.get(name)
            if programme and day and not programme.starts_on <= day <= programme.ends_on:
                self.add_error(
                    name,
                    ValidationError(
                        _("The programme runs from %(first)s to %(last)s."),
                        params={"first": programme.starts_on, "last": programme.ends_on},
                    ),
                )
        return cleaned


@admin.register(ProgrammeRules)
class ProgrammeRulesAdmin(ProgrammeAdmin):
    """Rules that were in force are followed by new ones, not rewritten: “save as new” copies them."""

    form = RulesForm
    save_as = True
    list_display = ("programme", "valid_from", "partnerships_end_on", "budget_total", "reason")
    list_filter = ("programme",)
    list_select_related = ("programme",)
    fixed = ()
    fieldsets = (
        (None, {"fields": ("programme", "valid_from", "reason")}),
        (
            _("Partnership"),
            {
                "fields": (
                    ("duration_months", "partnerships_end_on", "acceptance_days"),
                    ("breadth_people_min", "breadth_services_min", "breadth_politicians_min"),
                    ("breadth_actors_min", "breadth_by_month", "contacts_per_side"),
                    ("learning_questions_min", "learning_questions_max", "closing_days"),
                )
            },
        ),
        (
            _("Meeting"),
            {
                "fields": (
                    ("sessions_per_year_min", "meeting_moments_per_year_min", "conference_days_min"),
                    ("visits_per_year", "visits_made_min", "visits_hosted_min"),
                    ("visit_days", "visit_report_days", "feedback_per_year"),
                    ("delegation_min", "delegation_default", "delegation_max"),
                )
            },
        ),
        (
            _("Money"),
            {
                "fields": (
                    ("budget_total", "budget_currency", "north_share_percent"),
                    ("exchange_over_percent", "widening_after_months"),
                    ("warn_at_percent", "transfers_allowed"),
                )
            },
        ),
        (
            _("Call, review and selection"),
            {
                "fields": (
                    ("reviewers_min", "disagree_at", "bonus_max", "bonus_tie_break"),
                    ("confirm_days", "application_minutes"),
                    ("steering_officials", "steering_politicians", "steering_directors"),
                )
            },
        ),
        (_("Weights of a match"), {"fields": (MATCH_WEIGHTS[:3], MATCH_WEIGHTS[3:], "match_score_min")}),
        (
            _("Reminders and invitations"),
            {"fields": ("reminder_days", "reminder_max_age_days", "invitation_days")},
        ),
        (_("What is forgotten"), {"fields": (("unconfirmed_request_days", "call_interest_days"),)}),
    )


@admin.register(RuleCommitment)
class RuleCommitmentAdmin(ProgrammeAdmin):
    list_display = ("order", "text", "scored", "programme")
    list_display_links = ("text",)
    list_filter = ("programme",)
    list_select_related = ("programme",)
    fixed = ("code", "programme")


class AnchorInline(ThreeLanguagesMixin, admin.TabularInline):  # type: ignore[type-arg]
    model = RuleCriterionAnchor
    extra = 0


@admin.register(RuleCriterion)
class RuleCriterionAdmin(ProgrammeAdmin):
    list_display = ("order", "title", "weight", "scale_min", "scale_max", "floor", "tie_break", "programme")
    list_display_links = ("title",)
    list_filter = ("programme",)
    list_select_related = ("programme",)
    fixed = ("code", "programme")
    inlines = (AnchorInline,)
