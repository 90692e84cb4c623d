"""Domain signals, sent inside the transaction that caused them."""

from django.dispatch import Signal

# Sent with `application`.
application_submitted = Signal()
# Sent with `application`, before its row is locked to withdraw it: who has rows that are locked before applications
# locks them now.
application_leaving = Signal()
# Sent with `application`, `reason` and `actor`, once it is withdrawn.
application_withdrawn = Signal()
# Sent with `track`, after the decisions of that track became visible.
decisions_released = Signal()
