"""Contact in between: logged in 20 seconds, and the list of it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from exchanges.enums import ContactKind
from exchanges.forms.contacts import ContactForm
from exchanges.permissions import Perm
from exchanges.selectors.contacts import contacts_of
from exchanges.selectors.running import RUNNING
from exchanges.services.contacts import log_contact
from exchanges.views.asking import person
from matching.permissions import writing_sides_of
from matching.selectors.partnerships import partnership_for
from sdgpartners.core.access import allowed, require
from sdgpartners.core.errors import DomainError

PAGE = 30


@login_required
@require_GET
def contact_list(request: HttpRequest, reference: str) -> HttpResponse:
    """All contact of a pair, the latest first."""
    user = person(request)
    partnership = partnership_for(user, reference)
    context = {
        "partnership": partnership,
        "page_obj": Paginator(contacts_of(partnership), PAGE).get_page(request.GET.get("page")),
        "may_log": partnership.status in RUNNING and allowed(user, Perm.LOG_CONTACT, partnership),
    }
    return render(request, "exchanges/contact_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def contact_create(request: HttpRequest, reference: str) -> HttpResponse:
    """Log a call, a message, a document or a meeting for one's own side."""
    user = person(request)
    partnership = partnership_for(user, reference)
    require(user, Perm.LOG_CONTACT, partnership)
    form = ContactForm(request.POST if request.method == "POST" else None, person=user)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            log_contact(
                partnership=partnership,
                side=writing_sides_of(user, partnership)[0],
                kind=ContactKind(given["kind"]),
                held_on=given["held_on"],
                note=given["note"],
                form_token=given["form_token"],
                actor=user,
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Logged. Thank you."))
            return redirect("exchanges:contact-list", reference)
    context = {"partnership": partnership, "form": form}
    return render(request, "exchanges/contact_form.html", context, status=422 if form.is_bound else 200)
