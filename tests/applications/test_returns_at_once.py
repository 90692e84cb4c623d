"""Signing, asking for changes and taking the request back at the same moment."""

from collections.abc import Callable
from threading import Thread

import pytest
from django.db import connection

from applications.enums import ApplicationStatus, Section
from applications.models import Application, Revision
from applications.services.returns import (
    cancel_change_request,
)
from applications.services.submission import (
    ask_sign_off,
    sign_and_submit,
)
from sdgpartners.core.errors import MoveNotAllowed
from tests.applications.factories import fill, open_call, save, start, submitted
from tests.applications.returning import ask_changes, mails
from tests.factories import make_editor, make_signatory
from tests.world import build_world

_S = ApplicationStatus


def _at_once(*steps: Callable[[], object]) -> list[Exception]:
    problems: list[Exception] = []

    def run(step: Callable[[], object]) -> None:
        try:
            step()
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(step,)) for step in steps]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return problems


@pytest.mark.django_db(transaction=True)
def test_two_signatories_at_the_same_moment_submit_once(transactional_db: None) -> None:
    world = build_world()
    team = start(open_call(world), world.gent)
    fill(team)
    second = make_signatory(world.gent)
    make_editor(world.gent)
    ask_sign_off(application=team.application, actor=team.editor)
    problems = _at_once(
        *(
            lambda person=person: sign_and_submit(application=team.application, actor=person)
            for person in (team.signatory, second)
        )
    )
    assert [type(problem) for problem in problems] == [MoveNotAllowed]
    assert Revision.objects.count() == 1
    assert len(mails("application_receipt")) == 4


@pytest.mark.django_db(transaction=True)
def test_signing_and_taking_the_request_back_at_once_leaves_one_of_both(transactional_db: None) -> None:
    world = build_world()
    team = submitted(open_call(world), world.gent)
    ask_changes(team, world)
    save(team, Section.MOTIVATION, **{"q-learning": "Meanwhile"})
    ask_sign_off(application=team.application, actor=team.editor)
    problems = _at_once(
        lambda: sign_and_submit(application=team.application, actor=team.signatory),
        lambda: cancel_change_request(
            application=team.application, reason="Done", actor=world.coordinator_vvsg
        ),
    )
    assert [type(problem) for problem in problems] == [MoveNotAllowed]
    application = Application.objects.get(pk=team.application.pk)
    request = application.change_requests.get()
    assert application.status == _S.SUBMITTED
    signed = request.answered_at is not None
    assert (signed, request.cancelled_at is None) in ((True, True), (False, False))
    assert application.revisions.count() == (2 if signed else 1)


def test_signing_and_asking_for_changes_at_once_is_one_after_the_other(transactional_db: None) -> None:
    world = build_world()
    team = start(open_call(world), world.gent)
    fill(team)
    ask_sign_off(application=team.application, actor=team.editor)
    problems = _at_once(
        lambda: sign_and_submit(application=team.application, actor=team.signatory),
        lambda: ask_changes(team, world),
    )
    application = Application.objects.get(pk=team.application.pk)
    asked = application.change_requests.count()
    assert application.revisions.count() == 1
    assert application.status == (_S.CHANGES_REQUESTED if asked else _S.SUBMITTED)
    assert [type(problem) for problem in problems] == ([] if asked else [MoveNotAllowed])
