"""What the documents room refuses."""

from django.utils.translation import gettext_lazy as _

from sdgpartners.core.errors import DomainError


class FileRefused(DomainError):
    """A file that a person sent is not taken; the message says why and what would be."""

    message = _("This file cannot be used.")


class PdfFailed(Exception):
    """The PDF could not be made; for the log, not for people."""
