"""What the page of a session shows, with the forms of those who manage it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from exchanges.enums import ATTENDED, MeetingStatus
from exchanges.forms.sessions import AttendanceForm, HomeworkForm, MinutesForm
from exchanges.forms.texts import ReasonForm
from exchanges.models import Homework, HomeworkAnswer, Session
from exchanges.permissions import Perm
from exchanges.selectors.homework import is_late
from exchanges.selectors.running import works_in
from exchanges.selectors.sessions import COMING, AttendanceLine, attendance_lines, homework_of
from exchanges.services.letters import invited_to
from exchanges.views.asking import person
from matching.models import Partnership
from sdgpartners.core import clock
from sdgpartners.core.access import allowed
from sdgpartners.people.models import User
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.enums import Language


@dataclass(frozen=True)
class AnswerRow:
    """An answer with whether it is late."""

    answer: HomeworkAnswer
    late: bool


def session_page(request: HttpRequest, session: Session, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The page, with forms that came back with errors put in place of fresh ones."""
    user = person(request)
    manages = allowed(user, Perm.MANAGE_SESSION, session)
    begun = session.starts_at <= clock.now() and session.status not in (
        MeetingStatus.PLANNED,
        MeetingStatus.CANCELLED,
    )
    context: dict[str, Any] = {
        "session": session,
        "languages": [Language(code).label for code in session.working_languages.split(",") if code],
        "homework": [(row, _rows(row)) for row in homework_of(session, user)],
        "manages": manages,
        "begun": begun,
        "can_join": session.status == MeetingStatus.CONFIRMED,
        "can_change": manages and not begun and session.status in COMING,
        "can_cancel": manages and session.status in COMING,
    }
    if begun:
        context |= _attendance(user, session, manages=manages)
    if manages:
        context |= _steps(session, begun=begun)
    context |= {name: form for name, form in forms.items() if form is not None}
    return render(request, "exchanges/session_detail.html", context, status=status)


def _rows(homework: Homework) -> list[AnswerRow]:
    rows: list[AnswerRow] = []
    for answer in homework.seen_answers:  # type: ignore[attr-defined]  # set by homework_of
        answer.homework = homework
        rows.append(AnswerRow(answer, is_late(answer)))
    return rows


def _attendance(user: User, session: Session, *, manages: bool) -> dict[str, Any]:
    """All lines for those who look after a country, their own pair's for municipalities."""
    lines = attendance_lines(session)
    standing = standing_of(user)
    if not manages and not standing.associations and not standing.steering:
        mine = set(
            Partnership.objects.filter(works_in(standing.municipality_ids)).values_list("pk", flat=True)
        )
        lines = [line for line in lines if line.partnership.pk in mine]
    present = sum(1 for line in lines if line.recorded and line.recorded.kind in ATTENDED)
    found: dict[str, Any] = {"lines": lines, "present": present}
    if manages:
        found["attendance_forms"] = _paired([AttendanceForm(line=line) for line in lines])
    return found


def _paired(forms: list[AttendanceForm]) -> list[tuple[Partnership, list[AttendanceForm]]]:
    """The forms of both sides under their partnership."""
    found: dict[int, tuple[Partnership, list[AttendanceForm]]] = {}
    for form in forms:
        partnership = form.line.partnership
        found.setdefault(partnership.pk, (partnership, []))[1].append(form)
    return list(found.values())


def attendance_forms(session: Session, data: Any) -> list[AttendanceForm]:
    """The forms of all lines, bound to what was sent."""
    return [AttendanceForm(data, line=line) for line in attendance_lines(session)]


def paired(forms: list[AttendanceForm], lines: list[AttendanceLine] | None = None) -> dict[str, Any]:
    """Bound forms in the shape in which the page shows them."""
    return {"attendance_forms": _paired(forms), "attendance_errors": [form for form in forms if form.errors]}


def _steps(session: Session, *, begun: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if session.status in COMING:
        found["reason_form"] = ReasonForm()
    if session.status in COMING and not begun:
        found["invited"] = len(invited_to(session))
    if session.status != MeetingStatus.CANCELLED:
        found["homework_form"] = HomeworkForm(prefix="homework")
    if session.status == MeetingStatus.HELD:
        found["minutes_form"] = MinutesForm(prefix="minutes")
    return found
