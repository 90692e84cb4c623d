"""The new sponsor's word on an application that a former one signed."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications.permissions import Perm, application_for
from applications.selectors.sponsors import confirmations_of
from applications.services.sponsors import confirm_as_sponsor
from sdgpartners.core.access import allowed, require
from sdgpartners.core.errors import DomainError


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sponsor_confirm(request: HttpRequest, reference: str) -> HttpResponse:
    """What happened, what was signed, and the button of the new sponsor."""
    application = application_for(request.user, reference)
    require(request.user, Perm.VIEW_APPLICATION, application)
    if request.method == "POST":
        require(request.user, Perm.SIGN_APPLICATION, application)
        try:
            confirm_as_sponsor(application=application, actor=_person(request))
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Thank you. The association sees that you stand behind it."))
        return redirect("applications:application-detail", reference)
    rows = confirmations_of(application)
    context = {
        "application": application,
        "confirmations": rows,
        "waiting": [row for row in rows if row.confirmed_at is None],
        "may_sign": allowed(request.user, Perm.SIGN_APPLICATION, application),
        "revision": application.revisions.defer("content").first(),
    }
    return render(request, "applications/sponsor_confirm.html", context)


def _person(request: HttpRequest) -> Any:
    """The signed-in person; `login_required` has let nobody else through."""
    return request.user
