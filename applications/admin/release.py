"""The release of a call's decisions at the desk: what blocks it, which letters go out, and one button."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.admin.call_pages import person
from applications.admin.feedback import FeedbackPages
from applications.enums import ApplicationStatus, CallStatus
from applications.models import Application, Call
from applications.review_permissions import ReviewPerm
from applications.selectors.feedback import awaiting_own
from applications.selectors.letters import count_letters, letter_cases
from applications.selectors.release import (
    fingerprint,
    release_cases,
    release_problems,
    release_warnings,
    unfinished_in,
)
from applications.services.decisions import release_decisions
from applications.services.place_previews import preview_release
from sdgpartners.core.access import one_or_404, require
from sdgpartners.core.errors import DomainError

ROWS_A_PAGE = 50


class ReleasePages(FeedbackPages):
    """Adds the pages to the admin of calls."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("<int:pk>/release/", wrap(self.release_page), name="applications_call_release"),
            path(
                "<int:pk>/letters/<slug:reference>/", wrap(self.letter_page), name="applications_call_letter"
            ),
        ]
        return own + super().get_urls()

    def _released_by(self, request: HttpRequest, pk: int) -> Call:
        """The call, for who may release it and has no review of their own to hand in there."""
        call: Call = one_or_404(self.get_queryset(request), pk=pk)  # type: ignore[assignment]
        require(request.user, ReviewPerm.RELEASE_DECISIONS, call)
        if call.status == CallStatus.PUBLISHED and awaiting_own(request.user, call).exists():
            raise PermissionDenied
        return call

    def release_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What stands in the way, the letters with their number; POST releases."""
        call = self._released_by(request, pk)
        if request.method == "POST":
            return self._release(request, call)
        if call.status == CallStatus.DECIDED:
            return redirect("admin:applications_call_places", call.pk)
        tracks = list(call.tracks.select_related("partner_country__country", "call").order_by("pk"))
        cases = release_cases(call)
        counts, unfinished = count_letters(cases), unfinished_in(call)
        context = {
            "title": _("Release the decisions"),
            "call": call,
            "problems": release_problems(call, tracks, unfinished),
            "warnings": release_warnings(tracks, cases, unfinished),
            "counts": counts,
            "people": len({person.pk for case in cases for person in case.people}),
            "mails": sum(count.mails for count in counts),
            "page": Paginator(cases, ROWS_A_PAGE).get_page(request.GET.get("page")),
            "seen": fingerprint(cases),
        }
        return self._page(request, "release", None, **context)

    def _release(self, request: HttpRequest, call: Call) -> HttpResponse:
        try:
            count = release_decisions(
                call=call, actor=person(request), seen=request.POST.get("seen") or "not looked at"
            )
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("admin:applications_call_release", call.pk)
        text = ngettext(
            "The decision on %(count)d application is released.",
            "The decisions on %(count)d applications are released.",
            count,
        )
        messages.success(request, text % {"count": count})
        return redirect("admin:applications_call_places", call.pk)

    def letter_page(self, request: HttpRequest, pk: int, reference: str) -> HttpResponse:
        """The letter to one municipality as it will go out, in each language of its people."""
        call = self._released_by(request, pk)
        rows = Application.objects.filter(call=call, status=ApplicationStatus.RANKED)
        application = one_or_404(
            rows.select_related("call__programme", "municipality__country"), reference=reference
        )
        cases = letter_cases([application])
        if not cases:
            raise Http404
        context = {
            "title": application.municipality.name,
            "call": call,
            "case": cases[0],
            "previews": [(cases[0].kind.label, preview_release(cases[0]))],
        }
        return self._page(request, "letter", None, **context)
