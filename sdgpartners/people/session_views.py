"""The session of whoever is signed in: how long it lasts, and whether the computer is shared."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from sdgpartners.people.sessions import account_key, is_shared, mark_shared, prolong, seconds_left


@never_cache
@require_http_methods(["GET", "POST"])
def session_state(request: HttpRequest) -> HttpResponse:
    """For scripts: the account (empty when signed out), the seconds left, and a token for the forms of a page
    that was opened before somebody signed in again. POST stays signed in."""
    signed_in = request.user.is_authenticated
    if signed_in and request.method == "POST":
        prolong(request)
    return JsonResponse(
        {
            "account": account_key(request),
            "left": seconds_left(request) if signed_in else 0,
            "token": get_token(request) if signed_in else "",
        }
    )


@login_required
@require_POST
def shared_computer(request: HttpRequest) -> HttpResponse:
    """Mark the computer as shared, or no longer so."""
    mark_shared(request, shared=not is_shared(request))
    if is_shared(request):
        messages.success(request, _("This computer is marked as shared. Nothing that you type stays on it."))
    else:
        messages.success(request, _("This computer is yours alone. Unsent text is kept on it."))
    return redirect("people:profile")
