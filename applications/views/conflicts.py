"""Before a file opens: its reader agrees to confidentiality, and says what they have to do with the municipality."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications.forms.conflicts import AgreeForm, InterestForm
from applications.models import Application, ConfidentialityAgreement
from applications.selectors.applications import applications_visible_to
from applications.selectors.call_texts import confidentiality_text
from applications.selectors.conflicts import said_before
from applications.selectors.declarations import (
    calls_read_by,
    declarable_by,
    declaration_of,
    tracks_in_panel,
)
from applications.selectors.reviews import ranked_applications, reviews_visible_to
from applications.services.conflicts import agree_to_confidentiality, declare_interest
from sdgpartners.core.access import one_or_404
from sdgpartners.core.errors import DomainError
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.enums import TwinningStatus
from sdgpartners.programme.selectors import twinnings_of


def before_the_file(
    user: Any, application: Application, said: tuple[bool, bool] | None = None
) -> HttpResponse | None:
    """Where somebody goes first who may read the file: to the call's confidentiality, then to their declaration; None
    once both are done. `said` where it was read with the application (`with_said`)."""
    agreed, declared = said_before(user, application) if said is None else said
    if not agreed:
        page = reverse("applications:confidentiality", args=(application.call.code,))
        return redirect(f"{page}?{urlencode({'application': application.reference})}")
    if not declared:
        return redirect("applications:interest-declare", application.reference)
    return None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def confidentiality(request: HttpRequest, code: str) -> HttpResponse:
    """What whoever reads in the call keeps to themselves; agreed to once, before the first file."""
    user: Any = request.user
    call = one_or_404(calls_read_by(user), code=code)
    agreement = ConfidentialityAgreement.objects.filter(call=call, person=user).first()
    form = AgreeForm(request.POST if request.method == "POST" else None)
    language = get_language() or user.language
    if form.is_valid():
        agree_to_confidentiality(call=call, actor=user, language=language)
        return _on_to(request, request.POST.get("application", ""))
    text = agreement.text if agreement else confidentiality_text(call, language)
    context = {
        "call": call,
        "agreement": agreement,
        "language": agreement.language if agreement else language,
        "blocks": _blocks(text),
        "form": form,
        "application": request.POST.get("application") or request.GET.get("application", ""),
        "has_reviews": standing_of(user).is_reviewer,
    }
    return render(request, "applications/confidentiality.html", context, status=422 if form.errors else 200)


def _on_to(request: HttpRequest, reference: str) -> HttpResponse:
    """To the file that was opened, by way of what is still to be said of it."""
    application = declarable_by(request.user).filter(reference=reference.replace("\x00", "")).first()
    if application is None:
        messages.success(request, _("Thank you. You can open the files now."))
        return _home(request)
    return _to_file(request, application)


def _home(request: HttpRequest) -> HttpResponse:
    has_reviews = reviews_visible_to(request.user).exists()
    return redirect("applications:review-list" if has_reviews else "portal:start")


def _to_file(request: HttpRequest, application: Application) -> HttpResponse:
    """One's review of it where there is one to do, else the application where one may read it."""
    review = reviews_visible_to(request.user).filter(application=application).first()
    if review is not None:
        country = review.track.partner_country.country_id.lower()
        return before_the_file(request.user, application) or redirect(
            "applications:review-detail", application.reference, country
        )
    if applications_visible_to(request.user).filter(pk=application.pk).exists():
        return redirect("applications:application-detail", application.reference)
    tracks = (
        tracks_in_panel(request.user)
        .filter(call=application.call_id)
        .select_related("call", "partner_country")
    )
    for track in tracks:
        if ranked_applications(track).filter(pk=application.pk).exists():
            place = (track.call.code, track.partner_country.country_id.lower())
            return redirect("applications:panel-sheet", *place, application.reference)
    return _home(request)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def interest_declare(request: HttpRequest, reference: str) -> HttpResponse:
    """Nothing to do with the municipality, or a conflict; asked before the file opens, and open as long as one may
    read it: something may come up. Shows who it is about and nothing of what they wrote."""
    user: Any = request.user
    application = one_or_404(declarable_by(user), reference=reference)
    said = declaration_of(user, application)
    form = InterestForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        done = _declare(request, application, form)
        if done is not None:
            return done
    context = {
        "application": application,
        "said": said,
        "form": form,
        "twins": _twins(application),
        "has_reviews": standing_of(user).is_reviewer,
    }
    return render(request, "applications/interest_declare.html", context, status=422 if form.errors else 200)


def _twins(application: Application) -> list[tuple[str, bool]]:
    """The other side of each known town twinning, and whether it has ended."""
    place = application.municipality_id
    return [
        (
            row.partner_name if place in (row.north_id, row.north.successor_id) else row.north.name,
            row.status == TwinningStatus.ENDED,
        )
        for row in twinnings_of(application.municipality)
    ]


def _declare(request: HttpRequest, application: Application, form: InterestForm) -> HttpResponse | None:
    actor: Any = request.user
    said = form.said()
    try:
        declare_interest(application=application, actor=actor, **said)
    except DomainError as error:
        form.add_error(None, str(error))
        return None
    if not said["ground"]:
        return _to_file(request, application)
    messages.success(
        request,
        _(
            "You step out of the application of %(municipality)s. It is gone from your pages. The coordinators "
            "know, and look for somebody else where you had to score it."
        )
        % {"municipality": application.municipality},
    )
    return _home(request)


def _blocks(text: str) -> list[dict[str, Any]]:
    """Paragraphs and lists of a plain text: lines that begin with a dash are the items of a list."""
    found: list[dict[str, Any]] = []
    for part in text.replace("\r\n", "\n").split("\n\n"):
        lines = [line.strip() for line in part.strip().split("\n") if line.strip()]
        if lines and all(line.startswith("- ") for line in lines):
            found.append({"points": [line.removeprefix("- ") for line in lines]})
        elif lines:
            found.append({"text": "\n".join(lines)})
    return found
