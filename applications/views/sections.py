"""Filling in one section."""

from dataclasses import replace
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications.enums import Section
from applications.errors import SectionConflict
from applications.fields import SectionContent, left_out
from applications.forms.sections import SectionForm
from applications.models import Application, SectionState
from applications.opened_page import OpenedPage
from applications.selectors.applications import progress_of
from applications.selectors.drafts import amendments_after, state_of
from applications.selectors.eligibility import obstacles_of
from applications.selectors.sections import read_section
from applications.services.forms import may_edit_section, save_section
from applications.services.presence import note_presence
from applications.views.both_texts import both_page
from applications.views.files import FileError, take_section_files
from applications.views.section_page import UNPROCESSABLE, Shown, load_section, section_page
from sdgpartners.core.errors import DomainError
from sdgpartners.people.models import User
from sdgpartners.people.typed_posts import forget_typed, keeps_typed, kept_typed


@keeps_typed
@login_required
@require_http_methods(["GET", "POST"])
def application_section(request: HttpRequest, reference: str, section: str) -> HttpResponse:
    """One topic: its fields, or its answers to read when they can no longer be changed."""
    application, content = load_section(request, reference, section)
    if request.method == "POST":
        if "throw-away" in request.POST:
            forget_typed(request)
            return redirect("applications:application-section", reference, section)
        return _save(request, application, content)
    typed = kept_typed(request)
    if typed is not None:
        return section_page(request, application, _unsaved(content, typed))
    state = state_of(application, content.section)
    form = SectionForm(content, version=state.version if state else 0)
    return section_page(request, application, Shown(form, state=state))


def _unsaved(content: SectionContent, typed: QueryDict) -> Shown:
    """What was sent without a session, in the fields again. It is saved over the version that it was typed on,
    so that what others saved meanwhile is a conflict and not lost."""
    sent = SectionForm(content, typed)
    filled = replace(content, values=content.values | sent.typed())
    form = SectionForm(filled, version=sent.typed_version())
    return Shown(form, OpenedPage.read(typed.dict()), unsaved=True)


def _save(request: HttpRequest, application: Application, content: SectionContent) -> HttpResponse:
    user, page = cast(User, request.user), OpenedPage.read(request.POST.dict())
    file_errors: list[FileError] = []
    if request.FILES or "remove-file" in request.POST:
        file_errors = take_section_files(request, application, content, user)
        content = read_section(application, content.section, hints=True)
    form = SectionForm(content, request.POST)
    complete, typed = form.is_valid(), form.typed()
    try:
        state = save_section(
            application=application,
            section=content.section,
            version=form.typed_version(),
            data=typed,
            actor=user,
            page=page,
        )
    except SectionConflict as conflict:
        forget_typed(request)
        return both_page(request, application, conflict.kept, status=409)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return section_page(request, application, Shown(form, page), UNPROCESSABLE)
    forget_typed(request)
    note_presence(application=application, section=content.section, actor=user)
    amended = amendments_after(application, page.amendment)
    kept_all = not left_out(content, typed) and not file_errors
    if "remove-file" in request.POST and kept_all:
        return redirect("applications:application-section", application.reference, content.section)
    if kept_all and not amended and "later" in request.POST:
        return redirect("applications:application-detail", application.reference)
    if complete and kept_all and not amended:
        if content.section == Section.MUNICIPALITY:
            _say_what_stands_in_the_way(request, application)
        return _next(application, content.section)
    form = _with_version(form, content, request.POST, state)
    if file_errors and not left_out(content, typed) and {"later", "remove-file"} & request.POST.keys():
        # Who finishes later is not told what is still empty: only of the file that was not taken.
        form.errors.clear()
    for error in file_errors:
        form.add_error(error.name, error.message)
    return section_page(request, application, Shown(form, page, state, amended=amended), UNPROCESSABLE)


def _with_version(
    form: SectionForm, content: SectionContent, typed: QueryDict, state: SectionState
) -> SectionForm:
    """The same form again for the version that was just saved, so that saving once more is no conflict."""
    data = typed.copy()
    data[form.add_prefix("version")] = str(state.version)
    return SectionForm(content, data)


def _say_what_stands_in_the_way(request: HttpRequest, application: Application) -> None:
    """What is declared here can keep the municipality out: it hears that now, not at the signature."""
    application.refresh_from_db(fields=["has_active_twinning"])
    for reason in obstacles_of(application):
        text = _("This part is saved. As it stands now, %(municipality)s cannot take part: %(reason)s")
        messages.warning(request, text % {"municipality": application.municipality, "reason": reason.text})


def _next(application: Application, section: Section) -> HttpResponse:
    """The section that follows and may be edited, or the page to check all answers after the last."""
    order = [task.section for task in progress_of(application).tasks]
    rest = order[order.index(section) + 1 :]
    following = next((each for each in rest if may_edit_section(application, each)), None)
    if following:
        return redirect("applications:application-section", application.reference, following)
    return redirect("applications:application-check", application.reference)
