"""Coming in late, with a code of the association."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications.forms.steps import ExceptionCodeForm
from applications.models import Call
from applications.permissions import Perm
from applications.selectors.calls import public_calls
from applications.services.exceptions import redeem_exception_code
from sdgpartners.core.access import allowed, one_or_404, require
from sdgpartners.core.errors import DomainError
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.models import Municipality


@login_required
@require_http_methods(["GET", "POST"])
def exception_redeem(request: HttpRequest, code: str) -> HttpResponse:
    """The form for the code of a call that has closed; it leads to the draft that is admitted."""
    call: Call = one_or_404(public_calls(), code=code)
    mine = Municipality.objects.filter(
        pk__in=standing_of(request.user).municipality_ids, is_test=False
    ).select_related("country")
    places = [each for each in mine.order_by("name") if allowed(request.user, Perm.START_APPLICATION, each)]
    form = ExceptionCodeForm(places, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        require(request.user, Perm.START_APPLICATION, form.chosen)
        person: Any = request.user
        try:
            application = redeem_exception_code(
                code=form.cleaned_data["code"], call=call, municipality=form.chosen, actor=person
            )
        except DomainError as error:
            form.add_error("code", str(error))
        else:
            messages.success(request, _("You are admitted. Look at the new deadline."))
            return redirect("applications:application-detail", application.reference)
    context = {"call": call, "form": form, "municipalities": places}
    status = 422 if form.is_bound else 200
    return render(request, "applications/exception_redeem.html", context, status=status)
