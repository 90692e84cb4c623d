"""Two texts of one section side by side, and the choice between them."""

from datetime import datetime
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications.enums import Section
from applications.errors import SectionConflict
from applications.fields import SectionContent, Values, storable
from applications.forms.merge import MergeForm
from applications.forms.sections import SectionForm
from applications.models import Application, KeptText
from applications.selectors.applications import kept_texts_of
from applications.selectors.drafts import state_of
from applications.selectors.sections import read_section
from applications.services.forms import settle_kept_text, take_kept_text
from applications.views.section_page import load_section
from sdgpartners.core.errors import DomainError
from sdgpartners.people.models import User


@login_required
@require_http_methods(["GET", "POST"])
def application_both(request: HttpRequest, reference: str, section: str) -> HttpResponse:
    """Two texts of one section side by side, and the choice between them."""
    application, content = load_section(request, reference, section)
    waiting = kept_texts_of(application).filter(section=content.section)
    if request.method == "GET":
        kept = waiting.order_by("created_at").first()
        if kept is None:
            return redirect("applications:application-section", reference, section)
        return both_page(request, application, kept)
    moment = _moment(request.POST.get("kept", ""))
    kept = waiting.filter(created_at=moment).first() if moment else None
    if kept is None:
        messages.info(request, _("Somebody has chosen between these texts already."))
        return redirect("applications:application-section", reference, section)
    return _choose(request, application, content, kept)


def _moment(text: str) -> datetime | None:
    """Which kept text the page was about; None where it was tampered with."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return None if moment is None or moment.tzinfo is None else moment


def _choose(
    request: HttpRequest, application: Application, content: SectionContent, kept: KeptText
) -> HttpResponse:
    choice, user = request.POST.get("choice"), cast(User, request.user)
    form = MergeForm(content, kept.content, request.POST)
    data: Values = kept.content if choice == "mine" else _merged(content, form, request.POST)
    if choice == "merged" and not all(storable(spec, data[spec.name]) for spec in form.content.fields):
        return both_page(request, application, kept, form=form, status=422)
    try:
        if choice == "theirs":
            settle_kept_text(kept=kept, actor=user)
        else:
            take_kept_text(kept=kept, version=form.typed_version(), data=data, actor=user)
    except SectionConflict as conflict:
        return both_page(request, application, conflict.kept, status=409)
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("applications:application-section", application.reference, content.section)


def _merged(content: SectionContent, form: MergeForm, posted: QueryDict) -> Values:
    """The merged fields; also those that a third save has made equal meanwhile."""
    everything = SectionForm(content, posted).typed()
    return {name: value for name, value in everything.items() if name in posted} | form.typed()


def both_page(
    request: HttpRequest,
    application: Application,
    kept: KeptText,
    *,
    form: MergeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """What is stored beside what `kept` holds, and a form to put both together."""
    section = Section(kept.section)
    content = read_section(application, section)
    state = state_of(application, section)
    context = {
        "application": application,
        "section": section,
        "kept": kept,
        "kept_id": kept.created_at.isoformat(),
        "state": state,
        "form": form or MergeForm(content, kept.content, version=state.version if state else 0),
        "mine": kept.written_by_id == request.user.pk and not kept.merged_from,
    }
    return render(request, "applications/application_both.html", context, status=status)
