"""Pages about oneself, and the way in for the invited."""

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from sdgpartners.core.errors import DomainError
from sdgpartners.people.errors import InvitationClosed, InvitationForAnother
from sdgpartners.people.forms import NewPersonForm, ProfileForm
from sdgpartners.people.models import Invitation, User
from sdgpartners.people.offers import offer_of
from sdgpartners.people.selectors import account_exists, invitation_by_token, seats_of
from sdgpartners.people.services import NewPerson, accept_invitation, choose_language, update_profile
from sdgpartners.people.services.invitations import check_for, check_open

UNPROCESSABLE = 422
GONE = 410
REFUSED = 403


def _remember_language(response: HttpResponse, language: str) -> None:
    """The cookie speaks for the browser: on pages before signing in and after signing out."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the language: in a cookie, and with the person when signed in. Goes back to where one was."""
    language = request.POST.get("language", "")
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    if language in dict(settings.LANGUAGES):
        if request.user.is_authenticated:
            choose_language(user=request.user, language=language)
        _remember_language(response, language)
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Names, phone, language and time zone; the seats that one holds."""
    assert isinstance(request.user, User)  # noqa: S101 (login_required)
    user = request.user
    known = {name: getattr(user, name) for name in ProfileForm.base_fields}
    form = ProfileForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        person = update_profile(user=user, **form.cleaned_data)
        with translation.override(person.language):
            messages.success(request, _("Your profile is saved."))
        response = redirect("people:profile")
        _remember_language(response, person.language)
        return response
    context = {"form": form, "seats": seats_of(user)}
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "people/user_profile.html", context, status=status)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Who invites for what. A new person fills in a name and a password; who is signed in confirms."""
    invitation = invitation_by_token(token)
    if invitation is None:
        raise Http404
    try:
        check_open(invitation)
    except InvitationClosed as refusal:
        return _closed(request, invitation, refusal, GONE)
    if isinstance(request.user, User):
        return _confirm(request, invitation, token, request.user)
    if account_exists(invitation.email):
        page = {"invitation": invitation, "offer": offer_of(invitation), "next": request.get_full_path()}
        return render(request, "people/invitation_sign_in.html", page)
    return _join(request, invitation, token)


def _closed(request: HttpRequest, invitation: Invitation, refusal: DomainError, status: int) -> HttpResponse:
    page = {
        "invitation": invitation,
        "refusal": refusal,
        "other_account": isinstance(refusal, InvitationForAnother),
    }
    return render(request, "people/invitation_closed.html", page, status=status)


def _confirm(request: HttpRequest, invitation: Invitation, token: str, user: User) -> HttpResponse:
    """The invitation of somebody who is signed in."""
    try:
        check_for(invitation, user)
        if request.method == "POST":
            accept_invitation(token=token, user=user)
            messages.success(request, _("Welcome. Your new seat is ready."))
            return redirect(settings.LOGIN_REDIRECT_URL)
    except InvitationForAnother as refusal:
        return _closed(request, invitation, refusal, REFUSED)
    except DomainError as refusal:
        return _closed(request, invitation, refusal, GONE)
    page = {"invitation": invitation, "offer": offer_of(invitation)}
    return render(request, "people/invitation_confirm.html", page)


def _join(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """The invitation of somebody without an account, which is made now and signed in with."""
    offer = offer_of(invitation)
    known = {"language": translation.get_language(), "time_zone": offer.country.time_zone}
    if not request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME):
        known["language"] = invitation.language
    form = NewPersonForm(request.POST or None, initial=known, email=invitation.email)
    if request.method == "POST" and form.is_valid():
        try:
            user = accept_invitation(token=token, person=NewPerson(**form.cleaned_data))
        except DomainError as refusal:
            return _closed(request, invitation, refusal, GONE)
        response: HttpResponse = perform_login(
            request, Login(user=user, email=user.email, redirect_url=reverse(settings.LOGIN_REDIRECT_URL))
        )
        _remember_language(response, user.language)
        return response
    page = {"form": form, "invitation": invitation, "offer": offer}
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "people/invitation_accept.html", page, status=status)
