"""Invitations: adding one invites, withdrawing ends it; the list says where each stands."""

from typing import Any

from django import forms
from django.contrib.admin import SimpleListFilter, action, display, register
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError
from sdgpartners.people.admin.base import PeopleAdmin, acting, ask_first
from sdgpartners.people.enums import AssociationRole, InvitationState, MunicipalRole, SteeringKind
from sdgpartners.people.models import Invitation, User
from sdgpartners.people.offers import AssociationOffer, MunicipalOffer, Offer, SteeringOffer, offer_of
from sdgpartners.people.selectors import invitations_visible_to, people_scope
from sdgpartners.people.services import check_invitation, invite_person, revoke_invitation
from sdgpartners.programme.models import Association, Municipality, Programme


class InviteForm(forms.ModelForm):  # type: ignore[type-arg]
    """One address, one seat. The choices are those that the inviting person may give."""

    actor: User

    class Meta:
        model = Invitation
        fields = (
            "email",
            "language",
            "municipality",
            "municipal_role",
            "association",
            "association_role",
            "steering_programme",
            "steering_kind",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope, anything = people_scope(self.actor), self.actor.is_superuser
        places = (
            Municipality.objects.filter(successor=None, is_test=False)
            .select_related("country")
            .order_by("name")
        )
        associations = Association.objects.order_by("code")
        programmes = Programme.objects.order_by("code")
        if not anything:
            places = places.filter(country__in=scope.countries)
            associations = associations.filter(pk__in=scope.associations)
            programmes = programmes.filter(pk__in=scope.programmes)
        chosen: dict[str, tuple[str, QuerySet[Any]]] = {
            "municipality": (str(_("municipality")), places),
            "association": (str(_("association")), associations),
            "steering_programme": (str(_("steering group of")), programmes),
        }
        for name, (label, rows) in chosen.items():
            self.fields[name] = forms.ModelChoiceField(rows, label=label, required=False)
        roles = {
            "municipal_role": (_("role at the municipality"), MunicipalRole.choices),
            "association_role": (_("role at the association"), AssociationRole.choices),
            "steering_kind": (_("seat in the steering group"), SteeringKind.choices),
        }
        for name, (role_label, choices) in roles.items():
            self.fields[name] = forms.ChoiceField(
                label=role_label, choices=[("", "---------"), *choices], required=False
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            data["offer"] = self._offer(data)
            try:
                check_invitation(email=data["email"], offer=data["offer"], actor=self.actor)
            except DomainError as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return data

    def _offer(self, data: dict[str, Any]) -> Offer:
        parts = [name for name in ("municipal_role", "association_role", "steering_kind") if data[name]]
        place_of = {
            "municipal_role": "municipality",
            "association_role": "association",
            "steering_kind": "steering_programme",
        }
        if len(parts) != 1 or not data[place_of[parts[0]]]:
            raise forms.ValidationError(
                _("Choose one seat: a role, and the municipality, association or steering group it is at.")
            )
        observer = data["steering_kind"] == SteeringKind.OBSERVER
        allowed_places = {place_of[parts[0]]} | ({"association"} if observer else set())
        if {name for name in place_of.values() if data[name]} - allowed_places:
            raise forms.ValidationError(_("An invitation is for one seat only. Clear the other places."))
        if observer and not data["association"]:
            raise forms.ValidationError(_("An observer sits for an association: choose which."))
        if parts[0] == "municipal_role":
            return MunicipalOffer(data["municipality"], data["municipal_role"])
        if parts[0] == "association_role":
            return AssociationOffer(data["association"], data["association_role"])
        return SteeringOffer(data["steering_programme"], data["steering_kind"], data["association"])


class StateFilter(SimpleListFilter):
    """The state is derived from the dates, so the filter asks the dates."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in InvitationState.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> QuerySet[Invitation]:
        waiting = Q(accepted_at=None, revoked_at=None)
        conditions = {
            InvitationState.OPEN: waiting & Q(expires_at__gt=clock.now()),
            InvitationState.EXPIRED: waiting & Q(expires_at__lte=clock.now()),
            InvitationState.ACCEPTED: Q(accepted_at__isnull=False),
            InvitationState.REVOKED: Q(accepted_at=None, revoked_at__isnull=False),
        }
        value = self.value()
        condition = conditions[InvitationState(value)] if value and value in InvitationState.values else None
        return queryset.filter(condition) if condition is not None else queryset


@register(Invitation)
class InvitationAdmin(PeopleAdmin):
    addable = True
    actions = ("revoke",)
    list_display = ("email", "place", "role_name", "state_name", "invited_by", "created_at", "expires_at")
    list_filter = (StateFilter,)
    search_fields = ("email", "municipality__name")
    exclude = ("token_hash",)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is not None:
            return super().get_form(request, obj, change, **kwargs)
        return type("InviteFormOfActor", (InviteForm,), {"actor": acting(request)})

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return InviteForm.Meta.fields if obj is None else super().get_fields(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Adding is inviting: the service makes the row and the mail."""
        given = form.cleaned_data
        made = invite_person(
            email=given["email"], language=given["language"], offer=given["offer"], actor=acting(request)
        )
        obj.__dict__.update(made.__dict__)

    @display(description=_("seat"))
    def place(self, invitation: Invitation) -> str:
        return offer_of(invitation).place

    @display(description=_("role"))
    def role_name(self, invitation: Invitation) -> str:
        return offer_of(invitation).role_name

    @display(description=_("state"))
    def state_name(self, invitation: Invitation) -> str:
        return str(invitation.state.label)

    @action(description=_("Withdraw the invitations"), permissions=["view"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Invitation]) -> HttpResponse | None:
        return ask_first(
            self,
            request,
            queryset,
            action="revoke",
            title=_("Withdraw these invitations?"),
            button=_("Withdraw the invitations"),
            run=lambda row, reason: revoke_invitation(invitation=row, actor=acting(request), reason=reason),
        )

    def visible(self, user: User) -> QuerySet[Any]:
        return invitations_visible_to(user)
