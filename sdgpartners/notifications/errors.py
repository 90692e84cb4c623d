"""What the notifications room refuses."""

from django.utils.translation import gettext_lazy as _

from sdgpartners.core.errors import DomainError


class BodyNotKept(DomainError):
    """The text of this mail was not stored, so it cannot go out again."""

    message = _("The text of this mail was not kept, because it held a secret. Ask for a new one instead.")
