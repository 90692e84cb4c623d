"""The page of a call at the desk: its own fields, on the clock of the call."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from applications.forms.zoned import in_zone, wall_clock, whole_minute
from applications.models import Call
from sdgpartners.core.display import zone_name
from sdgpartners.core.forms import DateTimeInput

_MOMENTS = ("opens_at", "closes_at", "info_session_at")


class CallPageForm(forms.ModelForm):  # type: ignore[type-arg]
    """A call that is still edited. Moments are typed on the clock of the call, in minutes; what is not typed
    over stays to the second."""

    opens_at = forms.DateTimeField(
        label=_("Opens"),
        widget=DateTimeInput,
        help_text=_("From here on municipalities can start, and this page no longer changes."),
    )
    closes_at = forms.DateTimeField(
        label=_("Closes"),
        widget=DateTimeInput,
        help_text=_("The last minute counts in full: 23:59 ends at midnight."),
    )
    info_session_at = forms.DateTimeField(
        label=_("Information session"),
        widget=DateTimeInput,
        required=False,
        help_text=_("Empty: there is none. Whoever signed up gets a mail when you move it."),
    )

    class Meta:
        # To read: the moments may be over.
        labels = {"opens_at": _("Opening date"), "closes_at": _("Closing date")}
        help_texts = {
            "code": _("Stands in the address of the page. Do not change it once the address is shared."),
            "info_session_url": _("Whoever signs up gets it by mail."),
            "decisions_planned_on": _("Stands on the page of the call."),
            "start_planned_on": _("Stands on the page of the call."),
            "reviewers_per_application": _("An application that is scored is given to this many people."),
            "disagree_at": _("Totals that lie this many points apart are talked over first."),
            "bonus": _("Points on top of the total, where having no town twinning is a plus."),
            "confirm_days": _("A selected municipality answers within these days."),
            "nudge_days": _("A coordinator reminds the same application only after these days."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        call: Call = self.instance
        for name in _MOMENTS:
            if name in self.fields:
                self.initial[name] = wall_clock(getattr(call, name), call.time_zone)
                said = self.fields[name].help_text
                clock = format_lazy(_("On the clock of {zone}."), zone=zone_name(call.time_zone))
                self.fields[name].help_text = format_lazy("{said} {clock}", said=said, clock=clock)

    def clean(self) -> dict[str, Any]:
        """Reads the moments on the clock of the call."""
        super().clean()
        data = self.cleaned_data
        for name in _MOMENTS:
            if data.get(name) is not None:
                data[name] = self._read(name, data[name])
        for name in ("bonus", "bonus_max"):
            if data.get(name) is not None and data[name] < 0:
                self.add_error(name, _("A bonus is 0 or more."))
        if "opens_at" in data and "closes_at" in data and data["closes_at"] <= data["opens_at"]:
            self.add_error("closes_at", _("The call closes after it opens."))
        return data

    def _read(self, name: str, moment: datetime) -> datetime:
        call: Call = self.instance
        before: datetime | None = getattr(call, name)
        typed = in_zone(moment, call.time_zone)
        if before is not None and typed.replace(tzinfo=None) == wall_clock(before, call.time_zone):
            return before
        return whole_minute(typed) if name == "closes_at" else typed
