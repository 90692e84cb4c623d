"""Domain signals, sent inside the transaction that caused them."""

from django.dispatch import Signal

# Sent with `proposal` once both municipalities have accepted, when the partnership stands.
proposal_accepted = Signal()
# Sent with `partnership` when it becomes active; budget opens the two halves.
partnership_activated = Signal()
# Sent with `partnership`, `suspension` and `actor` once it stands still: nothing runs and nothing is paid.
partnership_suspended = Signal()
# Sent with `partnership`, `suspension`, `days` (how long it stood still) and `actor`; open deadlines move by the days.
partnership_resumed = Signal()
# Sent with `partnership`, `before` (its last day until now) and `actor` once another last day is granted.
partnership_end_moved = Signal()
# Sent with `partnership`, `reason` and `actor` when it has ended, before its last day or closed after it.
partnership_ended = Signal()
# Sent with `partnership`, `side`, `former` and `successor`: after a merger another municipality carries it on.
partnership_succeeded = Signal()
# Sent with `hand_over` and `actor` once a contact person has left and another took over: what hung on the one moves.
contact_handed_over = Signal()
