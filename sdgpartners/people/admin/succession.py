"""Mergers and changes of sponsor: adding one carries it out; the list is the record."""

from typing import Any

from django import forms
from django.contrib.admin import register
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError
from sdgpartners.core.forms import DateInput
from sdgpartners.people.admin.base import PeopleAdmin, acting
from sdgpartners.people.enums import MunicipalRole, SuccessionKind
from sdgpartners.people.models import Membership, Succession, User
from sdgpartners.people.selectors import people_scope, successions_visible_to
from sdgpartners.people.services import record_elections, record_merger
from sdgpartners.programme.models import Municipality

FIELDS = ("kind", "municipality", "successor", "former_signatory", "new_email", "happened_on", "note")


class SuccessionForm(forms.ModelForm):  # type: ignore[type-arg]
    """What happened, to whom, since when. The choices are those that the actor looks after."""

    actor: User

    class Meta:
        model = Succession
        fields = FIELDS
        widgets = {"happened_on": DateInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        countries = people_scope(self.actor).countries
        places = (
            Municipality.objects.filter(country__in=countries, is_test=False)
            .select_related("country")
            .order_by("name")
        )
        signing = Membership.objects.filter(
            municipality__in=places, role=MunicipalRole.SIGNATORY, ended_at__isnull=True
        )
        choices: dict[str, tuple[Any, Any, bool]] = {
            "municipality": (_("municipality"), places, True),
            "successor": (_("merged into"), places.filter(successor=None), False),
            "former_signatory": (
                _("former sponsor"),
                User.objects.filter(pk__in=signing.values("user")),
                False,
            ),
        }
        for name, (label, rows, required) in choices.items():
            self.fields[name] = forms.ModelChoiceField(rows, label=label, required=required)
        self.fields["successor"].help_text = _("Only for a merger.")
        self.fields["former_signatory"].help_text = _(
            "After elections: who signs no longer. Empty: nobody did."
        )
        self.fields["new_email"].help_text = _(
            "After elections: a colleague gets the seat, others are invited."
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        kind, day = data.get("kind"), data.get("happened_on")
        if kind == SuccessionKind.MERGER and not data.get("successor") and "successor" not in self.errors:
            self.add_error("successor", _("Choose the municipality that takes over."))
        if kind == SuccessionKind.ELECTIONS and data.get("successor"):
            self.add_error("successor", _("Only for a merger."))
        if kind == SuccessionKind.ELECTIONS and not data.get("new_email") and "new_email" not in self.errors:
            self.add_error("new_email", _("Fill in who signs from now on."))
        if day and day > clock.today():
            self.add_error("happened_on", _("This day is still to come."))
        if not self.errors:
            self._try(data)
        return data

    def _try(self, data: dict[str, Any]) -> None:
        """Carry it out and undo it, so that a refusal stands on the form and not on a broken page."""
        try:
            with transaction.atomic():
                carry_out(data, self.actor)
                transaction.set_rollback(True)
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


def carry_out(data: dict[str, Any], actor: User) -> Succession:
    """Run the service that the form describes."""
    common = {"happened_on": data["happened_on"], "note": data["note"], "actor": actor}
    if data["kind"] == SuccessionKind.MERGER:
        return record_merger(municipality=data["municipality"], successor=data["successor"], **common)
    return record_elections(
        municipality=data["municipality"],
        former=data.get("former_signatory"),
        new_email=data["new_email"],
        **common,
    )


@register(Succession)
class SuccessionAdmin(PeopleAdmin):
    addable = True
    list_display = (
        "municipality",
        "kind",
        "successor",
        "former_signatory",
        "new_email",
        "happened_on",
        "recorded_by",
    )
    list_filter = ("kind", "municipality__country")
    search_fields = ("municipality__name", "successor__name", "new_email")

    def visible(self, user: User) -> QuerySet[Any]:
        return successions_visible_to(user)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is not None:
            return super().get_form(request, obj, change, **kwargs)
        return type("SuccessionFormOfActor", (SuccessionForm,), {"actor": acting(request)})

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return FIELDS if obj is None else (*FIELDS, "new_signatory", "recorded_by", "created_at")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Adding carries it out."""
        made = carry_out(form.cleaned_data, acting(request))
        obj.__dict__.update(made.__dict__)
