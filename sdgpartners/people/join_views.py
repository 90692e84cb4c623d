"""The public way in: asking to join, and proving the address by mail."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from sdgpartners.core.errors import DomainError
from sdgpartners.core.throttle import take, take_from
from sdgpartners.people.forms import JoinForm
from sdgpartners.people.selectors import association_of, join_request_by_token
from sdgpartners.people.services import Asking, ask_to_join, prove_address
from sdgpartners.people.services.joining import check_link
from sdgpartners.programme.models import Municipality

UNPROCESSABLE, GONE, TOO_MANY = 422, 410, 429
# An office shares one address of the network; a mailbox is one person's.
FROM_ONE_NETWORK, TO_ONE_MAILBOX = 60, 3
HOUR = 3600
SENT = "join_sent_to"
LONGEST_PATH = 200


def _next(request: HttpRequest) -> str:
    """Where the person was going, as a path of this portal; empty for anything else."""
    path = request.POST.get("next") or request.GET.get("next") or ""
    own = path.startswith("/") and url_has_allowed_host_and_scheme(path, None)
    return path if own and len(path) <= LONGEST_PATH else ""


def _known(request: HttpRequest) -> dict[str, object]:
    """What the page that led here knew: the municipality by its country and code (`BE-44021`)."""
    country, _dash, code = request.GET.get("municipality", "").partition("-")
    place = Municipality.objects.filter(country=country, code=code, successor=None).first() if code else None
    return {"municipality": place.name if place else "", "language": translation.get_language()}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Who one is, where one works, what one will do. The answer is the same whether or not one is known."""
    form = JoinForm(request.POST) if request.method == "POST" else JoinForm(initial=_known(request))
    status = UNPROCESSABLE if form.is_bound else 200
    if form.is_bound and not take_from(request, "join", most=FROM_ONE_NETWORK):
        form.add_error(None, _("Too many requests came from your network. Try again in an hour."))
        status = TOO_MANY
    if form.is_bound and form.is_valid():
        asking = Asking(**form.cleaned_data, next_path=_next(request))
        if take("join", asking.address, most=TO_ONE_MAILBOX, seconds=HOUR):
            ask_to_join(asking=asking)
        request.session[SENT] = asking.email
        return redirect("people:join-sent")
    return render(request, "people/join_form.html", {"form": form, "next": _next(request)}, status=status)


@never_cache
@require_GET
def join_sent(request: HttpRequest) -> HttpResponse:
    """What happens now: a mail with a link."""
    if SENT not in request.session:
        return redirect("people:join")
    return render(request, "people/join_sent.html", {"email": request.session[SENT]})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the mailed link, and its button: opening the link alone uses nothing up."""
    join_request = join_request_by_token(token)
    if join_request is None:
        raise Http404
    page = {
        "join_request": join_request,
        "association": association_of(join_request.municipality),
    }
    try:
        check_link(join_request)
        if request.method == "POST":
            prove_address(token=token)
            return render(request, "people/join_confirmed.html", page)
    except DomainError as refusal:
        return render(request, "people/join_closed.html", page | {"refusal": refusal}, status=GONE)
    return render(request, "people/join_confirm.html", page)
