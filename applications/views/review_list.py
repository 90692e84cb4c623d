"""A reviewer's list, and passing a file on to somebody else."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from applications.forms.assignment import PassOnForm
from applications.models import Review
from applications.selectors.review_queue import open_reviews, queues_of, withdrawn_reviews
from applications.services.assignment import pass_on
from sdgpartners.core import clock
from sdgpartners.core.access import one_or_404
from sdgpartners.core.errors import DomainError


@login_required
@require_safe
def review_list(request: HttpRequest) -> HttpResponse:
    """One's own reviews by call: the next file, what is to do, what is done, and what is over."""
    context = {
        "queues": queues_of(request.user),
        "withdrawn": withdrawn_reviews(request.user),
        "today": clock.today(),
    }
    return render(request, "applications/review_list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review_pass_on(request: HttpRequest, reference: str, country: str) -> HttpResponse:
    """Somebody else should judge it: asks why. The file need not be open for that."""
    actor: Any = request.user
    review: Review = one_or_404(
        open_reviews(actor),
        application__reference=reference,
        track__partner_country__country_id=country.upper(),
    )
    form = PassOnForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            pass_on(review=review, reason=form.cleaned_data["reason"], actor=actor)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request,
                _("%(municipality)s is gone from your list. The coordinators look for a substitute.")
                % {"municipality": review.application.municipality},
            )
            return redirect("applications:review-list")
    context = {"review": review, "form": form}
    return render(request, "applications/review_pass_on.html", context, status=422 if form.errors else 200)
