"""Forms of the exchanges room."""
