"""A whole country stands still or goes on: what it touches first, then one step."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from matching.admin.doors import person
from matching.forms.course import ResumeCountryForm, SuspendCountryForm
from matching.permissions import Perm
from matching.selectors.course import effects_of
from matching.selectors.partnerships import ALONG
from matching.selectors.standstill import living_in
from matching.services import resume_country, suspend_country
from sdgpartners.core import clock
from sdgpartners.core.access import one_or_404, require
from sdgpartners.core.errors import DomainError
from sdgpartners.core.forms import PortalForm
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.models import PartnerCountry

READERS = (AssociationRole.COORDINATOR, AssociationRole.AUDITOR)


@require_http_methods(["GET", "POST"])
def country_course(request: HttpRequest, pk: int) -> HttpResponse:
    """Suspend the country, or let it go on: with the partnerships, what is open for them, and who gets a mail."""
    rows = PartnerCountry.objects.filter(standing_of(request.user).scope("", *READERS))
    country = one_or_404(rows.select_related("country", "programme__lead_association", "association"), pk=pk)
    require(request.user, Perm.SUSPEND_COUNTRY, country)
    suspended = country.suspended_since is not None
    # The step that the page offered, not the opposite one because somebody else was faster or pressed twice.
    if request.method == "POST" and (request.POST.get("step") == "resume") != suspended:
        stands = _("Cooperation with this country is suspended already.")
        runs = _("Cooperation with this country is not suspended.")
        messages.warning(request, stands if suspended else runs)
        return redirect("admin:matching_partnership_country", pk)
    form: PortalForm = (ResumeCountryForm if suspended else SuspendCountryForm)(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            (_resume if suspended else _suspend)(request, country, form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect("admin:matching_partnership_changelist")
    return _page(request, country, form)


def _suspend(request: HttpRequest, country: PartnerCountry, data: dict[str, Any]) -> None:
    made = suspend_country(partner_country=country, actor=person(request), **data)
    text = ngettext(
        "Cooperation with %(country)s is suspended: %(count)d partnership stands still.",
        "Cooperation with %(country)s is suspended: %(count)d partnerships stand still.",
        len(made),
    )
    messages.success(request, text % {"country": country, "count": len(made)})


def _resume(request: HttpRequest, country: PartnerCountry, data: dict[str, Any]) -> None:
    found = resume_country(partner_country=country, actor=person(request), **data)
    text = ngettext(
        "Cooperation with %(country)s goes on, with %(count)d partnership.",
        "Cooperation with %(country)s goes on, with %(count)d partnerships.",
        len(found.resumed),
    )
    messages.success(request, text % {"country": country, "count": len(found.resumed)})
    for partnership, why in found.kept:
        words = {"partnership": partnership, "problem": why}
        messages.warning(request, _("%(partnership)s stays suspended. %(problem)s") % words)


def _page(request: HttpRequest, country: PartnerCountry, form: PortalForm) -> HttpResponse:
    rows = list(living_in(country).select_related(*ALONG))
    since = country.suspended_since
    context = {
        "country": country,
        "form": form,
        "effects": effects_of(rows),
        "partnerships": rows,
        "days": (clock.today() - since).days if since else 0,
        "title": _("Suspend %(country)s") % {"country": country}
        if since is None
        else _("Resume %(country)s") % {"country": country},
    }
    status = 422 if form.is_bound else 200
    return render(request, "admin/matching/partnership/country.html", context, status=status)
