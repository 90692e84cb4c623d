"""Pages of the documents room, and the addresses that take files in pieces."""
