"""Who changed what in an application, and when."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from applications.permissions import Perm, application_for
from applications.selectors.history import application_history
from sdgpartners.core.access import allowed, require

PAGE = 30


@login_required
@require_GET
def application_history_page(request: HttpRequest, reference: str) -> HttpResponse:
    """The changes, the newest first; contact data only for the municipality and coordinators in scope."""
    application = application_for(request.user, reference)
    require(request.user, Perm.VIEW_APPLICATION, application)
    rows = application_history(application, personal=allowed(request.user, Perm.VIEW_CONTACT, application))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"application": application, "page_obj": page}
    return render(request, "applications/application_history.html", context)
