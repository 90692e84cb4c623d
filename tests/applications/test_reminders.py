"""Who is reminded before a call closes."""

from zoneinfo import ZoneInfo

from applications.reminders import application_deadline, sign_off_waiting
from applications.services.submission import ask_sign_off
from sdgpartners.core import clock
from sdgpartners.notifications.models import OutgoingMail
from sdgpartners.notifications.services import send_due
from tests.applications.factories import at_second, fill, open_call, start, submitted
from tests.world import World


def test_drafts_and_open_questions_are_due_when_the_call_closes(world: World) -> None:
    call = open_call(world)
    draft = start(call, world.gent)
    waiting = start(call, world.leuven)
    fill(waiting)
    ask_sign_off(application=waiting.application, actor=waiting.editor)
    submitted(call, world.mechelen)
    drafts = {(due.target, due.recipient) for due in application_deadline(clock.now())}
    assert drafts == {(draft.reference, draft.editor), (draft.reference, draft.signatory)}
    asked = list(sign_off_waiting(clock.now()))
    assert [(due.target, due.recipient) for due in asked] == [(waiting.reference, waiting.signatory)]
    assert asked[0].due_on == call.closes_at.astimezone(ZoneInfo(call.time_zone)).date()
    late = at_second(call.closes_at, 1)
    assert [*application_deadline(late), *sign_off_waiting(late)] == []


def test_the_mails_can_be_written(world: World) -> None:
    call = open_call(world)
    start(call, world.gent)
    waiting = start(call, world.leuven)
    fill(waiting)
    ask_sign_off(application=waiting.application, actor=waiting.editor)
    with clock.at(at_second(call.closes_at, -3 * 24 * 3600)):
        send_due()
        assert send_due() == []
    kinds = sorted(OutgoingMail.objects.values_list("kind", flat=True))
    assert kinds == ["application_deadline"] * 2 + ["sign_off_asked", "sign_off_waiting"]
