"""What is said on a scenario that was put to the steering group: comments, and who steps out."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.enums import ConflictGround
from applications.models import Application
from matching.models import PairScore
from sdgpartners.core.forms import PortalForm

MOST_WORDS = 4000


class CommentForm(PortalForm):
    """A comment on the whole, or on one of the pairs in view."""

    about = forms.ChoiceField(label=_("About"), required=False)
    text = forms.CharField(
        label=_("Comment"),
        help_text=_(
            "Everybody who decides on this scenario reads it, with your name. It is not changed afterwards."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=MOST_WORDS,
    )

    def __init__(self, *args: Any, pairs: Iterable[PairScore], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._pairs = {f"{row.north.reference}.{row.south.reference}": row for row in pairs}
        self.fields["about"].choices = [  # type: ignore[attr-defined]
            ("", _("The whole scenario")),
            *(
                (key, f"{row.north.municipality} – {row.south.municipality}")
                for key, row in self._pairs.items()
            ),
        ]

    def pair(self) -> tuple[Application | None, Application | None]:
        """The two applications that it is about, or nobody, after is_valid()."""
        row = self._pairs.get(self.cleaned_data["about"])
        return (row.north, row.south) if row else (None, None)


class StepOutForm(PortalForm):
    """With which municipality one has to do, and why."""

    municipality = forms.ChoiceField(label=_("Municipality"))
    ground = forms.ChoiceField(label=_("Why?"), widget=forms.RadioSelect, choices=ConflictGround.choices)
    words = forms.CharField(
        label=_("In your own words"),
        help_text=_(
            "One sentence is enough, without names of family or friends. The coordinators read it, and it stays in "
            "the record."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
        required=False,
    )

    def __init__(self, *args: Any, candidates: Iterable[Application], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._candidates = {row.reference: row for row in candidates}
        self.fields["municipality"].choices = [  # type: ignore[attr-defined]
            (key, str(row.municipality)) for key, row in self._candidates.items()
        ]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("ground") == ConflictGround.OTHER and not data.get("words"):
            self.add_error("words", _("Say in one sentence what the reason is."))
        return data

    @property
    def application(self) -> Application:
        """Whose conflict it is, after is_valid()."""
        return self._candidates[self.cleaned_data["municipality"]]
