"""Homework: given at a session, one joint answer a partnership, discussed at the next (concept note 3.7)."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from exchanges.enums import HomeworkStatus, MeetingStatus
from exchanges.errors import OutsidePeriod
from exchanges.models import Homework, HomeworkAnswer, Session
from exchanges.selectors.running import running_on
from exchanges.services import moving
from exchanges.texts import Texts
from matching.services.course import require_moving
from sdgpartners.core import clock
from sdgpartners.core.errors import EditConflict, Incomplete, MoveNotAllowed
from sdgpartners.core.history import because
from sdgpartners.core.references import next_reference
from sdgpartners.people.models import User


@transaction.atomic
def give_homework(
    *, session: Session, titles: Texts, texts: Texts, due_on: date, actor: User | None
) -> Homework:
    """Give all partnerships of the country that run on the day of the session something to work on together.

    `due_on` is the last day, in the portal's zone. Opens one joint answer for each. Raises Incomplete
    without words in each language, OutsidePeriod unless it is due after the session, MoveNotAllowed for a
    cancelled session.
    """
    session = moving.lock_session(session)
    if session.status == MeetingStatus.CANCELLED:
        raise MoveNotAllowed(state=MeetingStatus.CANCELLED.label)
    if not titles.is_complete or not texts.is_complete:
        raise Incomplete(_("Fill in the title and the text in all three languages."))
    if due_on <= session.day:
        raise OutsidePeriod(_("Homework is due after the session that gives it."))
    with because(actor):
        homework = Homework.objects.create(
            session=session,
            reference=next_reference("HOM"),
            due_on=due_on,
            **titles.columns("title"),
            **texts.columns("text"),
        )
        for partnership in running_on(session.partner_country, session.day):
            HomeworkAnswer.objects.create(homework=homework, partnership=partnership)
    return homework


@transaction.atomic
def hand_in_homework(*, answer: HomeworkAnswer, text: str, version: int, actor: User) -> HomeworkAnswer:
    """Keep the pair's answer, written on the page that showed `version`. Late is allowed; the page marks it.

    Locks the partnership and the answer. The same text again changes nothing (a double tap). The language is the
    writer's. Raises EditConflict with both texts when somebody saved meanwhile, Incomplete, NotRunning, StandsStill,
    MoveNotAllowed once discussed.
    """
    require_moving(answer.partnership)
    answer = moving.lock_answer(answer)
    moving.require_running(answer.partnership)
    text = text.replace("\r\n", "\n").strip()
    if answer.status == HomeworkStatus.HANDED_IN and answer.text == text:
        return answer
    moving.move_answer(answer, HomeworkStatus.HANDED_IN)
    if not text:
        raise Incomplete(_("Write your answer first."))
    if version != answer.version:
        raise EditConflict(theirs={"text": answer.text, "version": answer.version}, mine={"text": text})
    answer.text, answer.language, answer.version = text, actor.language, answer.version + 1
    answer.handed_in_by, answer.handed_in_at = actor, answer.handed_in_at or clock.now()
    with because(actor):
        answer.save()
    return answer


@transaction.atomic
def discuss_homework(*, answer: HomeworkAnswer, actor: User | None) -> HomeworkAnswer:
    """Say that the answer was discussed in a session; it is closed from now on. Raises MoveNotAllowed, StandsStill."""
    require_moving(answer.partnership)
    answer = moving.lock_answer(answer)
    moving.move_answer(answer, HomeworkStatus.DISCUSSED)
    with because(actor):
        answer.save()
    return answer
