"""A coordinator starts an application on behalf of a municipality."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from applications.forms.behalf import BehalfForm
from applications.models import Call
from applications.permissions import Perm
from applications.selectors.behalf import behalf_association, behalf_municipalities
from applications.selectors.calls import public_calls
from applications.services.behalf import start_on_behalf
from sdgpartners.core.access import one_or_404, require
from sdgpartners.core.errors import DomainError


@login_required
@require_http_methods(["GET", "POST"])
def application_behalf(request: HttpRequest, code: str) -> HttpResponse:
    """The municipalities in scope that have no application yet, and the button that starts one."""
    call: Call = one_or_404(public_calls(), code=code)
    require(request.user, Perm.START_ON_BEHALF, call)
    form = BehalfForm(
        behalf_municipalities(request.user, call), request.POST if request.method == "POST" else None
    )
    if request.method == "POST" and form.is_valid():
        started = _start(request, call, form)
        if started is not None:
            return started
    context = {"call": call, "form": form}
    return render(
        request, "applications/application_behalf.html", context, status=422 if form.is_bound else 200
    )


def _start(request: HttpRequest, call: Call, form: BehalfForm) -> HttpResponse | None:
    person: Any = request.user
    association = behalf_association(person, call, form.chosen)
    if association is None:
        return None
    try:
        application = start_on_behalf(
            call=call, municipality=form.chosen, association=association, actor=person
        )
    except DomainError as error:
        form.add_error(None, str(error))
        return None
    return redirect("applications:application-detail", application.reference)
