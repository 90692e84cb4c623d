"""What is kept of a session: attendance, minutes, homework."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from exchanges.enums import AttendanceKind
from exchanges.forms.sessions import HomeworkForm, MinutesForm
from exchanges.permissions import Perm
from exchanges.selectors.sessions import session_for
from exchanges.services.attendance import Mark, record_marks
from exchanges.services.homework import give_homework
from exchanges.services.sessions import report_session
from exchanges.views.asking import person, take_step
from exchanges.views.session_page import attendance_forms, paired, session_page
from sdgpartners.core.access import require
from sdgpartners.core.errors import DomainError


@login_required
@require_POST
def session_attendance(request: HttpRequest, reference: str) -> HttpResponse:
    """Record who was there, all municipalities on one form; lines without a choice stay as they are."""
    user = person(request)
    session = session_for(user, reference)
    require(user, Perm.MANAGE_SESSION, session)
    forms = attendance_forms(session, request.POST)
    valid = [form.is_valid() for form in forms]
    if not all(valid):
        return session_page(request, session, status=422, **paired(forms))
    marks = [
        Mark(
            form.line.partnership,
            form.line.side,
            AttendanceKind(form.cleaned_data["kind"]),
            form.cleaned_data["people"],
        )
        for form in forms
        if form.cleaned_data["kind"]
    ]
    done = ngettext(
        "Attendance of %(number)s municipality is kept.",
        "Attendance of %(number)s municipalities is kept.",
        len(marks),
    ) % {"number": len(marks)}
    take_step(request, partial(record_marks, session=session, marks=marks, actor=user), done)
    return redirect("exchanges:session-detail", reference)


@login_required
@require_POST
def session_report(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep the minutes; the session is finished."""
    user = person(request)
    session = session_for(user, reference)
    require(user, Perm.MANAGE_SESSION, session)
    form = MinutesForm(request.POST, prefix="minutes")
    if form.is_valid():
        try:
            report_session(session=session, actor=user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The minutes are kept."))
            return redirect("exchanges:session-detail", reference)
    return session_page(request, session, status=422, minutes_form=form)


@login_required
@require_POST
def homework_create(request: HttpRequest, reference: str) -> HttpResponse:
    """Give homework to all partnerships of the country."""
    user = person(request)
    session = session_for(user, reference)
    require(user, Perm.MANAGE_SESSION, session)
    form = HomeworkForm(request.POST, prefix="homework")
    if form.is_valid():
        try:
            give_homework(
                session=session,
                titles=form.titles,
                texts=form.texts,
                due_on=form.cleaned_data["due_on"],
                actor=user,
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The homework is given. Each partnership sees it now."))
            return redirect("exchanges:session-detail", reference)
    return session_page(request, session, status=422, homework_form=form)
