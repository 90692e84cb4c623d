"""The way out for files: as a download, never shown inside the portal's own origin."""

from django.http import FileResponse, Http404

from sdgpartners.documents.enums import FileState
from sdgpartners.documents.models import StoredFile


def deliver(stored_file: StoredFile) -> FileResponse:
    """The file as an attachment under the name it came with. The caller has checked who asks.

    Raises Http404 for a file that is not (yet) known to be clean, or is gone from the storage.
    """
    if stored_file.state != FileState.CLEAN:
        raise Http404
    try:
        content = stored_file.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        content, as_attachment=True, filename=stored_file.name, content_type=stored_file.content_type
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
