"""Reads of the exchanges room. One module a subject."""
