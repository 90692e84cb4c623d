"""What the budget room refuses."""

from django.utils.translation import gettext_lazy as _

from sdgpartners.core.errors import DomainError


class MissingRate(DomainError):
    message = _(
        "There is no rate of exchange for %(currency)s on %(day)s. Ask the association to enter it; "
        "your draft is kept."
    )


class DuplicateReceipt(DomainError):
    message = _(
        "The same file is already the receipt of %(reference)s. Say why it is used again, or choose another."
    )


class NotAllowedUse(DomainError):
    message = _(
        "This use opens only after the first year, by joint decision. Until then: exchange and meeting."
    )
