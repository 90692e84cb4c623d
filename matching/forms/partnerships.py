"""Forms of a partnership: joint plan, team, outside actors, start of the agreement."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from matching.enums import ActorKind, MemberKind, TeamRole
from matching.plan_content import PlanContent
from sdgpartners.core.forms import DateInput, PortalForm
from sdgpartners.programme.enums import Language

ACTIVITY_ROWS = 4
# Rows that a form takes at the most: a bound on what is read, not a rule of the programme.
MOST_ROWS = 99
LONGEST = 2_000


def _long(label: Any, rows: int = 3, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def _rows_typed(data: Any, *names: str) -> int:
    """The highest row that was sent of fields `<name>_<number>`: what somebody typed is read also when the plan has
    fewer rows by now."""
    found = (key.rpartition("_") for key in data or ())
    rows = (end for name, _line, end in found if name in names and end.isascii() and end.isdigit())
    return max((min(int(end[:4]), MOST_ROWS) for end in rows), default=0)


class PlanForm(PortalForm):
    """The joint plan. `questions` is the most learning questions that the rules allow; those that are there already or
    were typed are shown as well, so that none is lost."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    language = forms.ChoiceField(label=gettext_lazy("Language of the plan"), choices=Language.choices)

    def __init__(
        self,
        data: Any = None,
        *,
        content: PlanContent,
        version: int,
        names: tuple[str, str],
        own_theme: bool,
        questions: int,
    ) -> None:
        super().__init__(data, initial=self._initial(content, version))
        if own_theme:
            self.fields["theme_title"] = forms.CharField(
                label=_("Your own theme"), max_length=160, required=False
            )
        questions = max(questions, len(content.questions), _rows_typed(data, "question"))
        self.question_names = [f"question_{number}" for number in range(1, questions + 1)]
        for number, name in enumerate(self.question_names, 1):
            self.fields[name] = _long(_("Learning question %(number)s") % {"number": number}, rows=2)
        for side, name in zip(("north", "south"), names, strict=True):
            self.fields[f"change_{side}"] = _long(_("What %(name)s wants to change") % {"name": name})
        typed = _rows_typed(data, "activity", "due")
        self.activity_rows = max(ACTIVITY_ROWS, len(content.activities) + 1, typed)
        for number in range(1, self.activity_rows + 1):
            self.fields[f"activity_{number}"] = forms.CharField(
                label=_("Activity %(number)s") % {"number": number}, max_length=300, required=False
            )
            self.fields[f"due_{number}"] = forms.DateField(
                label=_("Planned for, activity %(number)s") % {"number": number},
                required=False,
                widget=DateInput,
            )

    @staticmethod
    def _initial(content: PlanContent, version: int) -> dict[str, Any]:
        initial: dict[str, Any] = {
            "version": version,
            "theme_title": content.theme_title,
            "language": content.language or (get_language() or "en"),
            "change_north": content.change_north,
            "change_south": content.change_south,
        }
        for number, text in enumerate(content.questions, 1):
            initial[f"question_{number}"] = text
        for number, (text, due_on) in enumerate(content.activities, 1):
            initial[f"activity_{number}"], initial[f"due_{number}"] = text, due_on
        return initial

    def take_version(self, version: int) -> None:
        """Let the typed text stand on `version`, after a conflict that the person has seen."""
        self.data = {**dict(self.data.items()), "version": str(version)}

    def content(self) -> PlanContent:
        """What was typed, without empty lines. Only for a valid form."""
        cleaned = self.cleaned_data
        return PlanContent(
            theme_title=cleaned.get("theme_title", ""),
            change_north=cleaned["change_north"],
            change_south=cleaned["change_south"],
            language=cleaned["language"],
            questions=tuple(text for name in self.question_names if (text := cleaned[name])),
            activities=tuple(self._activities()),
        )

    def _activities(self) -> Iterator[tuple[str, date | None]]:
        for number in range(1, self.activity_rows + 1):
            text = self.cleaned_data[f"activity_{number}"]
            if text:
                yield text, self.cleaned_data[f"due_{number}"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for number in range(1, self.activity_rows + 1):
            if cleaned.get(f"due_{number}") and not cleaned.get(f"activity_{number}"):
                self.add_error(f"activity_{number}", _("Say what is planned for this day."))
        return cleaned


class TeamMemberForm(PortalForm):
    """A person of one's own side."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    service = forms.CharField(label=gettext_lazy("Service or function"), max_length=120, required=False)
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=TeamRole.choices)
    kind = forms.ChoiceField(
        label=gettext_lazy("Civil servant or politician"),
        choices=MemberKind.choices,
        widget=forms.RadioSelect,
    )

    def clean(self) -> dict[str, Any]:
        """A political sponsor is a politician."""
        cleaned = super().clean() or {}
        if cleaned.get("role") == TeamRole.SPONSOR and cleaned.get("kind") == MemberKind.OFFICIAL:
            self.add_error("kind", _("The political sponsor is a politician."))
        return cleaned


class ActorForm(PortalForm):
    """An organisation from outside that one's own side involves."""

    name = forms.CharField(label=gettext_lazy("Organisation"), max_length=160)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=ActorKind.choices)
    since = forms.DateField(label=gettext_lazy("Involved since"), required=False, widget=DateInput)


class StartForm(PortalForm):
    """The first day of the partnership."""

    starts_on = forms.DateField(label=gettext_lazy("First day"), widget=DateInput)
