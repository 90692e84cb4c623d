"""Domain signals, sent inside the transaction that caused them."""

from django.dispatch import Signal

# Sent with `proposal` once both municipalities have accepted, when the partnership stands.
proposal_accepted = Signal()
# Sent with `partnership` when it becomes active; budget opens the two halves.
partnership_activated = Signal()
