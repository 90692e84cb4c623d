"""What the pages and answers about one section share: loading it, and the page around its fields."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from applications.answers import answer_rows
from applications.enums import Section
from applications.fields import FieldKind, SectionContent
from applications.forms.sections import SectionForm
from applications.models import Application, SectionState
from applications.opened_page import OpenedPage
from applications.permissions import Perm, application_for
from applications.selectors.amendments import ToldAmendment
from applications.selectors.applications import read_change_requests
from applications.selectors.changes import change_page
from applications.selectors.drafts import Colleague, around, state_of
from applications.selectors.files import answer_files
from applications.selectors.sections import read_section
from applications.services.forms import is_editable, may_edit_section
from sdgpartners.core import clock
from sdgpartners.core.access import require
from sdgpartners.core.display import format_clock
from sdgpartners.people.models import User
from sdgpartners.people.typed_posts import typed_token

UNPROCESSABLE = 422


def load_section(request: HttpRequest, reference: str, section: str) -> tuple[Application, SectionContent]:
    """The application that the person works on (404 or 403 otherwise) and the section (404 where it has
    none)."""
    application = application_for(request.user, reference)
    require(request.user, Perm.EDIT_APPLICATION, application)
    if section not in Section.values:
        raise Http404
    read_change_requests(application, with_content=True)
    content = read_section(application, Section(section), hints=is_editable(application))
    if not content.groups:
        raise Http404
    return application, content


@dataclass(frozen=True, slots=True)
class Shown:
    """What a section's page shows beside its fields. `unsaved`: what was typed before the person had to sign
    in again; `amended`: amendments of the call since the page was made."""

    form: SectionForm
    page: OpenedPage | None = None
    state: SectionState | None = None
    unsaved: bool = False
    amended: tuple[ToldAmendment, ...] = ()


def section_page(
    request: HttpRequest, application: Application, shown: Shown, status: int = 200
) -> HttpResponse:
    """The page of a section, to fill in or to read."""
    section = shown.form.content.section
    beside = around(application, section, cast(User, request.user))
    page = (
        replace(shown.page, amendment=beside.amendment) if shown.page else OpenedPage.fresh(beside.amendment)
    )
    # What was typed is never hidden, even when it came too late to be saved.
    editable = shown.form.is_bound or shown.unsaved or may_edit_section(application, section)
    has_files = any(spec.kind == FieldKind.FILE for spec in shown.form.content.fields)
    context: dict[str, Any] = {
        "application": application,
        "call": application.call,
        "section": section,
        "form": shown.form,
        "state": shown.state or state_of(application, section),
        "page": page,
        "typed_for": typed_token(request.user, request.path),
        "now": clock.now(),
        "unsaved": shown.unsaved,
        "amended": shown.amended,
        "files": answer_files(application) if has_files else {},
        "has_files": has_files,
        "editable": editable,
        "others": others_line(beside.others) if editable else "",
        "kept_texts": beside.texts if editable else (),
        "rows": () if editable else answer_rows(shown.form.content),
        **change_page(application, section),
    }
    return render(request, "applications/application_section.html", context, status=status)


def others_line(others: Sequence[Colleague]) -> str:
    """Who else has the section open, in words of the reader; empty when nobody has."""
    if not others:
        return ""
    last = others[0]
    values = {"person": last.name, "time": format_clock(last.seen_at)}
    if len(others) == 1:
        return _("%(person)s is writing in this part too (%(time)s).") % values
    return _("%(person)s and others are writing in this part too (%(time)s).") % values
