"""What the documents room refuses."""

from django.utils.translation import gettext_lazy as _

from sdgpartners.core.errors import DomainError


class FileRefused(DomainError):
    """A file that a person sent is not taken; the message says why and what would be."""

    message = _("This file cannot be used.")


class FileBringsMore(FileRefused):
    """A Word or Excel file that holds more than itself: macros, other files, content from elsewhere."""


DAMAGED = _("The file is damaged or not complete. Please save it again and send the new file.")

LOCKED = _("This file is locked with a password. Please send it without a password.")
FLOOD = _("This file unpacks to far more than its size. Please send a smaller file or a PDF.")


class UploadRefused(DomainError):
    """A file that comes in pieces is not taken further; the message says why."""

    message = _("This upload is no longer there. Please choose the file again.")


class WrongOffset(DomainError):
    """A piece does not follow on what is here; `offset` says where to go on."""

    message = _("This piece of the file does not fit. Please choose the file again.")

    def __init__(self, offset: int) -> None:
        super().__init__()
        self.offset = offset


class ScannerAway(Exception):
    """The virus scanner gave no answer; for the log, the file waits."""


class ScanFailed(Exception):
    """The virus scanner could not look at this one file; for the log, the file waits."""


class PdfFailed(Exception):
    """The PDF could not be made; for the log, not for people."""
