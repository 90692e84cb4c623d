"""Filling in one section, and choosing between two texts when two people saved the same one."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications.answers import answer_rows
from applications.enums import Section
from applications.errors import SectionConflict
from applications.fields import SectionContent, Values, storable
from applications.forms.merge import MergeForm
from applications.forms.sections import SectionForm
from applications.models import Application, KeptText, SectionState
from applications.permissions import Perm, application_for
from applications.selectors.applications import progress_of
from applications.selectors.sections import read_section
from applications.services.forms import is_editable, save_section, settle_kept_text, take_kept_text
from sdgpartners.core.access import require
from sdgpartners.core.errors import DomainError


def _load(request: HttpRequest, reference: str, section: str) -> tuple[Application, SectionContent]:
    """The application that the person works on (404 or 403 otherwise) and the section (404 where it has
    none)."""
    application = application_for(request.user, reference)
    require(request.user, Perm.EDIT_APPLICATION, application)
    if section not in Section.values:
        raise Http404
    content = read_section(application, Section(section), hints=is_editable(application))
    if not content.groups:
        raise Http404
    return application, content


@login_required
@require_http_methods(["GET", "POST"])
def application_section(request: HttpRequest, reference: str, section: str) -> HttpResponse:
    """One topic: its fields, or its answers to read when they can no longer be changed."""
    application, content = _load(request, reference, section)
    if request.method == "POST":
        return _save(request, application, content)
    state = _state(application, content.section)
    form = SectionForm(content, version=state.version if state else 0)
    return _page(request, application, form, state)


def _state(application: Application, section: Section) -> SectionState | None:
    return (
        SectionState.objects.filter(application=application.pk, section=section)
        .select_related("saved_by")
        .first()
    )


def _page(
    request: HttpRequest,
    application: Application,
    form: SectionForm,
    state: SectionState | None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "application": application,
        "call": application.call,
        "section": form.content.section,
        "form": form,
        "state": state,
        # What was typed is never hidden, even when it came too late to be saved.
        "editable": is_editable(application) or form.is_bound,
        "rows": answer_rows(form.content),
    }
    return render(request, "applications/application_section.html", context, status=status)


def _save(request: HttpRequest, application: Application, content: SectionContent) -> HttpResponse:
    form = SectionForm(content, request.POST)
    complete = form.is_valid()
    typed = form.typed()
    try:
        state = save_section(
            application=application,
            section=content.section,
            version=form.typed_version(),
            data=typed,
            actor=_person(request),
        )
    except SectionConflict as conflict:
        return _both_page(request, application, conflict.kept, status=409)
    except DomainError as error:
        form.add_error(None, str(error))
        return _page(request, application, form, _state(application, content.section), status=422)
    kept_all = all(storable(spec, typed[spec.name]) for spec in content.fields)
    if kept_all and "later" in request.POST:
        return redirect("applications:application-detail", application.reference)
    if complete:
        return _next(application, content.section)
    return _page(request, application, _with_version(form, content, request.POST, state), state, status=422)


def _with_version(
    form: SectionForm, content: SectionContent, typed: QueryDict, state: SectionState
) -> SectionForm:
    """The same form again for the version that was just saved, so that saving once more is no conflict."""
    data = typed.copy()
    data[form.add_prefix("version")] = str(state.version)
    return SectionForm(content, data)


def _next(application: Application, section: Section) -> HttpResponse:
    """The section that follows, or the page to check all answers after the last."""
    order = [task.section for task in progress_of(application).tasks]
    following = order[order.index(section) + 1 :]
    if following:
        return redirect("applications:application-section", application.reference, following[0])
    return redirect("applications:application-check", application.reference)


@login_required
@require_http_methods(["GET", "POST"])
def application_both(request: HttpRequest, reference: str, section: str) -> HttpResponse:
    """Two texts of one section side by side, and the choice between them."""
    application, content = _load(request, reference, section)
    waiting = KeptText.objects.filter(
        application=application, section=content.section, settled_at__isnull=True
    )
    if request.method == "GET":
        kept = waiting.select_related("written_by").order_by("created_at").first()
        if kept is None:
            return redirect("applications:application-section", reference, section)
        return _both_page(request, application, kept)
    moment = parse_datetime(request.POST.get("kept", ""))
    kept = waiting.filter(created_at=moment).first() if moment else None
    if kept is None:
        messages.info(request, _("Somebody has chosen between these texts already."))
        return redirect("applications:application-section", reference, section)
    return _choose(request, application, content, kept)


def _choose(
    request: HttpRequest, application: Application, content: SectionContent, kept: KeptText
) -> HttpResponse:
    choice = request.POST.get("choice")
    form = MergeForm(content, kept.content, request.POST)
    data: Values = kept.content if choice == "mine" else _merged(content, form, request.POST)
    if choice == "merged" and not all(storable(spec, data[spec.name]) for spec in form.content.fields):
        return _both_page(request, application, kept, form=form, status=422)
    try:
        if choice == "theirs":
            settle_kept_text(kept=kept, actor=_person(request))
        else:
            take_kept_text(kept=kept, version=form.typed_version(), data=data, actor=_person(request))
    except SectionConflict as conflict:
        return _both_page(request, application, conflict.kept, status=409)
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("applications:application-section", application.reference, content.section)


def _merged(content: SectionContent, form: MergeForm, posted: QueryDict) -> Values:
    """The merged fields; also those that a third save has made equal meanwhile."""
    everything = SectionForm(content, posted).typed()
    return {name: value for name, value in everything.items() if name in posted} | form.typed()


def _both_page(
    request: HttpRequest,
    application: Application,
    kept: KeptText,
    *,
    form: MergeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    section = Section(kept.section)
    content = read_section(application, section)
    state = _state(application, section)
    context = {
        "application": application,
        "section": section,
        "kept": kept,
        "kept_id": kept.created_at.isoformat(),
        "state": state,
        "form": form or MergeForm(content, kept.content, version=state.version if state else 0),
        "mine": kept.written_by_id == request.user.pk,
    }
    return render(request, "applications/application_both.html", context, status=status)


def _person(request: HttpRequest) -> Any:
    return request.user
