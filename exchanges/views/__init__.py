"""Pages of the exchanges room."""
