"""Files come in here: what people send is checked, what the portal makes is stored."""

import hashlib
import re
import uuid
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from sdgpartners.documents.content import EXTENSIONS, clean_content
from sdgpartners.documents.enums import FileState
from sdgpartners.documents.errors import FileRefused
from sdgpartners.documents.models import StoredFile
from sdgpartners.people.models import User

LONGEST_STEM = 150
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069/\\:*?\"<>|]+")


@transaction.atomic
def store_upload(
    *, upload: "UploadedFile[Any]", purpose: str, actor: User | None, allowed: frozenset[str]
) -> StoredFile:
    """Keep a file that a person sent, after a look at its content.

    `allowed` holds content types (sets of them stand in `documents.content`). Images are written anew,
    upright and without the place they were taken. Raises FileRefused with a message for the person: empty,
    too large, of another kind, damaged, with macros, or a decompression bomb. The name's extension is set
    by the content.
    """
    size = upload.size or 0
    if size == 0:
        raise FileRefused(_("The file is empty."))
    if size > settings.UPLOAD_MAX_BYTES:
        raise FileRefused(
            _("The file is too large (%(size)s). The limit is %(limit)s."),
            size=filesizeformat(size),
            limit=filesizeformat(settings.UPLOAD_MAX_BYTES),
        )
    upload.seek(0)
    content_type, content = clean_content(upload.read(), allowed)
    return store_bytes(
        content=content,
        name=clean_name(upload.name or "", EXTENSIONS[content_type]),
        content_type=content_type,
        purpose=purpose,
        actor=actor,
    )


@transaction.atomic
def store_bytes(
    *, content: bytes, name: str, content_type: str, purpose: str, actor: User | None
) -> StoredFile:
    """Keep a file that the portal made itself, or that was checked already; `purpose` is its folder."""
    stored = StoredFile(
        purpose=purpose,
        name=name,
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        state=FileState.CLEAN,
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
