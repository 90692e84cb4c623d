"""Inviting municipalities to a call, at the desk: chosen by filter, previewed and counted, then sent."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.admin.progress import ProgressPages
from applications.filters import InvitationFilter
from applications.models import Call
from applications.permissions import Perm
from applications.selectors.invitations import (
    Reach,
    invitable,
    invites_for,
    reach_of,
    with_people_count,
)
from applications.services.inviting import (
    BODY_KIND,
    KIND,
    call_link,
    invite_to_call,
    mail_context,
    start_link,
)
from applications.services.mail_preview import preview_mails
from sdgpartners.core.access import require
from sdgpartners.core.errors import DomainError
from sdgpartners.programme.models import Country, Municipality

ROWS_A_PAGE = 50
# A country's municipalities at once: 285 in Flanders, 77 in Benin, 30 in Rwanda.
MOST_AT_ONCE = 400


class InvitationPages(ProgressPages):
    """Adds the page to the admin of calls."""

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                "<int:pk>/invite/",
                self.admin_site.admin_view(self.invite_page),
                name="applications_call_invite",
            ),
        ]
        return own + super().get_urls()

    def invite_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET lists those who can be invited; POST shows the mails, and once confirmed sends them."""
        call = self._followed_call(request, pk)
        require(request.user, Perm.INVITE_TO_CALL, call)
        if request.method == "POST":
            chosen = self._chosen_places(request, call)
            if chosen and request.POST.get("confirmed"):
                return self._invite(request, call, chosen)
            if chosen:
                return self._preview(request, call, chosen)
            messages.error(request, _("Choose at least one municipality."))
        return self._choose(request, call)

    def _filtered(self, request: HttpRequest, call: Call) -> InvitationFilter:
        codes = invites_for(request.user, call)
        countries = Country.objects.filter(pk__in=codes).order_by("code")
        return InvitationFilter(
            request.GET, queryset=with_people_count(invitable(call, codes)), countries=countries
        )

    def _chosen_places(self, request: HttpRequest, call: Call) -> list[Municipality]:
        """The ticked ones, or all that the filter finds."""
        if request.POST.get("all"):
            return list(self._filtered(request, call).qs[:MOST_AT_ONCE])
        keys = [int(key) for key in request.POST.getlist("municipality") if key.isascii() and key.isdigit()]
        return list(
            invitable(call, invites_for(request.user, call)).filter(
                pk__in=[key for key in keys[:MOST_AT_ONCE] if key < 2**31]
            )
        )

    def _choose(self, request: HttpRequest, call: Call) -> HttpResponse:
        chosen = self._filtered(request, call)
        page = Paginator(chosen.qs, ROWS_A_PAGE).get_page(request.GET.get("page"))
        context = {
            "title": _("Invite municipalities"),
            "call": call,
            "filter": chosen,
            "page": page,
        }
        return TemplateResponse(request, "admin/applications/call/invite.html", context)

    def _preview(self, request: HttpRequest, call: Call, chosen: list[Municipality]) -> HttpResponse:
        reach = reach_of(chosen)
        context = {
            "title": _("Invite municipalities"),
            "call": call,
            "chosen": chosen,
            "reach": reach,
            "previews": _previews(call, reach),
        }
        return TemplateResponse(request, "admin/applications/call/invite_preview.html", context)

    def _invite(self, request: HttpRequest, call: Call, chosen: list[Municipality]) -> HttpResponse:
        actor: Any = request.user
        try:
            reach = invite_to_call(call=call, municipalities=chosen, actor=actor)
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("admin:applications_call_invite", call.pk)
        text = ngettext("%(count)d mail goes out.", "%(count)d mails go out.", reach.mails)
        messages.success(request, text % {"count": reach.mails})
        if reach.nobody:
            names = ", ".join(row.name for row in reach.nobody)
            messages.warning(request, _("Nobody could be reached at: %(names)s.") % {"names": names})
        return redirect("admin:applications_call_progress", call.pk)


def _previews(call: Call, reach: Reach) -> list[tuple[str, list[Any]]]:
    """Both kinds of mail, as far as they go out, in three languages."""
    found = []
    if reach.people:
        languages = Counter(person.language for person, _row in reach.people)
        example = reach.people[0][1]
        mails = preview_mails(
            kind=KIND, link=start_link(call), context=mail_context(call, example), languages=languages
        )
        found.append((_("To people in the portal"), mails))
    if reach.addresses:
        languages = Counter(row.country.default_language for row in reach.addresses)
        example = reach.addresses[0]
        mails = preview_mails(
            kind=BODY_KIND, link=call_link(call), context=mail_context(call, example), languages=languages
        )
        found.append((_("To the address of the municipality"), mails))
    return found
