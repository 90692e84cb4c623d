"""Another last day: one side asks, the other agrees or not, a coordinator decides. And the word of a new sponsor."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from matching.forms.course import AnotherEndForm, AnswerForm, StepForm
from matching.models import Partnership
from matching.permissions import Perm, editing_sides_of, signing_sides_of
from matching.selectors.course import end_changes_of, sponsor_questions
from matching.services import agree_to_end, ask_for_end, confirm_for_side, decide_end, withdraw_end
from matching.views.course import course_page, load
from matching.views.people import person
from sdgpartners.core.access import require
from sdgpartners.core.errors import DomainError
from sdgpartners.programme.enums import Side


@login_required
@require_POST
def partnership_end_ask(request: HttpRequest, reference: str) -> HttpResponse:
    """Asks for another last day, for one's own side."""
    partnership = load(request, reference)
    require(request.user, Perm.EDIT_PARTNERSHIP, partnership)
    form = AnotherEndForm(request.POST, prefix="end")
    if form.is_valid():
        side = editing_sides_of(request.user, partnership)[0]
        try:
            ask_for_end(partnership=partnership, side=side, actor=person(request), **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Your partner is asked to agree."))
            return redirect("matching:partnership-course", reference)
    return course_page(request, partnership, status=422, end_form=form)


@login_required
@require_POST
def partnership_end_agree(request: HttpRequest, reference: str) -> HttpResponse:
    """Agrees for the side that has not yet."""
    partnership = load(request, reference)
    require(request.user, Perm.EDIT_PARTNERSHIP, partnership)
    side = _side_asked(request, partnership)
    return _answer(
        request,
        partnership,
        lambda: agree_to_end(partnership=partnership, side=side, actor=person(request), seen=_seen(request)),
        _("You agree. Now a coordinator decides."),
    )


@login_required
@require_POST
def partnership_end_withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Takes the own request back, or does not agree to the partner's."""
    partnership = load(request, reference)
    require(request.user, Perm.EDIT_PARTNERSHIP, partnership)
    form = StepForm(request.POST, prefix="withdraw")
    if form.is_valid():
        side = editing_sides_of(request.user, partnership)[0]
        try:
            withdraw_end(
                partnership=partnership,
                side=side,
                actor=person(request),
                seen=_seen(request),
                **form.cleaned_data,
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The last day stays as it is. Both sides are told."))
            return redirect("matching:partnership-course", reference)
    return course_page(request, partnership, status=422, withdraw_form=form)


@login_required
@require_POST
def partnership_end_decide(request: HttpRequest, reference: str) -> HttpResponse:
    """A coordinator grants another last day, or refuses it."""
    partnership = load(request, reference)
    require(request.user, Perm.CHANGE_COURSE, partnership)
    form = AnswerForm(request.POST, prefix="decide")
    granted = request.POST.get("answer") == "grant"
    if form.is_valid():
        try:
            decide_end(
                partnership=partnership,
                granted=granted,
                actor=person(request),
                seen=_seen(request),
                **form.cleaned_data,
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            words = _("The new last day holds.") if granted else _("The last day stays as it is.")
            messages.success(request, words)
            return redirect("matching:partnership-course", reference)
    return course_page(request, partnership, status=422, decide_form=form)


@login_required
@require_POST
def partnership_sponsor(request: HttpRequest, reference: str) -> HttpResponse:
    """A new sponsor confirms for their municipality that it keeps to the partnership."""
    partnership = load(request, reference)
    require(request.user, Perm.SIGN_AGREEMENT, partnership)
    signs = signing_sides_of(request.user, partnership)
    waiting = [row.side for row in sponsor_questions(partnership) if row.confirmed_at is None]
    side = next((one for one in signs if one in waiting), signs[0])
    return _answer(
        request,
        partnership,
        lambda: confirm_for_side(partnership=partnership, side=side, actor=person(request)),
        _("Thank you. The association sees that you stand behind it."),
    )


def _seen(request: HttpRequest) -> int | None:
    """The request that stood on the page; None where it named none, -1 for what is no key."""
    given = request.POST.get("seen")
    if given is None:
        return None
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else -1


def _side_asked(request: HttpRequest, partnership: Partnership) -> Side:
    """Of the sides that a person speaks for, the one that has not agreed yet."""
    mine = editing_sides_of(request.user, partnership)
    change = next((row for row in end_changes_of(partnership) if row.decided_at is None), None)
    open_sides = [side for side in mine if change and getattr(change, f"agreed_{side.value}_at") is None]
    return (open_sides or mine)[0]


def _answer(
    request: HttpRequest, partnership: Partnership, act: Callable[[], object], done: str
) -> HttpResponse:
    try:
        act()
    except DomainError as error:
        return course_page(request, partnership, status=422, refusal=str(error))
    messages.success(request, done)
    return redirect("matching:partnership-course", partnership.reference)
