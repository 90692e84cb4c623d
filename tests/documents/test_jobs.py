"""Jobs: claimed once, tried again, given back when their worker is gone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoCaptureOnCommitCallbacks

from sdgpartners.core import clock, nudge
from sdgpartners.core.errors import DomainError, LimitExceeded, MoveNotAllowed
from sdgpartners.documents.enums import JobState
from sdgpartners.documents.models import Job
from sdgpartners.documents.registry import register_job, unregister_job
from sdgpartners.documents.services import (
    enqueue_job,
    retry_job,
    run_job,
    run_waiting_jobs,
    set_progress,
    store_bytes,
)
from sdgpartners.documents.services.jobs import MOST_TRIES, STALE_AFTER, WAIT_BEFORE_NEXT_TRY

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
KIND = "counting"


class Counting:
    """A handler that counts, fails with what stands in `errors` one after the other, and notes what was
    given up."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.given_up: list[int] = []
        self.errors: list[Exception] = []

    def handle(self, job: Job) -> None:
        self.done.append(job.pk)
        if self.errors:
            raise self.errors.pop(0)

    def give_up(self, job: Job) -> None:
        self.given_up.append(job.pk)


@pytest.fixture
def counting() -> Iterator[Counting]:
    handler = Counting()
    register_job(KIND, given_up=handler.give_up)(handler.handle)
    yield handler
    unregister_job(KIND)


def _enqueue() -> Job:
    return enqueue_job(kind=KIND, arguments={"n": 1}, actor=None)


def _state(job: Job) -> tuple[str, int, str]:
    job.refresh_from_db()
    return job.state, job.tries, job.error


@pytest.mark.django_db
def test_a_job_is_done_once_however_often_it_is_run(counting: Counting) -> None:
    job = _enqueue()
    assert [run_job(job.pk), run_job(job.pk), run_waiting_jobs() > 0] == [True, False, False]
    assert counting.done == [job.pk]
    assert _state(job) == (JobState.DONE, 1, "")
    assert job.progress == 100
    assert job.finished_at is not None


@pytest.mark.django_db
def test_a_job_that_does_not_exist_is_no_error(counting: Counting) -> None:
    assert run_job(987_654_321) is False


@pytest.mark.django_db
def test_only_registered_kinds_are_queued() -> None:
    with pytest.raises(KeyError, match="nobody"):
        enqueue_job(kind="nobody", arguments={}, actor=None)
    assert Job.objects.count() == 0


@pytest.mark.django_db
def test_the_nudge_goes_out_after_commit_with_the_id_alone(
    counting: Counting,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    sent: list[tuple[str, tuple[object, ...]]] = []
    monkeypatch.setattr(nudge.current_app, "send_task", lambda name, args, retry: sent.append((name, args)))
    with django_capture_on_commit_callbacks() as callbacks:
        job = _enqueue()
    assert sent == []
    for callback in callbacks:
        callback()
    assert sent == [("documents.run_job", (job.pk,))]


@pytest.mark.django_db
def test_a_lost_broker_loses_no_job(
    counting: Counting,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    def gone(*_args: object, **_kwargs: object) -> None:
        raise nudge.OperationalError("no broker")

    monkeypatch.setattr(nudge.current_app, "send_task", gone)
    with django_capture_on_commit_callbacks(execute=True):
        job = _enqueue()
    assert run_waiting_jobs() == 1
    assert counting.done == [job.pk]


@pytest.mark.django_db
def test_an_unexpected_error_is_tried_again_after_a_wait_and_then_given_up(counting: Counting) -> None:
    counting.errors = [ZeroDivisionError(f"number {number}") for number in range(MOST_TRIES)]
    moment = NOON
    with clock.at(moment):
        job = _enqueue()
    for number in range(1, MOST_TRIES):
        with clock.at(moment):
            assert run_waiting_jobs() == 1
            assert _state(job) == (JobState.QUEUED, number, f"ZeroDivisionError: number {number - 1}")
            assert run_waiting_jobs() == 0
        moment += WAIT_BEFORE_NEXT_TRY
        assert counting.given_up == []
    with clock.at(moment):
        assert run_waiting_jobs() == 1
    assert _state(job) == (JobState.FAILED, MOST_TRIES, f"ZeroDivisionError: number {MOST_TRIES - 1}")
    assert counting.given_up == [job.pk]
    with clock.at(moment + timedelta(days=1)):
        assert run_waiting_jobs() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("error", [LimitExceeded("No place is left."), SoftTimeLimitExceeded()])
def test_a_refusal_of_the_domain_and_a_used_up_time_are_final(counting: Counting, error: Exception) -> None:
    counting.errors = [error]
    job = _enqueue()
    assert run_job(job.pk)
    words = "No place is left." if isinstance(error, DomainError) else "SoftTimeLimitExceeded()"
    assert _state(job) == (JobState.FAILED, 1, words)
    assert counting.given_up == [job.pk]


@pytest.mark.django_db
def test_a_stale_claim_goes_back_and_a_fresh_one_stays(counting: Counting) -> None:
    lost = Job.objects.create(kind=KIND, state=JobState.RUNNING, claimed_at=NOON, tries=1)
    with clock.at(NOON + STALE_AFTER):
        assert run_waiting_jobs() == 0
    assert _state(lost)[0] == JobState.RUNNING
    with clock.at(NOON + STALE_AFTER + timedelta(seconds=1)):
        assert run_waiting_jobs() == 1
    assert _state(lost) == (JobState.DONE, 2, "")


@pytest.mark.django_db
def test_a_job_that_kills_its_worker_every_time_is_given_up(counting: Counting) -> None:
    deadly = Job.objects.create(kind=KIND, state=JobState.RUNNING, claimed_at=NOON, tries=MOST_TRIES)
    with clock.at(NOON + STALE_AFTER + timedelta(seconds=1)):
        assert run_waiting_jobs() == 0
    assert _state(deadly)[0] == JobState.FAILED
    assert counting.given_up == [deadly.pk]
    assert counting.done == []


@pytest.mark.django_db
def test_a_worker_that_was_given_up_for_dead_changes_nothing_any_more(counting: Counting) -> None:
    def overtaken(job: Job) -> None:
        later = NOON + STALE_AFTER + timedelta(seconds=1)
        Job.objects.filter(pk=job.pk).update(claimed_at=later, tries=2)
        set_progress(job, 77)

    register_job("overtaken")(overtaken)
    try:
        job = enqueue_job(kind="overtaken", arguments={}, actor=None)
        with clock.at(NOON):
            run_job(job.pk)
    finally:
        unregister_job("overtaken")
    job.refresh_from_db()
    assert (job.state, job.tries, job.progress) == (JobState.RUNNING, 2, 0)


@pytest.mark.django_db
def test_progress_and_file_stay_on_the_row(media: object) -> None:
    seen: list[int] = []

    def exporting(job: Job) -> None:
        set_progress(job, 40)
        seen.append(Job.objects.get(pk=job.pk).progress)
        job.file = store_bytes(content=b"x", name="x", content_type="text/csv", purpose="export", actor=None)

    register_job("exporting")(exporting)
    try:
        job = enqueue_job(kind="exporting", arguments={}, actor=None)
        run_job(job.pk)
    finally:
        unregister_job("exporting")
    job.refresh_from_db()
    assert seen == [40]
    assert job.file is not None
    assert job.file.name == "x"


@pytest.mark.django_db
def test_a_failed_job_can_start_over_and_no_other_can(counting: Counting) -> None:
    counting.errors = [LimitExceeded("full")]
    job = _enqueue()
    with pytest.raises(MoveNotAllowed):
        retry_job(job=job, actor=None)
    run_job(job.pk)
    retry_job(job=job, actor=None)
    assert _state(job) == (JobState.QUEUED, 0, "full")
    assert run_job(job.pk)
    assert _state(job) == (JobState.DONE, 1, "")
    with pytest.raises(MoveNotAllowed):
        retry_job(job=job, actor=None)


@pytest.mark.django_db
def test_a_kind_whose_code_is_gone_fails_with_words() -> None:
    job = Job.objects.create(kind="gone", tries=MOST_TRIES - 1)
    run_job(job.pk)
    assert _state(job) == (JobState.FAILED, MOST_TRIES, "KeyError: 'gone'")


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_do_each_job_once(counting: Counting) -> None:
    jobs = [_enqueue().pk for _number in range(20)]
    together = Barrier(2)
    counts: list[int] = []

    def work() -> None:
        try:
            together.wait()
            counts.append(run_waiting_jobs())
        finally:
            connection.close()

    threads = [Thread(target=work) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counting.done) == jobs
    assert sum(counts) == 20


@pytest.mark.django_db
def test_looking_for_work_takes_two_statements_when_there_is_none(counting: Counting) -> None:
    for _number in range(30):
        Job.objects.create(kind=KIND, state=JobState.DONE)
    with CaptureQueriesContext(connection) as caught:
        assert run_waiting_jobs() == 0
    assert len(caught) == 2
