"""Domain signals, sent inside the transaction that caused them."""

from django.dispatch import Signal

# Sent with `application`.
application_submitted = Signal()
# Sent with `track`, after the decisions of that track became visible.
decisions_released = Signal()
