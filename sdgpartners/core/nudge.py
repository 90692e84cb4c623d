"""Nudges: a message to the worker that a row waits. Rows are the queue, so a lost nudge loses nothing but
seconds."""

import logging
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def nudge(task: str, *arguments: int | str) -> None:
    """Send the named task with ids after the present transaction commits; without a broker the beat finds
    the row."""
    transaction.on_commit(partial(_send, task, arguments), robust=True)


def _send(task: str, arguments: tuple[int | str, ...]) -> None:
    try:
        current_app.send_task(task, args=arguments, retry=False)
    except OperationalError as error:
        logger.warning("The nudge %s was not sent (%s); the beat will find the row.", task, error)
