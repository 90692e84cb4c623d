"""Pages of a call for people without an account: the self-check, and the information session."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from applications.forms.public import PlaceForm, SelfCheckForm, SignUpForm
from applications.information_event import information_event, takes_sign_ups
from applications.models import Call, InformationSignUp, SelfCheck
from applications.selectors.self_check import announced_calls, answer_of, contact_for, self_checks
from applications.services.information_sessions import Guest, cancel_sign_up, sign_up
from applications.services.self_check import keep_self_check
from sdgpartners.core.access import one_or_404
from sdgpartners.core.errors import DomainError
from sdgpartners.core.throttle import take, take_from
from sdgpartners.notifications.calendar import feed_ics
from sdgpartners.programme.models import Municipality
from sdgpartners.programme.selectors import rules_on

TOO_MANY = 429
# An office shares one address of the network; a mailbox is one person's.
FROM_ONE_NETWORK, TO_ONE_MAILBOX = 60, 3
HOUR = 3600
CHECKS, SIGNED_UP = "self_checks", "signed_up_as"


def check_in_session(request: HttpRequest, call: Call) -> SelfCheck | None:
    """The self-check that this browser brings along: named in the address or form, else the last one made."""
    given = request.POST.get("check") or request.GET.get("check") or ""
    kept = request.session.get(CHECKS, {}).get(call.code, "")
    for text in filter(None, (given, kept)):
        try:
            uid = UUID(text)
        except ValueError:
            continue
        check = SelfCheck.objects.filter(uid=uid, call=call).select_related("municipality").first()
        if check is not None:
            return check
    return None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def self_check(request: HttpRequest, code: str) -> HttpResponse:
    """Whether one's municipality may take part: two minutes, no account, nothing about a person kept. It asks for
    the municipality (`?municipality=`) first, then what concerns its side; `?again=` starts from an earlier check."""
    call: Call = one_or_404(announced_calls(), code=code)
    rules = rules_on(call.programme)
    if request.method == "POST":
        return _checked(
            request, call, SelfCheckForm(call, rules, PlaceForm(call, request.POST).place, request.POST)
        )
    again = _earlier_check(call, request.GET.get("again", ""))
    if again is not None:
        form = SelfCheckForm(call, rules, again.municipality, initial=again.answers)
        return _check_page(request, call, form, place=again.municipality)
    first = PlaceForm(call, request.GET if "municipality" in request.GET else None)
    if first.place is None:
        return _check_page(request, call, first, status=422 if first.is_bound else 200)
    return _check_page(request, call, SelfCheckForm(call, rules, first.place), place=first.place)


def _earlier_check(call: Call, uid: str) -> SelfCheck | None:
    try:
        return self_checks().filter(uid=UUID(uid), call=call).first()
    except ValueError:
        return None


def _checked(request: HttpRequest, call: Call, form: SelfCheckForm) -> HttpResponse:
    status = 422
    if not take_from(request, "self-check", most=FROM_ONE_NETWORK):
        form.add_error(None, _("Too many checks came from your network. Try again in an hour."))
        status = TOO_MANY
    if not form.is_valid():
        place = form.cleaned_data.get("municipality")
        return _check_page(request, call, form, place=place, status=status)
    check = keep_self_check(call=call, municipality=form.cleaned_data["municipality"], answers=form.answers)
    request.session[CHECKS] = {**request.session.get(CHECKS, {}), call.code: str(check.uid)}
    return redirect("calls:self-check-result", call.code, check.uid)


def _check_page(
    request: HttpRequest, call: Call, form: PlaceForm, *, place: Municipality | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "call": call,
        "form": form,
        "place": place,
        "is_first": not isinstance(form, SelfCheckForm),
        "contact": contact_for(call),
    }
    return render(request, "applications/self_check.html", context, status=status)


@never_cache
@require_GET
def self_check_result(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """May it take part or not, each rule with its reason, whom to ask, and what to do next."""
    call: Call = one_or_404(announced_calls(), code=code)
    check: SelfCheck = one_or_404(self_checks(), uid=uid, call=call)
    start = f"{reverse('applications:application-start', args=[code])}?{urlencode({'check': str(uid)})}"
    place = check.municipality
    join = {"municipality": f"{place.country_id}-{place.code}", "next": start}
    context = {
        "call": call,
        "check": check,
        "municipality": place,
        "answered": answer_of(check),
        "start_url": start,
        "sign_in_url": f"{reverse('account_login')}?{urlencode({'next': start})}",
        "join_url": f"{reverse('people:join')}?{urlencode(join)}",
        "takes_sign_ups": takes_sign_ups(call),
    }
    return render(request, "applications/self_check_result.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def information_sign_up(request: HttpRequest, code: str) -> HttpResponse:
    """Signing up for the information session; the answer is the same for an address that was known."""
    call: Call = one_or_404(announced_calls(), code=code)
    form = SignUpForm(request.POST or None, initial=_known(request))
    status = 422 if form.is_bound else 200
    if form.is_bound and not take_from(request, "information", most=FROM_ONE_NETWORK):
        form.add_error(None, _("Too many requests came from your network. Try again in an hour."))
        status = TOO_MANY
    if form.is_bound and form.is_valid():
        try:
            _sign_up(call, Guest(**form.cleaned_data))
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            request.session[SIGNED_UP] = form.cleaned_data["email"]
            return redirect("calls:information-done", code)
    context = {"call": call, "form": form, "takes_sign_ups": takes_sign_ups(call)}
    return render(request, "applications/information_sign_up.html", context, status=status)


def _sign_up(call: Call, guest: Guest) -> None:
    if take(f"information-{call.code}", guest.address, most=TO_ONE_MAILBOX, seconds=HOUR):
        sign_up(call=call, guest=guest)


def _known(request: HttpRequest) -> dict[str, Any]:
    user = request.user
    known: dict[str, Any] = {"language": translation.get_language()}
    if user.is_authenticated:
        known |= {"name": user.get_full_name(), "email": user.email}
    return known


@never_cache
@require_GET
def information_done(request: HttpRequest, code: str) -> HttpResponse:
    """What happens now: a mail with the calendar file."""
    call: Call = one_or_404(announced_calls(), code=code)
    if SIGNED_UP not in request.session:
        return redirect("calls:information-sign-up", code)
    context = {"call": call, "email": request.session[SIGNED_UP]}
    return render(request, "applications/information_done.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def information_cancel(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """The page behind the mailed link, and its button. It names nobody: links are passed on."""
    row: InformationSignUp = one_or_404(
        InformationSignUp.objects.select_related("call__programme"), uid=uid, call__code=code
    )
    if request.method == "POST":
        cancel_sign_up(sign_up=row)
        row.refresh_from_db()
    context = {"call": row.call, "sign_up": row, "takes_sign_ups": takes_sign_ups(row.call)}
    return render(request, "applications/information_cancel.html", context)


@require_GET
def information_calendar(request: HttpRequest, code: str) -> HttpResponse:
    """The session as a calendar file."""
    call: Call = one_or_404(announced_calls().filter(info_session_at__isnull=False), code=code)
    text = feed_ics([information_event(call)], name=call.title)
    return HttpResponse(
        text,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="information-{call.code}.ics"'},
    )
