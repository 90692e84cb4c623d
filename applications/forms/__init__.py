"""Forms of the applications room."""
