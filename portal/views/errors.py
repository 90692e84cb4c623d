"""Pages for what went wrong. They say what to do, and never what exists."""

from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from sdgpartners.people.typed_posts import FIELD, keep_typed

# A sign-in page sends passwords and codes: those are never shown again.
_SECRET = ("password", "code", "token", "key")
_LONGEST = 400_000


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The right may have gone while the page was open: what was typed is shown, to be copied."""
    return render(request, "403.html", {"typed": _prose(request)}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What the page was about may have left the person's view meanwhile: what was typed is shown, to be copied."""
    return render(request, "404.html", {"typed": _prose(request)}, status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form of a page that was opened before somebody signed in again. Nothing is saved and nothing typed is
    lost: a page that names its account opens again with the text in it; of any other form the page shows what
    was typed, to be sent once more by the person."""
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"state": "token"}, status=403)
    if FIELD in request.POST and keep_typed(request):
        if request.user.is_authenticated:
            return HttpResponseRedirect(request.path)
        return redirect_to_login(request.path)
    typed = [(name, value, _is_prose(value)) for name, value in _typed(request)]
    context = {"fields": typed, "send_to": request.get_full_path() if typed else ""}
    return render(request, "403_csrf.html", context, status=403)


def _is_prose(value: str) -> bool:
    return len(value) > 40 or "\n" in value


def _prose(request: HttpRequest) -> list[str]:
    """What was typed at some length into a form that is refused as a whole."""
    return [value for _name, value in _typed(request) if _is_prose(value)] if request.method == "POST" else []


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of the form, for whoever is signed in and sent them from a page of the portal. Nothing of the
    pages to sign in, nothing that is secret, and nothing of a page that was made for another account."""
    if not request.user.is_authenticated or FIELD in request.POST or not _is_own_page(request):
        return []
    if request.path.startswith(reverse("account_login").rpartition("login")[0]):
        return []
    rows = [(name, value) for name, values in request.POST.lists() for value in values]
    rows = [(name, value) for name, value in rows if name != "csrfmiddlewaretoken"]
    secret = any(word in name.lower() for name, _value in rows for word in _SECRET)
    return [] if secret or sum(len(value) for _name, value in rows) > _LONGEST else rows


def _is_own_page(request: HttpRequest) -> bool:
    sender = request.headers.get("Origin") or request.headers.get("Referer", "")
    return urlsplit(sender).netloc == request.get_host()


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=500)
