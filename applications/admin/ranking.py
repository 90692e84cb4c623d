"""Reviews and the ranking of a track at the desk: assign, watch, rank, decide, release."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.enums import REVIEW_EDITABLE, DecisionOutcome
from applications.forms.reviews import HandForm
from applications.models import Decision, Review, Track
from applications.review_permissions import ReviewPerm
from applications.selectors.ranking import ranking_of
from applications.selectors.reviews import awaits_own_review, reviews_visible_to, track_progress
from applications.services import decisions as decision_services
from applications.services import reviews as review_services
from sdgpartners.core.access import allowed, one_or_404, require
from sdgpartners.core.charts import DotRow, dots
from sdgpartners.core.errors import DomainError
from sdgpartners.people.admin.base import ask_first
from sdgpartners.people.admin_base import ScopedAdmin
from sdgpartners.people.enums import AssociationRole
from sdgpartners.people.standing import standing_of


@admin.register(Track)
class TrackAdmin(ScopedAdmin):
    """Tracks with their ranking. What a track asks and weighs is edited on the call, before it opens."""

    country_path = "partner_country"
    edit_roles = ()
    view_roles = (*ScopedAdmin.view_roles, *ScopedAdmin.edit_roles)
    list_display = ("partner_country", "call", "theme", "places", "open_ranking")
    list_filter = ("call",)
    list_select_related = ("partner_country__country", "call", "theme")

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                "<int:pk>/ranking/",
                self.admin_site.admin_view(self.ranking_page),
                name="applications_track_ranking",
            ),
        ]
        return own + super().get_urls()

    @admin.display(description=_("ranking"))
    def open_ranking(self, track: Track) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>',
            reverse("admin:applications_track_ranking", args=(track.pk,)),
            gettext("Reviews and ranking"),
        )

    def ranking_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The consolidated ranking; POST takes one of the steps."""
        tracks = Track.objects.select_related(
            "partner_country__country", "partner_country__programme", "call__programme", "theme"
        )
        track = one_or_404(tracks, pk=pk)
        if not allowed(request.user, ReviewPerm.VIEW_RANKING, track):
            raise PermissionDenied
        if request.method == "POST":
            try:
                self._step(request, track)
            except DomainError as error:
                messages.error(request, str(error))
            return redirect(request.path)
        return TemplateResponse(
            request, "admin/applications/track/ranking.html", self._context(request, track)
        )

    def _step(self, request: HttpRequest, track: Track) -> None:
        actor: Any = request.user
        step = request.POST.get("step", "")
        if step == "release":
            require(actor, ReviewPerm.RELEASE_DECISIONS, track.call)
            count = decision_services.release_decisions(call=track.call, actor=actor)
            messages.success(
                request, gettext("Decisions on %(count)d applications are released.") % {"count": count}
            )
            return
        require(actor, ReviewPerm.RANK_TRACK, track)
        if step == "assign":
            count = review_services.assign_reviewers(track=track, actor=actor)
            messages.success(request, gettext("%(count)d reviews assigned.") % {"count": count})
        elif step == "prepare":
            decision_services.prepare_decisions(track=track, actor=actor)
            messages.success(
                request,
                gettext("The ranking is fixed and decisions are prepared. Nobody outside sees them yet."),
            )
        elif step == "hand":
            self._by_hand(request, track, actor)

    def _by_hand(self, request: HttpRequest, track: Track, actor: Any) -> None:
        key = request.POST.get("decision", "")
        decision = one_or_404(Decision.objects.filter(track=track), pk=int(key) if key.isdecimal() else 0)
        form = HandForm(request.POST)
        if not form.is_valid():
            raise DomainError(_("Choose an outcome and give a reason."))
        decision_services.decide_by_hand(
            decision=decision, outcome=DecisionOutcome(form.cleaned_data["outcome"]),
            reason=form.cleaned_data["reason"], actor=actor,
        )  # fmt: skip

    def _context(self, request: HttpRequest, track: Track) -> dict[str, Any]:
        hidden = awaits_own_review(request.user, track)
        rows = [] if hidden else ranking_of(track)
        released = list(
            Decision.objects.filter(track=track, released_at__isnull=False)
            .select_related("application__municipality")
            .order_by("rank")
        )
        title = gettext("Ranking: %(track)s") % {"track": track.partner_country}
        spread = [
            DotRow(label=row.application.municipality.name, values=row.review_totals, hue="accent")
            for row in rows
            if row.review_totals
        ]
        return {
            **self.admin_site.each_context(request),
            "title": title,
            "track": track,
            "hidden": hidden,
            "progress": track_progress(track),
            "rows": rows,
            "released": released,
            "chart": dots(spread, low=0, high=100, title=gettext("Totals of the reviews, 0 to 100"))
            if spread
            else "",
            "may_rank": allowed(request.user, ReviewPerm.RANK_TRACK, track),
            "may_release": allowed(request.user, ReviewPerm.RELEASE_DECISIONS, track.call),
            "ties": decision_services.open_ties(track.call),
            "outcomes": DecisionOutcome.choices,
        }


@admin.register(Review)
class ReviewAdmin(ScopedAdmin):
    """Who reviews what, and how far; scores stay on the ranking page."""

    country_path = "track__partner_country"
    edit_roles = ()
    view_roles = (*ScopedAdmin.view_roles, *ScopedAdmin.edit_roles)
    list_display = ("application", "track", "reviewer", "status", "submitted_at")
    list_filter = ("status", "track")
    list_select_related = (
        "application__municipality",
        "track__partner_country__country",
        "track__call",
        "reviewer",
    )
    search_fields = ("application__reference", "application__municipality__name", "reviewer__email")
    actions = ("reopen",)
    fields = ("application", "track", "reviewer", "status", "submitted_at", "comment")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without the others' reviews of an application on which one's own is still to come."""
        own = reviews_visible_to(request.user).filter(status__in=REVIEW_EDITABLE)
        others = Q(application__in=own.values("application")) & ~Q(reviewer=request.user.pk)
        return super().get_queryset(request).exclude(others)

    def has_reopen_permission(self, request: HttpRequest) -> bool:
        """Coordinators; the country of each review is asked when it is reopened."""
        return standing_of(request.user).has_role(AssociationRole.COORDINATOR)

    @admin.action(description=_("Reopen the chosen reviews"), permissions=["reopen"])
    def reopen(self, request: HttpRequest, queryset: QuerySet[Review]) -> HttpResponse | None:
        """Asks for the reason, which the reviewer gets as it was written."""
        actor: Any = request.user

        def run(review: Review, reason: str) -> None:
            require(actor, ReviewPerm.RANK_TRACK, review.track)
            review_services.reopen_review(review=review, reason=reason, actor=actor)

        title = _("Reopen the chosen reviews")
        return ask_first(self, request, queryset, action="reopen", title=title, button=title, run=run)
