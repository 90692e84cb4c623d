"""Reviews and the ranking of a track at the desk: assign, watch, rank, decide, release."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.admin.assignment import review_plan_page, reviewers_of_page, reviewers_page
from applications.admin.grid_pages import grid_page
from applications.admin.ranking_pages import ranking_file, ranking_response, track_for_ranking
from applications.enums import (
    REVIEW_EDITABLE,
    ApplicationStatus,
    CallStatus,
    DecisionOutcome,
    ReviewStatus,
)
from applications.forms.reviews import HandForm
from applications.models import Decision, Review, Track
from applications.review_permissions import ReviewPerm
from applications.selectors.conflicts import barred_applications, tracks_stepped_out
from applications.selectors.ranking import ranking_closed_to
from applications.selectors.reviews import reviews_visible_to
from applications.services import decisions as decision_services
from applications.services import reviews as review_services
from sdgpartners.core.access import allowed, one_or_404, require
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
            path(
                "<int:pk>/ranking/file/",
                self.admin_site.admin_view(ranking_file),
                name="applications_track_ranking_file",
            ),
            path(
                "<int:pk>/reviewers/",
                self.admin_site.admin_view(reviewers_page),
                name="applications_track_reviewers",
            ),
            path(
                "<int:pk>/reviewers/plan/",
                self.admin_site.admin_view(review_plan_page),
                name="applications_track_review_plan",
            ),
            path(
                "<int:pk>/reviewers/<int:application>/",
                self.admin_site.admin_view(reviewers_of_page),
                name="applications_track_reviewers_of",
            ),
            path("<int:pk>/grid/", self.admin_site.admin_view(grid_page), name="applications_track_grid"),
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
        track = track_for_ranking(request, pk)
        if request.method == "POST":
            try:
                self._step(request, track)
            except DomainError as error:
                messages.error(request, str(error))
            # Back to the same lines: the filters stand in the address.
            return redirect(request.get_full_path())
        return ranking_response(
            request,
            track,
            may_release=allowed(request.user, ReviewPerm.RELEASE_DECISIONS, track.call),
        )

    def _step(self, request: HttpRequest, track: Track) -> None:
        actor: Any = request.user
        step = request.POST.get("step", "")
        require(actor, ReviewPerm.RANK_TRACK, track)
        if ranking_closed_to(actor, track) is not None:
            # What is refused here would tell how many others have handed in.
            raise PermissionDenied
        if step == "prepare":
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


@admin.register(Review)
class ReviewAdmin(ScopedAdmin):
    """Who reviews what, and how far; scores stay on the ranking page."""

    country_path = "track__partner_country"
    edit_roles = ()
    view_roles = (*ScopedAdmin.view_roles, *ScopedAdmin.edit_roles)
    list_display = ("application", "track", "reviewer", "status", "set_aside", "submitted_at")
    list_filter = ("status", "set_aside", "track")
    list_select_related = (
        "application__municipality",
        "track__partner_country__country",
        "track__call",
        "reviewer",
    )
    search_fields = ("application__reference", "application__municipality__name", "reviewer__email")
    actions = ("reopen",)
    fields = ("application", "track", "reviewer", "status", "set_aside", "submitted_at", "comment")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What a reviewer writes is read once it is handed in: by coordinators, and once it is decided by auditors."""
        if obj is not None and obj.status == ReviewStatus.SUBMITTED:
            country = obj.track.partner_country
            decided = obj.track.call.status == CallStatus.DECIDED
            if decided or standing_of(request.user).covers(country, AssociationRole.COORDINATOR):
                return self.fields
        return tuple(name for name in self.fields if name != "comment")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without the others' reviews of a track on which one's own are still to come, and without tracks and
        applications that one steps out of."""
        own = reviews_visible_to(request.user).filter(
            status__in=REVIEW_EDITABLE, application__status=ApplicationStatus.IN_REVIEW
        )
        others = Q(track__in=own.values("track")) & ~Q(reviewer=request.user.pk)
        rows = super().get_queryset(request).exclude(others)
        return rows.filter(
            ~Q(application__in=barred_applications(request.user).values("pk")),
            ~Q(track__in=tracks_stepped_out(request.user).values("pk")),
        )

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
