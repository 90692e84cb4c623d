"""The steps of coordinators in the course of a partnership: each shows what it touches before it is taken."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from matching.enums import PartnershipStatus
from matching.forms.course import EndEarlyForm, ResumeForm, StepForm, SuspendForm
from matching.models import Partnership
from matching.permissions import Perm
from matching.selectors.course import effects_of, merged_side, municipality_on
from matching.selectors.standstill import hidden_before, open_suspension
from matching.services import (
    begin_closing,
    close_partnership,
    end_early,
    follow_successor,
    free_north,
    resume_partnership,
    set_visibility,
    suspend_partnership,
)
from matching.views.course import course_page, load
from matching.views.people import person
from sdgpartners.core import clock
from sdgpartners.core.access import require
from sdgpartners.core.errors import DomainError
from sdgpartners.core.forms import PortalForm
from sdgpartners.programme.enums import Side


@login_required
@require_http_methods(["GET", "POST"])
def partnership_suspend(request: HttpRequest, reference: str) -> HttpResponse:
    """What a suspension stops, and the form that does it."""
    partnership = _coordinated(request, reference)
    form = SuspendForm(request.POST or None)

    def act(data: dict[str, Any]) -> None:
        suspend_partnership(partnership=partnership, actor=person(request), **data)

    words = {
        "heading": _("Suspend this partnership"),
        "points": [
            _("From today days do not count: nobody is reminded and nothing gets late."),
            _("Nothing is submitted, approved or paid. Drafts stay."),
            _("Both municipalities read everything and change nothing."),
        ],
        "button": _("Suspend the partnership"),
        "danger": True,
    }
    return _step(
        request,
        partnership,
        form,
        act,
        words | {"done": _("The partnership is suspended. Both sides are told.")},
    )


@login_required
@require_http_methods(["GET", "POST"])
def partnership_resume(request: HttpRequest, reference: str) -> HttpResponse:
    """How long it stood still and what moves, and the form that lets it go on."""
    partnership = _coordinated(request, reference)
    suspension = open_suspension(partnership)
    days = (clock.today() - suspension.since).days if suspension else 0
    form = ResumeForm(request.POST or None, initial={"show_publicly": not hidden_before(partnership)})

    def act(data: dict[str, Any]) -> None:
        resume_partnership(partnership=partnership, actor=person(request), **data)

    words = {
        "heading": _("Resume this partnership"),
        "points": [
            ngettext("It stood still for %(days)d day.", "It stood still for %(days)d days.", days)
            % {"days": days},
            _("Homework, reports and reviews that were still in time are due by as many days later."),
            _("Sessions and visits stay on the days for which they are planned."),
            _("The last day moves along, but never past what the rules allow."),
        ],
        "button": _("Resume the partnership"),
    }
    return _step(
        request, partnership, form, act, words | {"done": _("The partnership goes on. Both sides are told.")}
    )


@login_required
@require_http_methods(["GET", "POST"])
def partnership_free_north(request: HttpRequest, reference: str) -> HttpResponse:
    """The Flemish municipality may be matched again while the partnership is suspended."""
    partnership = _coordinated(request, reference)
    form = StepForm(request.POST or None)

    def act(data: dict[str, Any]) -> None:
        free_north(partnership=partnership, actor=person(request), **data)

    name = {"municipality": partnership.north}
    words = {
        "heading": _("Let %(municipality)s be matched again") % name,
        "points": [
            _("%(municipality)s stays in the network and goes back among the candidates.") % name,
            _("The partnership stays suspended. It can resume until another match is proposed."),
        ],
        "button": _("Let it be matched again"),
    }
    done = _("%(municipality)s may be matched again.") % name
    return _step(request, partnership, form, act, words | {"done": done})


@login_required
@require_http_methods(["GET", "POST"])
def partnership_end_early(request: HttpRequest, reference: str) -> HttpResponse:
    """What stays open when it ends today, who is told, and who wishes another partner."""
    partnership = _coordinated(request, reference)
    sides = [
        (side.value, municipality_on(partnership, side).name)
        for side in Side
        if partnership.proposal_id and not (side == Side.NORTH and partnership.north_free_since)
    ]
    form = EndEarlyForm(request.POST or None, sides=sides)

    def act(data: dict[str, Any]) -> None:
        rematch = [Side(value) for value in data.get("rematch", [])]
        end_early(partnership=partnership, reason=data["reason"], rematch=rematch, actor=person(request))

    words = {
        "heading": _("End this partnership early"),
        "points": [
            _("It ends today. This cannot be taken back."),
            _("Work visits to come are called off."),
            _("Expenses that were made until today are still settled; nothing new is paid."),
        ],
        "button": _("End the partnership"),
        "danger": True,
    }
    return _step(
        request,
        partnership,
        form,
        act,
        words | {"done": _("The partnership has ended. Both sides are told.")},
    )


@login_required
@require_http_methods(["GET", "POST"])
def partnership_close(request: HttpRequest, reference: str) -> HttpResponse:
    """Let it become closing; a closing one is closed once its reports and money are settled."""
    partnership = _coordinated(request, reference)
    form = StepForm(request.POST or None)
    # What the page offered: pressed twice, "begin to close" must not close.
    offered = "close" if partnership.status == PartnershipStatus.CLOSING else "begin"
    step = request.POST.get("step", "begin") if request.method == "POST" else offered
    closing = step == "close"

    def act(data: dict[str, Any]) -> None:
        take = close_partnership if closing else begin_closing
        take(partnership=partnership, actor=person(request), **data)

    if closing:
        words = {
            "heading": _("Close this partnership"),
            "points": [
                _("Its last day is over, and its reports and expenses are settled. It can be read for ever.")
            ],
            "button": _("Close the partnership"),
            "step": "close",
        }
        return _step(
            request,
            partnership,
            form,
            act,
            words | {"done": _("The partnership is closed. Both sides are told.")},
        )
    words = {
        "heading": _("Let this partnership begin to close"),
        "points": [_("From now on reports and expenses are finished, and no new visit is planned.")],
        "button": _("Begin to close"),
        "step": "begin",
    }
    return _step(
        request,
        partnership,
        form,
        act,
        words | {"done": _("The partnership is closing. Both sides are told.")},
    )


@login_required
@require_http_methods(["GET", "POST"])
def partnership_visibility(request: HttpRequest, reference: str) -> HttpResponse:
    """Take the names off the public pages, or put them back, with the reason."""
    partnership = _coordinated(request, reference)
    hide = not partnership.hidden_publicly
    form = StepForm(request.POST or None)

    def act(data: dict[str, Any]) -> None:
        # What the page offered, not what somebody else has done meanwhile.
        hidden = request.POST.get("hidden") == "yes"
        set_visibility(partnership=partnership, hidden=hidden, actor=person(request), **data)

    words = {
        "heading": _("Take the names off the public pages") if hide else _("Show the names publicly again"),
        "points": [
            _("List, map and open data follow at once. Those who work on the partnership see it as before.")
        ],
        "button": _("Hide the names") if hide else _("Show the names"),
        "hidden": "yes" if hide else "no",
        "quiet": True,
    }
    done = _("The names are off the public pages.") if hide else _("The names are on the public pages again.")
    return _step(request, partnership, form, act, words | {"done": done})


@login_required
@require_POST
def partnership_follow(request: HttpRequest, reference: str) -> HttpResponse:
    """The successor of a merged municipality carries on a partnership that could not follow at once."""
    partnership = _coordinated(request, reference)
    side = merged_side(partnership)
    form = StepForm(request.POST, prefix="follow")
    if side is None or not form.is_valid():
        return course_page(request, partnership, status=422, follow_form=form)
    try:
        follow_successor(
            partnership=partnership, side=side, reason=form.cleaned_data["reason"], actor=person(request)
        )
    except DomainError as error:
        form.add_error(None, str(error))
        return course_page(request, partnership, status=422, follow_form=form)
    messages.success(request, _("The successor carries the partnership on."))
    return redirect("matching:partnership-course", reference)


def _coordinated(request: HttpRequest, reference: str) -> Partnership:
    partnership = load(request, reference)
    require(request.user, Perm.CHANGE_COURSE, partnership)
    return partnership


def _step(
    request: HttpRequest,
    partnership: Partnership,
    form: PortalForm,
    act: Callable[[dict[str, Any]], None],
    words: dict[str, Any],
) -> HttpResponse:
    """The page of a step with what it touches; when its form is good the step is taken."""
    if form.is_bound and form.is_valid():
        try:
            act(form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, words["done"])
            return redirect("matching:partnership-course", partnership.reference)
    context = {
        "partnership": partnership,
        "form": form,
        "effects": None if words.get("quiet") else effects_of([partnership]),
        "back": reverse("matching:partnership-course", args=[partnership.reference]),
        **words,
    }
    status = 422 if form.is_bound else 200
    return render(request, "matching/course_step.html", context, status=status)
