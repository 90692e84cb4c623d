"""The municipality reads the decision, and confirms or gives its place back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications.enums import ApplicationStatus, DecisionOutcome
from applications.forms.reviews import AnswerForm
from applications.permissions import application_for
from applications.review_permissions import ReviewPerm
from applications.selectors.conflicts import tracks_stepped_out
from applications.selectors.decision_points import decisions_with_feedback, in_order, points_of
from applications.selectors.places import today_of
from applications.services.decisions import confirm_participation, decline_participation
from sdgpartners.core.access import allowed, require
from sdgpartners.core.errors import DomainError
from sdgpartners.people.models import User
from sdgpartners.people.standing import standing_of


@login_required
@require_http_methods(["GET", "POST"])
def decision_confirm(request: HttpRequest, reference: str) -> HttpResponse:
    """The decision with its points and feedback; a signatory of a selected municipality answers here."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  # login_required
    application = application_for(user, reference)
    released = decisions_with_feedback().filter(application=application, released_at__isnull=False)
    if not standing_of(user).works_for(application.municipality_id):
        # Coordinators and auditors with a conflict elsewhere on a track read nothing of its decisions.
        released = released.exclude(track__in=tracks_stepped_out(user).values("pk"))
    decisions = in_order(released)
    if not decisions:
        raise Http404
    form = AnswerForm(request.POST if request.POST.get("answer") == "decline" else None)
    error = ""
    if request.method == "POST":
        require(user, ReviewPerm.ANSWER_DECISION, application)
        try:
            if request.POST.get("answer") == "confirm":
                confirm_participation(application=application, actor=user)
                messages.success(request, _("Thank you. The associations look for a match now."))
                return redirect("applications:application-detail", reference)
            if form.is_valid():
                decline_participation(application=application, reason=form.cleaned_data["reason"], actor=user)
                messages.success(
                    request, _("Your place is given back. The association decides who gets it now.")
                )
                return redirect("applications:application-detail", reference)
        except DomainError as refused:
            error = str(refused)
    confirm_by = max(
        (row.confirm_by for row in decisions if row.outcome == DecisionOutcome.SELECTED and row.confirm_by),
        default=None,
    )
    context = {
        "application": application,
        "points": [points_of(row) for row in decisions],
        "confirm_by": confirm_by,
        "overdue": confirm_by is not None and confirm_by < today_of(application.call),
        "may_answer": application.status == ApplicationStatus.SELECTED
        and allowed(user, ReviewPerm.ANSWER_DECISION, application),
        "form": form,
        "error": error,
    }
    return render(
        request,
        "applications/decision_confirm.html",
        context,
        status=422 if request.method == "POST" else 200,
    )
