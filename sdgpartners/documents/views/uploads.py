"""Files in pieces, as the browser's script sends them. All answers are JSON: `uid`, `name`, `size` and `offset` (where
to go on) or `error` (words for the person)."""

from typing import cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.http import require_POST, require_safe

from sdgpartners.core.errors import DomainError
from sdgpartners.documents.errors import FileRefused, WrongOffset
from sdgpartners.documents.forms import UploadForm
from sdgpartners.documents.models import Upload
from sdgpartners.documents.services.uploads import (
    LARGEST_PIECE,
    add_piece,
    begin_upload,
    cancel_upload,
    offset_of,
    upload_of,
)
from sdgpartners.people.models import User


def _own(request: HttpRequest, uid: UUID) -> Upload:
    upload = upload_of(cast(User, request.user), uid)
    if upload is None or upload.finished_at is not None:
        raise Http404
    return upload


def _state(upload: Upload, status: int = 200, offset: int | None = None) -> JsonResponse:
    here = offset_of(upload) if offset is None else offset
    data = {"uid": str(upload.uid), "name": upload.name, "size": upload.size, "offset": here}
    answer = JsonResponse(data, status=status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _error(error: DomainError) -> JsonResponse:
    return JsonResponse({"error": str(error)}, status=422)


@login_required
@require_POST
def upload_create(request: HttpRequest) -> JsonResponse:
    """Begin: 201 with the new upload, 422 with the reason why such a file is not taken."""
    form = UploadForm(request.POST)
    if not form.is_valid():
        return _error(FileRefused())
    try:
        upload = begin_upload(**form.cleaned_data, actor=cast(User, request.user))
    except DomainError as error:
        return _error(error)
    return _state(upload, status=201)


@login_required
@require_safe
def upload_detail(request: HttpRequest, uid: UUID) -> JsonResponse:
    """How far one's own upload is; 404 for those of others, and once it was taken."""
    return _state(_own(request, uid))


@login_required
@require_POST
def upload_piece(request: HttpRequest, uid: UUID) -> JsonResponse:
    """The bytes of the body, at the place in the header `Upload-Offset`; 409 with the right place when it is
    another one, 413 for a body that is too long to be a piece."""
    upload = _own(request, uid)
    sent = request.headers.get("Upload-Offset", "")
    length = request.headers.get("Content-Length", "")
    if not (sent.isascii() and sent.isdigit() and length.isascii() and length.isdigit()):
        return JsonResponse({"error": ""}, status=400)
    if int(length) > LARGEST_PIECE:
        return JsonResponse({"error": ""}, status=413)
    try:
        return _state(add_piece(upload=upload, offset=int(sent), content=request.body))
    except WrongOffset as error:
        return _state(upload, status=409, offset=error.offset)
    except DomainError as error:
        return _error(error)


@login_required
@require_POST
def upload_cancel(request: HttpRequest, uid: UUID) -> JsonResponse:
    """Stop: the bytes are forgotten."""
    cancel_upload(upload=_own(request, uid))
    return JsonResponse({})
