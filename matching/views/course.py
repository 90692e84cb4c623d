"""The course of a partnership: its dates, suspensions, requests for another end, and what may be done now."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from matching.forms.course import AnotherEndForm, AnswerForm, StepForm
from matching.models import Partnership
from matching.permissions import Perm, editing_sides_of, sides_of, signing_sides_of
from matching.selectors.course import (
    AGREEABLE,
    EffectLine,
    cap_of,
    end_changes_of,
    merged_side,
    municipality_on,
    open_lines,
    sponsor_questions,
)
from matching.selectors.partnerships import ALONG, partnerships_visible_to
from matching.selectors.standstill import is_suspended, suspensions_of
from matching.services.course import DEAD
from matching.views.people import person
from sdgpartners.core import clock
from sdgpartners.core.access import allowed, one_or_404
from sdgpartners.people.standing import standing_of
from sdgpartners.programme.enums import Side


@login_required
@require_GET
def partnership_course(request: HttpRequest, reference: str) -> HttpResponse:
    """Its dates, suspensions, requests for another end, and what may be done now."""
    return course_page(request, load(request, reference))


def load(request: HttpRequest, reference: str) -> Partnership:
    """The partnership with its municipalities and what they merged into; 404 for whom it does not exist."""
    rows = partnerships_visible_to(request.user).select_related(
        *ALONG, "north__successor", "south__successor", "replaces__north", "replaces__south"
    )
    return one_or_404(rows, reference=reference)


def course_page(
    request: HttpRequest, partnership: Partnership, *, status: int = 200, **extra: Any
) -> HttpResponse:
    """The page, with forms that came back with errors put in place of fresh ones."""
    user = person(request)
    may_change = allowed(user, Perm.CHANGE_COURSE, partnership)
    dead = partnership.status in DEAD
    suspensions = list(suspensions_of(partnership))
    questions = sponsor_questions(partnership)
    merged = merged_side(partnership)
    context: dict[str, Any] = {
        "partnership": partnership,
        "section": "course",
        "replaces": _replaces(user, partnership),
        "followed_by": _followed_by(user, partnership) if dead else None,
        "suspended": is_suspended(partnership),
        "suspension": suspensions[0] if suspensions and suspensions[0].resumed_on is None else None,
        "suspensions": [row for row in suspensions if row.resumed_on is not None],
        "cap": cap_of(partnership),
        "lines": [] if dead else _lines(user, partnership),
        "questions": questions,
        "may_confirm": [] if dead or is_suspended(partnership) else _asked_of(user, partnership, questions),
        "merged": municipality_on(partnership, merged) if merged else None,
        "follow_form": StepForm(prefix="follow") if merged and may_change else None,
        "may_change": may_change and not dead,
        "may_show": may_change,
        "over": partnership.ends_on is not None and partnership.ends_on < clock.today(),
        **_end_change(request, partnership, may_change=may_change),
    }
    return render(request, "matching/partnership_course.html", {**context, **extra}, status=status)


def _replaces(user: Any, partnership: Partnership) -> Partnership | None:
    """The partnership whose place it takes, for who may know of it: it may be of another country."""
    if partnership.replaces_id is None:
        return None
    known = partnerships_visible_to(user).filter(pk=partnership.replaces_id).order_by().exists()
    return partnership.replaces if known else None


def _followed_by(user: Any, partnership: Partnership) -> Partnership | None:
    """The partnership that took the place of this one, for who may know of it."""
    rows = partnerships_visible_to(user).filter(replaces=partnership.pk)
    return rows.select_related("north", "south").order_by("pk").first()


def _lines(user: Any, partnership: Partnership) -> list[EffectLine]:
    """What is open; the steering group reads no money here."""
    sees_money = bool(standing_of(user).associations or sides_of(user, partnership))
    return [line for line in open_lines([partnership]) if sees_money or not line.about_money]


def _asked_of(user: Any, partnership: Partnership, questions: list[Any]) -> list[Side]:
    """The sides for which this person is asked to confirm."""
    waiting = {row.side for row in questions if row.confirmed_at is None}
    return [side for side in signing_sides_of(user, partnership) if side in waiting]


def _end_change(request: HttpRequest, partnership: Partnership, *, may_change: bool) -> dict[str, Any]:
    """The request for another end that waits, those that were decided, and what this person may say."""
    changes = end_changes_of(partnership)
    waiting = next((row for row in changes if row.decided_at is None), None)
    runs = partnership.status in AGREEABLE
    mine = editing_sides_of(request.user, partnership) if runs else []
    agreed = {side: waiting and getattr(waiting, f"agreed_{side.value}_at") for side in Side}
    both = waiting is not None and all(agreed.values())
    return {
        "change": waiting,
        "agreements": [(municipality_on(partnership, side), agreed[side]) for side in Side]
        if waiting
        else [],
        "changes": [row for row in changes if row.decided_at is not None],
        "end_form": AnotherEndForm(prefix="end") if mine and waiting is None else None,
        "may_agree": waiting is not None and any(not agreed[side] for side in mine),
        "withdraw_form": StepForm(prefix="withdraw") if mine and waiting else None,
        "decide_form": AnswerForm(prefix="decide") if waiting and may_change and runs else None,
        "both_agree": both,
    }
