"""The rules of a programme: every number of the concept note, dated, for a coordinator to change."""

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from sdgpartners.programme import validators
from sdgpartners.programme.models.programme import Programme

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MATCH_WEIGHTS = (
    "match_weight_theme",
    "match_weight_exchange",
    "match_weight_language",
    "match_weight_preference",
    "match_weight_size",
    "match_weight_application",
)


def reminder_ladder() -> list[int]:
    """Days before (-) and after (+) a due date on which a reminder goes out."""
    return [-14, -3, 0, 3, 7]


def _number(
    label: "str | _StrPromise", default: int, *, least: int = 0, help_text: "str | _StrPromise" = ""
) -> "models.PositiveSmallIntegerField[int | str | Combinable, int]":
    return models.PositiveSmallIntegerField(
        label, default=default, validators=(MinValueValidator(least),), help_text=help_text
    )


def _in_order(low: str, high: str, name: str, message: "str | _StrPromise") -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{low}__lte": F(high)}),
        name=name,
        violation_error_message=message,
        violation_error_code=high,
    )


@pghistory.track()
class ProgrammeRules(models.Model):
    """All numbers of the concept note, in force from `valid_from` until a later row takes over.

    `selectors.rules_on(programme, day)` gives the row that holds on a day.
    """

    programme = models.ForeignKey(
        Programme, on_delete=models.CASCADE, related_name="rules", verbose_name=_("programme")
    )
    valid_from = models.DateField(_("valid from"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    # Partnership (3.1, 3.5, 3.9)
    duration_months = _number(_("months at most"), 24, least=1)
    partnerships_end_on = models.DateField(_("last day of partnerships"))
    acceptance_days = _number(_("days to accept a proposed match"), 14, least=1)
    breadth_people_min = _number(_("people in the internal steering group"), 4)
    breadth_services_min = _number(_("services in the internal steering group"), 2)
    breadth_politicians_min = _number(_("politicians in the internal steering group"), 1)
    breadth_actors_min = _number(_("outside actors"), 1)
    breadth_by_month = _number(_("month by which the internal steering group is complete"), 6)
    contacts_per_side = _number(_("contacts of each side"), 2, least=1)
    learning_questions_min = _number(_("learning questions at least"), 2)
    learning_questions_max = _number(_("learning questions at most"), 4)
    plan_review_month = _number(_("month in which the joint plan is reviewed"), 12, least=1)
    formal_decision_days = _number(
        _("days that a college or council takes to decide"),
        42,
        help_text=_("From the agenda to the decision; used to say by when to put it on the agenda."),
    )
    closing_days = _number(
        _("days before the end from which a partnership is closing"),
        30,
        help_text=_("Reports and expenses are finished then; no new visit is planned."),
    )

    # Meeting (3.6, 3.7, 3.9); a year is a calendar year
    sessions_per_year_min = _number(_("digital sessions a year"), 3)
    meeting_moments_per_year_min = _number(
        _("meeting moments a year"), 5, help_text=_("Digital sessions and days of the conference count.")
    )
    visits_per_year = _number(_("work visits a year"), 1, help_text=_("Going or receiving."))
    visits_made_min = _number(_("visits made at least"), 1)
    visits_hosted_min = _number(_("visits received at least"), 1)
    visit_days = _number(_("days of a work visit"), 7, least=1)
    delegation_default = _number(_("people in a delegation"), 3, least=1)
    delegation_min = _number(_("people in a delegation at least"), 2, least=1)
    delegation_max = _number(_("people in a delegation at most"), 5, least=1)
    conference_days_min = _number(_("days of the conference"), 2)
    visit_report_days = _number(_("days to report on a visit"), 30)
    feedback_per_year = _number(_("feedback rounds a year"), 2)

    # Money (3.4)
    budget_total = models.DecimalField(
        _("budget of a partnership"),
        max_digits=12,
        decimal_places=2,
        default=35000,
        validators=(MinValueValidator(0),),
    )
    budget_currency = models.CharField(
        _("currency of the budget"), max_length=3, default="EUR", validators=(validators.currency_code,)
    )
    north_share_percent = models.DecimalField(
        _("share of the Flemish side, percent"),
        max_digits=5,
        decimal_places=2,
        default=50,
        validators=(MinValueValidator(0), MaxValueValidator(100)),
    )
    exchange_over_percent = models.DecimalField(
        _("exchange takes more than, percent"),
        max_digits=5,
        decimal_places=2,
        default=50,
        validators=(MinValueValidator(0), MaxValueValidator(100)),
    )
    widening_after_months = _number(_("months before the use can widen"), 12)
    warn_at_percent = models.PositiveSmallIntegerField(
        _("warn when this much is used, percent"), default=80, validators=(MaxValueValidator(100),)
    )
    transfers_allowed = models.BooleanField(_("transfers between the halves"), default=False)

    # Call, review, selection (3.9 and the default grid)
    reviewers_min = _number(_("reviewers an application"), 2, least=1)
    disagree_at = _number(_("disagreement from a spread of"), 25)
    bonus_max = models.DecimalField(
        _("bonus at most"), max_digits=5, decimal_places=2, default=5, validators=(MinValueValidator(0),)
    )
    bonus_tie_break = models.PositiveSmallIntegerField(
        _("place of the bonus among the tie-breaks"),
        null=True,
        blank=True,
        default=3,
        validators=(MinValueValidator(1),),
        help_text=_("Empty: the bonus breaks no tie."),
    )
    confirm_days = _number(_("days to confirm a selection"), 14, least=1)
    application_minutes = _number(_("minutes that a candidacy takes"), 30)

    # Seats of the Flemish steering group beside the staff of the association (1)
    steering_officials = _number(_("seats for civil servants"), 1)
    steering_politicians = _number(_("seats for politicians"), 1)
    steering_directors = _number(_("seats for general directors"), 1)

    # Weights of a match: a part that is not known is left out and the others re-based
    match_weight_theme = _number(_("weight of the thematic fit"), 40)
    match_weight_exchange = _number(_("weight of offer against ask"), 25)
    match_weight_language = _number(_("weight of the working languages"), 15)
    match_weight_preference = _number(_("weight of the preferences"), 10)
    match_weight_size = _number(_("weight of size and character"), 5)
    match_weight_application = _number(_("weight of the application's score"), 5)

    match_score_min = models.DecimalField(
        _("least score of an application to be matched"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=(MinValueValidator(0), MaxValueValidator(100)),
        help_text=_("0 to 100; empty: none. Asked of scored applications only."),
    )

    reminder_days = ArrayField(
        models.SmallIntegerField(),
        verbose_name=_("days of reminders"),
        default=reminder_ladder,
        blank=True,
        help_text=_("Days before (-) and after the due date, with commas between them: -14,-3,0,3,7."),
    )
    reminder_max_age_days = _number(_("days after which a missed reminder is left out"), 7)
    invitation_days = _number(_("days that an invitation is valid"), 14, least=1)

    # What is forgotten of people who never came in
    unconfirmed_request_days = _number(
        _("days that an unconfirmed request to join is kept"),
        30,
        help_text=_("Counted from the day on which its link ends. Afterwards it is deleted."),
    )
    call_interest_days = _number(
        _("days that sign-ups and self-checks are kept"),
        180,
        least=30,
        help_text=_("Counted from the end of the call. Afterwards they are deleted; 30 or more."),
    )

    class Meta:
        verbose_name = _("rules of the programme")
        verbose_name_plural = _("rules of the programme")
        ordering = ("programme", "-valid_from")
        constraints = (
            models.UniqueConstraint(fields=("programme", "valid_from"), name="rules_one_a_day"),
            _in_order(
                "delegation_min",
                "delegation_default",
                "rules_delegation_not_below_least",
                _("The usual delegation is smaller than the smallest."),
            ),
            _in_order(
                "delegation_default",
                "delegation_max",
                "rules_delegation_not_above_most",
                _("The usual delegation is larger than the largest."),
            ),
            _in_order(
                "learning_questions_min",
                "learning_questions_max",
                "rules_learning_questions_in_order",
                _("The most learning questions are fewer than the least."),
            ),
            models.CheckConstraint(
                condition=reduce(or_, (Q(**{f"{name}__gt": 0}) for name in MATCH_WEIGHTS)),
                name="rules_a_match_weight_counts",
                violation_error_message=_("At least one weight of a match is more than 0."),
                violation_error_code=MATCH_WEIGHTS[0],
            ),
        )

    def __str__(self) -> str:
        return f"{self.programme} {self.valid_from:%Y-%m-%d}"
