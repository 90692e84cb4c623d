"""The one error of this package: a message for the person at the terminal."""


class LocalError(Exception):
    """Something on this machine is missing or refuses; the text says what to do, in one line."""
