"""Work for the worker. The row is the queue: claimed by a conditional update, tried again, never done by
two at once."""

import logging
import time
from datetime import datetime, timedelta

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import F, Q, QuerySet

from sdgpartners.core import clock
from sdgpartners.core.errors import DomainError, MoveNotAllowed
from sdgpartners.core.moves import check_move
from sdgpartners.core.nudge import nudge
from sdgpartners.documents.enums import JOB_MOVES, JobState
from sdgpartners.documents.models import Job
from sdgpartners.documents.registry import job_kind
from sdgpartners.people.models import User

logger = logging.getLogger(__name__)

RUN_JOB_TASK = "documents.run_job"
MOST_TRIES = 3
WAIT_BEFORE_NEXT_TRY = timedelta(seconds=30)
# Longer than the hard time limit of a task (CELERY_TASK_TIME_LIMIT): whoever held the claim is gone by then.
STALE_AFTER = timedelta(minutes=15)
LONGEST_ERROR = 2_000


@transaction.atomic
def enqueue_job(*, kind: str, arguments: dict[str, object], actor: User | None) -> Job:
    """Put a job into the queue, in the caller's transaction. Nudges the worker after commit.

    `arguments` are plain JSON. KeyError for a kind that no app registered.
    """
    job_kind(kind)
    job = Job.objects.create(kind=kind, arguments=arguments, requested_by=actor)
    nudge(RUN_JOB_TASK, job.pk)
    return job


@transaction.atomic
def retry_job(*, job: Job, actor: User | None) -> Job:
    """Let a failed job start over. Locks the row, raises MoveNotAllowed when it has not failed."""
    job = Job.objects.select_for_update().get(pk=job.pk)
    if job.state != JobState.FAILED:
        # The table also lets a running job go back, but that is for stale claims alone.
        raise MoveNotAllowed(state=JobState(job.state).label)
    job.state, job.tries, job.progress, job.claimed_at, job.finished_at = JobState.QUEUED, 0, 0, None, None
    job.save()
    logger.info("Job %s was started over by %s.", job.pk, actor.pk if actor else "the system")
    nudge(RUN_JOB_TASK, job.pk)
    return job


def set_progress(job: Job, percent: int) -> None:
    """Tell how far the work is (0 to 100). Written at once, outside the handler's transactions."""
    job.progress = percent
    _of_claim(job).update(progress=percent, updated_at=clock.now())


def run_waiting_jobs(*, seconds: float = 60) -> int:
    """Give stale claims back, then do the waiting jobs, oldest first; how many were done by this call.

    No further job is begun after `seconds`, so that each still has most of the task's time limit for itself.
    """
    return_stale_claims()
    until = time.monotonic() + seconds
    done = 0
    for pk in list(_ready().order_by("created_at", "pk").values_list("pk", flat=True)):
        if time.monotonic() > until:
            break
        done += run_job(pk)
    return done


def return_stale_claims() -> int:
    """Jobs whose worker is gone wait again, or have failed when their tries are used up; how many there
    were."""
    stale = Job.objects.filter(state=JobState.RUNNING, claimed_at__lt=clock.now() - STALE_AFTER)
    found = list(stale)
    for job in found:
        _settle_failure(job, "The worker that did this job has gone.", final=job.tries >= MOST_TRIES)
    return len(found)


def run_job(pk: int) -> bool:
    """Do the job if it waits and nobody else has it; whether this call did it. Safe to call twice.

    A DomainError ends it at once with its message; any other error is tried again until MOST_TRIES.
    """
    job = _claim(pk)
    if job is None:
        return False
    try:
        job_kind(job.kind).handler(job)
    except (DomainError, SoftTimeLimitExceeded) as error:
        _settle_failure(job, str(error) or type(error).__name__, final=True)
    except Exception as error:
        logger.exception("Job %s (%s) failed on try %s.", job.pk, job.kind, job.tries)
        _settle_failure(job, f"{type(error).__name__}: {error}", final=job.tries >= MOST_TRIES)
    else:
        _settle(job, JobState.DONE, progress=100, error="", file=job.file, finished_at=clock.now())
    return True


def _ready() -> QuerySet[Job]:
    tried_before = Q(claimed_at__isnull=True) | Q(claimed_at__lte=clock.now() - WAIT_BEFORE_NEXT_TRY)
    return Job.objects.filter(tried_before, state=JobState.QUEUED)


def _claim(pk: int) -> Job | None:
    """One conditional update: of two workers one moves the row, the other moves nothing."""
    moved = (
        _ready()
        .filter(pk=pk)
        .update(
            state=JobState.RUNNING,
            claimed_at=clock.now(),
            updated_at=clock.now(),
            tries=F("tries") + 1,
            progress=0,
        )
    )
    return Job.objects.select_related("requested_by", "file").get(pk=pk) if moved else None


def _of_claim(job: Job) -> QuerySet[Job]:
    """The row as long as this claim holds: a worker that was given up for dead changes nothing any more."""
    return Job.objects.filter(pk=job.pk, state=JobState.RUNNING, claimed_at=job.claimed_at)


def _settle(job: Job, state: JobState, **fields: object) -> bool:
    check_move(JOB_MOVES, current=job.state, target=state, states=JobState)
    return bool(_of_claim(job).update(state=state, updated_at=clock.now(), **fields))


def _settle_failure(job: Job, error: str, *, final: bool) -> None:
    state = JobState.FAILED if final else JobState.QUEUED
    finished: datetime | None = clock.now() if final else None
    with transaction.atomic():
        moved = _settle(job, state, error=error[:LONGEST_ERROR], finished_at=finished)
        if moved and final:
            _tell_given_up(job)


def _tell_given_up(job: Job) -> None:
    try:
        given_up = job_kind(job.kind).given_up
    except KeyError:
        return
    if given_up is not None:
        given_up(job)
