"""What others may hear of the programme's rows. Sent inside the transaction: a receiver's rows stand or fall with
it."""

from django.dispatch import Signal

# No arguments. Town twinnings were added, changed or loaded.
twinnings_changed = Signal()
