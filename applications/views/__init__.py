"""Pages of the applications room."""
