"""Feedback to the municipalities at the desk, beside the points, until the release."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from applications.admin.call_pages import person
from applications.admin.call_texts import TextPages
from applications.forms.decisions import FeedbackForm
from applications.models import Call, Decision
from applications.selectors.decision_points import decisions_with_feedback, points_of
from applications.selectors.feedback import Feedback, comments_of, feedback_on, tracks_to_write
from applications.services.decisions import write_feedback
from sdgpartners.core.access import one_or_404
from sdgpartners.core.errors import DomainError, EditConflict

ROWS_A_PAGE = 50


class FeedbackPages(TextPages):
    """Adds the pages to the admin of calls."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("<int:pk>/feedback/", wrap(self.feedback_page), name="applications_call_feedback"),
            path(
                "<int:pk>/feedback/<int:decision>/",
                wrap(self.feedback_one_page),
                name="applications_call_feedback_one",
            ),
        ]
        return own + super().get_urls()

    def feedback_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Who has feedback and who has not yet, on the tracks that the person ranks."""
        call: Any = one_or_404(self.get_queryset(request), pk=pk)
        tracks = tracks_to_write(request.user, call)
        if not tracks:
            raise PermissionDenied
        rows = (
            Decision.objects.filter(track__in=tracks)
            .select_related("application__municipality__country", "track__partner_country__country")
            .annotate(written=Count("criterion_feedback"))
            .order_by("track", "rank", "pk")
        )
        page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
        context = {"title": _("Feedback to the municipalities"), "call": call, "page": page}
        return self._page(request, "feedback", None, **context)

    def feedback_one_page(self, request: HttpRequest, pk: int, decision: int) -> HttpResponse:
        """One municipality: its points, what the reviewers noted, and what it will read."""
        row = self._written_by(request, pk, decision)
        points = points_of(row)
        form = FeedbackForm(points, request.POST if request.method == "POST" else None)
        stored = feedback_on(row)
        theirs: Feedback | None = None
        if form.is_valid():
            try:
                write_feedback(
                    decision=row, language=form.cleaned_data["language"], general=form.cleaned_data["general"],
                    criteria=form.criteria(), actor=person(request), seen=request.POST.get("seen"),
                )  # fmt: skip
            except EditConflict as conflict:
                theirs = stored = cast(Feedback, conflict.theirs["feedback"])
                form.add_error(None, _(
                    "Somebody else wrote feedback here while you did. Theirs stands below the fields, yours in them. "
                    "Keep yours to put it in the place of theirs."
                ))  # fmt: skip
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                messages.success(
                    request, _("The feedback is kept. Nobody outside sees it before the release.")
                )
                return redirect("admin:applications_call_feedback", pk)
        comments, kept = comments_of(row), theirs.criteria if theirs else {}
        context = {
            "title": row.application.municipality.name,
            "call": row.track.call,
            "decision": row,
            "bonus": points.bonus,
            "lines": [
                (
                    line,
                    form[f"criterion-{line.criterion.pk}"],
                    comments.get(line.criterion.pk, []),
                    kept.get(line.criterion.pk, ""),
                )
                for line in points.criteria
            ],
            "theirs": theirs,
            # Of a page that was refused for its form: what it was made from.
            "seen": request.POST.get("seen", stored.mark) if theirs is None else stored.mark,
            "open": row.released_at is None,
        }
        return self._page(request, "feedback_one", form, **context)

    def _written_by(self, request: HttpRequest, pk: int, decision: int) -> Decision:
        call: Call = one_or_404(self.get_queryset(request), pk=pk)  # type: ignore[assignment]
        rows = decisions_with_feedback().select_related(
            "application__municipality__country", "track__partner_country__programme",
            "track__partner_country__country", "track__theme", "track__call",
        )  # fmt: skip
        row = one_or_404(rows.filter(track__call=call), pk=decision)
        if not tracks_to_write(request.user, call, only=row.track):
            raise PermissionDenied
        return row
