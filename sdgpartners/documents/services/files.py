"""Files come in here: what people send is checked, what the portal makes is stored."""

import hashlib
import re
import uuid
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from sdgpartners.core.nudge import nudge
from sdgpartners.documents.content import EXTENSIONS, clean_content
from sdgpartners.documents.enums import FileState
from sdgpartners.documents.errors import FileRefused
from sdgpartners.documents.models import StoredFile
from sdgpartners.people.models import User

SCAN_TASK = "documents.scan_file"
LONGEST_STEM = 150
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069/\\:*?\"<>|]+")


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that a person sent, after the look at its content; not stored yet. `sha256` is of `content`."""

    name: str
    content_type: str
    content: bytes
    sha256: str


def check_upload(*, upload: "File[Any]", allowed: frozenset[str]) -> CheckedFile:
    """The bytes to keep of a file that a person sent. Needs no database: call it before any lock is held.

    `allowed` holds content types (sets of them stand in `documents.content`). Images are written anew,
    upright and without the place they were taken. Raises FileRefused with a message for the person: empty,
    too large, of another kind, damaged, locked, with macros or scripts, or a decompression bomb. The size is
    looked at before a byte is read. The name's extension is set by the content.
    """
    size = upload.size or 0
    if size == 0:
        raise FileRefused(_("The file is empty."))
    if size > settings.UPLOAD_MAX_BYTES:
        raise too_large(size)
    upload.seek(0)
    content_type, content = clean_content(upload.read(), allowed)
    return CheckedFile(
        name=clean_name(upload.name or "", EXTENSIONS[content_type]),
        content_type=content_type,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
    )


def too_large(size: int) -> FileRefused:
    """What to raise for a file of `size` bytes that is above the limit."""
    return FileRefused(
        _("The file is too large (%(size)s). The limit is %(limit)s."),
        size=filesizeformat(size),
        limit=filesizeformat(settings.UPLOAD_MAX_BYTES),
    )


@transaction.atomic
def store_checked(*, checked: CheckedFile, purpose: str, actor: User | None) -> StoredFile:
    """Keep a checked file. Where a virus scanner is set up it stays in quarantine until that has looked at
    it; the worker is nudged after commit."""
    waits = bool(settings.CLAMD_URL)
    stored = _store(
        content=checked.content,
        name=checked.name,
        content_type=checked.content_type,
        purpose=purpose,
        actor=actor,
        state=FileState.QUARANTINE if waits else FileState.CLEAN,
    )
    if waits:
        nudge(SCAN_TASK, stored.pk)
    return stored


def store_upload(
    *, upload: "File[Any]", purpose: str, actor: User | None, allowed: frozenset[str]
) -> StoredFile:
    """`check_upload`, then `store_checked`. Raises FileRefused."""
    checked = check_upload(upload=upload, allowed=allowed)
    return store_checked(checked=checked, purpose=purpose, actor=actor)


def store_bytes(
    *, content: bytes, name: str, content_type: str, purpose: str, actor: User | None
) -> StoredFile:
    """Keep a file that the portal made itself; `purpose` is its folder."""
    return _store(
        content=content,
        name=name,
        content_type=content_type,
        purpose=purpose,
        actor=actor,
        state=FileState.CLEAN,
    )


@transaction.atomic
def copy_file(*, stored: StoredFile) -> StoredFile | None:
    """The same file under a row and with bytes of its own, in the same state; None for one that was refused.

    What waits in quarantine is looked at by itself; the worker is nudged after commit. Locks nothing: who scans
    locks the file before the rows that use it.
    """
    if stored.state == FileState.REFUSED:
        return None
    waits = stored.state == FileState.QUARANTINE
    try:
        with stored.file.open("rb") as source:
            content = source.read()
    except FileNotFoundError:
        # Of a refused file the bytes go first.
        if waits:
            return None
        raise
    copy = _store(
        content=content,
        name=stored.name,
        content_type=stored.content_type,
        purpose=stored.purpose,
        actor=stored.uploaded_by,
        state=FileState(stored.state),
    )
    if waits:
        nudge(SCAN_TASK, copy.pk)
    return copy


@transaction.atomic
def _store(
    *, content: bytes, name: str, content_type: str, purpose: str, actor: User | None, state: FileState
) -> StoredFile:
    stored = StoredFile(
        purpose=purpose,
        name=name,
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        state=state,
        uploaded_by=actor,
    )
    stored.file.save(uuid.uuid4().hex, ContentFile(content), save=False)
    stored.save()
    return stored


def clean_name(name: str, extension: str) -> str:
    """The name that a person gave, without folders, control signs and directions, with the extension of its
    content."""
    last = PurePosixPath(name.replace("\\", "/")).name
    stem = last.rpartition(".")[0] if "." in last else last
    stem = " ".join(_UNSAFE.sub(" ", stem).split()).strip(" .")
    return f"{stem[:LONGEST_STEM] or 'file'}{extension}"
