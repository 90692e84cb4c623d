"""Files that come in pieces over a link that drops: begun, continued where they were cut off, taken over once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from sdgpartners.core import clock
from sdgpartners.core.errors import LimitExceeded
from sdgpartners.documents.errors import FileRefused, UploadRefused, WrongOffset
from sdgpartners.documents.models import Upload
from sdgpartners.documents.services.files import too_large
from sdgpartners.people.models import User

FOLDER = "incoming"
# A person has a handful of files on their way, not a store of them.
MOST_OPEN = 10
MOST_OPEN_FILES_OF_FULL_SIZE = 5
LARGEST_PIECE = 1_000_000
KEPT_FOR = timedelta(days=2)


def path_of(upload: Upload) -> Path:
    """Where the bytes lie: under the upload's own random name."""
    return Path(settings.MEDIA_ROOT) / FOLDER / upload.uid.hex


def offset_of(upload: Upload) -> int:
    """Where to go on. The row may know of bytes that the disk has lost (a backup that was put back)."""
    path = path_of(upload)
    return min(upload.offset, path.stat().st_size) if path.exists() else 0


@transaction.atomic
def begin_upload(*, name: str, size: int, purpose: str, actor: User) -> Upload:
    """A new upload of `size` bytes. Locks the person's row, so that limits hold for two at once.

    Raises FileRefused for an empty or too large file, LimitExceeded for too many uploads that are not done.
    """
    if size <= 0:
        raise FileRefused(_("The file is empty."))
    if size > settings.UPLOAD_MAX_BYTES:
        raise too_large(size)
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    present = Upload.objects.filter(user=actor, finished_at__isnull=True)
    total = present.aggregate(total=Sum("size"))["total"] or 0
    room = MOST_OPEN_FILES_OF_FULL_SIZE * settings.UPLOAD_MAX_BYTES
    if present.count() >= MOST_OPEN or total + size > room:
        raise LimitExceeded(
            _("You have several files on their way that are not complete. Finish or stop them first.")
        )
    return Upload.objects.create(user=actor, name=name[:255], size=size, purpose=purpose)


@transaction.atomic
def add_piece(*, upload: Upload, offset: int, content: bytes) -> Upload:
    """Write a piece at `offset`. Locks the row. The same piece again changes nothing.

    Raises WrongOffset with the place to go on when the piece does not follow or is not what came before,
    UploadRefused for a piece past the end or after the upload was taken.
    """
    row = _locked(upload)
    end = offset + len(content)
    if end > row.size or len(content) > LARGEST_PIECE:
        raise UploadRefused(_("More arrived than the file holds. Please choose the file again."))
    path = path_of(row)
    if offset < row.offset and end <= row.offset and _read(path, offset, len(content)) == content:
        return row
    here = offset_of(row)
    if offset != here:
        raise WrongOffset(here)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("r+b" if path.exists() else "wb") as target:
        target.seek(offset)
        target.write(content)
        target.truncate()
    row.offset = end
    row.save(update_fields=["offset"])
    return row


def cancel_upload(*, upload: Upload) -> None:
    """Forget an upload and its bytes; one that is gone already is no error."""
    path_of(upload).unlink(missing_ok=True)
    Upload.objects.filter(pk=upload.pk).delete()


@contextmanager
def received(upload: Upload) -> Iterator["File[Any]"]:
    """The complete file, to be checked and stored inside the block; afterwards the upload is finished and its
    bytes are gone. A refused file (FileRefused) takes the upload with it.

    Raises UploadRefused while bytes are missing.
    """
    path = path_of(upload)
    if offset_of(upload) < upload.size:
        raise UploadRefused(_("The file has not arrived completely yet."))
    try:
        with path.open("rb") as content:
            yield File(content, name=upload.name)
    except FileRefused:
        cancel_upload(upload=upload)
        raise
    Upload.objects.filter(pk=upload.pk).update(finished_at=clock.now(), updated_at=clock.now())
    path.unlink(missing_ok=True)


def remove_stale_uploads() -> int:
    """Forget uploads on which nothing has happened for KEPT_FOR; how many there were. Bytes without a row go
    as well."""
    stale = list(Upload.objects.filter(updated_at__lt=clock.now() - KEPT_FOR))
    for upload in stale:
        cancel_upload(upload=upload)
    folder = Path(settings.MEDIA_ROOT) / FOLDER
    known = {uid.hex for uid in Upload.objects.values_list("uid", flat=True)}
    oldest = (clock.now() - KEPT_FOR).timestamp()
    for path in folder.glob("*") if folder.is_dir() else ():
        if path.name not in known and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
    return len(stale)


def upload_of(actor: User, uid: UUID) -> Upload | None:
    """The person's own upload; None for all others."""
    return Upload.objects.filter(user=actor, uid=uid).first()


def _locked(upload: Upload) -> Upload:
    row = Upload.objects.select_for_update(of=("self",)).filter(pk=upload.pk).first()
    if row is None or row.finished_at is not None:
        raise UploadRefused
    return row


def _read(path: Path, offset: int, length: int) -> bytes:
    if not path.exists():
        return b""
    with path.open("rb") as source:
        source.seek(offset)
        return source.read(length)
