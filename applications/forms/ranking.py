"""The filters of the ranking, and the grid of a public call."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from applications.enums import Outcome
from applications.grid_input import CriterionInput, GridInput
from applications.models import Criterion
from applications.selectors.ranking_page import Only
from sdgpartners.core.forms import PortalForm
from sdgpartners.programme.enums import Side


class RankingFilterForm(PortalForm):
    """Which lines of the ranking to show; it stands in the address."""

    name = forms.CharField(label=_("Name"), max_length=80, required=False)
    outcome = forms.ChoiceField(
        label=_("By the ranking"), choices=(("", _("All")), *Outcome.choices), required=False
    )
    only = forms.ChoiceField(label=_("Only"), choices=(("", _("All")), *Only.choices), required=False)
    side = forms.ChoiceField(label=_("Side"), choices=(("", _("Both")), *Side.choices), required=False)

    def __init__(self, *args: Any, sides: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not sides:
            del self.fields["side"]

    @property
    def chosen(self) -> dict[str, str]:
        """The filters that make sense; a mistyped address shows everything."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class GridForm(PortalForm):
    """Weights, minimums, places among the tie-breaks, and the bonus where `with_bonus`. `seen` is the version of the
    grid when the page was made, `shown` the mark of the grid whose effect the person has looked at."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        criteria: Sequence[Criterion],
        now: GridInput,
        with_bonus: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.criteria, self.now, self.with_bonus = criteria, now, with_bonus
        for row in criteria:
            self.fields.update(_fields_of(row, now.criteria[row.code]))
        if with_bonus:
            self.fields.update(_bonus_fields(now))
        self.fields["reason"] = forms.CharField(
            label=_("Why the grid changes"),
            widget=forms.Textarea(attrs={"rows": 3}),
            max_length=2000,
            required=False,
            help_text=_("Needed to save. It stands in the record of the decisions."),
        )

    def rows(self) -> Iterable[tuple[Criterion, list[forms.BoundField]]]:
        """Each criterion with its three fields."""
        for row in self.criteria:
            yield row, [self[f"{part}-{row.code}"] for part in ("weight", "floor", "tie")]

    def bonus_rows(self) -> list[forms.BoundField]:
        """The fields of the bonus, where this person may change it."""
        names = ("bonus", "bonus_max", "bonus_tie_break") if self.with_bonus else ()
        return [self[name] for name in names]

    def wanted(self) -> GridInput:
        """The grid as it was filled in, after is_valid()."""
        given = self.cleaned_data
        return GridInput(
            criteria={
                row.code: CriterionInput(
                    weight=given[f"weight-{row.code}"],
                    floor=given[f"floor-{row.code}"],
                    tie_break=given[f"tie-{row.code}"],
                )
                for row in self.criteria
            },
            bonus=given["bonus"] if self.with_bonus else self.now.bonus,
            bonus_max=given["bonus_max"] if self.with_bonus else self.now.bonus_max,
            bonus_tie_break=given["bonus_tie_break"] if self.with_bonus else self.now.bonus_tie_break,
        )


def mark_of(wanted: GridInput, version: int, effect: object) -> str:
    """A short mark of a grid beside the version that it would replace and what it would do: what was looked at is what
    is saved. `effect` is plain values."""
    return sha256(repr((version, wanted.as_json(), effect)).encode()).hexdigest()[:20]


def _fields_of(row: Criterion, now: CriterionInput) -> dict[str, forms.Field]:
    def named(template: Any) -> Any:
        return format_lazy(template, title=row.title)

    return {
        f"weight-{row.code}": forms.IntegerField(
            label=named(_("Weight of “{title}”")), min_value=1, max_value=1000, initial=now.weight
        ),
        f"floor-{row.code}": forms.DecimalField(
            label=named(_("Minimum of “{title}”")),
            min_value=Decimal(row.scale_min),
            max_value=Decimal(row.scale_max),
            max_digits=4,
            decimal_places=2,
            required=False,
            initial=now.floor,
        ),
        f"tie-{row.code}": forms.IntegerField(
            label=named(_("Place of “{title}” among the tie-breaks")),
            min_value=1,
            max_value=100,
            required=False,
            initial=now.tie_break,
        ),
    }


def _bonus_fields(now: GridInput) -> dict[str, forms.Field]:
    amount: dict[str, Any] = {"min_value": 0, "max_value": 100, "max_digits": 5, "decimal_places": 2}
    return {
        "bonus": forms.DecimalField(
            label=_("Bonus for no active town twinning"), initial=now.bonus, **amount
        ),
        "bonus_max": forms.DecimalField(label=_("Bonus at most"), initial=now.bonus_max, **amount),
        "bonus_tie_break": forms.IntegerField(
            label=_("Place of the bonus among the tie-breaks"),
            min_value=1,
            max_value=100,
            required=False,
            initial=now.bonus_tie_break,
            help_text=_("Empty: the bonus breaks no tie."),
        ),
    }
