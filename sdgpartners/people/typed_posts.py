"""What somebody sent from a long form after the session had ended: kept until they have signed in again.

It stays in the session of the browser that sent it, is bounded in size and number, and is given back only to the
account that the page was made for, at the address that it was sent to.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

# The hidden field that names account and address, signed.
FIELD = "typed_for"
_KEY = "typed_posts"
_SALT = "people.typed_posts"
_LONGEST = 400_000
_MOST = 3
# A page may stay open over a long weekend.
_OPEN_FOR = timedelta(days=7)
_NOT_KEPT = ("csrfmiddlewaretoken", FIELD)


def typed_token(user: Any, path: str) -> str:
    """What the hidden field of a page of `user` at `path` holds."""
    return signing.dumps([user.pk, path], salt=_SALT, compress=True)


def made_for(request: HttpRequest) -> int | None:
    """The account that the posting page was made for; None without a valid token for this address."""
    try:
        account, path = signing.loads(request.POST.get(FIELD, ""), salt=_SALT, max_age=_OPEN_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return int(account) if path == request.path else None


def keep_typed(request: HttpRequest) -> bool:
    """Keep what was posted for the account that the page was made for. False where that is not known, where
    somebody else is signed in, or where it is too long."""
    account = made_for(request)
    typed = request.POST.copy()
    for name in _NOT_KEPT:
        typed.pop(name, None)
    text = typed.urlencode()
    if account is None or len(text) > _LONGEST:
        return False
    if request.user.is_authenticated and request.user.pk != account:
        return False
    kept = [row for row in request.session.get(_KEY, []) if row[:2] != [account, request.path]]
    request.session[_KEY] = [*kept, [account, request.path, text]][-_MOST:]
    return True


def kept_typed(request: HttpRequest) -> QueryDict | None:
    """What was kept for whoever is signed in at this address."""
    mine = [request.user.pk, request.path]
    return next((QueryDict(row[2]) for row in request.session.get(_KEY, []) if row[:2] == mine), None)


def forget_typed(request: HttpRequest) -> None:
    """Drop what was kept at this address: it is saved now, or not wanted."""
    rows = request.session.get(_KEY, [])
    rest = [row for row in rows if row[1] != request.path]
    if len(rest) < len(rows):
        request.session[_KEY] = rest


def forget_typed_of_others(request: HttpRequest) -> None:
    """Drop what belongs to other accounts than the one that has just signed in."""
    rows = request.session.get(_KEY, [])
    rest = [row for row in rows if row[0] == request.user.pk]
    if len(rest) < len(rows):
        request.session[_KEY] = rest


def keeps_typed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view whose POST is kept when nobody is signed in any more. It stands above `login_required`, which then
    asks to sign in and leads back."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not request.user.is_authenticated and keep_typed(request):
            messages.info(request, _("What you typed is kept. Sign in again: you find it on the same page."))
        return view(request, *args, **kwargs)

    return guarded
