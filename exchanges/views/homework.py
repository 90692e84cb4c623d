"""A pair's answer to its homework."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from exchanges.enums import HomeworkStatus
from exchanges.forms.homework import AnswerForm
from exchanges.models import HomeworkAnswer
from exchanges.permissions import Perm
from exchanges.selectors.homework import answer_for, is_late
from exchanges.selectors.running import RUNNING
from exchanges.services.homework import discuss_homework, hand_in_homework
from exchanges.views.asking import person, take_step
from matching.selectors.standstill import is_suspended
from sdgpartners.core.access import allowed, require
from sdgpartners.core.errors import DomainError, EditConflict


@login_required
@require_http_methods(["GET", "POST"])
def homework_answer(request: HttpRequest, homework: str, partnership: str) -> HttpResponse:
    """What is asked and by when, and the pair's one answer; both texts when two people wrote at once."""
    user = person(request)
    answer = answer_for(user, homework, partnership)
    if request.method != "POST":
        form = AnswerForm(initial={"text": answer.text, "version": answer.version})
        return _page(request, answer, form)
    require(user, Perm.HAND_IN_HOMEWORK, answer)
    form = AnswerForm(request.POST)
    theirs = ""
    if form.is_valid():
        try:
            hand_in_homework(answer=answer, actor=user, **form.cleaned_data)
        except EditConflict as conflict:
            theirs = str(conflict.theirs["text"])
            # The next attempt is made in the knowledge of their text.
            form = AnswerForm({**form.cleaned_data, "version": conflict.theirs["version"]})
            form.add_error("text", str(conflict))
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, _("Your answer is handed in. Your partner and the facilitator can read it.")
            )
            return redirect("exchanges:homework-answer", homework, partnership)
    return _page(request, answer, form, status=422, theirs=theirs)


@login_required
@require_POST
def homework_discuss(request: HttpRequest, homework: str, partnership: str) -> HttpResponse:
    """The answer was discussed; it is closed."""
    user = person(request)
    answer = answer_for(user, homework, partnership)
    require(user, Perm.DISCUSS_HOMEWORK, answer)
    take_step(request, partial(discuss_homework, answer=answer, actor=user), _("Marked as discussed."))
    return redirect("exchanges:homework-answer", homework, partnership)


def _page(
    request: HttpRequest, answer: HomeworkAnswer, form: AnswerForm, *, status: int = 200, theirs: str = ""
) -> HttpResponse:
    user = person(request)
    running = answer.partnership.status in RUNNING
    may_write = running and answer.status != HomeworkStatus.DISCUSSED
    context: dict[str, Any] = {
        "answer": answer,
        "homework": answer.homework,
        "form": form,
        "theirs": theirs,
        "late": is_late(answer),
        # What was typed stays on the page, also when the partnership was suspended meanwhile.
        "may_write": form.is_bound or (may_write and allowed(user, Perm.HAND_IN_HOMEWORK, answer)),
        "may_close": answer.status == HomeworkStatus.HANDED_IN
        and not is_suspended(answer.partnership)
        and allowed(user, Perm.DISCUSS_HOMEWORK, answer),
    }
    return render(request, "exchanges/homeworkanswer_form.html", context, status=status)
