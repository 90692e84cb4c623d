"""Homework: one answer a pair, both texts on a conflict, late but not lost."""

from datetime import timedelta

import pytest

from exchanges.enums import HomeworkStatus
from exchanges.errors import OutsidePeriod
from exchanges.models import HomeworkAnswer
from exchanges.selectors.homework import is_late, open_answers
from exchanges.services.homework import discuss_homework, give_homework, hand_in_homework
from exchanges.services.sessions import cancel_session
from exchanges.texts import Texts
from matching.enums import PartnershipStatus
from matching.errors import StandsStill
from sdgpartners.core import clock
from sdgpartners.core.errors import EditConflict, Incomplete, MoveNotAllowed
from tests.exchanges.factories import NOON, Pairs, make_homework, make_partnership, make_session, texts
from tests.factories import MunicipalityFactory


def test_each_running_partnership_of_the_country_gets_one_joint_answer(pairs: Pairs) -> None:
    world = pairs.world
    make_partnership(world.benin, MunicipalityFactory(), world.cove)
    ended = make_partnership(world.rwanda, MunicipalityFactory(), MunicipalityFactory(country=world.rw))
    ended.status = PartnershipStatus.ENDED_EARLY
    ended.save()
    homework = make_homework(make_session(world.rwanda))
    assert sorted(homework.answers.values_list("partnership", "side", "status")) == sorted(
        (pair.pk, "", HomeworkStatus.OPEN) for pair in (pairs.gent_karongi, pairs.leuven_nyanza)
    )


def test_homework_needs_all_languages_and_a_day_after_the_session(pairs: Pairs) -> None:
    session = make_session(pairs.world.rwanda)
    with pytest.raises(OutsidePeriod):
        make_homework(session, days=0)
    with pytest.raises(Incomplete):
        give_homework(
            session=session,
            titles=texts("Title"),
            texts=Texts("Text", "", "Tekst"),
            due_on=session.day + timedelta(days=7),
            actor=None,
        )
    cancel_session(session=session, reason="no", actor=None)
    with pytest.raises(MoveNotAllowed):
        make_homework(session)
    assert HomeworkAnswer.objects.count() == 0


def test_either_side_hands_in_and_writes_on(pairs: Pairs) -> None:
    answer = pairs.answer(pairs.gent_karongi, make_homework(make_session(pairs.world.rwanda)))
    first = hand_in_homework(answer=answer, text=" Wij bereiken jongeren.\r\n", version=0, actor=pairs.gent)
    assert (first.text, first.language, first.version, first.status) == (
        "Wij bereiken jongeren.",
        "nl",
        1,
        HomeworkStatus.HANDED_IN,
    )
    with clock.at(NOON + timedelta(days=1)):
        second = hand_in_homework(answer=answer, text="We reach youth.", version=1, actor=pairs.karongi)
    assert (second.version, second.handed_in_by, second.language) == (2, pairs.karongi, "en")
    assert second.handed_in_at == NOON  # when it was first there


def test_a_double_tap_is_one_hand_in(pairs: Pairs) -> None:
    answer = pairs.answer(pairs.gent_karongi, make_homework(make_session(pairs.world.rwanda)))
    hand_in_homework(answer=answer, text="Our text", version=0, actor=pairs.gent)
    again = hand_in_homework(answer=answer, text="Our text", version=0, actor=pairs.gent)
    assert again.version == 1


def test_two_writers_keep_both_texts(pairs: Pairs) -> None:
    answer = pairs.answer(pairs.gent_karongi, make_homework(make_session(pairs.world.rwanda)))
    hand_in_homework(answer=answer, text="North", version=0, actor=pairs.gent)
    with pytest.raises(EditConflict) as caught:
        hand_in_homework(answer=answer, text="South", version=0, actor=pairs.karongi)
    assert (caught.value.theirs["text"], caught.value.mine["text"]) == ("North", "South")
    answer.refresh_from_db()
    assert (answer.text, answer.version) == ("North", 1)


def test_late_is_allowed_and_marked(pairs: Pairs) -> None:
    homework = make_homework(make_session(pairs.world.rwanda))
    on_time = pairs.answer(pairs.gent_karongi, homework)
    late = pairs.answer(pairs.leuven_nyanza, homework)
    hand_in_homework(answer=on_time, text="In time", version=0, actor=pairs.gent)
    with clock.at(NOON + timedelta(days=60)):
        assert is_late(pairs.answer(pairs.leuven_nyanza, homework))
        late = hand_in_homework(answer=late, text="Late", version=0, actor=pairs.leuven)
        hand_in_homework(answer=on_time, text="Corrected later", version=1, actor=pairs.gent)
        assert is_late(late)
        assert not is_late(pairs.answer(pairs.gent_karongi, homework))


def test_nothing_empty_nothing_after_the_discussion_nothing_while_suspended(pairs: Pairs) -> None:
    homework = make_homework(make_session(pairs.world.rwanda))
    answer = pairs.answer(pairs.gent_karongi, homework)
    with pytest.raises(Incomplete):
        hand_in_homework(answer=answer, text=" \n", version=0, actor=pairs.gent)
    with pytest.raises(MoveNotAllowed):
        discuss_homework(answer=answer, actor=None)
    hand_in_homework(answer=answer, text="Text", version=0, actor=pairs.gent)
    discuss_homework(answer=answer, actor=pairs.world.coordinator_ralga)
    with pytest.raises(MoveNotAllowed):
        hand_in_homework(answer=answer, text="More", version=1, actor=pairs.gent)
    other = pairs.leuven_nyanza
    other.status = PartnershipStatus.SUSPENDED
    other.save()
    with pytest.raises(StandsStill):
        hand_in_homework(answer=pairs.answer(other, homework), text="Text", version=0, actor=pairs.leuven)


def test_what_is_open_leaves_out_what_was_handed_in_and_cancelled_sessions(pairs: Pairs) -> None:
    homework = make_homework(make_session(pairs.world.rwanda))
    cancelled = make_session(pairs.world.rwanda, NOON + timedelta(days=30))
    make_homework(cancelled)
    cancel_session(session=cancelled, reason="no", actor=None)
    hand_in_homework(
        answer=pairs.answer(pairs.gent_karongi, homework), text="Text", version=0, actor=pairs.gent
    )
    rows = open_answers([pairs.gent_karongi, pairs.leuven_nyanza])
    assert list(rows) == [pairs.answer(pairs.leuven_nyanza, homework)]
