"""Who hands over to whom, and until when."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.enums import MemberKind
from matching.models import TeamMember
from matching.newcomer import Newcomer
from sdgpartners.core.forms import DateInput, PortalForm


class SuccessorForm(PortalForm):
    """Somebody of the own team, or somebody new by name."""

    successor = forms.ChoiceField(
        label=gettext_lazy("Who takes over"),
        required=False,
        help_text=gettext_lazy("Somebody of your team; or leave it open and name somebody new below."),
    )
    new_name = forms.CharField(label=gettext_lazy("Name of somebody new"), max_length=120, required=False)
    new_service = forms.CharField(label=gettext_lazy("Service or function"), max_length=120, required=False)
    new_kind = forms.ChoiceField(
        label=gettext_lazy("Civil servant or politician"),
        choices=MemberKind.choices,
        initial=MemberKind.OFFICIAL,
        required=False,
    )

    def __init__(self, *args: Any, team: Sequence[TeamMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.team = {str(row.pk): row for row in team}
        # Somebody with two roles stands in the team twice and is offered once.
        names = {row.name: str(row.pk) for row in reversed(team)}
        choices = [("", _("Not known yet")), *((pk, name) for name, pk in sorted(names.items()))]
        self.fields["successor"].choices = choices  # type: ignore[attr-defined]

    def chosen(self) -> TeamMember | Newcomer | None:
        """Who takes over, of a valid form; a name that was typed goes first."""
        data = self.cleaned_data
        if data["new_name"]:
            kind = MemberKind(data["new_kind"] or MemberKind.OFFICIAL)
            return Newcomer(data["new_name"], data["new_service"], kind)
        return self.team.get(data["successor"])


class HandOverForm(SuccessorForm):
    """A contact person who leaves, with the last day and what the successor should know."""

    leaving = forms.ChoiceField(label=gettext_lazy("Who leaves"))
    leaves_on = forms.DateField(label=gettext_lazy("Last day"), widget=DateInput)
    notes = forms.CharField(
        label=gettext_lazy("What the successor should know"),
        max_length=4_000,
        required=False,
        help_text=gettext_lazy("Read by your own side and the coordinators, not by your partner."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    field_order = ("leaving", "leaves_on", "successor", "new_name", "new_service", "new_kind", "notes")

    def __init__(
        self, *args: Any, team: Sequence[TeamMember], contacts: Sequence[TeamMember], **kwargs: Any
    ) -> None:
        super().__init__(*args, team=team, **kwargs)
        self.contacts = {str(row.pk): row for row in contacts}
        choices = [(pk, row.name) for pk, row in self.contacts.items()]
        self.fields["leaving"].choices = choices  # type: ignore[attr-defined]

    def leaver(self) -> TeamMember:
        """Who leaves, of a valid form."""
        return self.contacts[self.cleaned_data["leaving"]]
