"""How files arrive: onto the disk piece by piece, and of one above the limit nothing stays but its size."""

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """A file above UPLOAD_MAX_BYTES is received to its end and thrown away, so that the person gets the page
    with an answer instead of a broken connection, and the disk does not fill.

    Its `size` is what was sent, its content is empty: `check_upload` refuses it by the size.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.received <= settings.UPLOAD_MAX_BYTES:
            self.file.write(raw_data)
        elif self.file.tell():
            self.file.seek(0)
            self.file.truncate()

    def file_complete(self, file_size: int) -> "UploadedFile[Any] | None":
        """The file, or None when the one in memory serves."""
        return super().file_complete(self.received)
