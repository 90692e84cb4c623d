"""The list of sessions, a session, and the steps it takes."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from exchanges.enums import MeetingStatus
from exchanges.forms.sessions import CountryForm, SessionForm
from exchanges.forms.texts import ReasonForm
from exchanges.models import Session
from exchanges.permissions import Perm
from exchanges.selectors.homework import open_answers
from exchanges.selectors.sessions import (
    countries_of_sessions,
    past,
    session_for,
    sessions_visible_to,
    upcoming,
)
from exchanges.services import sessions as services
from exchanges.views.asking import person, take_step
from exchanges.views.session_page import session_page
from matching.models import Partnership
from matching.selectors.partnerships import written_by
from sdgpartners.core.access import require
from sdgpartners.core.errors import DomainError
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.enums import Side
from sdgpartners.programme.models import PartnerCountry

PAGE = 30


@login_required
@require_GET
def session_list(request: HttpRequest) -> HttpResponse:
    """What comes, what one still has to do for it, and what was."""
    user = person(request)
    visible = sessions_visible_to(user)
    standing = standing_of(user)
    mine = Partnership.objects.filter(written_by(user, Side.NORTH) | written_by(user, Side.SOUTH))
    context = {
        "upcoming": list(upcoming(visible)[:PAGE]),
        "page_obj": Paginator(past(visible), PAGE).get_page(request.GET.get("page")),
        "open_answers": list(open_answers(mine)) if standing.municipality_ids else [],
        "may_plan": bool(standing.associations) and countries_of_sessions(user).exists(),
    }
    return render(request, "exchanges/session_list.html", context)


@login_required
@require_GET
def session_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """Agenda, link, homework with one's own state; attendance and steps for those who manage it."""
    return session_page(request, session_for(person(request), reference))


@login_required
@require_http_methods(["GET", "POST"])
def session_create(request: HttpRequest) -> HttpResponse:
    """Plan a session for one of one's countries, chosen in the address (`?country=BJ`) where there are
    several.
    """
    user = person(request)
    countries = list(countries_of_sessions(user))
    chosen = _chosen_country(request, countries)
    require(user, Perm.PLAN_SESSION, chosen)
    form = SessionForm(request.POST if request.method == "POST" else None, partner_country=chosen)
    if form.is_bound and form.is_valid():
        step = partial(
            services.plan_session,
            partner_country=chosen,
            titles=form.titles,
            starts_at=form.starts_at,
            time_zone=form.cleaned_data["time_zone"],
            minutes_long=form.cleaned_data["minutes_long"],
            actor=user,
            **form.words,
        )
        session = _tried(form, step)
        if session is not None:
            messages.success(request, _("The session is planned. Confirm it to send the invitations."))
            return redirect("exchanges:session-detail", session.reference)
    context = {
        "form": form,
        "country": chosen,
        "country_form": CountryForm(countries=countries, initial={"country": chosen.country.code}),
        "several": len(countries) > 1,
    }
    return render(request, "exchanges/session_form.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "POST"])
def session_edit(request: HttpRequest, reference: str) -> HttpResponse:
    """Other words or another time; people who were invited get an update of the same event."""
    user = person(request)
    session = session_for(user, reference)
    require(user, Perm.MANAGE_SESSION, session)
    data = request.POST if request.method == "POST" else None
    form = SessionForm(data, partner_country=session.partner_country, session=session)
    if form.is_bound and form.is_valid():
        step = partial(
            services.change_session,
            session=session,
            titles=form.titles,
            starts_at=form.starts_at,
            time_zone=form.cleaned_data["time_zone"],
            minutes_long=form.cleaned_data["minutes_long"],
            actor=user,
            **form.words,
        )
        if _tried(form, step) is not None:
            told = session.status == MeetingStatus.CONFIRMED
            done = (
                _("The session is changed. Calendars get an update.")
                if told
                else _("The session is changed.")
            )
            messages.success(request, done)
            return redirect("exchanges:session-detail", reference)
    context = {"form": form, "session": session, "country": session.partner_country}
    return render(request, "exchanges/session_form.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def session_confirm(request: HttpRequest, reference: str) -> HttpResponse:
    """Fix the session and invite everybody."""
    user = person(request)
    session = session_for(user, reference)
    require(user, Perm.MANAGE_SESSION, session)
    step = partial(services.confirm_session, session=session, actor=user)
    take_step(request, step, _("The session is confirmed. The invitations are on their way."))
    return redirect("exchanges:session-detail", reference)


@login_required
@require_POST
def session_cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """Call it off, with the reason."""
    user = person(request)
    session = session_for(user, reference)
    require(user, Perm.MANAGE_SESSION, session)
    form = ReasonForm(request.POST)
    if form.is_valid():
        step = partial(
            services.cancel_session, session=session, reason=form.cleaned_data["reason"], actor=user
        )
        take_step(request, step, _("The session is cancelled. Calendars get a cancellation."))
        return redirect("exchanges:session-detail", reference)
    return session_page(request, session, status=422, reason_form=form)


def _chosen_country(request: HttpRequest, countries: list[PartnerCountry]) -> PartnerCountry:
    """The one asked for, else the first; 403 for people who plan for none."""
    if not countries:
        raise PermissionDenied
    asked = request.GET.get("country", "")
    return next((row for row in countries if row.country.code == asked), countries[0])


def _tried(form: Any, step: "partial[Session]") -> Session | None:
    """The session after the step, or None with the refusal on the form."""
    try:
        return step()
    except DomainError as error:
        form.add_error(None, str(error))
        return None
