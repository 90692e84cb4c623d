"""Quarantine: files that people sent wait until the virus scanner has looked at them. The row is the queue."""

import logging
import time
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import F

from sdgpartners.core import clock
from sdgpartners.core.moves import check_move
from sdgpartners.documents import clamd
from sdgpartners.documents.enums import FILE_MOVES, FileState
from sdgpartners.documents.errors import ScanFailed, ScannerAway
from sdgpartners.documents.models import StoredFile
from sdgpartners.documents.selectors import quarantine
from sdgpartners.documents.signals import file_refused

logger = logging.getLogger(__name__)


def scan_waiting_files(*, seconds: float = 60) -> int:
    """Look at the files in quarantine: first those never looked at, oldest first, then the longest not tried;
    how many left it by this call.

    Ends early when the scanner does not answer: all of them wait for the next call. A file that the scanner
    dies of is behind the others then.
    """
    until = time.monotonic() + seconds
    never_first = F("scanned_at").asc(nulls_first=True)
    waiting = StoredFile.objects.filter(state=FileState.QUARANTINE).order_by(never_first, "created_at", "pk")
    done = 0
    for pk in list(waiting.values_list("pk", flat=True)):
        if time.monotonic() > until:
            break
        try:
            done += scan_file(pk)
        except ScannerAway:
            left = quarantine()
            logger.warning("The virus scanner is away: %s files wait since %s.", left.waiting, left.since)
            break
    return done


def scan_file(pk: int) -> bool:
    """Look at one file, if it waits and nobody else looks at it; whether it left quarantine. Safe to call
    twice.

    Locks the row. Something found: the file is refused, its bytes are removed and `file_refused` is sent.
    Without a scanner in the settings files are usable at once, so one that waits still is let through.
    Raises ScannerAway after noting it on the row.
    """
    try:
        with transaction.atomic():
            return _scan(pk)
    except (ScannerAway, ScanFailed, FileNotFoundError) as error:
        logger.warning("File %s was not looked at: %s", pk, error)
        note = f"{error}"[:300] or type(error).__name__
        StoredFile.objects.filter(pk=pk, state=FileState.QUARANTINE).update(
            scan_error=note, scanned_at=clock.now()
        )
        if isinstance(error, ScannerAway):
            raise
        return False


def _scan(pk: int) -> bool:
    # Without the key: answers and receipts may point to the row while it is looked at.
    waiting = StoredFile.objects.select_for_update(skip_locked=True, no_key=True)
    stored = waiting.filter(pk=pk, state=FileState.QUARANTINE).first()
    if stored is None:
        return False
    finding = ""
    if settings.CLAMD_URL:
        with stored.file.open("rb") as content:
            finding = clamd.scan(settings.CLAMD_URL, content)
    target = FileState.REFUSED if finding else FileState.CLEAN
    check_move(FILE_MOVES, current=stored.state, target=target, states=FileState)
    stored.state, stored.finding, stored.scan_error = target, finding[:200], ""
    stored.scanned_at = clock.now()
    stored.save(update_fields=["state", "finding", "scan_error", "scanned_at"])
    if finding:
        logger.error("File %s was refused: %s.", pk, finding)
        transaction.on_commit(partial(stored.file.storage.delete, str(stored.file.name)))
        file_refused.send(sender=StoredFile, stored_file=stored)
    return True
