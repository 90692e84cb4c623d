"""What the documents room tells the rooms above it."""

from django.dispatch import Signal

# Sent inside the transaction, with `stored_file`: the virus scanner found something in it (`finding`). The room that
# uses the file tells the person who sent it.
file_refused = Signal()
